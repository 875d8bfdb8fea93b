import * as o from "../../../ops/mod.ts";
import { type Any, blank, type Failures, type Inputs, type Rows } from "./row.ts";

/** Inputs `x0`, `x1`, … in order. */
const numbered = (inputs: Inputs): Any[] => Object.keys(inputs).map((_, i) => inputs[`x${i}`]);

export const rows: Rows = {
  reshape: ({ x }, { shape }) => o.reshape(x, shape),
  permute: ({ x }, { axes }) => o.permute(x, axes),
  broadcast_to: ({ x }, { shape }) => o.broadcastTo(x, shape),
  unsqueeze: ({ x }, { axis }) => o.expandDims(x, axis),
  concat: (inputs, { axis }) => o.concat(numbered(inputs), axis),
  stack: (inputs, { axis }) => o.stack(numbered(inputs), axis),
};

export const failures: Failures = {
  reshape: ({ x, shape }) => o.reshape(blank(x), shape),
  permute: ({ x, axes }) => o.permute(blank(x), axes),
  broadcast_to: ({ x, shape }) => o.broadcastTo(blank(x), shape),
  concat: ({ x, axis }) => o.concat(x.map(blank), axis),
  stack: ({ x, axis }) => o.stack(x.map(blank), axis),
};

import * as o from "../../../ops/mod.ts";
import { type Any, blank, type Failures, ofAB, type Rows } from "./row.ts";

const turned = (x: Any, turn: boolean | undefined): Any => turn ? o.transpose(x) : x;

export const rows: Rows = {
  matmul: ofAB(o.matmul),
  matmul_t: ({ a, b }, { transpose_a, transpose_b }) => o.matmul(turned(a, transpose_a), turned(b, transpose_b)),
  linear: ({ x, weight, bias }) => {
    const y: Any = o.matmul(x, o.transpose(weight));
    return bias === undefined ? y : o.add(y, bias);
  },
  outer: ({ a, b }) => o.mul(o.expandDims(a, 1), o.expandDims(b, 0)),
};

export const failures: Failures = {
  matmul: ({ a, b }) => o.matmul(blank(a), blank(b)),
  linear: ({ x, weight }) => rows["linear"]!({ x: blank(x), weight: blank(weight) }, {}, {}),
};

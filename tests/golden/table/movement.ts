import * as o from "../../../ops/mod.ts";
import { type Any, blank, type Failures, type Inputs, type Rows } from "./row.ts";

/** Inputs `x0`, `x1`, … in order. */
const numbered = (inputs: Inputs): Any[] => Object.keys(inputs).map((_, i) => inputs[`x${i}`]);
/** Outputs `y0`, `y1`, … in order. */
const outputs = (ys: readonly Any[]): Any => Object.fromEntries(ys.map((y, i) => [`y${i}`, y]));
/** Amounts of the last axis, then of the one before it, as one pair for each axis. */
const pairs = (x: Any, flat: readonly number[]): Any =>
  x.shape.map((_: number, i: number) => {
    const k = 2 * (x.shape.length - 1 - i);
    return [flat[k] ?? 0, flat[k + 1] ?? 0];
  });
const all = (x: Any): readonly number[] => x.shape.flatMap((d: number, i: number) => d === 1 ? [i] : []);

export const rows: Rows = {
  reshape: ({ x }, { shape }) => o.reshape(x, shape),
  permute: ({ x }, { axes }) => o.permute(x, axes),
  transpose: ({ x }, { axis0, axis1 }) => o.swapAxes(x, axis0, axis1),
  squeeze: ({ x }, { axis }) =>
    (axis === null ? all(x) : [axis]).toReversed().reduce((y: Any, a: number) => o.squeeze(y, a as Any), x),
  unsqueeze: ({ x }, { axis }) => o.expandDims(x, axis),
  broadcast_to: ({ x }, { shape }) => o.broadcastTo(x, shape),
  slice: ({ x }, { slices }) => o.stridedSlice(x, slices),
  select: ({ x }, { axis, index }) => o.select(x, axis, index),
  pad: ({ x }, { mode, pad, value }) => o.pad(x, pairs(x, pad), mode === "constant" ? value : mode),
  concat: (inputs, { axis }) => o.concat(numbered(inputs), axis),
  stack: (inputs, { axis }) => o.stack(numbered(inputs), axis),
  split: ({ x }, { sizes, axis }) => outputs(o.split(x, sizes, axis)),
  chunk: ({ x }, { chunks, axis }) => outputs(o.chunk(x, chunks, axis)),
  flip: ({ x }, { axes }) => o.flip(x, axes),
  roll: ({ x }, { shifts, axes }) => o.roll(x, shifts, axes),
  tile: ({ x }, { repeats }) => o.tile(x, repeats),
  repeat_interleave: ({ x }, { repeats, axis }) => o.repeatInterleave(x, repeats, axis),
  tril: ({ x }, { diagonal }) => o.tril(x, diagonal),
  triu: ({ x }, { diagonal }) => o.triu(x, diagonal),
  diag_embed: ({ x }) => o.diagEmbed(x),
  diagonal: ({ x }) => o.diagonal(x),
  meshgrid: ({ a, b }, { indexing }) => {
    const [u, v] = o.meshgrid([a, b], indexing);
    return { u: u!, v: v! };
  },
  outer: ({ a, b }) => o.outer(a, b),
  eye: (_none, { rows, cols }) => o.eye(rows, cols),
  arange: (_none, { start, stop, step }) => o.arange(start, stop, step),
  linspace: (_none, { start, stop, count }) => o.linspace(start, stop, count),
  pixel_shuffle: ({ x }, { factor }) => o.pixelShuffle(x, factor),
  pixel_unshuffle: ({ x }, { factor }) => o.pixelUnshuffle(x, factor),
  channel_shuffle: ({ x }, { groups }) => o.channelShuffle(x, groups),
  unfold: ({ x }, { kernel_size, stride, padding, dilation }) =>
    o.unfold(x, kernel_size, { stride, padding, dilation }),
};

export const failures: Failures = {
  reshape: ({ x, shape }) => o.reshape(blank(x), shape),
  permute: ({ x, axes }) => o.permute(blank(x), axes),
  broadcast_to: ({ x, shape }) => o.broadcastTo(blank(x), shape),
  concat: ({ x, axis }) => o.concat(x.map(blank), axis),
  stack: ({ x, axis }) => o.stack(x.map(blank), axis),
  split: ({ x, sizes }) => o.split(blank(x), sizes),
  pad: ({ x, mode, pad }) => o.pad(blank(x), pairs(blank(x), pad), mode),
};

import { aval } from "../core/aval.ts";
import { type DType, numeric } from "../core/dtype.ts";
import { needDType } from "../core/families.ts";
import { byData } from "../core/pipe.ts";
import { host, no, type Primitive } from "../core/primitive.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import { like, mul } from "./arithmetic.ts";
import { equal, where } from "./comparison.ts";
import { lowerReduce, reduceHost } from "./reduction.ts";
import type { Axes, Reduction } from "./signatures.ts";
import { pad, slice } from "./slice.ts";
import { iota } from "./source.ts";
import { expandAxes, permute, type ReduceOptions, reduceOver, reshape, sum } from "./structure.ts";

/** d prod(x) = Σ dx[i] Π x[j], j ≠ i: without a division, so that zeros among the factors are no special case. */
export const prodP: Primitive<{ readonly axes: readonly number[] }> = {
  name: "prod",
  kind: "reduction",
  abstractEval: ([x], { axes }) => {
    needDType("prod", x!, numeric);
    return [aval(x!.shape.filter((_, i) => !axes.includes(i)), x!.dtype)];
  },
  evaluate: ([x], [out], { axes }) => {
    const times = x!.aval.dtype === "i32" || x!.aval.dtype === "u32" ? Math.imul : (a: number, b: number) => a * b;
    const total = reduceHost(x!.data, x!.aval.shape, axes, out!.shape, 1, times);
    return [x!.aval.dtype === "u32" ? total.map((v) => v >>> 0) : total];
  },
  linearize: ([x], _out, { axes }) => {
    const others = withoutOne(x!, axes);
    return ([dx]) => [dx ? sum(mul(dx, others), axes) : null];
  },
  transpose: no("prod is not linear"),
  batch: ([x], _b, _n, { axes }) => [bind(prodP, [x!], { axes: axes.map((a) => a + 1) })],
  lower: lowerReduce("mul"),
  samples: [
    { inputs: [host([2, 3], [1, 0, 3, 4, -5, 6])], params: { axes: [0] } },
    { inputs: [host([2, 2, 2], [1, 2, 0.5, 4, 0, 0, 7, -1])], params: { axes: [0, 2] } },
  ],
};

/** For every element the product of the others along `axes`. */
const withoutOne = (x: Tensor, axes: readonly number[]): Tensor => {
  const shape = extents(x), kept = shape.map((_, i) => i).filter((i) => !axes.includes(i)), order = [...kept, ...axes];
  const moved = permute(x, order), n = axes.reduce((m, a) => m * shape[a]!, 1);
  const flat = reshape(moved, [...kept.map((a) => shape[a]!), n]);
  return permute(reshape(others(flat), extents(moved)), shape.map((_, a) => order.indexOf(a)));
};

/** Along the last axis, whole products are taken of so many elements; more are taken in blocks. */
const BLOCK = 32;
const others = (x: Tensor): Tensor => {
  const shape = extents(x), lead = shape.slice(0, -1), n = shape.at(-1)!;
  if (n > BLOCK) {
    // The others within the block, times the other blocks.
    const blocks = Math.ceil(n / BLOCK),
      full = pad(x, [...lead.map(() => [0, 0] as const), [0, blocks * BLOCK - n]], 1);
    const parts = reshape(full, [...lead, blocks, BLOCK]), axis = lead.length + 1;
    const outer = others(bind(prodP, [parts], { axes: [axis] }));
    const around = expandAxes(outer, extents(parts), extents(outer).map((_, i) => i));
    return slice(reshape(mul(others(parts), around), [...lead, blocks * BLOCK]), lead.length, 0, n);
  }
  const square = [...lead, n, n], last = square.length - 1;
  const wide = expandAxes(x, square, [...lead.map((_, i) => i), last]);
  const self = equal(iota(square, last - 1), iota(square, last));
  return bind(prodP, [where(self, like(1, wide), wide)], { axes: [last] });
};

/** Product over an axis, several, or all. `T[...S] -> T[...S without axes]`; 1 for an empty product. */
export const prod: Reduction<"prod", DType> = byData(
  "prod",
  (x: Tensor, axis?: Axes, options: ReduceOptions = {}) =>
    reduceOver("prod", x, axis, options, (y, axes) => bind(prodP, [y], { axes })),
);

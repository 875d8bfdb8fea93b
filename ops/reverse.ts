import { aval } from "../core/aval.ts";
import type { DType } from "../core/dtype.ts";
import { position, tabulate } from "../core/host.ts";
import { int, isub } from "../core/index_expr.ts";
import { map } from "../core/lowering.ts";
import { byData } from "../core/pipe.ts";
import { host, type Primitive } from "../core/primitive.ts";
import { normalizeAxes } from "../core/shape/axes.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import type { UnaryWith } from "./pointwise_signatures.ts";
import { concat, slice } from "./slice.ts";
import { reshape } from "./structure.ts";

/** Walks axes from their end to their start. Its own adjoint. */
export const reverseP: Primitive<{ readonly axes: readonly number[] }> = {
  name: "reverse",
  kind: "movement",
  abstractEval: ([x]) => [aval(x!.shape, x!.dtype)],
  evaluate: ([x], [out], { axes }) => [
    tabulate(
      out!.shape,
      (index) => x!.data[position(index.map((v, i) => axes.includes(i) ? out!.shape[i]! - 1 - v : v), out!.shape)]!,
    ),
  ],
  linearize: (_p, _o, params) => ([dx]) => [dx ? bind(reverseP, [dx], params) : null],
  transpose: ([ct], _x, params) => [ct ? bind(reverseP, [ct], params) : null],
  batch: ([x], _b, _n, { axes }) => [bind(reverseP, [x!], { axes: axes.map((a) => a + 1) })],
  lower: ([x], { axes }) => [
    map((r, index) => r.at(0, index.map((v, i) => axes.includes(i) ? isub(int(x!.shape[i]! - 1), v) : v))),
  ],
  samples: [{ inputs: [host([2, 3], [1, 2, 3, 4, 5, 6])], params: { axes: [1] } }],
};

/** The elements in the opposite order along an axis, several, or all. `T[...S] -> T[...S]` */
export const flip: UnaryWith<"flip", [axes?: number | readonly number[]], DType> = byData(
  "flip",
  (x: Tensor, axes?: number | readonly number[]) => {
    const along = normalizeAxes("flip", extents(x), axes);
    return along.length === 0 ? x : bind(reverseP, [x], { axes: along });
  },
);

/**
 * The elements moved by `shift` places toward the end of an axis, those beyond it to its start; without an axis, of all
 * elements in row-major order. Several shifts go with several axes. `roll([1, 2, 3], 1)` is `[3, 1, 2]`. `T[...S] -> T[...S]`
 */
export const roll: UnaryWith<"roll", [shift: number | readonly number[], axes?: number | readonly number[]], DType> =
  byData("roll", (x: Tensor, shift: number | readonly number[], axes?: number | readonly number[]): Tensor => {
    const shape = extents(x), shifts = typeof shift === "number" ? [shift] : shift;
    if (axes === undefined) return reshape(rollAlong(reshape(x, [-1]), 0, shifts.reduce((a, b) => a + b, 0)), shape);
    return normalizeAxes("roll", shape, axes).reduce<Tensor>(
      (y, axis, i) => rollAlong(y, axis, shifts[i] ?? shifts[0]!),
      x,
    );
  });
const rollAlong = (x: Tensor, axis: number, shift: number): Tensor => {
  const n = extents(x)[axis]!, by = n === 0 ? 0 : ((shift % n) + n) % n;
  if (by === 0) return x;
  return concat([slice(x, axis, n - by, n), slice(x, axis, 0, n - by)] as Tensor[], axis);
};

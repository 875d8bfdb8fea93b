/**
 * Elements in order. Equal elements keep their order; NaN counts as larger than everything. In ceil(log2 n) passes over the
 * axis, each of O(n log n) comparisons; the derivative goes where the elements came from.
 */
import type { DType } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import type { AlongAxis } from "../core/shape/axes.ts";
import { normalizeAxis } from "../core/shape/axes.ts";
import { type Dim, type Shape, showShape } from "../core/shape/dim.ts";
import type { AtLeast } from "../core/shape/divide.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import type { Guard } from "../core/typed.ts";
import { optionsOf } from "../core/options.ts";
import { cast } from "./cast.ts";
import type { Found } from "./cumulative.ts";
import { gatherAlong } from "./gather.ts";
import { orderOf } from "./order.ts";
import { slice } from "./slice.ts";
import { moveAxis } from "./structure.ts";

/** Options of `sort` and `argsort`. */
export interface SortOptions {
  /** From the largest to the smallest; NaN first. */
  readonly descending?: boolean;
}
const order = (x: Tensor, axis: number, descending: boolean): Tensor => {
  const last = extents(x).length - 1, keys = x.dtype === "bool" ? cast(x, "i32") as Tensor : x;
  return moveAxis(orderOf(moveAxis(keys, axis, last), descending), last, axis);
};

/** Where the elements of an axis, the last unless given, come from when they are put in order. `T[...S] -> i32[...S]` */
export const argsort = <S extends Shape, D extends DType, const X extends number = -1>(
  x: Tensor<S, D>,
  axis?: Guard<X, AlongAxis<"argsort", S, X>>,
  options: SortOptions = {},
): Tensor<S, "i32"> => {
  const { descending = false } = optionsOf("argsort", options, { descending: true }), t = x as Tensor;
  return order(t, normalizeAxis("argsort", extents(t), (axis ?? -1) as number), descending) as Tensor as Tensor<
    S,
    "i32"
  >;
};

/**
 * The elements of an axis, the last unless given, in order, and where they come from.
 * `T[...S] -> { values: T[...S], indices: i32[...S] }`
 */
export const sort = <S extends Shape, D extends DType, const X extends number = -1>(
  x: Tensor<S, D>,
  axis?: Guard<X, AlongAxis<"sort", S, X>>,
  options: SortOptions = {},
): Found<S, D> => {
  const { descending = false } = optionsOf("sort", options, { descending: true });
  const t = x as Tensor,
    a = normalizeAxis("sort", extents(t), (axis ?? -1) as number),
    indices = order(t, a, descending);
  return { values: gatherAlong(t, indices, a, true), indices } as Found<Shape, DType> as Found<S, D>;
};

/** Options of `topk`. */
export interface TopkOptions {
  /** The largest elements unless false. */
  readonly largest?: boolean;
}
/**
 * The k largest (or smallest) elements of an axis, the last unless given, in order, and where they come from.
 * `T[..., n, ...] -> { values: T[..., k, ...], indices: i32[..., k, ...] }`. Throws `ShapeError` where k is more than there are.
 */
export const topk = <S extends Shape, D extends DType, const K extends number, const X extends number = -1>(
  x: Tensor<S, D>,
  count: Guard<K, AtLeast<S, K, X>>,
  axis?: X,
  options: TopkOptions = {},
): Found<Dim[], D> => {
  const { largest = true } = optionsOf("topk", options, { largest: true });
  const t = x as Tensor, shape = extents(t), k = count as number;
  const a = normalizeAxis("topk", shape, axis ?? -1), n = shape[a]!;
  if (!Number.isInteger(k) || k < 0 || k > n) {
    const expected = `k from 0 to ${n} for axis ${a} of ${showShape(shape)}`;
    throw new ShapeError(`topk: expected ${expected}, got ${k}`, { op: "topk", expected, got: `${k}` });
  }
  const indices = order(t, a, largest), values = gatherAlong(t, indices, a, true);
  const first = (y: Tensor): Tensor => slice(y, a, 0, k);
  return { values: first(values), indices: first(indices) } as Found<Shape, DType> as Found<Dim[], D>;
};

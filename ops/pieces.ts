/** Parts of a tensor: strided ranges, one entry of an axis, and pieces that make up the whole. */
import type { DType } from "../core/dtype.ts";
import { AxisError, ShapeError } from "../core/errors.ts";
import { normalizeAxis, type Reduce } from "../core/shape/axes.ts";
import { type Dim, type Shape, showShape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import type { Guard, Ok } from "../core/typed.ts";
import { reverseP } from "./reverse.ts";
import { slice, sliceP } from "./slice.ts";
import { squeeze } from "./structure.ts";

/** From, up to (not included) and by which step; null is the end the step comes from or goes to. */
export type Range = readonly [start?: number | null, stop?: number | null, step?: number];
interface Walk {
  readonly from: number;
  readonly count: number;
  readonly step: number;
}
/** A range as Python counts it: positions from the end are negative, and what is beyond an end is cut off. */
const walk = (extent: number, [start, stop, step = 1]: Range): Walk => {
  if (!Number.isInteger(step) || step === 0) {
    throw new ShapeError(`stridedSlice: the step must be a whole number other than 0, got ${step}`, {
      op: "stridedSlice",
      expected: "a step other than 0",
      got: `${step}`,
    });
  }
  if (![start, stop].every((v) => v === null || v === undefined || Number.isInteger(v))) {
    const got = `${start} to ${stop}`, expected = "whole positions";
    throw new ShapeError(`stridedSlice: expected ${expected}, got ${got}`, { op: "stridedSlice", expected, got });
  }
  const [lo, hi] = step > 0 ? [0, extent] : [-1, extent - 1];
  const place = (v: number | null | undefined, none: number): number =>
    v === null || v === undefined ? none : Math.min(hi, Math.max(lo, v < 0 ? v + extent : v));
  const from = place(start, step > 0 ? lo : hi), to = place(stop, step > 0 ? hi : lo);
  return { from, count: Math.max(0, Math.ceil((to - from) / step)), step };
};
/**
 * Every `step`-th element of each axis: `[start, stop, step]` for the first axes, as in Python: positions may be negative or
 * null, a negative step walks backwards. `stridedSlice(x, [[null, null, 2], [-1, null, -1]])`. `T[...S] -> T[...R]`
 *
 * Throws `ShapeError` where the step is 0 or there are more ranges than axes.
 */
export const stridedSlice = <D extends DType>(x: Tensor<Shape, D>, ranges: readonly Range[]): Tensor<Dim[], D> => {
  const shape = extents(x);
  if (ranges.length > shape.length) {
    throw new ShapeError(`stridedSlice: got ${ranges.length} ranges for ${showShape(shape)}`, {
      op: "stridedSlice",
      expected: `at most ${shape.length} ranges`,
      got: `${ranges.length}`,
    });
  }
  const walks = shape.map((d, i) => walk(d, ranges[i] ?? []));
  const back = walks.flatMap((w, i) => w.step < 0 ? [i] : []);
  // What is walked backwards is cut out forwards, then turned around.
  const first = walks.map((w) => w.count === 0 ? 0 : w.step > 0 ? w.from : w.from + (w.count - 1) * w.step);
  const step = walks.map((w) => Math.abs(w.step));
  const stop = walks.map((w, i) => w.count === 0 ? 0 : first[i]! + (w.count - 1) * step[i]! + 1);
  const y = bind(sliceP, [x as Tensor], { start: first, stop, step });
  return (back.length === 0 ? y : bind(reverseP, [y], { axes: back })) as Tensor<Dim[], D>;
};

/** Entry `index` of an axis, which disappears; -1 is the last. `T[...S] -> T[...S without axis]`. Throws `AxisError`. */
export const select = <S extends Shape, D extends DType, const X extends number>(
  x: Tensor<S, D>,
  axis: Guard<X, Reduce<"select", S, X, false>>,
  index: number,
): Tensor<Ok<Reduce<"select", S, X, false>>, D> => {
  const y = x as Tensor, shape = extents(y), a = normalizeAxis("select", shape, axis as number), d = shape[a]!;
  const at = index < 0 ? index + d : index;
  if (!Number.isInteger(at) || at < 0 || at >= d) {
    throw new AxisError(`select: index ${index} is out of range for axis ${a} of ${showShape(shape)}`, {
      op: "select",
      expected: `an index from ${-d} to ${d - 1}`,
      got: `${index}`,
    });
  }
  return squeeze(slice(y, a, at, at + 1) as Tensor, a) as never;
};

/**
 * Consecutive pieces of an axis: of the given extents, or all of one extent but for the last. `split(x, [2, 3], 1)`.
 * Throws `ShapeError` where the extents do not add up.
 */
export const split = <D extends DType>(
  x: Tensor<Shape, D>,
  sizes: number | readonly number[],
  axis = 0,
): Tensor<Dim[], D>[] => {
  const shape = extents(x), a = normalizeAxis("split", shape, axis), d = shape[a]!;
  if (typeof sizes === "number" && !(Number.isInteger(sizes) && sizes > 0)) {
    const expected = "pieces of a whole extent from 1";
    throw new ShapeError(`split: expected ${expected}, got ${sizes}`, { op: "split", expected, got: `${sizes}` });
  }
  const list = typeof sizes === "number"
    ? Array.from({ length: Math.max(1, Math.ceil(d / sizes)) }, (_, i) => Math.min(sizes, d - i * sizes))
    : sizes;
  const total = list.reduce((n, v) => n + v, 0);
  if (total !== d || list.some((v) => !Number.isInteger(v) || v < 0)) {
    const got = showShape(list), expected = `extents that add up to ${d}`;
    throw new ShapeError(`split: expected ${expected} along axis ${a} of ${showShape(shape)}, got ${got}`, {
      op: "split",
      expected,
      got,
    });
  }
  let from = 0;
  return list.map((v) => slice(x as Tensor, a, from, from += v) as Tensor as Tensor<Dim[], D>);
};
/** At most `count` pieces of an axis, all of one extent but for the last, as `split` gives them. `chunk(x, 3, 0)` */
export const chunk = <D extends DType>(x: Tensor<Shape, D>, count: number, axis = 0): Tensor<Dim[], D>[] => {
  const shape = extents(x), a = normalizeAxis("chunk", shape, axis);
  if (!Number.isInteger(count) || count < 1) {
    throw new ShapeError(`chunk: expected at least 1 piece, got ${count}`, {
      op: "chunk",
      expected: "at least 1",
      got: `${count}`,
    });
  }
  return split(x, Math.max(1, Math.ceil(shape[a]! / count)), a);
};

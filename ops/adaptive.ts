/** Pooling to a size that is asked for: window i of n covers floor(i d / n) up to ceil((i + 1) d / n) of an extent d. */
import type { Float } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { type Dim, type Shape, showShape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { add, div, mul, sub } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import { less, where } from "./comparison.ts";
import { truncDivide } from "./division.ts";
import { inSingle } from "./half.ts";
import { needFloat } from "./pointwise.ts";
import { max } from "./reduction.ts";
import { iota } from "./source.ts";
import type { Sizes } from "../core/shape/spatial.ts";
import { eachAxis } from "../core/shape/spatial.ts";
import { expandAxes, reshape, sum } from "./structure.ts";
import { takeAlong } from "./take.ts";

/** Puts the elements of each window together, given the axis of the elements and how many there are. */
type Reduce = (windows: Tensor, axis: number, count: Tensor | number) => Tensor;

/** floor(i d / n) for every i of the n windows, `later` windows on. */
const edge = (shape: readonly number[], d: number, n: number, later: number, up: number): Tensor =>
  truncDivide(add(mul(add(iota(shape, 0, "i32"), later), d), up), n) as Tensor;
/** Windows of one axis as two axes, put together; what is beyond a window is `fill`. */
const pool = (x: Tensor, axis: number, n: number, fill: number, reduce: Reduce): Tensor => {
  const shape = extents(x),
    d = shape[axis]!,
    put = (...parts: number[]) => [...shape.slice(0, axis), ...parts, ...shape.slice(axis + 1)];
  if (d % n === 0) return reduce(reshape(x, put(n, d / n)) as Tensor, axis + 1, d / n);
  const longest = Math.max(...Array.from({ length: n }, (_, i) => Math.ceil((i + 1) * d / n) - Math.floor(i * d / n)));
  const from = edge([n, longest], d, n, 0, 0),
    to = edge([n, longest], d, n, 1, n - 1),
    at: Tensor = add(from, iota([n, longest], 1, "i32"));
  const inside = expandAxes(less(at, to) as Tensor, put(n, longest), [axis, axis + 1]) as Tensor<[], "bool">;
  const count: Tensor = cast(sub(edge([n], d, n, 1, n - 1), edge([n], d, n, 0, 0)), x.dtype);
  return reduce(
    where(inside, takeAlong(x, at, axis), fill),
    axis + 1,
    reshape(count, [n, ...shape.slice(axis + 1).map(() => 1)]) as Tensor,
  );
};
const adaptive = (op: string, x: Tensor, size: Sizes, one: (x: Tensor, axis: number, n: number) => Tensor): Tensor => {
  const shape = extents(needFloat(op, x)), sizes = eachAxis(op, "size", size, shape.length - 2);
  if (shape.length < 3 || sizes.some((n) => !Number.isInteger(n) || n < 1) || shape.slice(2).includes(0)) {
    const got = `${showShape(sizes)} for ${showShape(shape)}`, expected = "sizes from 1 for [batch, channels, ...]";
    throw new ShapeError(`${op}: expected ${expected}, got ${got}`, { op, expected, got });
  }
  // From the last axis to the first, so that the first of equals in row-major order is the one that is taken.
  return sizes.map((n, i): readonly [number, number] => [i + 2, n]).toReversed().reduce(
    (y, [axis, n]) => one(y, axis, n),
    x,
  );
};
/** The type of pooling to a size. */
export interface AdaptivePoolFunction {
  <D extends Float>(x: Tensor<Shape, D>, size: Sizes): Tensor<Dim[], D>;
}
/** Means of windows, so many along each axis but batch and channels. `F[n,c,...S] -> F[n,c,...size]`. `adaptiveAvgPool(x, 1)` */
export const adaptiveAvgPool: AdaptivePoolFunction = ((x: Tensor, size: Sizes) =>
  adaptive(
    "adaptiveAvgPool",
    x,
    size,
    (y, axis, n) => inSingle(y, (z) => pool(z, axis, n, 0, (windows, a, count) => div(sum(windows, a), count))),
  )) as AdaptivePoolFunction;
/** Maxima of windows, so many along each axis but batch and channels; of equals the first. `F[n,c,...S] -> F[n,c,...size]` */
export const adaptiveMaxPool: AdaptivePoolFunction = ((x: Tensor, size: Sizes) =>
  adaptive(
    "adaptiveMaxPool",
    x,
    size,
    (y, axis, n) => pool(y, axis, n, -Infinity, (windows, a) => max(windows, a, { ties: "first" })),
  )) as AdaptivePoolFunction;

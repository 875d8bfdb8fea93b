/** Images at another size. Places and weights are ratios of whole numbers, so that no rounding moves a sample to its neighbour. */
import type { Float } from "../core/dtype.ts";
import { inNameOf, ShapeError } from "../core/errors.ts";
import { type Dim, type Shape, showShape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { add, div, mul, sub } from "./arithmetic.ts";
import { clamp } from "./between.ts";
import { cast } from "./cast.ts";
import { truncDivide } from "./division.ts";
import { needFloat } from "./pointwise.ts";
import { iota } from "./source.ts";
import { eachAxis, type Sizes } from "../core/shape/spatial.ts";
import { optionsOf } from "../core/options.ts";
import { reshape } from "./structure.ts";
import { takeAlong } from "./take.ts";

/**
 * "nearest" takes the sample at floor(i d / n), "nearestExact" the one nearest to the middle of the new pixel, "linear" (of
 * several axes: bilinear, trilinear) and "cubic" (Keys 1981, a = -3/4) weigh 2 and 4 samples of each axis.
 */
export type ResampleMode = "nearest" | "nearestExact" | "linear" | "cubic";
/** Options of `interpolate` and `upsample`. */
export interface ResampleOptions {
  readonly mode?: ResampleMode;
  /** Whether the first and last samples keep their places (by samples), instead of the edges of the image (by pixels). */
  readonly alignCorners?: boolean;
}

const index = (n: number): Tensor => iota([n], 0, "i32");
/** (a i + b) div c, for what is not negative. */
const scaled = (i: Tensor, a: number, b: number, c: number): Tensor => truncDivide(add(mul(i, a), b), c) as Tensor;
/** Where new samples lie among d old ones: the old one before each, and how far beyond it, in parts of 1. */
const places = (
  d: number,
  n: number,
  align: boolean,
  least: number,
  dtype: Tensor["dtype"],
): readonly [Tensor, Tensor] => {
  const by = align ? Math.max(1, n - 1) : 2 * n, i = index(n);
  const over: Tensor = align ? mul(i, n === 1 ? 0 : d - 1) : sub(mul(i, 2 * d), n - d);
  // Counted from `least`, so that rounding down is rounding toward zero.
  const from: Tensor = clamp(sub(over, least * by), 0), whole = truncDivide(from, by) as Tensor;
  const part: Tensor = div(cast(sub(from, mul(whole, by)), dtype), by);
  return [add(whole, least), part];
};
/** Weights of the samples at -1, 0, 1 and 2, for a place t beyond sample 0. */
const cubic = (t: Tensor): readonly Tensor[] => {
  const a = -0.75;
  const near = (x: Tensor): Tensor => add(mul(mul(sub(mul(x, a + 2), a + 3), x), x), 1);
  const far = (x: Tensor): Tensor => mul(sub(mul(add(mul(sub(x, 5), x), 8), x), 4), a);
  return [far(add(t, 1)), near(t), near(sub(1, t)), far(sub(2, t))];
};
const along = (x: Tensor, axis: number, n: number, mode: ResampleMode, align: boolean): Tensor => {
  const shape = extents(x), d = shape[axis]!, pick = (at: Tensor): Tensor => takeAlong(x, clamp(at, 0, d - 1), axis);
  const weigh = (y: Tensor, w: Tensor): Tensor => mul(y, reshape(w, [n, ...shape.slice(axis + 1).map(() => 1)]));
  if (mode === "nearest") return pick(scaled(index(n), d, 0, n));
  if (mode === "nearestExact") return pick(scaled(index(n), 2 * d, d, 2 * n));
  const [first, t] = places(d, n, align, mode === "linear" ? 0 : -1, x.dtype);
  if (mode === "linear") return add(weigh(pick(first), sub(1, t)), weigh(pick(add(first, 1)), t));
  return cubic(t).map((w, k) => weigh(pick(add(first, k - 1)), w)).reduce((a, b) => add(a, b));
};

/**
 * Images of another size: `interpolate(x, [h', w'], { mode: "linear" })`. `F[n,c,...S] -> F[n,c,...size]`; nearest unless said.
 * Throws `ShapeError` where there is not a size from 1 for each axis.
 */
export const interpolate = <D extends Float>(
  x: Tensor<Shape, D>,
  size: Sizes,
  options: ResampleOptions = {},
): Tensor<Dim[], D> => {
  optionsOf("interpolate", options, { mode: true, alignCorners: true });
  const { mode = "nearest", alignCorners = false } = options;
  const t = needFloat("interpolate", x as Tensor) as Tensor,
    shape = extents(t),
    sizes = eachAxis("interpolate", "size", size, shape.length - 2);
  if (shape.length < 3 || shape.slice(2).includes(0) || sizes.some((n) => !Number.isInteger(n) || n < 1)) {
    const got = `${showShape(sizes)} for ${showShape(shape)}`, expected = "sizes from 1 for [batch, channels, ...]";
    throw new ShapeError(`interpolate: expected ${expected}, got ${got}`, { op: "interpolate", expected, got });
  }
  return sizes.reduce((y, n, i) => along(y, i + 2, n, mode, alignCorners), t) as Tensor<Dim[], D>;
};
/** Images of `scale` times the size, rounded down: as `interpolate`. `F[n,c,...S] -> F[n,c,...S scale]` */
export const upsample = <D extends Float>(
  x: Tensor<Shape, D>,
  scale: Sizes,
  options: ResampleOptions = {},
): Tensor<Dim[], D> => {
  optionsOf("upsample", options, { mode: true, alignCorners: true });
  const shape = extents(x as Tensor).slice(2), factors = eachAxis("upsample", "scale", scale, shape.length);
  return inNameOf("upsample", () => interpolate(x, shape.map((d, i) => Math.floor(d * factors[i]!)), options));
};

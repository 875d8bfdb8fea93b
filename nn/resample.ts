/** Images of another size. */
import type { Mul } from "../core/arith.ts";
import type { First, Second, Size2 } from "../core/shape/conv.ts";
import type { Tensor } from "../core/tensor.ts";
import { interpolate, type ResampleOptions } from "../ops/resample.ts";
import { extents } from "../core/tensor.ts";
import { needCount } from "../core/shape/count.ts";
import type { Fail } from "../core/shape/dim.ts";
import { ShapeError } from "../core/errors.ts";
import { optionsOf } from "../core/options.ts";
import { image, type NoImage } from "./image.ts";
import { type Stateless, stateless } from "./layer.ts";

/** The type of `upsample2d`. */
export interface Upsample2d<S> extends Stateless {
  readonly kind: "upsample2d";
  readonly "~out": UpsampleOut<this["~in"], First<S>, Second<S>>;
}
type UpsampleOut<I, SH, SW> = I extends [infer C, infer H, infer W]
  ? [NotPositive<SH | SW>] extends [never] ? [C, Scaled<H, SH>, Scaled<W, SW>]
  : Fail<`upsample2d: the scale must be positive, got ${NotPositive<SH | SW>}`>
  : NoImage<I, "upsample2d", [number, number, number]>;
/** The literals among factors that are not positive. */
type NotPositive<S> = Extract<`${S & number}`, "0" | `-${string}`>;
/** A product with a whole number; names and fractions give something unknown. */
type Scaled<D, S> = D extends number
  ? number extends D | S ? number : `${S & number}` extends `${string}.${string}` ? number : Mul<D, S & number>
  : number;
/** The type of `resize2d`. */
export interface Resize2d<S> extends Stateless {
  readonly kind: "resize2d";
  readonly "~out": this["~in"] extends [infer C, unknown, unknown] ? [C, First<S>, Second<S>]
    : NoImage<this["~in"], "resize2d", [number, First<S>, Second<S>]>;
}
const both = (size: Size2): readonly [number, number] =>
  typeof size === "number" ? [size, size] : size as readonly [number, number];
const resample = (x: Tensor, size: readonly [number, number], options: ResampleOptions): Tensor =>
  interpolate(x as Tensor<number[], "f32">, size, options) as Tensor;

/**
 * An image of `scale` times the height and width, rounded down. `[c, h, w] -> [c, h scale, w scale]`. The mode is "nearest"
 * unless given; "linear" is bilinear, "cubic" bicubic. `upsample2d(2, { mode: "linear" })`
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([3, 4, 4], nn.upsample2d(2, { mode: "linear" })).output); // [ 3, 8, 8 ]
 * ```
 */
export const upsample2d = <const S extends Size2>(scale: S, options: ResampleOptions = {}): Upsample2d<S> => {
  optionsOf("upsample2d", options, { mode: true, alignCorners: true });
  const [sh, sw] = both(scale), grown = (h: number, w: number) => [Math.floor(h * sh), Math.floor(w * sw)] as const;
  const wrong = [sh, sw].find((s) => !(s > 0 && s < Infinity)), expected = "positive";
  if (wrong !== undefined) {
    throw new ShapeError(`upsample2d: the scale must be ${expected}, got ${wrong}`, {
      op: "upsample2d",
      expected,
      got: `${wrong}`,
    });
  }
  const outShape = (shape: readonly number[]): number[] => {
    const [c, h, w] = image("upsample2d", shape);
    return [c, ...grown(h, w)];
  };
  return stateless<Upsample2d<S>>("upsample2d", outShape, (x) => {
    const [, , h, w] = extents(x);
    return resample(x, grown(h!, w!), options);
  });
};
/**
 * An image of a given height and width. `[c, h, w] -> [c, ...size]`. Modes as for `upsample2d`. `resize2d([320, 240])`
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([3, 4, 4], nn.resize2d([6, 5])).output); // [ 3, 6, 5 ]
 * ```
 */
export const resize2d = <const S extends Size2>(size: S, options: ResampleOptions = {}): Resize2d<S> => {
  optionsOf("resize2d", options, { mode: true, alignCorners: true });
  both(size).forEach((n) => Number.isNaN(n) || needCount("resize2d", "the size", n)); // NaN is not known yet
  return stateless<Resize2d<S>>(
    "resize2d",
    (shape) => [image("resize2d", shape)[0], ...both(size)],
    (x) => resample(x, both(size), options),
  );
};

/** Images with more around them, or less. */
import type { Add, Lt } from "../core/arith.ts";
import { ShapeError } from "../core/errors.ts";
import type { First, Second, Size2 } from "../core/shape/conv.ts";
import { type Fail, type Show, showShape } from "../core/shape/dim.ts";
import type { AxisPadding } from "../core/shape/window.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { pad, type PadMode } from "../ops/padding.ts";
import { slice } from "../ops/slice.ts";
import { image, type NoImage } from "./image.ts";
import { type Stateless, stateless } from "./layer.ts";

/** An amount on all four sides, or [height, width], each an amount or [before, after]. */
export type Border = number | readonly [AxisPadding, AxisPadding];
/** The type of `pad2d`. */
export interface Pad2d<P> extends Stateless {
  readonly kind: "pad2d";
  readonly "~out": this["~in"] extends [infer C, infer H, infer W]
    ? [C, Surrounded<H, First<P>>, Surrounded<W, Second<P>>]
    : NoImage<this["~in"], "pad2d", [number, number, number]>;
}
type Surrounded<D, P> = D extends number ? P extends number ? number extends D | P ? number : Add<D, Add<P, P>>
  : P extends readonly [infer A extends number, infer B extends number]
    ? number extends D | A | B ? number : Add<D, Add<A, B>>
  : number
  : number;
const pairOf = (p: AxisPadding): readonly [number, number] => typeof p === "number" ? [p, p] : p;

/**
 * An image with a border of a number, 0 unless given, or of what a mode says. `[c, h, w] -> [c, h + 2p, w + 2p]`.
 * `pad2d(1, "reflect")`
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([1, 4, 4], nn.pad2d(1)).output); // [ 1, 6, 6 ]
 * ```
 */
export const pad2d = <const P extends Border>(amount: P, fill: number | PadMode = 0): Pad2d<P> => {
  const [h, w] = typeof amount === "number"
    ? [pairOf(amount), pairOf(amount)]
    : [pairOf((amount as readonly AxisPadding[])[0]!), pairOf((amount as readonly AxisPadding[])[1]!)];
  return stateless<Pad2d<P>>(
    "pad2d",
    (shape) => {
      const [c, height, width] = image("pad2d", shape);
      return [c, height + h[0] + h[1], width + w[0] + w[1]];
    },
    (x) => pad(x, [[0, 0], [0, 0], h, w], fill) as Tensor,
  );
};

/** The type of `centerCrop2d`. */
export interface CenterCrop2d<S> extends Stateless {
  readonly kind: "centerCrop2d";
  readonly "~out": CropOut<this["~in"], First<S>, Second<S>>;
}
type CropOut<I, SH, SW> = I extends [infer C, infer H, infer W] ? Larger<SH, H> extends true ? CropFail<I, SH, "height">
  : Larger<SW, W> extends true ? CropFail<I, SW, "width">
  : [C, SH, SW]
  : NoImage<I, "centerCrop2d", [number, SH, SW]>;
type CropFail<I, S, A extends string> = Fail<`centerCrop2d: ${S & number} is more than the ${A} of ${Show<I>}`>;
type Larger<S, D> = S extends number ? D extends number ? number extends S | D ? false : Lt<D, S> : false : false;

/**
 * The middle of an image, of a given height and width; of two middles the upper left. `[c, h, w] -> [c, ...size]`. Throws
 * `ShapeError` where the image is smaller. `centerCrop2d(392)`
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([3, 8, 8], nn.centerCrop2d([4, 6])).output); // [ 3, 4, 6 ]
 * ```
 */
export const centerCrop2d = <const S extends Size2>(size: S): CenterCrop2d<S> => {
  const wanted = typeof size === "number" ? [size, size] as const : size as readonly [number, number];
  const outShape = (shape: readonly number[]): number[] => {
    const [c, ...own] = image("centerCrop2d", shape), bad = own.findIndex((d, i) => wanted[i]! > d);
    if (bad < 0) return [c, ...wanted];
    const axis = bad === 0 ? "height" : "width", got = showShape(shape);
    throw new ShapeError(`centerCrop2d: ${wanted[bad]} is more than the ${axis} of ${got}`, {
      op: "centerCrop2d",
      expected: `at least ${showShape(wanted)}`,
      got,
    });
  };
  return stateless<CenterCrop2d<S>>("centerCrop2d", outShape, (x) =>
    wanted.reduce<Tensor>((y, n, i) => {
      const start = Math.floor((extents(y)[i + 2]! - n) / 2);
      return slice(y, i + 2, start, start + n) as Tensor;
    }, x));
};

/** Pooling to a size that does not depend on the input: one value, or as many as are asked for. */
import type { Extents } from "../core/aval.ts";
import { ShapeError } from "../core/errors.ts";
import { needCount } from "../core/shape/count.ts";
import { type Fail, type IsDynamic, type Show, showShape } from "../core/shape/dim.ts";
import type { First, Second, Size2 } from "../core/shape/conv.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { adaptiveAvgPool, adaptiveMaxPool } from "../ops/adaptive.ts";
import { max, mean } from "../ops/reduction.ts";
import { image, type NoImage } from "./image.ts";
import { type Stateless, stateless } from "./layer.ts";

/** The type of `globalAvgPool` and `globalMaxPool`. */
export interface GlobalPool<K extends string> extends Stateless {
  readonly kind: K;
  readonly "~out": GlobalOut<K, this["~in"]>;
}
type GlobalOut<K extends string, I> = I extends [infer C, unknown, ...unknown[]] ? [C]
  : I extends readonly unknown[] ? IsDynamic<I> extends true ? [number]
    : Fail<`${K}: expects [channels, ...] with at least one axis more, got ${Show<I>}`>
  : never;
const globalShape = (op: string, shape: Extents): number[] => {
  if (shape.length >= 2) return [shape[0]!];
  const expected = "[channels, ...] with at least one axis more", got = showShape(shape);
  throw new ShapeError(`${op}: expects ${expected}, got ${got}`, { op, expected, got });
};
const globalPool = <K extends string>(kind: K, reduce: (x: Tensor, axes: readonly number[]) => Tensor): GlobalPool<K> =>
  stateless<GlobalPool<K>>(
    kind,
    (shape) => globalShape(kind, shape),
    (x) => reduce(x, extents(x).slice(2).map((_, i) => i + 2)),
  );
/**
 * Mean of each channel. `[c, ...] -> [c]` (Lin et al. 2013)
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([8, 4, 4], nn.globalAvgPool).output); // [ 8 ]
 * ```
 */
export const globalAvgPool: GlobalPool<"globalAvgPool"> = globalPool("globalAvgPool", (x, axes) => mean(x, axes));
/**
 * Largest value of each channel. `[c, ...] -> [c]`
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([8, 4, 4], nn.globalMaxPool).output); // [ 8 ]
 * ```
 */
export const globalMaxPool: GlobalPool<"globalMaxPool"> = globalPool(
  "globalMaxPool",
  (x, axes) => max(x, axes, { ties: "first" }),
);

/** The type of pooling an image to a size. */
export interface AdaptivePool2d<N extends string, S> extends Stateless {
  readonly kind: N;
  readonly "~out": AdaptiveOut<this["~in"], N, S>;
}
type AdaptiveOut<I, N extends string, S> = I extends [infer C, unknown, unknown] ? [C, First<S>, Second<S>]
  : NoImage<I, N, [number, First<S>, Second<S>]>;
type Adaptive = (x: Tensor<number[], "f32">, size: Size2) => Tensor;
const adaptive = <N extends string, S extends Size2>(kind: N, size: S, pool: Adaptive): AdaptivePool2d<N, S> => {
  const [h, w] = typeof size === "number" ? [size, size] : size as readonly [number, number];
  [h, w].forEach((n) => needCount(kind, "the size", n));
  return stateless<AdaptivePool2d<N, S>>(
    kind,
    (shape) => [image(kind, shape)[0], h, w],
    (x) => pool(x as Tensor<number[], "f32">, size),
  );
};
/**
 * Means of `size` windows along each axis, which cover the image evenly. `[c, h, w] -> [c, ...size]`. `adaptiveAvgPool2d(7)`
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([8, 13, 9], nn.adaptiveAvgPool2d(7)).output); // [ 8, 7, 7 ]
 * ```
 */
export const adaptiveAvgPool2d = <const S extends Size2>(size: S): AdaptivePool2d<"adaptiveAvgPool2d", S> =>
  adaptive("adaptiveAvgPool2d", size, adaptiveAvgPool as Adaptive);
/**
 * Maxima of `size` windows along each axis, which cover the image evenly. `[c, h, w] -> [c, ...size]`
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([8, 13, 9], nn.adaptiveMaxPool2d([2, 3])).output); // [ 8, 2, 3 ]
 * ```
 */
export const adaptiveMaxPool2d = <const S extends Size2>(size: S): AdaptivePool2d<"adaptiveMaxPool2d", S> =>
  adaptive("adaptiveMaxPool2d", size, adaptiveMaxPool as Adaptive);

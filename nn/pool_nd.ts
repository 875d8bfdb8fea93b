/** Pooling of sequences and volumes: each channel, window by window. */
import type { Extents } from "../core/aval.ts";
import type { Fail } from "../core/shape/dim.ts";
import {
  type AllFit,
  eachAxis,
  type HalfComplaint,
  needHalf,
  planSpatial,
  type Rank,
  type Sizes,
  type SlidExtents,
  type SpatialPadding,
} from "../core/shape/spatial.ts";
import type { Fit } from "../core/shape/window.ts";
import type { Tensor } from "../core/tensor.ts";
import { neg } from "../ops/arithmetic.ts";
import { avgPool, maxPool } from "../ops/pooling.ts";
import { needField, type NoField, type PaddingOf, type SizeOf, type UnknownOf } from "./image.ts";
import { type Stateless, stateless } from "./layer.ts";
import { type AvgPoolConfig, needPoolOptions, type PoolConfig } from "./pool.ts";

/** What is made of a window. */
type Taken = "max" | "min" | "avg";
/** What is taken of a window, number of axes, kernel, stride, padding, fit. */
export interface PoolNd<T extends Taken, N extends Rank, K, S, P, F> extends Stateless {
  readonly kind: `${T}Pool${N}d`;
  readonly "~out": PoolNdOut<`${T}Pool${N}d`, this["~in"], N, K, S, P, F>;
}
type PoolNdOut<Op extends string, I, N extends Rank, K, S, P, F> = I extends [infer C, ...infer R]
  ? R["length"] extends N
    ? AllFit<Op, I, [C], SlidExtents<R, K, S, P, 1, F>, N> extends infer A
      ? A extends Fail ? A : HalfComplaint<K, P, N> extends infer M extends string ? Fail<`${Op}: ${M}`> : A
    : never
  : NoField<I, Op, N, [number, ...UnknownOf<N>]>
  : NoField<I, Op, N, [number, ...UnknownOf<N>]>;

type Options = AvgPoolConfig<Sizes, SpatialPadding, Fit>;
type Reduce = (x: Tensor<number[], "f32">, kernel: Sizes, options: Options) => Tensor;
const takes: Readonly<Record<Taken, Reduce>> = {
  max: maxPool as Reduce,
  min: (x, kernel, options) => neg(maxPool(neg(x) as typeof x, kernel, options) as Tensor),
  avg: avgPool as Reduce,
};
const make = <T extends Taken, N extends 1 | 3, K, S, P, F>(
  take: T,
  n: N,
  kernel: Sizes,
  options: Options,
): PoolNd<T, N, K, S, P, F> => {
  const op = `${take}Pool${n}d` as const;
  needPoolOptions(op, options);
  const sizes = eachAxis(op, "kernel", kernel, n),
    all = { stride: kernel, ...options };
  const outShape = (shape: Extents): number[] => {
    needField(op, shape, n);
    const { extent, before } = planSpatial(op, shape, n, sizes, all);
    needHalf(op, sizes, before, all.padding);
    return [shape[0]!, ...extent];
  };
  return stateless<PoolNd<T, N, K, S, P, F>>(
    op,
    outShape,
    (x) => takes[take](x as Tensor<number[], "f32">, sizes, all),
  );
};

/**
 * Largest value of each window of a sequence. `[c, l] -> [c, l']`, extents as for `maxPool2d`. Padding is at most half the kernel.
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([4, 16], nn.maxPool1d(2)).output); // [ 4, 8 ]
 * ```
 */
export const maxPool1d = <
  const K extends SizeOf<1>,
  const S extends SizeOf<1> = K,
  const P extends PaddingOf<1> = 0,
  const F extends Fit = "floor",
>(
  kernel: K,
  options: PoolConfig<S, P, F> = {},
): PoolNd<"max", 1, K, S, P, F> => make("max", 1, kernel, options);
/**
 * Smallest value of each window of a sequence, as `maxPool1d`. `[c, l] -> [c, l']`
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([4, 16], nn.minPool1d(2)).output); // [ 4, 8 ]
 * ```
 */
export const minPool1d = <
  const K extends SizeOf<1>,
  const S extends SizeOf<1> = K,
  const P extends PaddingOf<1> = 0,
  const F extends Fit = "floor",
>(
  kernel: K,
  options: PoolConfig<S, P, F> = {},
): PoolNd<"min", 1, K, S, P, F> => make("min", 1, kernel, options);
/**
 * Mean of each window of a sequence, padding counted as zeros unless said. `[c, l] -> [c, l']`, extents as for `maxPool1d`.
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([4, 16], nn.avgPool1d(2)).output); // [ 4, 8 ]
 * ```
 */
export const avgPool1d = <
  const K extends SizeOf<1>,
  const S extends SizeOf<1> = K,
  const P extends PaddingOf<1> = 0,
  const F extends Fit = "floor",
>(
  kernel: K,
  options: AvgPoolConfig<S, P, F> = {},
): PoolNd<"avg", 1, K, S, P, F> => make("avg", 1, kernel, options);
/**
 * Largest value of each window of a volume, as `maxPool1d`. `[c, d, h, w] -> [c, d', h', w']`
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([4, 8, 8, 8], nn.maxPool3d(2)).output); // [ 4, 4, 4, 4 ]
 * ```
 */
export const maxPool3d = <
  const K extends SizeOf<3>,
  const S extends SizeOf<3> = K,
  const P extends PaddingOf<3> = 0,
  const F extends Fit = "floor",
>(
  kernel: K,
  options: PoolConfig<S, P, F> = {},
): PoolNd<"max", 3, K, S, P, F> => make("max", 3, kernel, options);
/**
 * Smallest value of each window of a volume, as `maxPool1d`. `[c, d, h, w] -> [c, d', h', w']`
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([4, 8, 8, 8], nn.minPool3d(2)).output); // [ 4, 4, 4, 4 ]
 * ```
 */
export const minPool3d = <
  const K extends SizeOf<3>,
  const S extends SizeOf<3> = K,
  const P extends PaddingOf<3> = 0,
  const F extends Fit = "floor",
>(
  kernel: K,
  options: PoolConfig<S, P, F> = {},
): PoolNd<"min", 3, K, S, P, F> => make("min", 3, kernel, options);
/**
 * Mean of each window of a volume, as `avgPool1d`. `[c, d, h, w] -> [c, d', h', w']`
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([4, 8, 8, 8], nn.avgPool3d(2)).output); // [ 4, 4, 4, 4 ]
 * ```
 */
export const avgPool3d = <
  const K extends SizeOf<3>,
  const S extends SizeOf<3> = K,
  const P extends PaddingOf<3> = 0,
  const F extends Fit = "floor",
>(
  kernel: K,
  options: AvgPoolConfig<S, P, F> = {},
): PoolNd<"avg", 3, K, S, P, F> => make("avg", 3, kernel, options);

/** Pooling: each channel of an image, window by window. */
import { planPooling, type Pooling, type Size2 } from "../core/shape/conv.ts";
import { eachAxis, needHalf } from "../core/shape/spatial.ts";
import type { Fit, Padding } from "../core/shape/window.ts";
import type { Tensor } from "../core/tensor.ts";
import { optionsOf } from "../core/options.ts";
import { neg } from "../ops/arithmetic.ts";
import { avgPool } from "../ops/pooling.ts";
import * as windows from "../ops/window.ts";
import { image, type NoImage } from "./image.ts";
import { type Stateless, stateless } from "./layer.ts";

/** Kind, kernel, stride, padding, fit. */
export interface Pool2d<N extends string, K, S, P, F> extends Stateless {
  readonly kind: N;
  readonly "~out": PoolOut<this["~in"], N, K, S, P, F>;
}
type PoolOut<I, N extends string, K, S, P, F> = I extends [infer C, infer H, infer W]
  ? Pooling<N, I, [C], H, W, K, S, P, F>
  : NoImage<I, N, [number, number, number]>;

/** Options of pooling; the stride is the kernel unless given. */
export interface PoolConfig<S, P, F> {
  readonly stride?: S;
  readonly padding?: P;
  readonly fit?: F;
}
/** Options of averaging. */
export interface AvgPoolConfig<S, P, F> extends PoolConfig<S, P, F> {
  /** Whether padding counts as zeros (it does unless said) or not at all; then it is at most half the kernel. */
  readonly countPadding?: boolean;
}
interface Options extends AvgPoolConfig<Size2, Padding, Fit> {
  readonly kernel: Size2;
}
/** Refuses options that a pooling does not have; averages alone say how padding counts. */
export const needPoolOptions = (kind: string, options: AvgPoolConfig<unknown, unknown, unknown>): void => {
  const known = { stride: true, padding: true, fit: true } as const;
  optionsOf(kind, options, kind.startsWith("avg") ? { ...known, countPadding: true } : known as never);
};
type Reduce = (x: Tensor, kernel: Size2, options: AvgPoolConfig<Size2, Padding, Fit>) => Tensor;

const largest = windows.maxPool2d as unknown as Reduce, average = windows.avgPool2d as unknown as Reduce;
const smallest: Reduce = (x, kernel, options) => neg(largest(neg(x), kernel, options));
/** What is left of a last window that `ceil` adds does not count, nor does padding where it shall not. */
const averageOf: Reduce = (x, kernel, { countPadding = true, ...options }) =>
  countPadding && options.fit !== "ceil"
    ? average(x, kernel, options)
    : avgPool(x as Tensor<number[], "f32">, kernel, { ...options, countPadding }) as Tensor;

const pool = <N extends string, K extends Size2, S extends Size2, P extends Padding, F extends Fit>(
  kind: N,
  reduce: Reduce,
  kernel: K,
  options: AvgPoolConfig<S, P, F>,
): Pool2d<N, K, S, P, F> => {
  needPoolOptions(kind, options);
  const all: Options = { stride: kernel, ...options, kernel };
  const outShape = (shape: readonly number[]): number[] => {
    const [channels] = image(kind, shape), plans = planPooling(kind, shape, all);
    if (all.countPadding === false) {
      needHalf(
        kind,
        eachAxis(kind, "kernel", kernel, 2),
        plans.map((p) => p.before),
        all.padding,
      );
    }
    return [channels, ...plans.map((p) => p.extent)];
  };
  return stateless<Pool2d<N, K, S, P, F>>(kind, outShape, (x) => reduce(x, kernel, { stride: kernel, ...options }));
};

/**
 * Largest value of each window. `[c, h, w] -> [c, h', w']`, h' = floor((h + 2 padding - kernel) / stride) + 1.
 * Padding is at most half the kernel.
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([6, 28, 28], nn.maxPool2d(2)).output); // [ 6, 14, 14 ]
 * ```
 */
export const maxPool2d = <
  const K extends Size2,
  const S extends Size2 = K,
  const P extends Padding = 0,
  const F extends Fit = "floor",
>(kernel: K, options: PoolConfig<S, P, F> = {}): Pool2d<"maxPool2d", K, S, P, F> =>
  pool("maxPool2d", largest, kernel, options);

/**
 * Smallest value of each window. `[c, h, w] -> [c, h', w']`, extents as for `maxPool2d`.
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([6, 28, 28], nn.minPool2d(3, { stride: 2 })).output); // [ 6, 13, 13 ]
 * ```
 */
export const minPool2d = <
  const K extends Size2,
  const S extends Size2 = K,
  const P extends Padding = 0,
  const F extends Fit = "floor",
>(kernel: K, options: PoolConfig<S, P, F> = {}): Pool2d<"minPool2d", K, S, P, F> =>
  pool("minPool2d", smallest, kernel, options);

/**
 * Mean of each window, padding counted as zeros unless said. `[c, h, w] -> [c, h', w']`, extents as for `maxPool2d`.
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([6, 28, 28], nn.avgPool2d([2, 4])).output); // [ 6, 14, 7 ]
 * ```
 */
export const avgPool2d = <
  const K extends Size2,
  const S extends Size2 = K,
  const P extends Padding = 0,
  const F extends Fit = "floor",
>(kernel: K, options: AvgPoolConfig<S, P, F> = {}): Pool2d<"avgPool2d", K, S, P, F> =>
  pool("avgPool2d", averageOf, kernel, options);

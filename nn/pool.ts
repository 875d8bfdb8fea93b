/** Pooling: each channel of an image, window by window. */
import { planWindows, type Size2, type Sliding, type Windows } from "../core/shape/conv.ts";
import type { Fit, Padding } from "../core/shape/window.ts";
import type { Tensor } from "../core/tensor.ts";
import { mean } from "../ops/reduction.ts";
import * as pooling from "../ops/window.ts";
import { image, type NoImage } from "./image.ts";
import { type Stateless, stateless } from "./layer.ts";

/** Kind, kernel, stride, padding, fit. */
export interface Pool2d<N extends string, K, S, P, F> extends Stateless {
  readonly kind: N;
  readonly "~out": PoolOut<this["~in"], N, K, S, P, F>;
}
type PoolOut<I, N extends string, K, S, P, F> = I extends readonly [infer C, infer H, infer W]
  ? Sliding<N, I, [C], Windows<H, W, K, S, P, 1, F>>
  : NoImage<I, N, [number, number, number]>;

/** Options of pooling; the stride is the kernel unless given. */
export interface PoolConfig<S, P, F> {
  readonly stride?: S;
  readonly padding?: P;
  readonly fit?: F;
}

const pool = <N extends "maxPool2d" | "avgPool2d", K extends Size2, S extends Size2, P extends Padding, F extends Fit>(
  kind: N,
  kernel: K,
  options: PoolConfig<S, P, F>,
): Pool2d<N, K, S, P, F> => {
  const windows = { stride: kernel, ...options, kernel };
  const outShape = (shape: readonly number[]): number[] => {
    const [channels] = image(kind, shape);
    return [channels, ...planWindows(kind, shape, windows).map((p) => p.extent)];
  };
  const apply = pooling[kind] as unknown as (x: Tensor, kernel: Size2, options: PoolConfig<S, P, F>) => Tensor;
  return stateless<Pool2d<N, K, S, P, F>>(kind, outShape, (x) => apply(x, kernel, options));
};

/** Largest value of each window. `[c, h, w] -> [c, h', w']`, h' = floor((h + 2 padding - kernel) / stride) + 1. */
export const maxPool2d = <
  const K extends Size2,
  const S extends Size2 = K,
  const P extends Padding = 0,
  const F extends Fit = "floor",
>(kernel: K, options: PoolConfig<S, P, F> = {}): Pool2d<"maxPool2d", K, S, P, F> => pool("maxPool2d", kernel, options);

/** Mean of each window, padding counted as zeros. `[c, h, w] -> [c, h', w']`, extents as for `maxPool2d`. */
export const avgPool2d = <
  const K extends Size2,
  const S extends Size2 = K,
  const P extends Padding = 0,
  const F extends Fit = "floor",
>(kernel: K, options: PoolConfig<S, P, F> = {}): Pool2d<"avgPool2d", K, S, P, F> => pool("avgPool2d", kernel, options);

/** The type of `globalAvgPool`. */
export interface GlobalAvgPool extends Stateless {
  readonly kind: "globalAvgPool";
  readonly "~out": GlobalOut<this["~in"]>;
}
type GlobalOut<I> = I extends readonly [infer C, unknown, unknown] ? [C] : NoImage<I, "globalAvgPool", [number]>;
/** Mean of each channel. `[c, h, w] -> [c]` */
export const globalAvgPool: GlobalAvgPool = stateless<GlobalAvgPool>(
  "globalAvgPool",
  (shape) => [image("globalAvgPool", shape)[0]],
  (x) => mean(x, [-2, -1]),
);

import type { Dim } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import type { Tree } from "../core/tree.ts";
import { optionsOf } from "../core/options.ts";
import { add, div, mul, sub } from "../ops/arithmetic.ts";
import { sqrt } from "../ops/exponential.ts";
import { stopGradient } from "../ops/gradient.ts";
import { mean } from "../ops/reduction.ts";
import { ones, zeros } from "../ops/source.ts";
import { reshape } from "../ops/structure.ts";
import { type Layer, layer, type LayerFields, type Nothing } from "./layer.ts";

/** Learned scale and shift of each channel. */
export type ScaleShift<C> = { readonly scale: Tensor<[C & Dim], "f32">; readonly shift: Tensor<[C & Dim], "f32"> };
/** Running mean and variance of each channel. */
export type RunningStatistics<C> = {
  readonly mean: Tensor<[C & Dim], "f32">;
  readonly variance: Tensor<[C & Dim], "f32">;
};
type Channels<I> = I extends [infer C, ...unknown[]] ? C : number;

/** The type of `batchNorm`: `A` tells whether it scales and shifts. */
export interface BatchNorm<A = true> extends Layer {
  readonly kind: "batchNorm";
  readonly "~out": this["~in"];
  readonly "~params": A extends false ? Nothing : ScaleShift<Channels<this["~in"]>>;
  readonly "~state": RunningStatistics<Channels<this["~in"]>>;
  readonly "~has": A extends false ? "state" : "params" | "state";
}
/** Options of `batchNorm`. */
export interface BatchNormConfig<A> {
  /** Whether it scales and shifts what it normalized; it does unless said. */
  readonly affine?: A;
  /** Added to the variance; 1e-5 unless given. */
  readonly epsilon?: number;
  /** Weight of a new batch in the running statistics; 0.1 unless given. */
  readonly momentum?: number;
}
type Statistics = { readonly mean: Tensor; readonly variance: Tensor };

/**
 * Normalizes each channel to mean 0 and variance 1, then scales and shifts it: y = scale (x - mean) / sqrt(variance + epsilon)
 * + shift. In training the statistics are those of the batch, and the state moves towards them (the variance without bias);
 * otherwise they are the running ones. `[c, ...] -> [c, ...]`. Parameters, unless `affine: false`: `scale` and `shift` f32[c];
 * state: `mean` and `variance` f32[c]. (Ioffe and Szegedy 2015, algorithm 1)
 *
 * @example
 * ```ts
 * import { nn, ones, random } from "@pullback/pullback";
 * const net = nn.model([3, 8, 8], nn.named("norm", nn.batchNorm()));
 * const [, after] = net.apply(net.init(random.key(0)), ones([4, 3, 8, 8]), { training: true });
 * console.log(after.norm.mean.shape); // [ 3 ]
 * ```
 */
export const batchNorm = <const A extends boolean = true>(
  options: BatchNormConfig<A> = {},
): BatchNorm<A> => {
  optionsOf("batchNorm", options, { affine: true, epsilon: true, momentum: true });
  const { epsilon = 1e-5, momentum = 0.1, affine = true as A } = options;
  const fields: LayerFields<BatchNorm> = {
    kind: "batchNorm",
    has: { params: affine, state: true },
    outShape: (shape) => [...shape],
    init: (_key, [channels]) => ({
      params: affine ? { scale: ones([channels!]), shift: zeros([channels!]) } : {},
      state: { mean: zeros([channels!]), variance: ones([channels!]) },
    }),
    apply: ({ params, state }, x, { training = false }) => {
      const { scale, shift } = params as unknown as Partial<ScaleShift<number>>,
        running = state as unknown as Statistics;
      const shape = extents(x), axes = shape.map((_, i) => i).filter((i) => i !== 1);
      const spread = (v: Tensor): Tensor => reshape(v, shape.slice(1).map((d, i) => i === 0 ? d : 1));
      const now = training ? statistics(x, axes, spread) : running;
      const y = div(sub(x, spread(now.mean)), sqrt(add(spread(now.variance), epsilon) as Tensor<number[], "f32">));
      const next: Tree = training ? moved(running, now, momentum, shape) : state;
      return [scale === undefined || shift === undefined ? y : add(mul(y, spread(scale)), spread(shift)), next];
    },
  };
  return layer(fields as unknown as LayerFields<BatchNorm<A>>);
};
const statistics = (x: Tensor, axes: readonly number[], spread: (v: Tensor) => Tensor): Statistics => {
  const average = mean(x, axes), centred = sub(x, spread(average));
  return { mean: average, variance: mean(mul(centred, centred), axes) };
};
const moved = (from: Statistics, to: Statistics, momentum: number, shape: readonly number[]): Tree => {
  const n = shape.reduce((a, d) => a * d, 1) / shape[1]!;
  const move = (a: Tensor, b: Tensor): Tensor => add(mul(a, 1 - momentum), mul(stopGradient(b), momentum));
  return { mean: move(from.mean, to.mean), variance: move(from.variance, mul(to.variance, n / Math.max(n - 1, 1))) };
};

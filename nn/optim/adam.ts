/** Adam, with PyTorch's conventions. */
import type { Tensor } from "../../core/tensor.ts";
import { optionsOf } from "../../core/options.ts";
import { add, div, mul, square } from "../../ops/arithmetic.ts";
import { maximum } from "../../ops/comparison.ts";
import { rsqrt, sqrt } from "../../ops/exponential.ts";
import { needDecay, needPositive } from "./checks.ts";
import { average, type Leaf, leafwise, weightOf } from "./leafwise.ts";
import { scaleByLearningRate } from "./learning_rate.ts";
import type { Schedule } from "./schedule.ts";
import { chain, type GradientTransformation } from "./transformation.ts";
import { addDecayedWeights, regularized } from "./weight_decay.ts";

/** What Adam and its relatives take. */
export interface MomentsConfig {
  /** What the averages of the gradient and of its square keep at every step; [0.9, 0.999] unless given. */
  readonly betas?: readonly [first: number, second: number];
  /** Added to the root of the second moment; 1e-8 unless given. */
  readonly epsilon?: number;
}
/** Options of `scaleByAdam`. */
export interface ScaleByAdamConfig extends MomentsConfig {
  /** Divides by the largest second moment so far. */
  readonly amsgrad?: boolean;
}
/** Options of `adam` and `adamw`. */
export interface AdamConfig extends ScaleByAdamConfig {
  /** L2 regularization, added to the gradient; in `adamw` decay of the parameters themselves. */
  readonly weightDecay?: number;
}

const names = { betas: true, epsilon: true, amsgrad: true, weightDecay: true } as const;
/** The settings with their defaults; throws `RangeError` for one out of its range. */
export const momentsOf = (op: string, { betas = [0.9, 0.999], epsilon = 1e-8 }: MomentsConfig) => {
  betas.forEach((b) => needDecay(op, "betas", b));
  needPositive(op, "an epsilon", epsilon);
  return { betas, epsilon };
};

/**
 * m̂ / (√v̂ + ε) with m = β₁ m + (1 - β₁) g, v = β₂ v + (1 - β₂) g², and m̂, v̂ these averages over their total weights
 * 1 - β₁ᵗ, 1 - β₂ᵗ. (Kingma and Ba 2015; amsgrad: Reddi et al. 2018)
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const optimizer = optim.chain(optim.clipByGlobalNorm(1), optim.scaleByAdam(), optim.scaleByLearningRate(0.001));
 * ```
 */
export const scaleByAdam = (config: ScaleByAdamConfig = {}): GradientTransformation => {
  optionsOf("scaleByAdam", config, { betas: true, epsilon: true, amsgrad: true });
  const { betas: [b1, b2], epsilon } = momentsOf("scaleByAdam", config);
  const slots = { first: 0, second: 0, ...(config.amsgrad ? { largest: 0 } : {}) } as Readonly<
    Record<"first" | "second" | "largest", number>
  >;
  return leafwise({
    slots,
    prepare: (t) => ({ first: div(1, weightOf(b1, t)), root: rsqrt(weightOf(b2, t)) }),
    step: (g, kept, whole) => {
      const first = average(kept.first, g, b1), second = average(kept.second, square(g), b2);
      const largest = config.amsgrad ? maximum(kept.largest, second) as Tensor as Leaf : second;
      const root = mul(sqrt(largest), whole.root) as Tensor;
      return [div(mul(first, whole.first), add(root, epsilon)) as Tensor as Leaf, { first, second, largest }];
    },
  });
};

/**
 * Adam: g = gradient + weightDecay p; p = p - rate m̂ / (√v̂ + ε). (Kingma and Ba 2015; PyTorch: Adam)
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const optimizer = optim.adam(0.001, { betas: [0.9, 0.95] });
 * ```
 */
export const adam = (rate: number | Schedule, config: AdamConfig = {}): GradientTransformation => {
  const { weightDecay = 0, ...moments } = optionsOf("adam", config, names);
  return chain(...regularized(weightDecay), scaleByAdam(moments), scaleByLearningRate(rate));
};

/**
 * Adam with decoupled weight decay, 0.01 unless given: p = p - rate (m̂ / (√v̂ + ε) + weightDecay p). (Loshchilov and Hutter
 * 2019; PyTorch: AdamW)
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const optimizer = optim.adamw(optim.warmupSchedule(100, optim.cosineSchedule(3e-4, 10_000)), { weightDecay: 0.1 });
 * ```
 */
export const adamw = (rate: number | Schedule, config: AdamConfig = {}): GradientTransformation => {
  const { weightDecay = 0.01, ...moments } = optionsOf("adamw", config, names);
  return chain(scaleByAdam(moments), addDecayedWeights(weightDecay), scaleByLearningRate(rate));
};

/** Adamax, with PyTorch's conventions. */
import type { Tensor } from "../../core/tensor.ts";
import { optionsOf } from "../../core/options.ts";
import { abs, add, div, mul } from "../../ops/arithmetic.ts";
import { maximum } from "../../ops/comparison.ts";
import { type MomentsConfig, momentsOf } from "./adam.ts";
import { average, type Leaf, leafwise, weightOf } from "./leafwise.ts";
import { scaleByLearningRate } from "./learning_rate.ts";
import type { Schedule } from "./schedule.ts";
import { chain, type GradientTransformation } from "./transformation.ts";
import { regularized } from "./weight_decay.ts";

/** Options of `adamax`. */
export interface AdamaxConfig extends MomentsConfig {
  /** L2 regularization, added to the gradient. */
  readonly weightDecay?: number;
}

/**
 * m̂ / u with u = max(β₂ u, |g| + ε): Adam with the largest gradient instead of the root mean square. (Kingma and Ba 2015,
 * algorithm 2)
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const optimizer = optim.chain(optim.scaleByAdamax(), optim.scaleByLearningRate(0.002));
 * ```
 */
export const scaleByAdamax = (config: MomentsConfig = {}): GradientTransformation => {
  optionsOf("scaleByAdamax", config, { betas: true, epsilon: true });
  const { betas: [b1, b2], epsilon } = momentsOf("scaleByAdamax", config);
  return leafwise({
    slots: { first: 0, largest: 0 },
    prepare: (t) => div(1, weightOf(b1, t)),
    step: (g, kept, whole) => {
      const first = average(kept.first, g, b1);
      const largest = maximum(mul(kept.largest, b2) as Tensor, add(abs(g), epsilon) as Tensor) as Tensor as Leaf;
      return [div(mul(first, whole) as Tensor, largest) as Tensor as Leaf, { first, largest }];
    },
  });
};

/**
 * Adamax: g = gradient + weightDecay p; p = p - rate m̂ / u. (Kingma and Ba 2015, algorithm 2; PyTorch: Adamax)
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const optimizer = optim.adamax(0.002);
 * ```
 */
export const adamax = (rate: number | Schedule, config: AdamaxConfig = {}): GradientTransformation => {
  const { weightDecay = 0, ...moments } = optionsOf("adamax", config, {
    betas: true,
    epsilon: true,
    weightDecay: true,
  });
  return chain(...regularized(weightDecay), scaleByAdamax(moments), scaleByLearningRate(rate));
};

/** Adagrad, with PyTorch's conventions. */
import type { Tensor } from "../../core/tensor.ts";
import { optionsOf } from "../../core/options.ts";
import { add, div, mul, square } from "../../ops/arithmetic.ts";
import { sqrt } from "../../ops/exponential.ts";
import { needPositive } from "./checks.ts";
import { type Leaf, leafwise } from "./leafwise.ts";
import { scaleByLearningRate } from "./learning_rate.ts";
import { type Schedule, toSchedule } from "./schedule.ts";
import { chain, type GradientTransformation } from "./transformation.ts";
import { regularized } from "./weight_decay.ts";

/** Options of `scaleByRootSum`. */
export interface ScaleByRootSumConfig {
  /** Added to the root; 1e-10 unless given. */
  readonly epsilon?: number;
  /** The sum before the first step; 0 unless given. */
  readonly initial?: number;
}
/** Options of `adagrad`. */
export interface AdagradConfig extends ScaleByRootSumConfig {
  /** The rate of step t, from 0, is rate / (1 + t rateDecay); 0 unless given. */
  readonly rateDecay?: number;
  /** L2 regularization, added to the gradient. */
  readonly weightDecay?: number;
}

/**
 * g / (√s + ε) with s = s + g²: the sum of all squares so far. (Duchi et al. 2011)
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const optimizer = optim.chain(optim.scaleByRootSum(), optim.scaleByLearningRate(0.1));
 * ```
 */
export const scaleByRootSum = (config: ScaleByRootSumConfig = {}): GradientTransformation => {
  const { epsilon = 1e-10, initial = 0 } = optionsOf("scaleByRootSum", config, { epsilon: true, initial: true });
  needPositive("scaleByRootSum", "an epsilon", epsilon);
  needPositive("scaleByRootSum", "an initial sum", initial);
  return leafwise({
    slots: { sum: initial },
    prepare: null,
    step: (g, kept) => {
      const sum = add(kept.sum, square(g)) as Tensor as Leaf;
      return [div(g, add(sqrt(sum), epsilon) as Tensor) as Tensor as Leaf, { sum }];
    },
  });
};

/**
 * Adagrad: g = gradient + weightDecay p; p = p - rate / (1 + t rateDecay) g / (√s + ε). (Duchi et al. 2011; PyTorch: Adagrad)
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const optimizer = optim.adagrad(0.1, { initial: 0.1 });
 * ```
 */
export const adagrad = (rate: number | Schedule, config: AdagradConfig = {}): GradientTransformation => {
  const known = { epsilon: true, initial: true, rateDecay: true, weightDecay: true } as const;
  const { rateDecay = 0, weightDecay = 0, ...rest } = optionsOf("adagrad", config, known);
  needPositive("adagrad", "a rateDecay", rateDecay);
  const falling: Schedule = (step) => div(toSchedule(rate)(step), add(mul(step, rateDecay), 1));
  return chain(
    ...regularized(weightDecay),
    scaleByRootSum(rest),
    scaleByLearningRate(rateDecay === 0 ? rate : falling),
  );
};

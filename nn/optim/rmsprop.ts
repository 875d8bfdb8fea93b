/** RMSprop, with PyTorch's conventions. */
import type { Tensor } from "../../core/tensor.ts";
import { optionsOf } from "../../core/options.ts";
import { add, div, mul, square, sub } from "../../ops/arithmetic.ts";
import { sqrt } from "../../ops/exponential.ts";
import { needDecay, needPositive } from "./checks.ts";
import { average, type Leaf, leafwise } from "./leafwise.ts";
import { scaleByLearningRate } from "./learning_rate.ts";
import { momentum } from "./momentum.ts";
import type { Schedule } from "./schedule.ts";
import { chain, type GradientTransformation } from "./transformation.ts";
import { regularized } from "./weight_decay.ts";

/** Options of `scaleByRms`. */
export interface ScaleByRmsConfig {
  /** What the average of the squares keeps at every step (PyTorch: alpha); 0.99 unless given. */
  readonly decay?: number;
  /** Added to the root; 1e-8 unless given. */
  readonly epsilon?: number;
  /** Divides by the standard deviation of the gradient instead of its root mean square. */
  readonly centered?: boolean;
}
/** Options of `rmsprop`. */
export interface RmspropConfig extends ScaleByRmsConfig {
  /** What is kept of the velocity at every step; 0 unless given. */
  readonly momentum?: number | Schedule;
  /** L2 regularization, added to the gradient. */
  readonly weightDecay?: number;
}

/**
 * g / (√v + ε) with v = decay v + (1 - decay) g²; centered, v is the variance of the same average, which is never below 0:
 * v = decay (v + (1 - decay) (g - m)²), m = decay m + (1 - decay) g. (Hinton 2012, lecture 6e; centered: Graves 2013)
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const optimizer = optim.chain(optim.scaleByRms({ decay: 0.9 }), optim.scaleByLearningRate(0.01));
 * ```
 */
export const scaleByRms = (config: ScaleByRmsConfig = {}): GradientTransformation => {
  optionsOf("scaleByRms", config, { decay: true, epsilon: true, centered: true });
  const { decay = 0.99, epsilon = 1e-8, centered = false } = config;
  needDecay("scaleByRms", "a decay", decay);
  needPositive("scaleByRms", "an epsilon", epsilon);
  const scaled = (g: Leaf, spread: Leaf): Leaf => div(g, add(sqrt(spread), epsilon) as Tensor) as Tensor as Leaf;
  if (!centered) {
    return leafwise({
      slots: { square: 0 },
      prepare: null,
      step: (g, kept) => {
        const mean = average(kept.square, square(g), decay);
        return [scaled(g, mean), { square: mean }];
      },
    });
  }
  return leafwise({
    slots: { mean: 0, variance: 0 },
    prepare: null,
    step: (g, kept) => {
      const off = square(sub(g, kept.mean) as Tensor);
      const variance = mul(add(kept.variance, mul(off, 1 - decay) as Tensor), decay) as Tensor as Leaf;
      return [scaled(g, variance), { mean: average(kept.mean, g, decay), variance }];
    },
  });
};

/**
 * RMSprop: g = gradient + weightDecay p; u = momentum u + g / (√v + ε); p = p - rate u. (Hinton 2012, lecture 6e; PyTorch:
 * RMSprop)
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const optimizer = optim.rmsprop(0.01, { decay: 0.9, momentum: 0.9 });
 * ```
 */
export const rmsprop = (rate: number | Schedule, config: RmspropConfig = {}): GradientTransformation => {
  const known = { decay: true, epsilon: true, centered: true, momentum: true, weightDecay: true } as const;
  const { momentum: decay = 0, weightDecay = 0, ...rest } = optionsOf("rmsprop", config, known);
  return chain(
    ...regularized(weightDecay),
    scaleByRms(rest),
    ...(decay === 0 ? [] : [momentum(decay)]),
    scaleByLearningRate(rate),
  );
};

/** Adadelta, with PyTorch's conventions. */
import type { Tensor } from "../../core/tensor.ts";
import { optionsOf } from "../../core/options.ts";
import { add, div, mul, square } from "../../ops/arithmetic.ts";
import { sqrt } from "../../ops/exponential.ts";
import { needDecay, needPositive } from "./checks.ts";
import { average, type Leaf, leafwise } from "./leafwise.ts";
import { scaleByLearningRate } from "./learning_rate.ts";
import type { Schedule } from "./schedule.ts";
import { chain, type GradientTransformation } from "./transformation.ts";
import { regularized } from "./weight_decay.ts";

/** Options of `scaleByAdadelta`. */
export interface ScaleByAdadeltaConfig {
  /** What both averages keep at every step (PyTorch: rho); 0.9 unless given. */
  readonly decay?: number;
  /** Added below both roots; 1e-6 unless given. */
  readonly epsilon?: number;
}
/** Options of `adadelta`. */
export interface AdadeltaConfig extends ScaleByAdadeltaConfig {
  /** L2 regularization, added to the gradient. */
  readonly weightDecay?: number;
}

/**
 * d = √((a + ε) / (v + ε)) g, with v the moving average of g² and a that of d². (Zeiler 2012, algorithm 1)
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const optimizer = optim.chain(optim.scaleByAdadelta(), optim.scaleByLearningRate(1));
 * ```
 */
export const scaleByAdadelta = (
  config: ScaleByAdadeltaConfig = {},
): GradientTransformation => {
  const { decay = 0.9, epsilon = 1e-6 } = optionsOf("scaleByAdadelta", config, { decay: true, epsilon: true });
  needDecay("scaleByAdadelta", "a decay", decay);
  needPositive("scaleByAdadelta", "an epsilon", epsilon);
  const root = (x: Leaf): Leaf => sqrt(add(x, epsilon) as Tensor as Leaf);
  return leafwise({
    slots: { square: 0, moved: 0 },
    prepare: null,
    step: (g, kept) => {
      const mean = average(kept.square, square(g), decay);
      const update = mul(div(root(kept.moved), root(mean)) as Tensor, g) as Tensor as Leaf;
      return [update, { square: mean, moved: average(kept.moved, square(update), decay) }];
    },
  });
};

/**
 * Adadelta: g = gradient + weightDecay p; p = p - rate d; a rate of 1 is the paper's. (Zeiler 2012; PyTorch: Adadelta)
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const optimizer = optim.adadelta(1);
 * ```
 */
export const adadelta = (rate: number | Schedule = 1, config: AdadeltaConfig = {}): GradientTransformation => {
  const { weightDecay = 0, ...rest } = optionsOf("adadelta", config, { decay: true, epsilon: true, weightDecay: true });
  return chain(...regularized(weightDecay), scaleByAdadelta(rest), scaleByLearningRate(rate));
};

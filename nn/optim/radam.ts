/** Rectified Adam, with PyTorch's conventions. */
import type { Tensor } from "../../core/tensor.ts";
import { optionsOf } from "../../core/options.ts";
import { add, div, mul, square, sub } from "../../ops/arithmetic.ts";
import { greater, less, maximum, minimum, where } from "../../ops/comparison.ts";
import { expm1, sqrt } from "../../ops/exponential.ts";
import { type MomentsConfig, momentsOf } from "./adam.ts";
import { average, type Leaf, type LeafScalar, leafwise, weightOf } from "./leafwise.ts";
import { scaleByLearningRate } from "./learning_rate.ts";
import type { Schedule } from "./schedule.ts";
import { chain, type GradientTransformation } from "./transformation.ts";
import { regularized } from "./weight_decay.ts";

/** Options of `radam`. */
export interface RadamConfig extends MomentsConfig {
  /** L2 regularization, added to the gradient. */
  readonly weightDecay?: number;
}

/** The coefficients of x coth(x / 2) / 2 - 1 in x², x⁴, …: Bernoulli numbers over factorials. */
const series = [1 / 12, -1 / 720, 1 / 30_240, -1 / 1_209_600, 1 / 47_900_160];
const cothSeries = (x: number): number => series.reduceRight((rest, c) => (rest + c) * x * x, 0);
/**
 * ρ = ρ∞ - 2 t β₂ᵗ / (1 - β₂ᵗ), the length of a simple average that varies as the one over t steps does. At first it is the
 * difference of two numbers near ρ∞, of which f32 would keep few digits, so a series takes its place: with y = -log β₂ and
 * s(x) = x coth(x / 2) / 2 - 1 it is t - (s(t y) - s(y)) 2 / y.
 */
const lengthOf = (beta: number, longest: number, t: LeafScalar): LeafScalar => {
  const y = -Math.log(Math.max(beta, Number.MIN_VALUE)), x = mul(t, Math.min(y, 50));
  const late: LeafScalar = sub(longest, div(mul(t, 2), expm1(minimum(x, 50))));
  if (y >= 1) return late;
  const squared = square(x);
  const curve = series.reduceRight((rest: LeafScalar, c) => mul(add(rest, c), squared), mul(x, 0));
  const early: LeafScalar = sub(t, mul(sub(curve, cothSeries(y)), 2 / y));
  return where(less(x, 1), early, late);
};

/**
 * r m̂ √(1 - β₂ᵗ) / (√v + ε), or m̂ alone in the first steps, while ρ ≤ 5: the variance of Adam's divisor is not yet finite.
 * r = √((ρ - 4) (ρ - 2) ρ∞ / ((ρ∞ - 4) (ρ∞ - 2) ρ)), ρ∞ = 2 / (1 - β₂) - 1. (Liu et al. 2020, algorithm 2)
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const optimizer = optim.chain(optim.scaleByRadam(), optim.scaleByLearningRate(0.001));
 * ```
 */
export const scaleByRadam = (config: MomentsConfig = {}): GradientTransformation => {
  optionsOf("scaleByRadam", config, { betas: true, epsilon: true });
  const { betas: [b1, b2], epsilon } = momentsOf("scaleByRadam", config);
  const longest = 2 / (1 - b2) - 1;
  return leafwise({
    slots: { first: 0, second: 0 },
    prepare: (t) => {
      const length = lengthOf(b2, longest, t), rectified = greater(length, 5);
      // Where it is not used it must be a number all the same: its derivative would be NaN.
      const used: LeafScalar = maximum(length, 5);
      const part = div(mul(mul(sub(used, 4), sub(used, 2)), longest / ((longest - 4) * (longest - 2))), used);
      return { first: div(1, weightOf(b1, t)), rectified, factor: sqrt(mul(part, weightOf(b2, t))) };
    },
    step: (g, kept, { first: whole, rectified, factor }) => {
      const first = average(kept.first, g, b1), second = average(kept.second, square(g), b2);
      const mean = mul(first, whole) as Tensor;
      const scaled = mul(div(mean, add(sqrt(second), epsilon) as Tensor) as Tensor, factor) as Tensor;
      return [where(rectified, scaled, mean) as Tensor as Leaf, { first, second }];
    },
  });
};

/**
 * Rectified Adam: g = gradient + weightDecay p; p = p - rate r m̂ / (√v̂ + ε). It needs no warm-up. (Liu et al. 2020, On the
 * variance of the adaptive learning rate; PyTorch: RAdam)
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const optimizer = optim.radam(0.001);
 * ```
 */
export const radam = (rate: number | Schedule, config: RadamConfig = {}): GradientTransformation => {
  const { weightDecay = 0, ...moments } = optionsOf("radam", config, { betas: true, epsilon: true, weightDecay: true });
  return chain(...regularized(weightDecay), scaleByRadam(moments), scaleByLearningRate(rate));
};

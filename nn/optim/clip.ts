/** Gradients that must not be too large. */
import type { Float } from "../../core/dtype.ts";
import type { Shape } from "../../core/shape/dim.ts";
import type { Tensor } from "../../core/tensor.ts";
import { flatten, mapTree } from "../../core/tree.ts";
import { optionsOf } from "../../core/options.ts";
import { abs, add, div, mul, square } from "../../ops/arithmetic.ts";
import { clamp } from "../../ops/between.ts";
import { cast } from "../../ops/cast.ts";
import { maximum, minimum } from "../../ops/comparison.ts";
import { pow, sqrt } from "../../ops/exponential.ts";
import { max } from "../../ops/reduction.ts";
import { scalar } from "../../ops/source.ts";
import { sum } from "../../ops/structure.ts";
import { needPositive } from "./checks.ts";
import type { Scalar } from "./schedule.ts";
import { each, type GradientTransformation } from "./transformation.ts";

/** Options of `globalNorm` and `clipByGlobalNorm`. */
export interface GlobalNormConfig {
  /** The power of the norm, Infinity for the largest absolute value; 2, the Euclidean norm, unless given. */
  readonly p?: number;
}
/**
 * The norm of all elements of a tree together: (Σ |x|^p)^(1/p). `tree -> f32[]`
 *
 * @example
 * ```ts
 * import { ones, optim } from "@pullback/pullback";
 * const size = optim.globalNorm({ weight: ones([3, 1]), bias: ones([1]) }); // 2
 * ```
 */
export const globalNorm = (tree: unknown, config: GlobalNormConfig = {}): Scalar => {
  const { p = 2 } = optionsOf("globalNorm", config, { p: true });
  if (!(p > 0)) throw new RangeError(`globalNorm: expected a power above 0, got ${p}`);
  const leaves = flatten(tree).leaves.map((x) => abs(x as Tensor<Shape, Float>));
  const f32 = (x: Tensor): Scalar => cast(x, "f32") as Tensor as Scalar;
  if (p === Infinity) return leaves.map((x) => f32(max(x))).reduce((x, y) => maximum(x, y), scalar(0));
  const powers = leaves.map((x) => f32(sum(p === 1 ? x : p === 2 ? square(x) : pow(x, p) as Tensor)));
  const total = powers.reduce((x, y) => add(x, y), scalar(0));
  return p === 1 ? total : p === 2 ? sqrt(total) : pow(total, 1 / p);
};

/**
 * All gradients times min(1, maxNorm / (norm + 1e-6)): together they are no longer than `maxNorm`. (Pascanu et al. 2013,
 * section 3.2; PyTorch: clip_grad_norm_)
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const optimizer = optim.chain(optim.clipByGlobalNorm(1), optim.adam(0.001));
 * ```
 */
export const clipByGlobalNorm = (maxNorm: number, config: GlobalNormConfig = {}): GradientTransformation => {
  optionsOf("clipByGlobalNorm", config, { p: true });
  needPositive("clipByGlobalNorm", "a norm", maxNorm);
  return {
    init: () => ({}),
    update: (gradients, state) => {
      const factor = minimum(div(maxNorm, add(globalNorm(gradients, config), 1e-6)), 1);
      return [mapTree((g) => mul(g!, cast(factor, g!.dtype)), gradients), state];
    },
  };
};

/**
 * Every element of a gradient between -limit and limit; NaN stays NaN. (PyTorch: clip_grad_value_)
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const optimizer = optim.chain(optim.clipByValue(0.5), optim.sgd(0.1));
 * ```
 */
export const clipByValue = (limit: number): GradientTransformation => {
  needPositive("clipByValue", "a limit", limit);
  return each((g) => clamp(g!, -limit, limit));
};

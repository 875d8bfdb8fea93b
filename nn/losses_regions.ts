/** Losses of images and of distributions: overlap, and distance from the standard normal. */
import type { Float } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { type Dim, type Shape, showShape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { optionsOf } from "../core/options.ts";
import { add, div, mul, square, sub } from "../ops/arithmetic.ts";
import { exp } from "../ops/exponential.ts";
import type { AnyFloat } from "../ops/pointwise.ts";
import { sum } from "../ops/structure.ts";
import { type LossOptions, needLike, type Reduced, reduceLoss, type Reduction } from "./loss_reduction.ts";

/** Options of `diceLoss`. */
export interface DiceOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** Added above and below, so that nothing to find and nothing found is no loss; 1 unless given. */
  readonly smooth?: number | undefined;
  /** Whether the sums below are of squares. (Milletari et al. 2016) */
  readonly squared?: boolean | undefined;
}
const afterChannels = (op: string, x: Tensor): readonly number[] => {
  const shape = extents(x), got = showShape(shape), expected = "[batch, classes, ...] with at least one axis more";
  if (shape.length >= 3) return shape.slice(2).map((_, i) => i + 2);
  throw new ShapeError(`${op}: expected ${expected}, got ${got}`, { op, expected, got });
};
/**
 * 1 minus Dice's coefficient, twice the overlap over the sum of both: 1 - (2 Σ x t + s) / (Σ x + Σ t + s), summed over all axes but
 * batch and classes. x are probabilities, t is 0 or 1. `F[n,c,...], F[n,c,...] -> F[]`; one by one `F[n,c]`. Throws `ShapeError` where
 * there are no such axes. (Dice 1945; Sudre et al. 2017)
 *
 * @example
 * ```ts
 * import { item, nn, ones, tensor } from "@pullback/pullback";
 * console.log((await item(nn.diceLoss(ones([1, 1, 4]), tensor([[[1, 1, 0, 0]]])))).toFixed(4)); // 0.2857
 * ```
 */
export const diceLoss = <D extends Float, const R extends Reduction = "mean">(
  x: Tensor<Shape, D>,
  target: Tensor<Shape, D>,
  options: DiceOptions<R> = {},
): Reduced<Dim[], D, R> => {
  optionsOf("diceLoss", options, { smooth: true, squared: true, reduction: true });
  const { smooth = 1, squared = false, reduction } = options;
  const p = x as Tensor, t = target as Tensor;
  needLike("diceLoss", p, t);
  const axes = afterChannels("diceLoss", p), over = (v: Tensor): Tensor => sum(v, axes) as Tensor;
  const size = (v: Tensor): Tensor => over(squared ? square(v) : v);
  const above = add(mul(over(mul(p, t)), 2), smooth), below = add(add(size(p), size(t)), smooth);
  return reduceLoss(sub(1, div(above, below)) as Tensor, reduction) as Reduced<Dim[], D, R>;
};

/**
 * Kullback-Leibler divergence of normal distributions with these means and logarithms of variances from the standard one, for each
 * example -½ Σ (1 + log v - μ² - v). In nats. `F[n,...], F[n,...] -> F[]`; one by one `F[n]`. (Kingma and Welling 2013, appendix B)
 *
 * @example
 * ```ts
 * import { item, nn, tensor, zeros } from "@pullback/pullback";
 * console.log(await item(nn.gaussianKl(tensor([[1, 2]]), zeros([1, 2])))); // 2.5
 * ```
 */
export const gaussianKl = <D extends Float, const R extends Reduction = "mean">(
  mean: Tensor<Shape, D>,
  logVariance: Tensor<Shape, D>,
  options: LossOptions<R> = {},
): Reduced<Dim[], D, R> => {
  const { reduction } = optionsOf("gaussianKl", options, { reduction: true });
  const mu = mean as Tensor, log = logVariance as Tensor;
  needLike("gaussianKl", mu, log);
  const each: Tensor = sub(sub(add(log, 1), square(mu)), exp(log as AnyFloat));
  const axes = extents(mu).slice(1).map((_, i) => i + 1);
  return reduceLoss(mul(axes.length === 0 ? each : sum(each, axes), -0.5) as Tensor, reduction) as Reduced<Dim[], D, R>;
};

/** Losses of how near or how large two things are, compared with each other. */
import type { Float } from "../core/dtype.ts";
import type { Dim, Shape } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import { optionsOf } from "../core/options.ts";
import { relu } from "../ops/activation.ts";
import { add, mul, neg, sub } from "../ops/arithmetic.ts";
import type { AnyFloat } from "../ops/pointwise.ts";
import { norm } from "../ops/statistics.ts";
import { type LossOptions, needLike, type Reduced, reduceLoss, type Reduction } from "./loss_reduction.ts";

/** Options of `tripletMarginLoss`. */
export interface TripletOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** By how much the positive must be nearer; 1 unless given. */
  readonly margin?: number | undefined;
  /** The order of the norm; 2 unless given. */
  readonly p?: number | undefined;
  /** Added to every difference; 1e-6 unless given. */
  readonly epsilon?: number | undefined;
}
/**
 * max(0, d(anchor, positive) - d(anchor, negative) + margin), d(u, v) = |u - v + epsilon|_p over the last axis.
 * `F[...b,d] three times -> F[]` (Schroff et al. 2015)
 *
 * @example
 * ```ts
 * import { item, nn, tensor } from "@pullback/pullback";
 * console.log((await item(nn.tripletMarginLoss(tensor([0, 0]), tensor([3, 4]), tensor([0, 1])))).toFixed(4)); // 5.0000
 * ```
 */
export const tripletMarginLoss = <D extends Float, const R extends Reduction = "mean">(
  anchor: Tensor<Shape, D>,
  positive: Tensor<Shape, D>,
  negative: Tensor<Shape, D>,
  options: TripletOptions<R> = {},
): Reduced<Dim[], D, R> => {
  optionsOf("tripletMarginLoss", options, { margin: true, p: true, epsilon: true, reduction: true });
  const { margin = 1, p = 2, epsilon = 1e-6, reduction } = options;
  const a = anchor as Tensor;
  needLike("tripletMarginLoss", a, positive as Tensor, negative as Tensor);
  const distance = (b: Tensor): Tensor => norm(add(sub(a, b), epsilon) as Tensor as AnyFloat, -1, { p });
  const behind = add(sub(distance(positive as Tensor), distance(negative as Tensor)), margin) as Tensor;
  return reduceLoss(relu(behind as AnyFloat), reduction) as Reduced<Dim[], D, R>;
};

/** Options of `marginRankingLoss`. */
export interface RankingOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** By how much one must be ahead of the other; 0 unless given. */
  readonly margin?: number | undefined;
}
/**
 * max(0, -t (a - b) + margin): target 1 wants a larger, -1 wants b larger. `F[...S] three times -> F[]`
 *
 * @example
 * ```ts
 * import { item, nn, tensor } from "@pullback/pullback";
 * console.log(await item(nn.marginRankingLoss(tensor([1]), tensor([3]), tensor([1])))); // 2
 * ```
 */
export const marginRankingLoss = <S extends Shape, D extends Float, const R extends Reduction = "mean">(
  a: Tensor<S, D>,
  b: Tensor<S, D>,
  target: Tensor<S, D>,
  options: RankingOptions<R> = {},
): Reduced<S, D, R> => {
  const { margin = 0, reduction } = optionsOf("marginRankingLoss", options, { margin: true, reduction: true });
  const x = a as Tensor;
  needLike("marginRankingLoss", x, b as Tensor, target as Tensor);
  const behind = add(neg(mul(target as Tensor, sub(x, b as Tensor)) as Tensor), margin) as Tensor;
  return reduceLoss(relu(behind as AnyFloat), reduction) as Reduced<S, D, R>;
};

/** Losses of predictions and targets of one shape, element by element. x is the prediction, t the target. Long because each has its example. */
import type { Float } from "../core/dtype.ts";
import type { Shape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { optionsOf } from "../core/options.ts";
import { logSigmoid, relu } from "../ops/activation.ts";
import { abs, add, div, mul, neg, square, sub } from "../ops/arithmetic.ts";
import { clamp } from "../ops/between.ts";
import { equal, less, where } from "../ops/comparison.ts";
import { exp, log, xlogy } from "../ops/exponential.ts";
import { stopGradient } from "../ops/gradient.ts";
import type { AnyFloat } from "../ops/pointwise.ts";
import { sum } from "../ops/structure.ts";
import {
  type LossOptions,
  needLike,
  type PairLoss,
  pairLoss,
  type Reduced,
  reduceLoss,
  type Reduction,
} from "./loss_reduction.ts";

type Mask = Tensor<[], "bool">;
const float = (x: Tensor): AnyFloat => x as AnyFloat;

/**
 * (x - t)². `F[...S], F[...S] -> F[]`
 *
 * @example
 * ```ts
 * import { item, nn, tensor } from "@pullback/pullback";
 * console.log(await item(nn.mseLoss(tensor([1, 2]), tensor([1, 4])))); // 2
 * ```
 */
export const mseLoss: PairLoss = pairLoss<object>("mseLoss", (x, t) => square(sub(x, t) as Tensor));
/**
 * |x - t|. `F[...S], F[...S] -> F[]`
 *
 * @example
 * ```ts
 * import { item, nn, tensor } from "@pullback/pullback";
 * console.log(await item(nn.l1Loss(tensor([1, 2]), tensor([1, 4])))); // 1
 * ```
 */
export const l1Loss: PairLoss = pairLoss<object>("l1Loss", (x, t) => abs(sub(x, t) as Tensor));

/** `inner` where |d| is less than the limit, else `outer`; no NaN of one reaches the other. */
const bent = (d: Tensor, limit: number, inner: (d: Tensor) => Tensor, outer: (size: Tensor) => Tensor): Tensor => {
  const size = abs(d), near = less(size, limit) as Mask;
  return where(near, inner(d), outer(size));
};
/**
 * Where |x - t| < beta (1 unless given): (x - t)² / (2 beta), else |x - t| - beta / 2. `F[...S], F[...S] -> F[]` (Girshick 2015)
 *
 * @example
 * ```ts
 * import { item, nn, tensor } from "@pullback/pullback";
 * console.log(await item(nn.smoothL1Loss(tensor([1, 2]), tensor([1, 4])))); // 0.75
 * ```
 */
export const smoothL1Loss: PairLoss<{ readonly beta?: number }> = pairLoss(
  "smoothL1Loss",
  (x, t, { beta = 1 }: { readonly beta?: number }) =>
    beta === 0
      ? abs(sub(x, t) as Tensor)
      : bent(sub(x, t) as Tensor, beta, (d) => div(mul(square(d), 0.5), beta), (a) => sub(a, beta / 2)),
  { beta: true },
);
/**
 * Where |x - t| < delta (1 unless given): (x - t)² / 2, else delta (|x - t| - delta / 2). `F[...S], F[...S] -> F[]` (Huber 1964)
 *
 * @example
 * ```ts
 * import { item, nn, tensor } from "@pullback/pullback";
 * console.log(await item(nn.huberLoss(tensor([1, 2]), tensor([1, 4])))); // 0.75
 * ```
 */
export const huberLoss: PairLoss<{ readonly delta?: number }> = pairLoss(
  "huberLoss",
  (x, t, { delta = 1 }: { readonly delta?: number }) =>
    bent(sub(x, t) as Tensor, delta, (d) => mul(square(d), 0.5), (a) => mul(sub(a, delta / 2), delta)),
  { delta: true },
);

/**
 * Cross-entropy of probabilities x of "yes": -t log x - (1 - t) log(1 - x), logarithms cut off at -100. `F[...S], F[...S] -> F[]`
 *
 * @example
 * ```ts
 * import { item, nn, tensor } from "@pullback/pullback";
 * console.log((await item(nn.bceLoss(tensor([0.5]), tensor([1])))).toFixed(4)); // 0.6931
 * ```
 */
export const bceLoss: PairLoss = pairLoss<object>("bceLoss", (x, t) => {
  const cut = (p: Tensor): Tensor => clamp(log(float(p)) as Tensor, -100);
  return neg(add(mul(t, cut(x)), mul(sub(1, t), cut(sub(1, x)))) as Tensor);
});
/** Options of `bceWithLogits`. */
export interface BceOptions {
  /** A factor of every loss, broadcast. */
  readonly weight?: Tensor | undefined;
  /** A factor of the losses of targets "yes", broadcast. */
  readonly positiveWeight?: Tensor | undefined;
}
/**
 * Cross-entropy of "yes" with probability σ(x), without overflow: (1 - t) x + (1 + (w - 1) t) log(1 + exp(-x)), w the weight of
 * "yes". `F[...S], F[...S] -> F[]`
 *
 * @example
 * ```ts
 * import { item, nn, tensor } from "@pullback/pullback";
 * console.log((await item(nn.bceWithLogits(tensor([0]), tensor([1])))).toFixed(4)); // 0.6931
 * ```
 */
export const bceWithLogits: PairLoss<BceOptions> = pairLoss(
  "bceWithLogits",
  (x, t, { weight, positiveWeight }: BceOptions) => {
    const unsure = neg(logSigmoid(float(x))) as Tensor;
    const factor: Tensor | null = positiveWeight === undefined ? null : add(mul(sub(positiveWeight, 1), t), 1);
    const loss: Tensor = add(mul(sub(1, t), x), factor === null ? unsure : mul(factor, unsure));
    return weight === undefined ? loss : mul(loss, weight);
  },
  { weight: true, positiveWeight: true },
);
/**
 * log(1 + exp(-t x)) for targets -1 and 1. `F[...S], F[...S] -> F[]`
 *
 * @example
 * ```ts
 * import { item, nn, tensor } from "@pullback/pullback";
 * console.log((await item(nn.softMarginLoss(tensor([0]), tensor([1])))).toFixed(4)); // 0.6931
 * ```
 */
export const softMarginLoss: PairLoss = pairLoss<object>(
  "softMarginLoss",
  (x, t) => neg(logSigmoid(float(mul(x, t) as Tensor))),
);
/**
 * max(0, 1 - t x) for targets -1 and 1. `F[...S], F[...S] -> F[]`
 *
 * @example
 * ```ts
 * import { item, nn, tensor } from "@pullback/pullback";
 * console.log(await item(nn.hingeLoss(tensor([2, -0.5]), tensor([1, 1])))); // 0.75
 * ```
 */
export const hingeLoss: PairLoss = pairLoss<object>("hingeLoss", (x, t) => relu(float(sub(1, mul(x, t)) as Tensor)));
/**
 * max(0, -t x) for targets -1 and 1: nothing as long as the sign is right. `F[...S], F[...S] -> F[]` (Rosenblatt 1958)
 *
 * @example
 * ```ts
 * import { item, nn, tensor } from "@pullback/pullback";
 * console.log(await item(nn.perceptronLoss(tensor([2, -0.5]), tensor([1, 1])))); // 0.25
 * ```
 */
export const perceptronLoss: PairLoss = pairLoss<object>(
  "perceptronLoss",
  (x, t) => relu(float(neg(mul(x, t) as Tensor))),
);
/**
 * Distances x: x itself for target 1, max(0, margin - x) for target -1; the margin is 1 unless given. `F[...S], F[...S] -> F[]`
 *
 * @example
 * ```ts
 * import { item, nn, tensor } from "@pullback/pullback";
 * console.log(await item(nn.hingeEmbeddingLoss(tensor([0.5, 0.5]), tensor([1, -1])))); // 0.5
 * ```
 */
export const hingeEmbeddingLoss: PairLoss<{ readonly margin?: number }> = pairLoss(
  "hingeEmbeddingLoss",
  (x, t, { margin = 1 }: { readonly margin?: number }) =>
    where(equal(t, 1) as Mask, x, relu(float(sub(margin, x) as Tensor)) as Tensor),
  { margin: true },
);
/** Options of `poissonNllLoss`. */
export interface PoissonOptions {
  /** Whether x is the logarithm of the rate; it is unless said. */
  readonly logInput?: boolean;
  /** Added to a rate before its logarithm is taken; 1e-8 unless given. */
  readonly epsilon?: number;
}
/**
 * Counts t of rate exp(x): exp(x) - t x; or of rate x: x - t log(x + epsilon). `F[...S], F[...S] -> F[]`
 *
 * @example
 * ```ts
 * import { item, nn, tensor } from "@pullback/pullback";
 * console.log(await item(nn.poissonNllLoss(tensor([0]), tensor([3])))); // 1
 * ```
 */
export const poissonNllLoss: PairLoss<PoissonOptions> = pairLoss(
  "poissonNllLoss",
  (x, t, { logInput = true, epsilon = 1e-8 }: PoissonOptions) =>
    logInput ? sub(exp(float(x)), mul(t, x)) : sub(x, mul(t, log(float(add(x, epsilon) as Tensor)))),
  { logInput: true, epsilon: true },
);

/** Options of `klDivergence`. */
export interface KlOptions<R extends Reduction | "batchMean" = Reduction | "batchMean"> {
  /** "batchMean": the sum divided by the extent of axis 0. */
  readonly reduction?: R | undefined;
  /** Whether the target holds logarithms too. */
  readonly logTarget?: boolean | undefined;
}
/**
 * Kullback-Leibler divergence of log-probabilities x from probabilities t: t (log t - x), and 0 where t is 0.
 * `F[...S], F[...S] -> F[]`
 *
 * @example
 * ```ts
 * import { item, log, nn, tensor } from "@pullback/pullback";
 * console.log((await item(nn.klDivergence(log(tensor([0.5, 0.5])), tensor([1, 0])))).toFixed(4)); // 0.3466
 * ```
 */
export const klDivergence = <S extends Shape, D extends Float, const R extends Reduction | "batchMean" = "mean">(
  x: Tensor<S, D>,
  target: Tensor<S, D>,
  options: KlOptions<R> = {},
): Reduced<S, D, R> => {
  const { reduction, logTarget = false } = optionsOf("klDivergence", options, { reduction: true, logTarget: true });
  const a = x as Tensor, t = target as Tensor;
  needLike("klDivergence", a, t);
  const losses: Tensor = logTarget ? mul(exp(float(t)), sub(t, a)) : sub(xlogy(t, t), mul(t, a));
  const y = reduction === "batchMean"
    ? div(sum(losses) as Tensor, extents(a)[0] ?? 1)
    : reduceLoss(losses, reduction as Reduction | undefined);
  return y as Tensor as Reduced<S, D, R>;
};

/** Options of `gaussianNllLoss`. */
export interface GaussianOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** Whether the constant log(2π) / 2 is added. */
  readonly full?: boolean | undefined;
  /** The least variance; 1e-6 unless given. The derivative does not see it. */
  readonly epsilon?: number | undefined;
}
/**
 * Targets under a normal distribution of mean x and the given variance: (log v + (x - t)² / v) / 2. `F[...S] three times -> F[]`
 *
 * @example
 * ```ts
 * import { item, nn, ones, tensor } from "@pullback/pullback";
 * console.log(await item(nn.gaussianNllLoss(tensor([1, 2]), tensor([1, 4]), ones([2])))); // 1
 * ```
 */
export const gaussianNllLoss = <S extends Shape, D extends Float, const R extends Reduction = "mean">(
  x: Tensor<S, D>,
  target: Tensor<S, D>,
  variance: Tensor<S, D>,
  options: GaussianOptions<R> = {},
): Reduced<S, D, R> => {
  optionsOf("gaussianNllLoss", options, { reduction: true, full: true, epsilon: true });
  const { reduction, full = false, epsilon = 1e-6 } = options;
  const a = x as Tensor, given = variance as Tensor;
  needLike("gaussianNllLoss", a, target as Tensor, given);
  const v: Tensor = add(given, stopGradient(sub(clamp(given, epsilon), given) as Tensor));
  const half: Tensor = mul(add(log(float(v)), div(square(sub(a, target as Tensor) as Tensor), v)), 0.5);
  return reduceLoss(full ? add(half, Math.log(2 * Math.PI) / 2) : half, reduction) as Reduced<S, D, R>;
};

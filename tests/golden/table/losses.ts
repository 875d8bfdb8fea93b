import * as nn from "../../../nn/mod.ts";
import * as o from "../../../ops/mod.ts";
import { type Adapter, type Any, blank, type Failures, type Rows } from "./row.ts";

/** The row of a loss of `x` and `target`, with options from its arguments. */
const loss = (f: Any, options: (args: Any) => object = () => ({})): Adapter => ({ x, target }, args) =>
  f(x, target, { reduction: args.reduction, ...options(args) });
const labels = (args: Any, weight: Any) => ({
  weight,
  ignore: args.ignore_index,
  labelSmoothing: args.label_smoothing,
});

export const rows: Rows = {
  mse_loss: loss(nn.mseLoss),
  l1_loss: loss(nn.l1Loss),
  smooth_l1_loss: loss(nn.smoothL1Loss, ({ beta }) => ({ beta })),
  huber_loss: loss(nn.huberLoss, ({ delta }) => ({ delta })),
  bce_loss: loss(nn.bceLoss),
  bce_with_logits: ({ x, target, weight, pos_weight }, { reduction }) =>
    nn.bceWithLogits(x, target, { reduction, weight, positiveWeight: pos_weight }),
  soft_margin_loss: loss(nn.softMarginLoss),
  hinge_loss: loss(nn.hingeLoss),
  hinge_embedding_loss: loss(nn.hingeEmbeddingLoss, ({ margin }) => ({ margin })),
  poisson_nll_loss: loss(nn.poissonNllLoss, ({ log_input }) => ({ logInput: log_input })),
  kl_div: ({ x, target }, { reduction, log_target }) =>
    nn.klDivergence(x, target, {
      reduction: reduction === "batchmean" ? "batchMean" : reduction,
      logTarget: log_target,
    }),
  gaussian_nll_loss: ({ x, target, var: variance }, { full, eps, reduction }) =>
    nn.gaussianNllLoss(x, target, variance, { full, epsilon: eps, reduction }),
  cross_entropy: ({ x, target, weight }, args) =>
    nn.crossEntropy(x, target, { reduction: args.reduction, ...labels(args, weight) }),
  nll_loss: ({ x, target, weight }, args) =>
    nn.nllLoss(x, target, { reduction: args.reduction, weight, ignore: args.ignore_index }),
  multi_margin_loss: ({ x, target, weight }, { p, margin, reduction }) =>
    nn.multiMarginLoss(x, target, { p, margin, weight, reduction }),
  triplet_margin_loss: ({ anchor, positive, negative }, { margin, p, eps, reduction }) =>
    nn.tripletMarginLoss(anchor, positive, negative, { margin, p, epsilon: eps, reduction }),
  margin_ranking_loss: ({ a, b, target }, { margin, reduction }) =>
    nn.marginRankingLoss(a, b, target, { margin, reduction }),
  ctc_loss: ({ x, target }, { input_lengths, target_lengths, blank, reduction }) =>
    nn.ctcLoss(o.logSoftmax(x, 2 as Any), target, {
      blank,
      inputLengths: input_lengths,
      targetLengths: target_lengths,
      reduction,
    }),
};

export const failures: Failures = {
  cross_entropy: ({ x, target, target_shape }) =>
    nn.crossEntropy(blank(x), target === undefined ? o.zeros(target_shape, "i32") : o.tensor(target, "i32") as Any),
};

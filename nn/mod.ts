/** Layers, losses, initializers, models. */
export { type Identity, identity, logSoftmax, type Pointwise, relu, sigmoid, softmax, tanh } from "./activation.ts";
export {
  type BatchNorm,
  batchNorm,
  type BatchNormConfig,
  type RunningStatistics,
  type ScaleShift,
} from "./batch_norm.ts";
export { type Concat, concat, type Residual, residual } from "./branches.ts";
export { type Conv2d, conv2d, type Conv2dConfig, exact } from "./conv2d.ts";
export { dropout } from "./dropout.ts";
export * as init from "./init.ts";
export {
  type Context,
  type Layer,
  layer,
  type LayerFields,
  type Layers,
  type Nothing,
  type Parametric,
  type ParamsOf,
  type Part,
  type Stateless,
  stateless,
  type Variables,
} from "./layer.ts";
export { type Linear, linear } from "./linear.ts";
export { softmaxCrossEntropy } from "./losses.ts";
export {
  assertStatic,
  type Chain,
  chain,
  type CheckedLayers,
  type Model,
  model,
  type ModelVariables,
  type Params,
  type State,
} from "./model.ts";
export { avgPool2d, type GlobalAvgPool, globalAvgPool, maxPool2d, type Pool2d, type PoolConfig } from "./pool.ts";
export { type Repeat, repeat } from "./repeat.ts";
export { type Expect, expectShape, type Flatten, flatten } from "./reshaping.ts";
export { type Named, named, type Sequential, sequential } from "./sequential.ts";
export { drawWeightBias, type WeightBias, type WeightInit } from "./weights.ts";
export { times } from "../core/arith.ts";
export { type LossOptions, type PairLoss, type Reduced, type Reduction } from "./loss_reduction.ts";
export {
  type ClassLossOptions,
  crossEntropy,
  type CrossEntropyOptions,
  multiMarginLoss,
  type MultiMarginOptions,
  nllLoss,
} from "./losses_classes.ts"; // deno-fmt-ignore
export { ctcLoss, type CtcOptions, type Lengths } from "./losses_ctc.ts";
export {
  bceLoss,
  type BceOptions,
  bceWithLogits,
  gaussianNllLoss,
  type GaussianOptions,
  hingeEmbeddingLoss,
  hingeLoss,
  huberLoss,
  klDivergence,
  type KlOptions,
  l1Loss,
  mseLoss,
  poissonNllLoss,
  type PoissonOptions,
  smoothL1Loss,
  softMarginLoss,
} from "./losses_elementwise.ts"; // deno-fmt-ignore
export { marginRankingLoss, type RankingOptions, tripletMarginLoss, type TripletOptions } from "./losses_ranking.ts";
export {
  attention,
  type AttentionOptions,
  type EncoderOptions,
  type EncoderWeights,
  multiHeadAttention,
  type MultiHeadOptions,
  type MultiHeadOutput,
  type MultiHeadWeights,
  type NormWeights,
  transformerEncoderLayer,
} from "./attention.ts"; // deno-fmt-ignore
export { gru, lstm, type RecurrentLayer, type RecurrentOutput, rnn } from "./recurrent.ts";
export { gruCell, lstmCell, type RecurrentWeights, rnnCell } from "./recurrent_cells.ts";

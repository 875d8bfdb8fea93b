/** Layers, losses, initializers, models. */
export {
  elu,
  gelu,
  hardSigmoid,
  hardSwish,
  hardTanh,
  type Identity,
  identity,
  leakyRelu,
  mish,
  type Pointwise,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softplus,
  step,
  tanh,
} from "./activation.ts";
export {
  type BatchNorm,
  batchNorm,
  type BatchNormConfig,
  type RunningStatistics,
  type ScaleShift,
} from "./batch_norm.ts";
export { type Concat, concat, type Residual, residual } from "./branches.ts";
export { type CropConcat, cropConcat } from "./crop_concat.ts";
export { type Conv2d, conv2d, type Conv2dConfig, exact } from "./conv2d.ts";
export { dropout, type Dropout2d, dropout2d, stochasticDepth } from "./dropout.ts";
export { type Gaussian, type GaussianLatent, gaussianLatent, reparametrize } from "./gaussian_latent.ts";
export {
  adaptiveAvgPool2d,
  adaptiveMaxPool2d,
  type AdaptivePool2d,
  globalAvgPool,
  globalMaxPool,
  type GlobalPool,
} from "./global_pool.ts";
export type { Fail, Show } from "../core/shape/dim.ts";
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
  type TreeName,
  type Variables,
} from "./layer.ts";
export { type Linear, linear, type LinearConfig } from "./linear.ts";
export { softmaxCrossEntropy } from "./losses.ts";
export {
  assertStatic,
  type Chain,
  chain,
  type CheckedLayers,
  type Model,
  model,
  type ModelVariables,
  type Outputs,
  type Params,
  type State,
} from "./model.ts";
export { avgPool2d, type AvgPoolConfig, maxPool2d, minPool2d, type Pool2d, type PoolConfig } from "./pool.ts";
export { type Prelu, prelu, type PreluConfig } from "./prelu.ts";
export { type RadialBasis, radialBasis } from "./radial_basis.ts";
export { type Repeat, repeat } from "./repeat.ts";
export {
  type AsSequence,
  asSequence,
  type Expect,
  expectShape,
  type Flatten,
  flatten,
  reshape,
  type Reshaped,
  type Select,
  select,
} from "./reshaping.ts";
export { type Named, named, type Sequential, sequential } from "./sequential.ts";
export { type SelectChannels, selectChannels } from "./select_channels.ts";
export { logSoftmax, type Softmax, softmax } from "./softmax.ts";
export { type Subsample2d, subsample2d } from "./subsample.ts";
export { type BiasConfig, drawWeightBias, type WeightBias, type WeightInit, type Weights } from "./weights.ts";
export { type Border, type CenterCrop2d, centerCrop2d, type Pad2d, pad2d } from "./border.ts";
export {
  type GroupNorm,
  groupNorm,
  type InstanceNorm,
  instanceNorm,
  type LocalResponseNorm,
  localResponseNorm,
} from "./channel_norm.ts"; // deno-fmt-ignore
export { type ChannelShuffle, channelShuffle, type SplitChannels, splitChannels } from "./channels.ts";
export {
  type ConvTranspose,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
  type ConvTransposeConfig,
} from "./conv_transpose.ts"; // deno-fmt-ignore
export { type LocallyConnected2d, locallyConnected2d, type LocallyConnectedConfig } from "./locally_connected.ts";
export { conv1d, conv3d, type ConvNd, type ConvNdConfig } from "./conv_nd.ts";
export { avgPool1d, avgPool3d, maxPool1d, maxPool3d, minPool1d, minPool3d, type PoolNd } from "./pool_nd.ts"; // deno-fmt-ignore
export { type Dense, dense } from "./dense.ts";
export {
  type DepthwiseConfig,
  type DepthwiseConv2d,
  depthwiseConv2d,
  type SeparableConv2d,
  separableConv2d,
} from "./depthwise.ts"; // deno-fmt-ignore
export { type EncoderBlock, type EncoderConfig, transformerBlock } from "./transformer.ts";
export { type MultiHead, multiHeadAttention, type MultiHeadConfig } from "./attention.ts";
export {
  type ClassToken,
  classToken,
  type LearnedPositions,
  learnedPositions,
  type PatchEmbedding,
  patchEmbedding,
  type SinusoidalPositions,
  sinusoidalPositions,
} from "./positions.ts"; // deno-fmt-ignore
export { gru, lstm, type Recurrent, type RecurrentConfig, type RecurrentParams, rnn } from "./recurrent.ts";
export { type Embedding, embedding, type EmbeddingConfig } from "./embedding.ts";
export { freeze } from "./freeze.ts";
export { type Gated, gated } from "./gated.ts";
export { type ExampleFunction, type Lambda, lambda } from "./lambda.ts";
export {
  type LayerNorm,
  layerNorm,
  type LayerNorm2d,
  layerNorm2d,
  type LayerNormConfig,
  type NormConfig,
  type RmsNorm,
  rmsNorm,
} from "./layer_norm.ts"; // deno-fmt-ignore
export { type LayerScale, layerScale } from "./layer_scale.ts";
export { type Resize2d, resize2d, type Upsample2d, upsample2d } from "./resample.ts";
export type { ResampleMode, ResampleOptions } from "../ops/resample.ts";
export { type Meeting, type Parallel, parallel } from "./parallel.ts";
export { type Auxiliary, auxiliary, type Tap, tap } from "./tap.ts";
export { times } from "../core/arith.ts";
export { type LossOptions, type PairLoss, type Reduced, type Reduction } from "./loss_reduction.ts";
export {
  type ClassLossOptions,
  crossEntropy,
  type CrossEntropyOptions,
  multiclassHinge,
  type MulticlassHingeOptions,
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
  perceptronLoss,
  poissonNllLoss,
  type PoissonOptions,
  smoothL1Loss,
  softMarginLoss,
} from "./losses_elementwise.ts"; // deno-fmt-ignore
export { diceLoss, type DiceOptions, gaussianKl } from "./losses_regions.ts";
export { l1Penalty, l2Penalty, type ParameterFilter } from "./penalties.ts";
export { marginRankingLoss, type RankingOptions, tripletMarginLoss, type TripletOptions } from "./losses_ranking.ts";

/** Operations on tensors. @module */
export {
  celu,
  elu,
  gelu,
  glu,
  logit,
  logSigmoid,
  logSoftmax,
  mish,
  relu,
  selu,
  silu,
  softmax,
  softplus,
  softsign,
  tanhShrink,
} from "./activation.ts"; // deno-fmt-ignore
export { adaptiveAvgPool, adaptiveMaxPool, type AdaptivePoolFunction } from "./adaptive.ts";
export { abs, add, div, mul, neg, rem, sign, square, sub } from "./arithmetic.ts";
export { clamp, lerp } from "./between.ts";
export { addBias } from "./bias.ts";
export { shiftLeft, shiftRight } from "./bits.ts";
export { bitcastTo, cast } from "./cast.ts";
export {
  and,
  equal,
  greater,
  greaterEqual,
  isFinite,
  isInf,
  isNan,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  maximum,
  minimum,
  not,
  notEqual,
  or,
  where,
  xor,
} from "./comparison.ts"; // deno-fmt-ignore
export { matmul } from "./contraction.ts";
export { conv2d } from "./convolution.ts";
export {
  conv1d,
  conv3d,
  type ConvFunction,
  type ConvOptions,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
  type ConvTransposeFunction,
  type ConvTransposeOptions,
} from "./convolution_nd.ts"; // deno-fmt-ignore
export { data, dataOf, type DTypeOf, item, type Nested, read, type ShapeOf, tensor, type Values } from "./create.ts";
export { cummax, cummin, cumprod, cumsum, type Found, logCumSumExp } from "./cumulative.ts";
export { cdist, cosineSimilarity, normalize, type NormalizeOptions } from "./distance.ts";
export { floorDivide, remainder, truncDivide } from "./division.ts";
export { einsum } from "./einsum.ts";
export { type Einsum, type EinsumFunction } from "./einsum_signatures.ts";
export { type BagMode, bincount, embedding, embeddingBag, type EmbeddingOptions, oneHot } from "./embedding.ts";
export {
  cbrt,
  exp,
  exp2,
  expm1,
  log,
  log10,
  log1p,
  log2,
  logAddExp,
  pow,
  reciprocal,
  rsqrt,
  sigmoid,
  sqrt,
  tanh,
  xlogy,
} from "./exponential.ts"; // deno-fmt-ignore
export { stopGradient } from "./gradient.ts";
export { arange, type ArangeFunction, linspace, meshgrid, outer, type OuterFunction } from "./grid.ts";
export { affineGrid, gridSample, type GridSampleOptions } from "./grid_sample.ts";
export { acosh, asinh, atanh, cosh, sinh } from "./hyperbolic.ts";
export {
  boxKernel,
  convolve2d,
  correlate2d,
  type Edges,
  type FilterFunction,
  type FilterOptions,
  gaborKernel,
  type GaborOptions,
  gaussianKernel,
  highpassKernel,
  type Kernel,
  sharpenKernel,
  sobel,
  sobelXKernel,
  sobelYKernel,
} from "./image_filters.ts"; // deno-fmt-ignore
export { linear } from "./linear.ts";
export { maskedFill, maskedSelect, nonzero, unique } from "./mask.ts";
export {
  batchNorm,
  type BatchNormOptions,
  batchNormTraining,
  groupNorm,
  instanceNorm,
  layerNorm,
  localResponseNorm,
  type LocalResponseOptions,
  type NormalizationOptions,
  rmsNorm,
  type Running,
} from "./normalization.ts"; // deno-fmt-ignore
export { pad, type PadMode } from "./padding.ts";
export { chunk, type Range, select, split, stridedSlice } from "./pieces.ts";
export {
  hardShrink,
  hardSigmoid,
  hardSwish,
  hardTanh,
  leakyRelu,
  prelu,
  relu6,
  softShrink,
  threshold,
} from "./piecewise.ts";
export {
  avgPool,
  avgPool1d,
  avgPool3d,
  type AvgPoolingOptions,
  maxPool,
  maxPool1d,
  maxPool3d,
  maxPoolIndices,
  type PoolingFunction,
  type PoolingOptions,
} from "./pooling.ts"; // deno-fmt-ignore
export { prod } from "./product.ts";
export { all, any, argmax, argmin, max, mean, min } from "./reduction.ts";
export { repeatInterleave, tile } from "./repetition.ts";
export { interpolate, type ResampleMode, type ResampleOptions, upsample } from "./resample.ts";
export { flip, roll } from "./reverse.ts";
export { ceil, floor, round, trunc } from "./rounding.ts";
export { gather, indexAdd, scatter, scatterAdd } from "./scatter.ts";
export { searchSorted, type Side } from "./search.ts";
export { channelShuffle, type ImageBy, pixelShuffle, pixelUnshuffle } from "./shuffle.ts";
export { concat, slice, stack } from "./slice.ts";
export { argsort, sort, type SortOptions, topk, type TopkOptions } from "./sort.ts";
export { full, iota, ones, scalar, zeros } from "./source.ts";
export { type Sizes, type SpatialPadding, type WindowsOptions } from "../core/shape/spatial.ts";
export { digamma, erf, erfc, erfinv, lgamma, trigamma } from "./special.ts";
export { countNonzero, logSumExp, norm, std, variance } from "./statistics.ts";
export { broadcastTo, expandDims, moveAxis, permute, reshape, squeeze, sum, transpose } from "./structure.ts";
export { swapAxes, type SwapAxesFunction } from "./swap.ts";
export { take, type TakeFunction } from "./take.ts";
export { diagEmbed, diagonal, eye, tril, triu } from "./triangle.ts";
export { acos, asin, atan, atan2, cos, hypot, sin, tan } from "./trigonometry.ts";
export { fold, unfold } from "./unfold.ts";
export { avgPool2d, maxPool2d } from "./window.ts";

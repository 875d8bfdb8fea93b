// deno-fmt-ignore-file -- one line for each layer
/** One of each layer that computes something, on a small input: what the tests of their laws run over. */
import * as nn from "../../nn/mod.ts";
import { square } from "../../ops/arithmetic.ts";

// deno-lint-ignore no-explicit-any -- a tensor of any shape
type Any = any;

/** A layer, and the shape of an example. */
export interface LayerSample {
  readonly layer: nn.Layer;
  readonly shape: readonly number[];
  /** Whether its input are tokens below this number. */
  readonly tokens?: number;
}
const on = (shape: readonly number[], ...layers: readonly unknown[]): LayerSample[] => layers.map((layer) => ({ layer: layer as nn.Layer, shape }));
const squeeze = nn.sequential(nn.globalAvgPool, nn.linear(2), nn.relu, nn.linear(4), nn.sigmoid);

/** Every kind, away from kinks. */
export const layerSamples: readonly LayerSample[] = [
  ...on([5], nn.relu, nn.relu6, nn.leakyRelu(0.2), nn.elu(), nn.selu, nn.gelu(), nn.gelu("tanh"), nn.silu, nn.mish, nn.sigmoid, nn.hardSigmoid, nn.hardSwish,
    nn.hardTanh(-2, 2), nn.tanh, nn.softplus(2), nn.softmax(), nn.logSoftmax(), nn.step, nn.identity, nn.linear(3), nn.linear(3, { bias: false }), nn.prelu(), nn.layerNorm(), nn.rmsNorm()),
  ...on([4, 3], nn.dense(2), nn.dense(2, { bias: false }), nn.softmax(-1), nn.layerNorm({ axes: 2, affine: false }), nn.groupNorm(2), nn.prelu({ perChannel: true }), nn.layerScale(0.5)),
  ...on([4, 5], nn.conv1d(6, { kernel: 3, padding: [[2, 0]], groups: 2 }), nn.conv1d(2, { kernel: 2, dilation: 2, padding: "same", bias: false }), nn.maxPool1d(2), nn.minPool1d(2), nn.avgPool1d(3, { padding: 1, countPadding: false }), nn.convTranspose1d(2, { kernel: 3, stride: 2, groups: 2 }), nn.batchNorm(), nn.batchNorm({ affine: false })),
  ...on([4, 5, 4], nn.conv2d(2, { kernel: 3, padding: 1 }), nn.conv2d(6, { kernel: [2, 3], stride: 2, groups: 2, bias: false }), nn.convTranspose2d(3, { kernel: 3, stride: 2, padding: 1, outputPadding: 1 }),
    nn.depthwiseConv2d({ kernel: 3, multiplier: 2 }), nn.separableConv2d(3, { kernel: 3, padding: "same" }), nn.maxPool2d(2), nn.minPool2d(2), nn.avgPool2d(3, { padding: 1, countPadding: false }),
    nn.avgPool2d(3, { fit: "ceil", stride: 2 }), nn.globalAvgPool, nn.globalMaxPool, nn.adaptiveAvgPool2d([3, 2]), nn.adaptiveMaxPool2d(2), nn.layerNorm2d(), nn.instanceNorm({ affine: true }), nn.localResponseNorm(3, { alpha: 0.5 }),
    nn.upsample2d(2), nn.upsample2d([2, 1], { mode: "linear" }), nn.resize2d([3, 7], { mode: "cubic" }), nn.pad2d([[1, 0], 2]), nn.pad2d(1, "reflect"), nn.centerCrop2d([3, 3]), nn.channelShuffle(2),
    nn.splitChannels(nn.identity, nn.conv2d(3, { kernel: 1 })), nn.gated(squeeze), nn.gated(nn.sigmoid, nn.tanh), nn.flatten, nn.residual(nn.conv2d(4, { kernel: 1 })), nn.concat(nn.relu, nn.conv2d(2, { kernel: 1 }))),
  ...on([2, 4, 3], nn.locallyConnected2d(2, { kernel: 2 }), nn.locallyConnected2d(3, { kernel: [3, 2], stride: 2, padding: 1, bias: false })),
  ...on([4, 2, 3, 2], nn.conv3d(2, { kernel: [1, 2, 2], padding: [0, 1, 0] }), nn.maxPool3d([1, 2, 2]), nn.minPool3d(2), nn.avgPool3d([2, 2, 1], { stride: 1 }), nn.convTranspose3d(2, { kernel: 2, stride: [1, 2, 1] })),
  ...on([3, 4], nn.rnn(5), nn.rnn(2, { activation: "relu", bias: false }), nn.lstm(3, { layers: 2, bidirectional: true }), nn.lstm(2, { last: true }), nn.gru(2, { bidirectional: true, last: true }), nn.gru(3),
    nn.multiHeadAttention(2), nn.multiHeadAttention(4, { causal: true, bias: false }), nn.transformerBlock({ heads: 2, hidden: 5, activation: "gelu" }),
    nn.transformerBlock({ heads: 1, hidden: 3, norm: "pre", causal: true, activation: "geluTanh", epsilon: 0.1 }), nn.sinusoidalPositions, nn.learnedPositions(), nn.classToken(), nn.select(-2), nn.reshape(2, -1)),
  ...on([2, 4, 6], nn.patchEmbedding(3, 2), nn.asSequence, nn.lambda((x: Any) => square(x))),
  { layer: nn.embedding(7, 3) as nn.Layer, shape: [4], tokens: 7 },
];

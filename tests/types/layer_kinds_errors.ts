// Each kind of layer on an input that it refuses: the sentence of its shape rule.
import * as nn from "../../nn/mod.ts";
import type { Tensor } from "../../core/tensor.ts";
import { add } from "../../ops/arithmetic.ts";
import { matmul } from "../../ops/contraction.ts";
import { mk } from "./assert.ts";

// @ts-expect-error softmax: axis 3 is out of range for [3, 8, 8]
nn.model([3, 8, 8], nn.softmax(3));
// @ts-expect-error logSoftmax: axis -2 is out of range for [10]
nn.model([10], nn.logSoftmax(-2));
// @ts-expect-error dropout2d: expects [channels, height, width], got [10]
nn.model([10], nn.dropout2d(0.5));
// @ts-expect-error layerNorm: expects at least 2 axes, got [10]
nn.model([10], nn.layerNorm({ axes: 2 }));
// @ts-expect-error rmsNorm: expects at least 3 axes, got [16, 10]
nn.model([16, 10], nn.rmsNorm({ axes: 3 }));
// @ts-expect-error layerNorm2d: expects [channels, height, width], got [16, 10]
nn.model([16, 10], nn.layerNorm2d());
// @ts-expect-error groupNorm: 6 channels are not divisible by groups 4
nn.model([6, 8, 8], nn.groupNorm(4));
// @ts-expect-error instanceNorm: expects [channels, ...] with at least one axis more, got [10]
nn.model([10], nn.instanceNorm());
// @ts-expect-error globalMaxPool: expects [channels, ...] with at least one axis more, got [10]
nn.model([10], nn.globalMaxPool);
// @ts-expect-error adaptiveAvgPool2d: expects [channels, height, width], got [8, 8]
nn.model([8, 8], nn.adaptiveAvgPool2d(1));
// @ts-expect-error minPool2d: kernel 9 does not fit input 8 (height of [3, 8, 8])
nn.model([3, 8, 8], nn.minPool2d(9));

// @ts-expect-error convTranspose2d: expects [channels, height, width], got [100]
nn.model([100], nn.convTranspose2d(8, { kernel: 4 }));
// @ts-expect-error convTranspose2d: 9 output channels are not divisible by groups 2
nn.model([4, 8, 8], nn.convTranspose2d(9, { kernel: 3, groups: 2 }));
// @ts-expect-error convTranspose2d: output padding 2 must be smaller than stride 2 or dilation 1 (height of [4, 8, 8])
nn.model([4, 8, 8], nn.convTranspose2d(8, { kernel: 3, stride: 2, outputPadding: 2 }));
// @ts-expect-error convTranspose2d: padding 2 removes the whole output (width of [4, 8, 1])
nn.model([4, 8, 1], nn.convTranspose2d(8, { kernel: 3, padding: 2 }));
// @ts-expect-error convTranspose1d: expects [channels, length], got [4, 8, 8]
nn.model([4, 8, 8], nn.convTranspose1d(8, { kernel: 3 }));
// @ts-expect-error convTranspose3d: kernel, stride and dilation must be whole numbers from 1, got 3, 0 and 1 (depth of [4, 8, 8, 8])
nn.model([4, 8, 8, 8], nn.convTranspose3d(8, { kernel: 3, stride: [0, 1, 1] }));
// @ts-expect-error depthwiseConv2d: kernel 5 does not fit input 4 (height of [3, 4, 4])
nn.model([3, 4, 4], nn.depthwiseConv2d({ kernel: 5 }));
// @ts-expect-error depthwiseConv2d: kernel 5 does not fit input 4 (height of [3, 4, 4]) [in depthwise]
nn.model([3, 4, 4], nn.separableConv2d(8, { kernel: 5 }));
// @ts-expect-error TS: 'multiplyer' does not exist in type
nn.depthwiseConv2d({ kernel: 3, multiplyer: 2 });

// @ts-expect-error dense: expects at least 1 axis, got []
nn.model([], nn.dense(3));
// @ts-expect-error upsample2d: expects [channels, height, width], got [10]
nn.model([10], nn.upsample2d(2));
// @ts-expect-error resize2d: expects [channels, height, width], got [10]
nn.model([10], nn.resize2d([4, 4]));
// @ts-expect-error pad2d: expects [channels, height, width], got [10]
nn.model([10], nn.pad2d(1));
// @ts-expect-error centerCrop2d: 9 is more than the height of [3, 8, 9]
nn.model([3, 8, 9], nn.centerCrop2d(9));
// @ts-expect-error channelShuffle: 5 channels are not divisible by 2
nn.model([5, 8, 8], nn.channelShuffle(2));
// @ts-expect-error splitChannels: 5 channels are not divisible by 2
nn.model([5, 8, 8], nn.splitChannels(nn.identity, nn.relu));
// @ts-expect-error splitChannels: branch 1:maxPool2d gives [3, 4, 4], the branches before it [3, 8, 8]: only axis 0 may differ
nn.model([6, 8, 8], nn.splitChannels(nn.identity, nn.maxPool2d(2)));
// @ts-expect-error gated: the gate gives [4, 1, 1], which does not scale [8, 6, 6]
nn.model([8, 6, 6], nn.gated(nn.sequential(nn.adaptiveAvgPool2d(1), nn.conv2d(4, { kernel: 1 }))));
// @ts-expect-error linear: expects a vector [features], got [8, 6, 6]: add flatten before it [in gate]
nn.model([8, 6, 6], nn.gated(nn.linear(8)));

// An operation as a layer refuses what the operation refuses, a function what its type refuses.
// @ts-expect-error matmul: inner dimensions 8 and 5 differ: [4, 8] @ [5, 3]
nn.model([4, 8], nn.lambda(matmul(mk(5, 3))));
// @ts-expect-error lambda: the function takes [2, 8, 8], got [3, 8, 8]
nn.model([3, 8, 8], nn.lambda((x: Tensor<[2, 8, 8], "f32">) => add(x, x)));

// Without a bias there is none to speak of.
const { params } = nn.model([3, 8, 8], nn.named("c", nn.conv2d(4, { kernel: 3, bias: false })), nn.flatten, nn.named("f", nn.linear(2, { bias: false }))).init(mk(2) as never);
// @ts-expect-error TS: Property 'bias' does not exist on type
params.c.bias;
// @ts-expect-error TS: Property 'bias' does not exist on type
params.f.bias;
// @ts-expect-error parallel: branch 1:linear gives [3], the branches before it [4]
nn.model([6], nn.parallel("add", nn.linear(4), nn.linear(3)));
// @ts-expect-error linear: expects a vector [features], got [4, 6, 6]: add flatten before it [in head]
nn.model([4, 6, 6], nn.auxiliary("aux", nn.linear(3)), nn.flatten);

// Sequences.
// @ts-expect-error lstm: expects [time, features], got [16]
nn.model([16], nn.lstm(8));
// @ts-expect-error transformerBlock: 5 heads do not divide width 16
nn.model([12, 16], nn.transformerBlock({ heads: 5, hidden: 32 }));
// @ts-expect-error multiHeadAttention: 5 heads do not divide width 16 [in main]
nn.model([12, 16], nn.residual(nn.multiHeadAttention(5)));
// @ts-expect-error sinusoidalPositions: expects [time, features], got [3, 8, 8]
nn.model([3, 8, 8], nn.sinusoidalPositions);
// @ts-expect-error select: there is no entry 12 along the first axis of [12, 16]
nn.model([12, 16], nn.select(12));
// @ts-expect-error reshape: cannot infer -1 in [5, -1]: [12, 16] leaves 192 elements, not a multiple of 5
nn.model([12, 16], nn.reshape(5, -1));
// @ts-expect-error conv2d: stride 5 does not tile: (32 - 5) / 5 + 1 is not an integer (remainder 2) (height of [3, 32, 32]) [in projection]
nn.model([3, 32, 32], nn.patchEmbedding(24, 5));

// @ts-expect-error conv1d: kernel 9 does not fit input 8 (length of [3, 8])
nn.model([3, 8], nn.conv1d(4, { kernel: 9 }));
// @ts-expect-error conv1d: expects [channels, length], got [3, 8, 8]
nn.model([3, 8, 8], nn.conv1d(4, { kernel: 3 }));
// @ts-expect-error conv3d: kernel 3 does not fit input 2 (depth of [1, 2, 8, 8])
nn.model([1, 2, 8, 8], nn.conv3d(4, { kernel: 3 }));
// @ts-expect-error conv3d: 3 output channels are not divisible by groups 2
nn.model([2, 8, 8, 8], nn.conv3d(3, { kernel: 1, groups: 2 }));
// @ts-expect-error maxPool1d: expected padding of at most half the kernel 2, got 2
nn.model([3, 8], nn.maxPool1d(2, { padding: 2 }));
// @ts-expect-error avgPool3d: stride 2 does not tile: (5 - 2) / 2 + 1 is not an integer (remainder 1) (width of [1, 4, 4, 5])
nn.model([1, 4, 4, 5], nn.avgPool3d(2, { fit: "exact" }));
// @ts-expect-error locallyConnected2d: kernel 9 does not fit input 8 (width of [3, 9, 8])
nn.model([3, 9, 8], nn.locallyConnected2d(4, { kernel: 9 }));

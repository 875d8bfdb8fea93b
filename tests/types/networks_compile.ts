// Whole networks, with every shape inferred.
import * as nn from "../../nn/mod.ts";
import type { Layer } from "../../nn/mod.ts";
import type { Tensor } from "../../core/tensor.ts";
import type { Key } from "../../ops/random.ts";
import { type Eq, yes } from "./assert.ts";

declare const key: Key;

export const lenet = nn.model([1, 28, 28],
  nn.named("c1", nn.conv2d(6, { kernel: 5, padding: 2 })), nn.tanh, nn.avgPool2d(2),
  nn.named("c3", nn.conv2d(16, { kernel: 5 })), nn.tanh, nn.avgPool2d(2), nn.flatten,
  nn.named("f5", nn.linear(120)), nn.tanh, nn.named("f6", nn.linear(84)), nn.tanh, nn.named("out", nn.linear(10)));
yes<Eq<typeof lenet.output, [10]>>();
yes<Eq<(typeof lenet.shapes)[5], [16, 5, 5]>>();
const lenetStart = lenet.init(key);
yes<Eq<typeof lenetStart.params.c1.weight, Tensor<[6, 1, 5, 5], "f32">>>();
yes<Eq<typeof lenetStart.params.f5.weight, Tensor<[120, 400], "f32">>>();
yes<Eq<typeof lenetStart.params.out.bias, Tensor<[10], "f32">>>();
yes<Eq<keyof typeof lenetStart.params, "c1" | "c3" | "f5" | "f6" | "out">>();

export const alexnet = nn.model([3, 227, 227],
  nn.named("conv1", nn.conv2d(96, { kernel: 11, stride: 4 })), nn.relu, nn.maxPool2d(3, { stride: 2 }),
  nn.named("conv2", nn.conv2d(256, { kernel: 5, padding: 2, groups: 2 })), nn.relu, nn.maxPool2d(3, { stride: 2 }),
  nn.named("conv3", nn.conv2d(384, { kernel: 3, padding: 1 })), nn.relu,
  nn.named("conv4", nn.conv2d(384, { kernel: 3, padding: 1, groups: 2 })), nn.relu,
  nn.named("conv5", nn.conv2d(256, { kernel: 3, padding: 1, groups: 2 })), nn.relu, nn.maxPool2d(3, { stride: 2 }),
  nn.flatten, nn.named("fc6", nn.linear(4096)), nn.relu, nn.dropout(0.5), nn.named("fc7", nn.linear(4096)), nn.relu, nn.dropout(0.5),
  nn.named("fc8", nn.linear(1000)));
yes<Eq<typeof alexnet.output, [1000]>>();
const alexStart = alexnet.init(key);
yes<Eq<typeof alexStart.params.conv2.weight, Tensor<[256, 48, 5, 5], "f32">>>();
yes<Eq<typeof alexStart.params.fc6.weight, Tensor<[4096, 9216], "f32">>>();

const conv3 = <C extends number>(c: C) => nn.conv2d(c, { kernel: 3, padding: 1 });
export const vgg19 = nn.model([3, 224, 224],
  conv3(64), nn.relu, conv3(64), nn.relu, nn.maxPool2d(2),
  conv3(128), nn.relu, conv3(128), nn.relu, nn.maxPool2d(2),
  conv3(256), nn.relu, conv3(256), nn.relu, conv3(256), nn.relu, conv3(256), nn.relu, nn.maxPool2d(2),
  conv3(512), nn.relu, conv3(512), nn.relu, conv3(512), nn.relu, conv3(512), nn.relu, nn.maxPool2d(2),
  conv3(512), nn.relu, conv3(512), nn.relu, conv3(512), nn.relu, conv3(512), nn.relu, nn.maxPool2d(2),
  nn.flatten, nn.linear(4096), nn.relu, nn.dropout(0.5), nn.linear(4096), nn.relu, nn.dropout(0.5), nn.linear(1000));
yes<Eq<(typeof vgg19.shapes)[37], [25088]>>();

const inception = <A extends number, B extends number, C extends number, D extends number, E extends number, F extends number>(
  c1: A, c3r: B, c3: C, c5r: D, c5: E, pp: F,
) => nn.concat(
  nn.sequential(nn.conv2d(c1, { kernel: 1 }), nn.relu),
  nn.sequential(nn.conv2d(c3r, { kernel: 1 }), nn.relu, nn.conv2d(c3, { kernel: 3, padding: 1 }), nn.relu),
  nn.sequential(nn.conv2d(c5r, { kernel: 1 }), nn.relu, nn.conv2d(c5, { kernel: 5, padding: 2 }), nn.relu),
  nn.sequential(nn.maxPool2d(3, { stride: 1, padding: 1 }), nn.conv2d(pp, { kernel: 1 }), nn.relu));
const half = nn.maxPool2d(3, { stride: 2, fit: "ceil" });
export const googlenet = nn.model([3, 224, 224],
  nn.named("conv1", nn.conv2d(64, { kernel: 7, stride: 2, padding: 3 })), nn.relu, half,
  nn.named("conv2r", nn.conv2d(64, { kernel: 1 })), nn.relu, nn.named("conv2", nn.conv2d(192, { kernel: 3, padding: 1 })), nn.relu, half,
  nn.named("i3a", inception(64, 96, 128, 16, 32, 32)), nn.named("i3b", inception(128, 128, 192, 32, 96, 64)), half,
  nn.named("i4a", inception(192, 96, 208, 16, 48, 64)), nn.named("i4b", inception(160, 112, 224, 24, 64, 64)),
  nn.named("i4c", inception(128, 128, 256, 24, 64, 64)), nn.named("i4d", inception(112, 144, 288, 32, 64, 64)),
  nn.named("i4e", inception(256, 160, 320, 32, 128, 128)), half,
  nn.named("i5a", inception(256, 160, 320, 32, 128, 128)), nn.named("i5b", inception(384, 192, 384, 48, 128, 128)),
  nn.globalAvgPool, nn.dropout(0.4), nn.named("fc", nn.linear(1000)));
yes<Eq<typeof googlenet.output, [1000]>>();

const main = <C extends number, S extends number>(c: C, stride: S) => nn.sequential(
  nn.conv2d(c, { kernel: 1 }), nn.batchNorm(), nn.relu,
  nn.conv2d(c, { kernel: 3, stride, padding: 1 }), nn.batchNorm(), nn.relu,
  nn.conv2d(nn.times(4, c), { kernel: 1 }), nn.batchNorm());
const bottleneck = <C extends number>(c: C) => nn.sequential(nn.residual(main(c, 1)), nn.relu);
const project = <C extends number, S extends number>(c: C, stride: S) => nn.sequential(
  nn.residual(main(c, stride), nn.sequential(nn.conv2d(nn.times(4, c), { kernel: 1, stride }), nn.batchNorm())), nn.relu);
export const resnet50 = nn.model([3, 224, 224],
  nn.conv2d(64, { kernel: 7, stride: 2, padding: 3 }), nn.batchNorm(), nn.relu, nn.maxPool2d(3, { stride: 2, padding: 1 }),
  project(64, 1), bottleneck(64), bottleneck(64),
  project(128, 2), bottleneck(128), bottleneck(128), bottleneck(128),
  project(256, 2), bottleneck(256), bottleneck(256), bottleneck(256), bottleneck(256), bottleneck(256),
  project(512, 2), bottleneck(512), bottleneck(512),
  nn.globalAvgPool, nn.linear(1000));
yes<Eq<(typeof resnet50.shapes)[19], [2048, 7, 7]>>();
const resStart = resnet50.init(key);
yes<Eq<(typeof resStart.params)[4][0]["shortcut"][0]["weight"], Tensor<[256, 64, 1, 1], "f32">>>();
yes<Eq<(typeof resStart.state)[4][0]["main"][7]["variance"], Tensor<[256], "f32">>>();

export const resnet152 = nn.model([3, 224, 224],
  nn.conv2d(64, { kernel: 7, stride: 2, padding: 3 }), nn.batchNorm(), nn.relu, nn.maxPool2d(3, { stride: 2, padding: 1 }),
  project(64, 1), nn.repeat(2, bottleneck(64)),
  project(128, 2), nn.repeat(7, bottleneck(128)),
  project(256, 2), nn.repeat(35, bottleneck(256)),
  project(512, 2), nn.repeat(2, bottleneck(512)),
  nn.globalAvgPool, nn.linear(1000));
yes<Eq<typeof resnet152.output, [1000]>>();

/** An encoder at c channels, `inner` one level down, and back with the skip. */
const level = <C extends number, L extends Layer>(c: C, inner: L) => nn.sequential(
  conv3(c), nn.relu, conv3(c), nn.relu,
  nn.residual(nn.sequential(nn.maxPool2d(3, { stride: 1, padding: 1 }), inner)));
export const nested = nn.model([1, 64, 64], level(8, level(8, level(8, conv3(8)))), nn.conv2d(2, { kernel: 1 }));
yes<Eq<typeof nested.output, [2, 64, 64]>>();

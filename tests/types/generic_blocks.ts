// Blocks and functions generic in widths and batches: what users put into libraries of their own, with declarations.
import type { Dim, Shape } from "../../core/shape/dim.ts";
import type { Tensor } from "../../core/tensor.ts";
import * as nn from "../../nn/mod.ts";
import { add, mul } from "../../ops/arithmetic.ts";
import { matmul } from "../../ops/contraction.ts";
import { sigmoid } from "../../ops/exponential.ts";
import { flow } from "../../core/pipe.ts";

export const main = <C extends number, S extends number>(c: C, stride: S) => nn.sequential(
  nn.conv2d(c, { kernel: 1 }), nn.batchNorm(), nn.relu,
  nn.conv2d(c, { kernel: 3, stride, padding: 1 }), nn.batchNorm(), nn.relu,
  nn.conv2d(nn.times(4, c), { kernel: 1 }), nn.batchNorm());
export const bottleneck = <C extends number>(c: C) => nn.sequential(nn.residual(main(c, 1)), nn.relu);
export const project = <C extends number, S extends number>(c: C, stride: S) => nn.sequential(
  nn.residual(main(c, stride), nn.sequential(nn.conv2d(nn.times(4, c), { kernel: 1, stride }), nn.batchNorm())), nn.relu);
export const around = <L extends nn.Layer>(inner: L) => nn.sequential(nn.maxPool2d(2), nn.residual(inner));
export const resnet152 = nn.model([3, 224, 224],
  nn.conv2d(64, { kernel: 7, stride: 2, padding: 3 }), nn.batchNorm(), nn.relu, nn.maxPool2d(3, { stride: 2, padding: 1 }),
  project(64, 1), nn.repeat(2, bottleneck(64)),
  project(128, 2), nn.repeat(7, bottleneck(128)),
  project(256, 2), nn.repeat(35, bottleneck(256)),
  project(512, 2), nn.repeat(2, bottleneck(512)),
  nn.globalAvgPool, nn.linear(1000));
export const dense = <B extends Dim, O extends number>(x: Tensor<[B, 784], "f32">, w: Tensor<[784, O], "f32">, b: Tensor<[O], "f32">) =>
  add(matmul(x, w), b);
export const swish = <S extends Shape>(x: Tensor<S, "f32">) => mul(x, sigmoid(x));
export const block = <O extends number>(w: Tensor<[784, O], "f32">) => flow(matmul(w), sigmoid);

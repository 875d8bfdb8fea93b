/** MNASNet: found by a search that weighs accuracy against the time on a telephone. */
import { optionsOf } from "../core/options.ts";
import * as nn from "../nn/mod.ts";
import {
  type Classes,
  type Fitting,
  type ImageConfig,
  imageNames,
  type Input,
  type ZooModel,
  zooModel,
} from "./model.ts";
import { imageNet } from "./preprocess.ts";
import { stage } from "./residual_blocks.ts";
import type { Naming } from "./weights.ts";

const weightInit = nn.init.heNormal;
const norm = (): nn.BatchNorm => nn.batchNorm({ momentum: 3e-4 });
const one = <const C extends number>(out: C) => nn.conv2d(out, { kernel: 1, bias: false, weightInit });
type Half<K> = K extends 3 ? 1 : 2;
const filter = <const K extends 3 | 5, const S extends number>(kernel: K, stride: S) =>
  nn.depthwiseConv2d({ kernel, stride, padding: (kernel === 3 ? 1 : 2) as Half<K>, bias: false, weightInit });
/** Up to `inner` channels, one filter for each, down to `out`. */
const path = <const K extends 3 | 5, const I extends number, const O extends number, const S extends number>(
  kernel: K,
  inner: I,
  out: O,
  stride: S,
) => nn.sequential(one(inner), norm(), nn.relu, filter(kernel, stride), norm(), nn.relu, one(out), norm());
/** `n` blocks more after the first, which changes the shape. */
const stack = <
  const K extends 3 | 5,
  const F extends number,
  const I extends number,
  const O extends number,
  const S extends number,
  const N extends number,
>(kernel: K, first: F, inner: I, out: O, stride: S, n: N) =>
  stage(
    nn.sequential(nn.named("layers", path(kernel, first, out, stride))),
    n,
    nn.residual(path(kernel, inner, out, 1)),
  );
const layers = <const N extends number>(classes: N) =>
  [
    nn.named(
      "layers",
      nn.sequential(
        ...[nn.conv2d(32, { kernel: 3, stride: 2, padding: 1, bias: false, weightInit }), norm(), nn.relu] as const,
        ...[filter(3, 1), norm(), nn.relu, one(16), norm()] as const, // [16, 112, 112]
        stack(3, 48, 72, 24, 2, 2), // [24, 56, 56]
        stack(5, 72, 120, 40, 2, 2), // [40, 28, 28]
        stack(5, 240, 480, 80, 2, 2), // [80, 14, 14]
        stack(3, 480, 576, 96, 1, 1),
        stack(5, 576, 1152, 192, 2, 3), // [192, 7, 7]
        nn.sequential(nn.sequential(nn.named("layers", path(3, 1152, 320, 1)))),
        ...[one(1280), norm(), nn.relu] as const,
      ),
    ),
    nn.globalAvgPool,
    nn.named("classifier", nn.sequential(nn.dropout(0.2), nn.linear(classes))),
  ] as const;
type Layers<C> = ReturnType<typeof layers<Classes<C>>>;
/** The type of `mnasnet`. */
export type MnasNet<C = nn.Nothing> = ZooModel<Input<C>, Layers<C>>;
const naming: Naming = {
  renames: [[/\.first/, ".0"], [/\.rest\.(\d+)/, (i) => `.${Number(i) + 1}`], [/\.main/, ".layers"]],
};

/**
 * MNASNet of width 1. `f32[n,3,224,224] -> f32[n,1000]` logits. 4,383,312 parameters.
 *
 * Source: Tan, Chen, Pang, Vasudevan, Sandler, Howard, Le, MnasNet: platform-aware neural architecture search for mobile, CVPR 2019.
 */
export const mnasnet = <const C extends ImageConfig = nn.Nothing>(
  config?: Fitting<C, Input<C>, Layers<C>>,
): MnasNet<C> => {
  const { classes = 1000, input = [3, 224, 224] } = optionsOf("mnasnet", (config ?? {}) as ImageConfig, imageNames);
  const source = "Tan et al., MnasNet: platform-aware neural architecture search for mobile, CVPR 2019";
  return zooModel({ name: "mnasnet1_0", source, naming, preprocessing: imageNet }, input, layers(classes));
};

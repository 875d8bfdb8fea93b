/** MobileNet: every convolution but the first is a filter for each channel, and then one of 1 by 1. */
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
import { numbered } from "./weights.ts";

const weightInit = nn.init.heNormal;
/** `[c, h, w] -> [out, h / stride, w / stride]` */
const separable = <const C extends number, const S extends number>(out: C, stride: S) =>
  [
    nn.depthwiseConv2d({ kernel: 3, stride, padding: 1, bias: false, weightInit }),
    nn.batchNorm(),
    nn.relu,
    nn.conv2d(out, { kernel: 1, bias: false, weightInit }),
    nn.batchNorm(),
    nn.relu,
  ] as const;
const layers = <const N extends number>(classes: N) =>
  [
    nn.conv2d(32, { kernel: 3, stride: 2, padding: 1, bias: false, weightInit }), // [32, 112, 112]
    nn.batchNorm(),
    nn.relu,
    ...separable(64, 1),
    ...separable(128, 2), // [128, 56, 56]
    ...separable(128, 1),
    ...separable(256, 2), // [256, 28, 28]
    ...separable(256, 1),
    ...separable(512, 2), // [512, 14, 14]
    ...separable(512, 1),
    ...separable(512, 1),
    ...separable(512, 1),
    ...separable(512, 1),
    ...separable(512, 1),
    ...separable(1024, 2), // [1024, 7, 7]
    ...separable(1024, 1),
    nn.adaptiveAvgPool2d(1),
    nn.flatten,
    nn.linear(classes),
  ] as const;
type Layers<C> = ReturnType<typeof layers<Classes<C>>>;
/** The type of `mobilenetV1`. */
export type MobileNetV1<C = nn.Nothing> = ZooModel<Input<C>, Layers<C>>;

/**
 * MobileNet of width 1. `f32[n,3,224,224] -> f32[n,1000]` logits. 4,231,976 parameters.
 *
 * Source: Howard et al., MobileNets: efficient convolutional neural networks for mobile vision applications, arXiv 1704.04861
 * (2017), table 1.
 */
export const mobilenetV1 = <const C extends ImageConfig = nn.Nothing>(
  config?: Fitting<C, Input<C>, Layers<C>>,
): MobileNetV1<C> => {
  const { classes = 1000, input = [3, 224, 224] } = optionsOf("mobilenetV1", (config ?? {}) as ImageConfig, imageNames),
    list = layers(classes);
  const source = "Howard et al., MobileNets, arXiv 1704.04861 (2017), table 1";
  return zooModel({ name: "mobilenet_v1", source, naming: numbered(list), preprocessing: imageNet }, input, list);
};

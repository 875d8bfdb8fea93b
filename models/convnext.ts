/** ConvNeXt: a convolutional network with the proportions of a vision transformer. */
import { optionsOf } from "../core/options.ts";
import * as nn from "../nn/mod.ts";
import { permute } from "../ops/structure.ts";
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
import type { Naming } from "./weights.ts";

const epsilon = 1e-6, weightInit = nn.init.normal(0.02);
const channelsLast = nn.lambda(permute([1, 2, 0])), channelsFirst = nn.lambda(permute([2, 0, 1]));

/**
 * Block `i` of 18: a filter of 7 by 7 for each channel, then at every place four times as many features and back. In training it
 * is left out now and then. `[c, h, w] -> [c, h, w]`
 */
const block = <const C extends number, const F extends number>(i: number, channels: C, hidden: F) =>
  nn.residual(nn.sequential(
    nn.named(
      "block",
      nn.sequential(
        nn.depthwiseConv2d({ kernel: 7, padding: 3, weightInit }),
        channelsLast,
        nn.layerNorm({ epsilon }),
        nn.dense(hidden, { weightInit }),
        nn.gelu(),
        nn.dense(channels, { weightInit }),
        channelsFirst,
      ),
    ),
    nn.named("layer_scale", nn.layerScale(1e-6)),
    nn.stochasticDepth(0.1 * i / 17),
  ));
/** `[_, h, w] -> [c, h / 2, w / 2]` */
const down = <const C extends number>(channels: C) =>
  nn.sequential(nn.layerNorm2d({ epsilon }), nn.conv2d(channels, { kernel: 2, stride: 2, weightInit }));
const narrow = <const C extends number, const F extends number>(from: number, channels: C, hidden: F) =>
  nn.sequential(
    block(from, channels, hidden),
    block(from + 1, channels, hidden),
    block(from + 2, channels, hidden),
  );
const layers = <const N extends number>(classes: N) =>
  [
    nn.named(
      "features",
      nn.sequential(
        nn.sequential(nn.conv2d(96, { kernel: 4, stride: 4, weightInit }), nn.layerNorm2d({ epsilon })), // [96, 56, 56]
        narrow(0, 96, 384),
        down(192),
        narrow(3, 192, 768), // [192, 28, 28]
        down(384),
        nn.sequential( // [384, 14, 14]
          ...[block(6, 384, 1536), block(7, 384, 1536), block(8, 384, 1536)] as const,
          ...[block(9, 384, 1536), block(10, 384, 1536), block(11, 384, 1536)] as const,
          ...[block(12, 384, 1536), block(13, 384, 1536), block(14, 384, 1536)] as const,
        ),
        down(768),
        narrow(15, 768, 3072), // [768, 7, 7]
      ),
    ),
    nn.adaptiveAvgPool2d(1),
    nn.named("classifier", nn.sequential(nn.layerNorm2d({ epsilon }), nn.flatten, nn.linear(classes, { weightInit }))),
  ] as const;
type Layers<C> = ReturnType<typeof layers<Classes<C>>>;
/** The type of `convnextTiny`. */
export type ConvNextTiny<C = nn.Nothing> = ZooModel<Input<C>, Layers<C>>;
const naming: Naming = { renames: [[/\.main\./, "."], [/layer_scale\.factor/, "layer_scale"]] };

/**
 * ConvNeXt-T. `f32[n,3,224,224] -> f32[n,1000]` logits. 28,589,128 parameters.
 *
 * Source: Liu, Mao, Wu, Feichtenhofer, Darrell, Xie, A ConvNet for the 2020s, CVPR 2022.
 */
export const convnextTiny = <const C extends ImageConfig = nn.Nothing>(
  config?: Fitting<C, Input<C>, Layers<C>>,
): ConvNextTiny<C> => {
  const { classes = 1000, input = [3, 224, 224] } = optionsOf(
    "convnextTiny",
    (config ?? {}) as ImageConfig,
    imageNames,
  );
  const source = "Liu, Mao, Wu, Feichtenhofer, Darrell, Xie, A ConvNet for the 2020s, CVPR 2022";
  const about = { name: "convnext_tiny", source, naming, preprocessing: { ...imageNet, resize: 236 } };
  return zooModel(about, input, layers(classes));
};

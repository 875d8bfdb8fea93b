/** MobileNet v2: inverted residual blocks, narrow at both ends and wide where each channel is filtered by itself. */
import { optionsOf } from "../core/options.ts";
import * as nn from "../nn/mod.ts";
import { convUnit, depthwiseUnit } from "./mobile_blocks.ts";
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

const weightInit = nn.init.heNormal;
/** Up to `inner` channels, one filter for each, down to `out`; nothing bends the narrow end. */
const path = <const I extends number, const O extends number, const S extends number>(inner: I, out: O, stride: S) =>
  nn.sequential(
    convUnit(inner, 1, 0, nn.relu6),
    depthwiseUnit(3, 1, nn.relu6, { stride }),
    nn.conv2d(out, { kernel: 1, bias: false, weightInit }),
    nn.batchNorm(),
  );
/** A block that changes the shape. */
const to = <const I extends number, const O extends number, const S extends number>(inner: I, out: O, stride: S) =>
  nn.sequential(nn.named("conv", path(inner, out, stride)));
/** A block that keeps it, around which its input goes too. */
const keep = <const I extends number, const O extends number>(inner: I, out: O) => nn.residual(path(inner, out, 1));

const layers = <const N extends number>(classes: N) =>
  [
    nn.named(
      "features",
      nn.sequential(
        convUnit(32, 3, 1, nn.relu6, { stride: 2 }), // [32, 112, 112]
        nn.sequential(
          nn.named(
            "conv",
            nn.sequential(
              depthwiseUnit(3, 1, nn.relu6),
              nn.conv2d(16, { kernel: 1, bias: false, weightInit }),
              nn.batchNorm(),
            ),
          ),
        ),
        ...[to(96, 24, 2), keep(144, 24)] as const, // [24, 56, 56]
        ...[to(144, 32, 2), keep(192, 32), keep(192, 32)] as const, // [32, 28, 28]
        ...[to(192, 64, 2), keep(384, 64), keep(384, 64), keep(384, 64)] as const, // [64, 14, 14]
        ...[to(384, 96, 1), keep(576, 96), keep(576, 96)] as const,
        ...[to(576, 160, 2), keep(960, 160), keep(960, 160)] as const, // [160, 7, 7]
        to(960, 320, 1),
        convUnit(1280, 1, 0, nn.relu6),
      ),
    ),
    nn.globalAvgPool,
    nn.named("classifier", nn.sequential(nn.dropout(0.2), nn.linear(classes))),
  ] as const;
type Layers<C> = ReturnType<typeof layers<Classes<C>>>;
/** The type of `mobilenetV2`. */
export type MobileNetV2<C = nn.Nothing> = ZooModel<Input<C>, Layers<C>>;
const naming: Naming = { renames: [[/^(features\.\d+)\.main/, "$1.conv"]] };

/**
 * MobileNet v2. `f32[n,3,224,224] -> f32[n,1000]` logits. 3,504,872 parameters.
 *
 * Source: Sandler, Howard, Zhu, Zhmoginov, Chen, MobileNetV2: inverted residuals and linear bottlenecks, CVPR 2018, table 2.
 */
export const mobilenetV2 = <const C extends ImageConfig = nn.Nothing>(
  config?: Fitting<C, Input<C>, Layers<C>>,
): MobileNetV2<C> => {
  const { classes = 1000, input = [3, 224, 224] } = optionsOf("mobilenetV2", (config ?? {}) as ImageConfig, imageNames);
  const source =
    "Sandler, Howard, Zhu, Zhmoginov, Chen, MobileNetV2: inverted residuals and linear bottlenecks, CVPR 2018";
  return zooModel({ name: "mobilenet_v2", source, naming, preprocessing: imageNet }, input, layers(classes));
};

/** ShuffleNet v2: half of the channels pass, the other half is filtered, then they are shuffled. */
import { optionsOf } from "../core/options.ts";
import * as nn from "../nn/mod.ts";
import { convUnit } from "./mobile_blocks.ts";
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
const one = <const C extends number>(out: C) => nn.conv2d(out, { kernel: 1, bias: false, weightInit });
const filters = <const S extends number>(stride: S) =>
  nn.depthwiseConv2d({ kernel: 3, stride, padding: 1, bias: false, weightInit });
const path = <const C extends number, const S extends number>(out: C, stride: S) =>
  nn.sequential(
    one(out),
    nn.batchNorm(),
    nn.relu,
    filters(stride),
    nn.batchNorm(),
    one(out),
    nn.batchNorm(),
    nn.relu,
  );
/** `[2c, h, w] -> [2c, h, w]` */
const unit = <const C extends number>(half: C) =>
  nn.sequential(nn.splitChannels(nn.identity, nn.named("branch2", path(half, 1))), nn.channelShuffle(2));
/** `[_, h, w] -> [2c, h / 2, w / 2]`: both paths see all channels. */
const down = <const C extends number>(half: C) =>
  nn.sequential(
    nn.concat(
      nn.named("branch1", nn.sequential(filters(2), nn.batchNorm(), one(half), nn.batchNorm(), nn.relu)),
      nn.named("branch2", path(half, 2)),
    ),
    nn.channelShuffle(2),
  );
const layers = <const N extends number>(classes: N) =>
  [
    nn.named("conv1", convUnit(24, 3, 1, nn.relu, { stride: 2 })),
    nn.maxPool2d(3, { stride: 2, padding: 1 }), // [24, 56, 56]
    nn.named("stage2", stage(down(58), 3, unit(58))), // [116, 28, 28]
    nn.named("stage3", stage(down(116), 7, unit(116))), // [232, 14, 14]
    nn.named("stage4", stage(down(232), 3, unit(232))), // [464, 7, 7]
    nn.named("conv5", convUnit(1024, 1, 0, nn.relu)),
    nn.globalAvgPool,
    nn.named("fc", nn.linear(classes)),
  ] as const;
type Layers<C> = ReturnType<typeof layers<Classes<C>>>;
/** The type of `shufflenetV2`. */
export type ShuffleNetV2<C = nn.Nothing> = ZooModel<Input<C>, Layers<C>>;
const naming: Naming = {
  renames: [[/\.first/, ".0"], [/\.rest\.(\d+)/, (i) => `.${Number(i) + 1}`], [/\.0\.branch/, ".branch"]],
};

/**
 * ShuffleNet v2 of width 1. `f32[n,3,224,224] -> f32[n,1000]` logits. 2,278,604 parameters.
 *
 * Source: Ma, Zhang, Zheng, Sun, ShuffleNet V2: practical guidelines for efficient CNN architecture design, ECCV 2018, table 5.
 */
export const shufflenetV2 = <const C extends ImageConfig = nn.Nothing>(
  config?: Fitting<C, Input<C>, Layers<C>>,
): ShuffleNetV2<C> => {
  const { classes = 1000, input = [3, 224, 224] } = optionsOf(
    "shufflenetV2",
    (config ?? {}) as ImageConfig,
    imageNames,
  );
  const source =
    "Ma, Zhang, Zheng, Sun, ShuffleNet V2: practical guidelines for efficient CNN architecture design, ECCV 2018";
  return zooModel({ name: "shufflenet_v2_x1_0", source, naming, preprocessing: imageNet }, input, layers(classes));
};

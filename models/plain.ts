/** The plain network of 34 layers with weights that residual networks are compared with. */
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
import { head, residualNaming, stage, stem } from "./residual_blocks.ts";

const conv3 = <const C extends number, const S extends number>(out: C, stride: S) =>
  nn.conv2d(out, { kernel: 3, stride, padding: 1, bias: false, weightInit: nn.init.heNormal });
const pair = <const C extends number, const S extends number>(out: C, stride: S) =>
  nn.sequential(
    nn.named("conv1", conv3(out, stride)),
    nn.named("bn1", nn.batchNorm()),
    nn.relu,
    nn.named("conv2", conv3(out, 1)),
    nn.named("bn2", nn.batchNorm()),
    nn.relu,
  );
const layers = <const N extends number>(classes: N) =>
  [
    ...stem,
    nn.named("layer1", stage(pair(64, 1), 2, pair(64, 1))),
    nn.named("layer2", stage(pair(128, 2), 3, pair(128, 1))),
    nn.named("layer3", stage(pair(256, 2), 5, pair(256, 1))),
    nn.named("layer4", stage(pair(512, 2), 2, pair(512, 1))),
    ...head(classes),
  ] as const;
type Plain34Layers<C> = ReturnType<typeof layers<Classes<C>>>;
/** The type of `plain34`. */
export type Plain34<C = nn.Nothing> = ZooModel<Input<C>, Plain34Layers<C>>;

/**
 * ResNet-34 without its shortcuts: what is harder to train the deeper it is. `f32[n,3,224,224] -> f32[n,1000]` logits.
 * 21,623,848 parameters.
 *
 * Source: He, Zhang, Ren, Sun, Deep residual learning for image recognition, CVPR 2016, figure 3.
 */
export const plain34 = <const C extends ImageConfig = nn.Nothing>(
  config?: Fitting<C, Input<C>, Plain34Layers<C>>,
): Plain34<C> => {
  const { classes = 1000, input = [3, 224, 224] } = optionsOf("plain34", (config ?? {}) as ImageConfig, imageNames);
  const source = "He, Zhang, Ren, Sun, Deep residual learning for image recognition, CVPR 2016, figure 3";
  return zooModel({ name: "plain34", source, naming: residualNaming, preprocessing: imageNet }, input, layers(classes));
};

/** ZFNet: AlexNet after its features had been looked at. */
import { optionsOf } from "../core/options.ts";
import * as nn from "../nn/mod.ts";
import {
  type Classes,
  type Fitting,
  type ImageConfig,
  imageNames,
  type Input,
  type Option,
  type ZooModel,
  zooModel,
} from "./model.ts"; // deno-fmt-ignore
import { imageNet } from "./preprocess.ts";
import { numbered } from "./weights.ts";

const lrn = nn.localResponseNorm(5, { alpha: 5e-4, k: 2 });
const pool = nn.maxPool2d(3, { stride: 2, padding: 1 });
const conv3 = <const O extends number>(out: O) => nn.conv2d(out, { kernel: 3, padding: 1 });
const layers = <const H extends number, const N extends number>(hidden: H, classes: N) =>
  [
    nn.named("conv1", nn.conv2d(96, { kernel: 7, stride: 2, padding: 1 })), // [96, 110, 110]
    nn.relu,
    pool, // [96, 55, 55]
    lrn,
    nn.named("conv2", nn.conv2d(256, { kernel: 5, stride: 2 })), // [256, 26, 26]
    nn.relu,
    pool, // [256, 13, 13]
    lrn,
    nn.named("conv3", conv3(384)),
    nn.relu,
    nn.named("conv4", conv3(384)),
    nn.relu,
    nn.named("conv5", conv3(256)),
    nn.relu,
    nn.maxPool2d(3, { stride: 2 }), // [256, 6, 6]
    nn.flatten,
    nn.named("fc6", nn.linear(hidden)),
    nn.relu,
    nn.dropout(0.5),
    nn.named("fc7", nn.linear(hidden)),
    nn.relu,
    nn.dropout(0.5),
    nn.named("fc8", nn.linear(classes)),
  ] as const;
/** Options of `zfnet`. */
export interface ZfNetConfig extends ImageConfig {
  /** Features of the two hidden linear layers; 4096 unless given. */
  readonly hidden?: number;
}
type Layers<C> = ReturnType<typeof layers<Option<C, "hidden", 4096> & number, Classes<C>>>;
/** The type of `zfnet`. */
export type ZfNet<C = nn.Nothing> = ZooModel<Input<C>, Layers<C>>;

/**
 * ZFNet: smaller windows and steps in the first layer of AlexNet. `f32[n,3,224,224] -> f32[n,1000]` logits. 62,357,608
 * parameters.
 *
 * Source: Zeiler, Fergus, Visualizing and understanding convolutional networks, ECCV 2014, figure 3.
 */
export const zfnet = <const C extends ZfNetConfig = nn.Nothing>(config?: Fitting<C, Input<C>, Layers<C>>): ZfNet<C> => {
  const { classes = 1000, input = [3, 224, 224], hidden = 4096 } = optionsOf("zfnet", (config ?? {}) as ZfNetConfig, {
    ...imageNames,
    hidden: true,
  });
  const source = "Zeiler, Fergus, Visualizing and understanding convolutional networks, ECCV 2014, figure 3";
  const list = layers(hidden, classes);
  return zooModel({ name: "zfnet", source, naming: numbered(list), preprocessing: imageNet }, input, list);
};

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
import type { Preprocessing } from "./preprocess.ts";
import { cifar10Labels, labelled } from "./labels.ts";

const source = "Karpathy, ConvNetJS, demo/cifar10.html (2014)";
/** Pixels from -0.5 to 0.5. */
const preprocessing: Preprocessing = { resize: 32, crop: 32, mean: [0.5, 0.5, 0.5], deviation: [1, 1, 1] };

const conv = <const O extends number>(out: O) =>
  nn.conv2d(out, { kernel: 5, padding: 2, weightInit: nn.init.lecunNormal, biasInit: nn.init.constant(0.1) });

const layers = <const N extends number>(classes: N) =>
  [
    nn.named("conv1", conv(16)), // [16, 32, 32]
    nn.relu,
    nn.maxPool2d(2), // [16, 16, 16]
    nn.named("conv2", conv(20)),
    nn.relu,
    nn.maxPool2d(2), // [20, 8, 8]
    nn.named("conv3", conv(20)),
    nn.relu,
    nn.maxPool2d(2), // [20, 4, 4]
    nn.flatten, // [320]
    nn.named("fc", nn.linear(classes, { weightInit: nn.init.lecunNormal })),
  ] as const;
type Layers<C> = ReturnType<typeof layers<Classes<C, 10>>>;
type Image<C> = Input<C, [3, 32, 32]>;
/** The type of `convNetJs`. */
export type ConvNetJs<C = nn.Nothing> = ZooModel<Image<C>, Layers<C>>;

/**
 * The network of ConvNetJS's CIFAR-10 demonstration: three convolutions with pooling, then the classes.
 * `f32[n,3,32,32] -> f32[n,10]` logits; pixels go in from -0.5 to 0.5. 22,466 parameters. It was trained with Adadelta, batches
 * of 4, L2 decay 0.0001, images shifted by up to 2 pixels and mirrored. Throws `ShapeError` for images too small for its layers.
 *
 * Source: Karpathy, ConvNetJS, demo/cifar10.html (2014).
 */
export const convNetJs = <const C extends ImageConfig = nn.Nothing>(
  config?: Fitting<C, Image<C>, Layers<C>>,
): ConvNetJs<C> => {
  const { classes = 10, input = [3, 32, 32] } = optionsOf("convNetJs", (config ?? {}) as ImageConfig, imageNames);
  const about = { name: "convnetjs", source, naming: {}, preprocessing, ...labelled(cifar10Labels, classes) };
  return zooModel(about, input, layers(classes));
};

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
import { places } from "./weights.ts";
import { digitLabels, labelled } from "./labels.ts";
import { digitPixels, type Preprocessing } from "./preprocess.ts";

const source =
  "Jia et al., Caffe: convolutional architecture for fast feature embedding (2014), examples/mnist/lenet.prototxt";
/** Pixels over 256. */
const preprocessing: Preprocessing = { ...digitPixels, mean: [0], deviation: [256 / 255] };
const naming = places({ conv1: "0", conv2: "2", ip1: "5", ip2: "7" });

const layers = <const N extends number>(classes: N) =>
  [
    nn.named("conv1", nn.conv2d(20, { kernel: 5 })), // [20, 24, 24]
    nn.maxPool2d(2), // [20, 12, 12]
    nn.named("conv2", nn.conv2d(50, { kernel: 5 })), // [50, 8, 8]
    nn.maxPool2d(2), // [50, 4, 4]
    nn.flatten, // [800]
    nn.named("ip1", nn.linear(500)),
    nn.relu,
    nn.named("ip2", nn.linear(classes)),
  ] as const;
type Layers<C> = ReturnType<typeof layers<Classes<C, 10>>>;
type Image<C> = Input<C, [1, 28, 28]>;
/** The type of `lenetCaffe`. */
export type LeNetCaffe<C = nn.Nothing> = ZooModel<Image<C>, Layers<C>>;

/**
 * The LeNet of Caffe's tutorial: 20 and 50 maps, largest values pooled, one hidden layer of 500 rectified units.
 * `f32[n,1,28,28] -> f32[n,10]` logits. 431,080 parameters. Throws `ShapeError` for images too small for its layers.
 *
 * Source: Jia et al., Caffe: convolutional architecture for fast feature embedding (2014), examples/mnist/lenet.prototxt.
 */
export const lenetCaffe = <const C extends ImageConfig = nn.Nothing>(
  config?: Fitting<C, Image<C>, Layers<C>>,
): LeNetCaffe<C> => {
  const { classes = 10, input = [1, 28, 28] } = optionsOf("lenetCaffe", (config ?? {}) as ImageConfig, imageNames);
  const about = { name: "lenet_caffe", source, naming, preprocessing, ...labelled(digitLabels, classes) };
  return zooModel(about, input, layers(classes));
};

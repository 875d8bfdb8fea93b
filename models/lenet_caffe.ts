import * as nn from "../nn/mod.ts";
import { published } from "./model.ts";
import { places } from "./weights.ts";
import { digitLabels } from "./labels.ts";
import { digitPixels, type Preprocessing } from "./preprocess.ts";

const source =
  "Jia et al., Caffe: convolutional architecture for fast feature embedding (2014), examples/mnist/lenet.prototxt";
/** Pixels over 256. */
const preprocessing: Preprocessing = { ...digitPixels, mean: [0], deviation: [256 / 255] };
const naming = places({ conv1: "0", conv2: "2", ip1: "5", ip2: "7" });

/**
 * The LeNet of Caffe's tutorial: 20 and 50 maps, largest values pooled, one hidden layer of 500 rectified units.
 * `f32[n,1,28,28] -> f32[n,10]` logits. 431,080 parameters.
 *
 * Source: Jia et al., Caffe: convolutional architecture for fast feature embedding (2014), examples/mnist/lenet.prototxt.
 */
export const lenetCaffe = published(
  { name: "lenet_caffe", source, naming, preprocessing, labels: digitLabels },
  nn.model(
    [1, 28, 28],
    nn.named("conv1", nn.conv2d(20, { kernel: 5 })), // [20, 24, 24]
    nn.maxPool2d(2), // [20, 12, 12]
    nn.named("conv2", nn.conv2d(50, { kernel: 5 })), // [50, 8, 8]
    nn.maxPool2d(2), // [50, 4, 4]
    nn.flatten, // [800]
    nn.named("ip1", nn.linear(500)),
    nn.relu,
    nn.named("ip2", nn.linear(10)),
  ),
);

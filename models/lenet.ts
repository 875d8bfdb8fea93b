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
import { digitLabels, labelled } from "./labels.ts";
import { digitPixels } from "./preprocess.ts";
import { places } from "./weights.ts";

const source =
  "LeCun, Bottou, Bengio, Haffner, Gradient-based learning applied to document recognition, Proc. IEEE 86 (1998)";
const naming = places({ c1: "0", c3: "3", f5: "7", f6: "9", out: "11" });

const layers = <const N extends number>(classes: N) =>
  [
    nn.named("c1", nn.conv2d(6, { kernel: 5, padding: 2 })), // [6, 28, 28]
    nn.tanh,
    nn.avgPool2d(2), // [6, 14, 14]
    nn.named("c3", nn.conv2d(16, { kernel: 5 })), // [16, 10, 10]
    nn.tanh,
    nn.avgPool2d(2), // [16, 5, 5]
    nn.flatten, // [400]
    nn.named("f5", nn.linear(120)),
    nn.tanh,
    nn.named("f6", nn.linear(84)),
    nn.tanh,
    nn.named("out", nn.linear(classes)),
  ] as const;
type LeNetLayers<C> = ReturnType<typeof layers<Classes<C, 10>>>;
type Image<C> = Input<C, [1, 28, 28]>;
/** The type of `lenet`. */
export type LeNet<C = nn.Nothing> = ZooModel<Image<C>, LeNetLayers<C>>;

/**
 * LeNet-5 for so many classes of such images: `lenet({ classes: 5 })`; ten, and [1, 28, 28], unless given. All layers but the last
 * are those of `lenet5`, and so are their variables where the images are as large. `f32[n,1,28,28] -> f32[n,classes]` logits.
 *
 * Throws `ShapeError` for images too small for its layers.
 *
 * @example
 * ```ts
 * import { lenet } from "../models/mod.ts";
 * console.log(lenet({ classes: 5, input: [3, 32, 32] }).output.join()); // 5
 * ```
 */
export const lenet = <const C extends ImageConfig = nn.Nothing>(
  config?: Fitting<C, Image<C>, LeNetLayers<C>>,
): LeNet<C> => {
  const { classes = 10, input = [1, 28, 28] } = optionsOf("lenet", (config ?? {}) as ImageConfig, imageNames);
  const about = { name: "lenet5", source, naming, preprocessing: digitPixels, ...labelled(digitLabels, classes) };
  return zooModel(about, input, layers(classes));
};
/**
 * LeNet-5: two convolutions with average pooling, three linear layers, hyperbolic tangents between. Images are padded to
 * 32x32 by the first convolution. 61,706 parameters. `f32[n,1,28,28] -> f32[n,10]` logits. `lenet` makes it for other classes.
 *
 * Source: LeCun, Bottou, Bengio, Haffner, Gradient-based learning applied to document recognition, Proc. IEEE 86 (1998),
 * section II.B; every map of C3 sees all maps of S2, and the output is linear instead of radial basis functions.
 *
 * @example
 * ```ts
 * import { random } from "../mod.ts";
 * const { params } = lenet5.init(random.key(0)); // params.c1.weight: Tensor<[6, 1, 5, 5], "f32">
 * ```
 */
export const lenet5: LeNet = lenet();

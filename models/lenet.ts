import * as nn from "../nn/mod.ts";
import { published } from "./model.ts";
import { places } from "./weights.ts";
import { digitLabels } from "./labels.ts";
import { digitPixels } from "./preprocess.ts";

const source =
  "LeCun, Bottou, Bengio, Haffner, Gradient-based learning applied to document recognition, Proc. IEEE 86 (1998)";
const naming = places({ c1: "0", c3: "3", f5: "7", f6: "9", out: "11" });

/**
 * LeNet-5: two convolutions with average pooling, three linear layers, hyperbolic tangents between. Images are padded to
 * 32x32 by the first convolution. 61,706 parameters. `f32[n,1,28,28] -> f32[n,10]` logits.
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
export const lenet5 = published(
  { name: "lenet5", source, naming, preprocessing: digitPixels, labels: digitLabels },
  nn.model(
    [1, 28, 28],
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
    nn.named("out", nn.linear(10)),
  ),
);

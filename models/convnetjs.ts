import * as nn from "../nn/mod.ts";
import { published } from "./model.ts";
import type { Preprocessing } from "./preprocess.ts";
import { cifar10Labels } from "./labels.ts";

const source = "Karpathy, ConvNetJS, demo/cifar10.html (2014)";
/** Pixels from -0.5 to 0.5. */
const preprocessing: Preprocessing = { resize: 32, crop: 32, mean: [0.5, 0.5, 0.5], deviation: [1, 1, 1] };

const conv = <const O extends number>(out: O) =>
  nn.conv2d(out, { kernel: 5, padding: 2, weightInit: nn.init.lecunNormal, biasInit: nn.init.constant(0.1) });

/**
 * The network of ConvNetJS's CIFAR-10 demonstration: three convolutions with pooling, then the classes.
 * `f32[n,3,32,32] -> f32[n,10]` logits; pixels go in from -0.5 to 0.5. 22,466 parameters. It was trained with Adadelta, batches
 * of 4, L2 decay 0.0001, images shifted by up to 2 pixels and mirrored.
 *
 * Source: Karpathy, ConvNetJS, demo/cifar10.html (2014).
 */
export const convNetJs = published(
  { name: "convnetjs", source, naming: {}, preprocessing, labels: cifar10Labels },
  nn.model(
    [3, 32, 32],
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
    nn.named("fc", nn.linear(10, { weightInit: nn.init.lecunNormal })),
  ),
);

/** DenseNet: every layer sees what all layers before it in its block gave. */
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
import type { Naming } from "./weights.ts";

const weightInit = nn.init.heNormal;
/** 32 channels behind those that are there. `[c, h, w] -> [c + 32, h, w]` */
const denseLayer = nn.concat(
  nn.identity,
  nn.named(
    "new",
    nn.sequential(
      nn.named("norm1", nn.batchNorm()),
      nn.relu,
      nn.named("conv1", nn.conv2d(128, { kernel: 1, bias: false, weightInit })),
      nn.named("norm2", nn.batchNorm()),
      nn.relu,
      nn.named("conv2", nn.conv2d(32, { kernel: 3, padding: 1, bias: false, weightInit })),
    ),
  ),
);
type DenseLayers<N, L extends nn.Layer[] = [], At extends unknown[] = [0]> = L["length"] extends N ? L
  : DenseLayers<N, [...L, nn.Named<`denselayer${At["length"]}`, typeof denseLayer>], [...At, 0]>;
type DenseBlock<N> = nn.Sequential<DenseLayers<N>>;
const denseBlock = <const N extends number>(n: N): DenseBlock<N> =>
  nn.sequential(
    ...Array.from({ length: n }, (_, i) => nn.named(`denselayer${i + 1}`, denseLayer)),
  ) as unknown as DenseBlock<N>;
/** Half the height and width, and `out` channels. */
const transition = <const C extends number>(out: C) =>
  nn.sequential(
    nn.named("norm", nn.batchNorm()),
    nn.relu,
    nn.named("conv", nn.conv2d(out, { kernel: 1, bias: false, weightInit })),
    nn.avgPool2d(2),
  );
const layers = <const N extends number>(classes: N) =>
  [
    nn.named(
      "features",
      nn.sequential(
        nn.named("conv0", nn.conv2d(64, { kernel: 7, stride: 2, padding: 3, bias: false, weightInit })),
        nn.named("norm0", nn.batchNorm()),
        nn.relu,
        nn.maxPool2d(3, { stride: 2, padding: 1 }), // [64, 56, 56]
        nn.named("denseblock1", denseBlock(6)), // [256, 56, 56]
        nn.named("transition1", transition(128)),
        nn.named("denseblock2", denseBlock(12)), // [512, 28, 28]
        nn.named("transition2", transition(256)),
        nn.named("denseblock3", denseBlock(24)), // [1024, 14, 14]
        nn.named("transition3", transition(512)),
        nn.named("denseblock4", denseBlock(16)), // [1024, 7, 7]
        nn.named("norm5", nn.batchNorm()),
      ),
    ),
    nn.relu,
    nn.globalAvgPool,
    nn.named("classifier", nn.linear(classes)),
  ] as const;
type DenseNetLayers<C> = ReturnType<typeof layers<Classes<C>>>;
/** The type of `densenet121`. */
export type DenseNet121<C = nn.Nothing> = ZooModel<Input<C>, DenseNetLayers<C>>;

const naming: Naming = { renames: [[/(\.denselayer\d+)\.new/, "$1"]] };
/**
 * DenseNet-121. `f32[n,3,224,224] -> f32[n,1000]` logits. 7,978,856 parameters.
 *
 * Source: Huang, Liu, van der Maaten, Weinberger, Densely connected convolutional networks, CVPR 2017, table 1.
 */
export const densenet121 = <const C extends ImageConfig = nn.Nothing>(
  config?: Fitting<C, Input<C>, DenseNetLayers<C>>,
): DenseNet121<C> => {
  const { classes = 1000, input = [3, 224, 224] } = optionsOf("densenet121", (config ?? {}) as ImageConfig, imageNames);
  const source = "Huang, Liu, van der Maaten, Weinberger, Densely connected convolutional networks, CVPR 2017";
  return zooModel({ name: "densenet121", source, naming, preprocessing: imageNet }, input, layers(classes));
};

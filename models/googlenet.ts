/** GoogLeNet with batch normalization, as torchvision has it. */
import { optionsOf } from "../core/options.ts";
import * as nn from "../nn/mod.ts";
import { convNorm, normedInception as inception } from "./inception_module.ts";
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

const half = nn.maxPool2d(3, { stride: 2, fit: "ceil" });
const first = [
  nn.named("conv1", convNorm(64, { kernel: 7, stride: 2, padding: 3 })), // [64, 112, 112]
  half,
  nn.named("conv2", convNorm(64, { kernel: 1 })),
  nn.named("conv3", convNorm(192, { kernel: 3, padding: 1 })), // [192, 56, 56]
  half,
  nn.named("inception3a", inception(64, 96, 128, 16, 32, 32)), // [256, 28, 28]
  nn.named("inception3b", inception(128, 128, 192, 32, 96, 64)), // [480, 28, 28]
  half,
  nn.named("inception4a", inception(192, 96, 208, 16, 48, 64)), // [512, 14, 14]
] as const;
const middle = [
  nn.named("inception4b", inception(160, 112, 224, 24, 64, 64)),
  nn.named("inception4c", inception(128, 128, 256, 24, 64, 64)),
  nn.named("inception4d", inception(112, 144, 288, 32, 64, 64)), // [528, 14, 14]
] as const;
const last = <const N extends number>(classes: N) =>
  [
    nn.named("inception4e", inception(256, 160, 320, 32, 128, 128)), // [832, 14, 14]
    nn.maxPool2d(2, { stride: 2, fit: "ceil" }),
    nn.named("inception5a", inception(256, 160, 320, 32, 128, 128)),
    nn.named("inception5b", inception(384, 192, 384, 48, 128, 128)), // [1024, 7, 7]
    nn.globalAvgPool,
    nn.dropout(0.2),
    nn.named("fc", nn.linear(classes)),
  ] as const;
const head = <const N extends number>(classes: N) =>
  nn.sequential(
    nn.adaptiveAvgPool2d(4),
    nn.named("conv", convNorm(128, { kernel: 1 })),
    nn.flatten,
    nn.named("fc1", nn.linear(1024)),
    nn.relu,
    nn.dropout(0.7),
    nn.named("fc2", nn.linear(classes)),
  );
const aux1 = <const N extends number>(classes: N) => nn.auxiliary("aux1", head(classes));
const aux2 = <const N extends number>(classes: N) => nn.auxiliary("aux2", head(classes));

/** Options of `googlenet`. */
export interface GoogLeNetConfig extends ImageConfig {
  /** The heads behind 4a and 4d, for training; they are there unless said. */
  readonly auxiliary?: boolean;
}
type GoogLeNetLayers<A, N extends number> = [
  ...typeof first,
  ...(A extends false ? [] : [ReturnType<typeof aux1<N>>]),
  ...typeof middle,
  ...(A extends false ? [] : [ReturnType<typeof aux2<N>>]),
  ...ReturnType<typeof last<N>>,
];
type Layers<C> = GoogLeNetLayers<Option<C, "auxiliary", true>, Classes<C>>;
/** The type of `googlenet`. */
export type GoogLeNet<C = nn.Nothing> = ZooModel<Input<C>, Layers<C>>;

/**
 * GoogLeNet with batch normalization, and with auxiliary heads unless `auxiliary: false`: `model.apply` gives their logits as
 * outputs `aux1` and `aux2`, whose losses count 0.3 in training. `f32[n,3,224,224] -> f32[n,1000]` logits. 13,004,888 parameters
 * (6,624,904 without heads).
 *
 * Source: Szegedy et al., Going deeper with convolutions, CVPR 2015; Ioffe, Szegedy, Batch normalization, ICML 2015.
 */
export const googlenet = <const C extends GoogLeNetConfig = nn.Nothing>(
  config?: Fitting<C, Input<C>, Layers<C>>,
): GoogLeNet<C> => {
  const { classes = 1000, input = [3, 224, 224], auxiliary = true } = optionsOf(
    "googlenet",
    (config ?? {}) as GoogLeNetConfig,
    { ...imageNames, auxiliary: true },
  );
  const source = "Szegedy et al., Going deeper with convolutions, CVPR 2015";
  const with1 = auxiliary ? [aux1(classes)] : [], with2 = auxiliary ? [aux2(classes)] : [];
  const layers = [...first, ...with1, ...middle, ...with2, ...last(classes)];
  return zooModel({ name: "googlenet", source, naming: {}, preprocessing: imageNet }, input, layers);
};

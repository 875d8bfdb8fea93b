/** GoogLeNet as published: biases, responses normalized by their neighbours, kernels of 5 by 5. */
import { optionsOf } from "../core/options.ts";
import * as nn from "../nn/mod.ts";
import type { GoogLeNetConfig } from "./googlenet.ts";
import { inception } from "./inception_module.ts";
import { type Classes, type Fitting, imageNames, type Input, type Option, type ZooModel, zooModel } from "./model.ts";
import { imageNet } from "./preprocess.ts";
import type { Naming } from "./weights.ts";

const half = nn.maxPool2d(3, { stride: 2, fit: "ceil" }), lrn = nn.localResponseNorm(5, { alpha: 5e-4, k: 2 });
const weightInit = nn.init.heNormal;
const first = [
  nn.named(
    "stem",
    nn.sequential(
      nn.conv2d(64, { kernel: 7, stride: 2, padding: 3, weightInit }), // [64, 112, 112]
      nn.relu,
      half,
      lrn,
      nn.conv2d(64, { kernel: 1, weightInit }),
      nn.relu,
      nn.conv2d(192, { kernel: 3, padding: 1, weightInit }), // [192, 56, 56]
      nn.relu,
      lrn,
      half,
    ),
  ),
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
    half,
    nn.named("inception5a", inception(256, 160, 320, 32, 128, 128)),
    nn.named("inception5b", inception(384, 192, 384, 48, 128, 128)), // [1024, 7, 7]
    nn.globalAvgPool,
    nn.dropout(0.4),
    nn.named("fc", nn.linear(classes)),
  ] as const;
const head = <const N extends number>(classes: N) =>
  nn.sequential(
    nn.avgPool2d(5, { stride: 3 }), // [_, 4, 4]
    nn.conv2d(128, { kernel: 1, weightInit }),
    nn.relu,
    nn.flatten,
    nn.linear(1024),
    nn.relu,
    nn.dropout(0.7),
    nn.linear(classes),
  );
const aux1 = <const N extends number>(classes: N) => nn.auxiliary("aux1", head(classes));
const aux2 = <const N extends number>(classes: N) => nn.auxiliary("aux2", head(classes));

type With<A, X> = A extends false ? [] : [X];
type Layers<C> = [
  ...typeof first,
  ...With<Option<C, "auxiliary", true>, ReturnType<typeof aux1<Classes<C>>>>,
  ...typeof middle,
  ...With<Option<C, "auxiliary", true>, ReturnType<typeof aux2<Classes<C>>>>,
  ...ReturnType<typeof last<Classes<C>>>,
];
/** The type of `googlenet2014`. */
export type GoogLeNet2014<C = nn.Nothing> = ZooModel<Input<C>, Layers<C>>;
const naming: Naming = { renames: [[/^inception(\d[a-e])/, "inc.$1"]] };

/**
 * GoogLeNet as published, with auxiliary heads unless `auxiliary: false`: `model.apply` gives their logits as outputs `aux1` and
 * `aux2`, whose losses count 0.3 in training. `f32[n,3,224,224] -> f32[n,1000]` logits. 13,378,280 parameters (6,998,552 without
 * heads).
 *
 * Source: Szegedy, Liu, Jia, Sermanet, Reed, Anguelov, Erhan, Vanhoucke, Rabinovich, Going deeper with convolutions, CVPR 2015,
 * table 1 and section 5.
 */
export const googlenet2014 = <const C extends GoogLeNetConfig = nn.Nothing>(
  config?: Fitting<C, Input<C>, Layers<C>>,
): GoogLeNet2014<C> => {
  const { classes = 1000, input = [3, 224, 224], auxiliary = true } = optionsOf(
    "googlenet2014",
    (config ?? {}) as GoogLeNetConfig,
    { ...imageNames, auxiliary: true },
  );
  const source = "Szegedy et al., Going deeper with convolutions, CVPR 2015, table 1";
  const with1 = auxiliary ? [aux1(classes)] : [], with2 = auxiliary ? [aux2(classes)] : [];
  const name = auxiliary ? "googlenet_2014_aux" : "googlenet_2014";
  const layers = [...first, ...with1, ...middle, ...with2, ...last(classes)];
  return zooModel({ name, source, naming, preprocessing: imageNet }, input, layers);
};

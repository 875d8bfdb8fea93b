/** SqueezeNet: the accuracy of AlexNet with a fiftieth of its parameters. */
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

/** Few channels, then many: those of kernels of 1 by 1 and those of 3 by 3 side by side. `[_, h, w] -> [2 expand, h, w]` */
const fire = <const S extends number, const E extends number>(squeeze: S, expand: E) =>
  nn.sequential(
    nn.named("squeeze", nn.conv2d(squeeze, { kernel: 1 })),
    nn.relu,
    nn.concat(
      nn.named("expand1x1", nn.conv2d(expand, { kernel: 1 })),
      nn.named("expand3x3", nn.conv2d(expand, { kernel: 3, padding: 1 })),
    ),
    nn.relu,
  );
const pool = nn.maxPool2d(3, { stride: 2, fit: "ceil" });
const classifier = <const N extends number>(classes: N) =>
  [
    nn.named("classifier", nn.sequential(nn.dropout(0.5), nn.conv2d(classes, { kernel: 1 }), nn.relu)),
    nn.globalAvgPool,
  ] as const;
const v10 = <const N extends number>(classes: N) =>
  [
    nn.named(
      "features",
      nn.sequential(
        ...[nn.conv2d(96, { kernel: 7, stride: 2 }), nn.relu, pool] as const,
        ...[fire(16, 64), fire(16, 64), fire(32, 128), pool] as const,
        ...[fire(32, 128), fire(48, 192), fire(48, 192), fire(64, 256), pool] as const,
        fire(64, 256),
      ),
    ),
    ...classifier(classes),
  ] as const;
const v11 = <const N extends number>(classes: N) =>
  [
    nn.named(
      "features",
      nn.sequential(
        ...[nn.conv2d(64, { kernel: 3, stride: 2 }), nn.relu, pool] as const,
        ...[fire(16, 64), fire(16, 64), pool] as const,
        ...[fire(32, 128), fire(32, 128), pool] as const,
        ...[fire(48, 192), fire(48, 192), fire(64, 256), fire(64, 256)] as const,
      ),
    ),
    ...classifier(classes),
  ] as const;
type Layers10<C> = ReturnType<typeof v10<Classes<C>>>;
type Layers11<C> = ReturnType<typeof v11<Classes<C>>>;
/** The type of `squeezenet10`. */
export type SqueezeNet10<C = nn.Nothing> = ZooModel<Input<C>, Layers10<C>>;
/** The type of `squeezenet11`. */
export type SqueezeNet11<C = nn.Nothing> = ZooModel<Input<C>, Layers11<C>>;

const naming: Naming = { renames: [[/^(features\.\d+)\.2\.expand/, "$1.expand"]] };
const source = "Iandola, Han, Moskewicz, Ashraf, Dally, Keutzer, SqueezeNet, arXiv 1602.07360 (2016)";
const make = (name: string, config: unknown, layers: (classes: number) => nn.Layers): never => {
  const { classes = 1000, input = [3, 224, 224] } = optionsOf(name, (config ?? {}) as ImageConfig, imageNames);
  return zooModel({ name, source, naming, preprocessing: imageNet }, input, layers(classes)) as never;
};

/**
 * SqueezeNet 1.0. `f32[n,3,224,224] -> f32[n,1000]` logits. 1,248,424 parameters.
 *
 * Source: Iandola, Han, Moskewicz, Ashraf, Dally, Keutzer, SqueezeNet, arXiv 1602.07360 (2016).
 */
export const squeezenet10 = <const C extends ImageConfig = nn.Nothing>(
  config?: Fitting<C, Input<C>, Layers10<C>>,
): SqueezeNet10<C> => make("squeezenet1_0", config, v10);
/**
 * SqueezeNet 1.1: pooled earlier, 2.3 times cheaper. `f32[n,3,224,224] -> f32[n,1000]` logits. 1,235,496 parameters. Source as
 * for `squeezenet10`.
 */
export const squeezenet11 = <const C extends ImageConfig = nn.Nothing>(
  config?: Fitting<C, Input<C>, Layers11<C>>,
): SqueezeNet11<C> => make("squeezenet1_1", config, v11);

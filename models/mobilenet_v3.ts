/** MobileNet v3: found by search, with gates on channels and activations of straight pieces. */
import { optionsOf } from "../core/options.ts";
import * as nn from "../nn/mod.ts";
import { convUnit, depthwiseUnit, projectUnit, squeezeExcite } from "./mobile_blocks.ts";
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

/** How batches are normalized here. */
export const norm = { epsilon: 1e-3, momentum: 0.01 } as const;
const { relu, hardSwish } = nn;
/** A convolution of 1 by 1 to `inner` channels, normalized and activated. */
export const wide = <const I extends number, A extends nn.Layer>(inner: I, activation: A) =>
  convUnit(inner, 1, 0, activation, norm);
/** Half the kernel: the size stays, or is halved by the stride. */
type Half<K> = K extends 3 ? 1 : 2;
const filter = <const K extends 3 | 5, const S extends number, A extends nn.Layer>(
  kernel: K,
  stride: S,
  activation: A,
) => depthwiseUnit(kernel, (kernel === 3 ? 1 : 2) as Half<K>, activation, { ...norm, stride });
/** Squeeze and excitation with a gate of straight pieces. */
export const gate = <const I extends number, const Q extends number>(inner: I, squeezed: Q) =>
  squeezeExcite(inner, squeezed, relu, nn.hardSigmoid);

/** Up to `inner` channels, one filter for each, down to `out`. */
const path = <
  const K extends 3 | 5,
  const I extends number,
  const O extends number,
  A extends nn.Layer,
  const S extends number = 1,
>(kernel: K, inner: I, out: O, activation: A, stride: S = 1 as S) =>
  nn.sequential(wide(inner, activation), filter(kernel, stride, activation), projectUnit(out, norm));
/** The same with a gate behind the filters. */
const gatedPath = <
  const K extends 3 | 5,
  const I extends number,
  const Q extends number,
  const O extends number,
  A extends nn.Layer,
  const S extends number = 1,
>(kernel: K, inner: I, squeezed: Q, out: O, activation: A, stride: S = 1 as S) =>
  nn.sequential(
    wide(inner, activation),
    filter(kernel, stride, activation),
    gate(inner, squeezed),
    projectUnit(out, norm),
  );
/** A block that changes the shape. */
export const to = <L extends nn.Layer>(inner: L) => nn.sequential(nn.named("block", inner));
/** A block that keeps it, around which its input goes too. */
export const keep = <L extends nn.Layer>(inner: L) => nn.residual(inner);

/** The layers of the large network before its classifier. */
export const largeFeatures = [
  convUnit(16, 3, 1, hardSwish, { ...norm, stride: 2 }), // [16, 112, 112]
  keep(nn.sequential(filter(3, 1, relu), projectUnit(16, norm))),
  to(path(3, 64, 24, relu, 2)), // [24, 56, 56]
  keep(path(3, 72, 24, relu)),
  to(gatedPath(5, 72, 24, 40, relu, 2)), // [40, 28, 28]
  keep(gatedPath(5, 120, 32, 40, relu)),
  keep(gatedPath(5, 120, 32, 40, relu)),
  to(path(3, 240, 80, hardSwish, 2)), // [80, 14, 14]
  keep(path(3, 200, 80, hardSwish)),
  keep(path(3, 184, 80, hardSwish)),
  keep(path(3, 184, 80, hardSwish)),
  to(gatedPath(3, 480, 120, 112, hardSwish)),
  keep(gatedPath(3, 672, 168, 112, hardSwish)),
  to(gatedPath(5, 672, 168, 160, hardSwish, 2)), // [160, 7, 7]
  keep(gatedPath(5, 960, 240, 160, hardSwish)),
  keep(gatedPath(5, 960, 240, 160, hardSwish)),
  wide(960, hardSwish),
] as const;
const small = [
  convUnit(16, 3, 1, hardSwish, { ...norm, stride: 2 }), // [16, 112, 112]
  to(nn.sequential(filter(3, 2, relu), gate(16, 8), projectUnit(16, norm))), // [16, 56, 56]
  to(path(3, 72, 24, relu, 2)), // [24, 28, 28]
  keep(path(3, 88, 24, relu)),
  to(gatedPath(5, 96, 24, 40, hardSwish, 2)), // [40, 14, 14]
  keep(gatedPath(5, 240, 64, 40, hardSwish)),
  keep(gatedPath(5, 240, 64, 40, hardSwish)),
  to(gatedPath(5, 120, 32, 48, hardSwish)),
  keep(gatedPath(5, 144, 40, 48, hardSwish)),
  to(gatedPath(5, 288, 72, 96, hardSwish, 2)), // [96, 7, 7]
  keep(gatedPath(5, 576, 144, 96, hardSwish)),
  keep(gatedPath(5, 576, 144, 96, hardSwish)),
  wide(576, hardSwish),
] as const;
const ending = <const L extends nn.Layers, const H extends number, const N extends number>(
  features: L,
  hidden: H,
  classes: N,
) =>
  [
    nn.named("features", nn.sequential(...features)),
    nn.globalAvgPool,
    nn.named(
      "classifier",
      nn.sequential(nn.linear(hidden), hardSwish, nn.dropout(0.2), nn.linear(classes)),
    ),
  ] as const;
type Large<C> = ReturnType<typeof ending<typeof largeFeatures, 1280, Classes<C>>>;
type Small<C> = ReturnType<typeof ending<typeof small, 1024, Classes<C>>>;
/** The type of `mobilenetV3Large`. */
export type MobileNetV3Large<C = nn.Nothing> = ZooModel<Input<C>, Large<C>>;
/** The type of `mobilenetV3Small`. */
export type MobileNetV3Small<C = nn.Nothing> = ZooModel<Input<C>, Small<C>>;

/** How torchvision calls what is in the blocks. */
export const mobileNaming: Naming = { renames: [[/^(features\.\d+)\.main/, "$1.block"], [/\.gate\.(fc\d)/, ".$1"]] };
const make = (name: string, config: unknown, layers: (classes: number) => nn.Layers): never => {
  const { classes = 1000, input = [3, 224, 224] } = optionsOf(name, (config ?? {}) as ImageConfig, imageNames);
  const source = "Howard et al., Searching for MobileNetV3, ICCV 2019, tables 1 and 2";
  return zooModel({ name, source, naming: mobileNaming, preprocessing: imageNet }, input, layers(classes)) as never;
};
/**
 * MobileNet v3, large. `f32[n,3,224,224] -> f32[n,1000]` logits. 5,483,032 parameters.
 *
 * Source: Howard et al., Searching for MobileNetV3, ICCV 2019, table 1.
 */
export const mobilenetV3Large = <const C extends ImageConfig = nn.Nothing>(
  config?: Fitting<C, Input<C>, Large<C>>,
): MobileNetV3Large<C> => make("mobilenet_v3_large", config, (n) => ending(largeFeatures, 1280, n));
/**
 * MobileNet v3, small. `f32[n,3,224,224] -> f32[n,1000]` logits. 2,542,856 parameters.
 *
 * Source: Howard et al., Searching for MobileNetV3, ICCV 2019, table 2.
 */
export const mobilenetV3Small = <const C extends ImageConfig = nn.Nothing>(
  config?: Fitting<C, Input<C>, Small<C>>,
): MobileNetV3Small<C> => make("mobilenet_v3_small", config, (n) => ending(small, 1024, n));

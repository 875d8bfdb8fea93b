/** EfficientNet-B0: the network of a search, which its larger sisters scale. */
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

const { silu } = nn;
type Half<K> = K extends 3 ? 1 : 2;
const filter = <const K extends 3 | 5, const S extends number>(kernel: K, stride: S) =>
  depthwiseUnit(kernel, (kernel === 3 ? 1 : 2) as Half<K>, silu, { stride });
/** Up to `inner` channels, one filter for each, a gate, down to `out`. */
const path = <
  const K extends 3 | 5,
  const I extends number,
  const Q extends number,
  const O extends number,
  const S extends number,
>(kernel: K, inner: I, squeezed: Q, out: O, stride: S) =>
  nn.named(
    "block",
    nn.sequential(
      convUnit(inner, 1, 0, silu),
      filter(kernel, stride),
      squeezeExcite(inner, squeezed, silu),
      projectUnit(out),
    ),
  );
/** A block that changes the shape. */
const to = <
  const K extends 3 | 5,
  const I extends number,
  const Q extends number,
  const O extends number,
  const S extends number,
>(kernel: K, inner: I, squeezed: Q, out: O, stride: S) => nn.sequential(path(kernel, inner, squeezed, out, stride));
/** Block `i` of 16, which keeps it: its input goes around, and in training the block is left out now and then. */
const keep = <const K extends 3 | 5, const I extends number, const Q extends number, const O extends number>(
  i: number,
  kernel: K,
  inner: I,
  squeezed: Q,
  out: O,
) => nn.residual(nn.sequential(path(kernel, inner, squeezed, out, 1), nn.stochasticDepth(0.2 * i / 16)));

const layers = <const N extends number>(classes: N) =>
  [
    nn.named(
      "features",
      nn.sequential(
        convUnit(32, 3, 1, silu, { stride: 2 }), // [32, 112, 112]
        nn.sequential(
          nn.sequential(nn.named("block", nn.sequential(filter(3, 1), squeezeExcite(32, 8, silu), projectUnit(16)))),
        ),
        nn.sequential(to(3, 96, 4, 24, 2), keep(2, 3, 144, 6, 24)), // [24, 56, 56]
        nn.sequential(to(5, 144, 6, 40, 2), keep(4, 5, 240, 10, 40)), // [40, 28, 28]
        nn.sequential(to(3, 240, 10, 80, 2), keep(6, 3, 480, 20, 80), keep(7, 3, 480, 20, 80)), // [80, 14, 14]
        nn.sequential(to(5, 480, 20, 112, 1), keep(9, 5, 672, 28, 112), keep(10, 5, 672, 28, 112)),
        nn.sequential(
          to(5, 672, 28, 192, 2), // [192, 7, 7]
          ...[keep(12, 5, 1152, 48, 192), keep(13, 5, 1152, 48, 192), keep(14, 5, 1152, 48, 192)] as const,
        ),
        nn.sequential(to(3, 1152, 48, 320, 1)),
        convUnit(1280, 1, 0, silu),
      ),
    ),
    nn.globalAvgPool,
    nn.named("classifier", nn.sequential(nn.dropout(0.2), nn.linear(classes))),
  ] as const;
type Layers<C> = ReturnType<typeof layers<Classes<C>>>;
/** The type of `efficientnetB0`. */
export type EfficientNetB0<C = nn.Nothing> = ZooModel<Input<C>, Layers<C>>;
const naming: Naming = { renames: [[/\.main\.block/, ".block"], [/\.gate\.(fc\d)/, ".$1"]] };

/**
 * EfficientNet-B0. `f32[n,3,224,224] -> f32[n,1000]` logits. 5,288,548 parameters.
 *
 * Source: Tan, Le, EfficientNet: rethinking model scaling for convolutional neural networks, ICML 2019, table 1.
 */
export const efficientnetB0 = <const C extends ImageConfig = nn.Nothing>(
  config?: Fitting<C, Input<C>, Layers<C>>,
): EfficientNetB0<C> => {
  const { classes = 1000, input = [3, 224, 224] } = optionsOf(
    "efficientnetB0",
    (config ?? {}) as ImageConfig,
    imageNames,
  );
  const source = "Tan, Le, EfficientNet: rethinking model scaling for convolutional neural networks, ICML 2019";
  const about = { name: "efficientnet_b0", source, naming, preprocessing: { ...imageNet, mode: "cubic" } } as const;
  return zooModel(about, input, layers(classes));
};

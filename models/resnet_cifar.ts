/** Residual networks of small images, without parameters in their shortcuts. */
import { ShapeError } from "../core/errors.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { optionsOf } from "../core/options.ts";
import * as nn from "../nn/mod.ts";
import { pad } from "../ops/slice.ts";
import {
  type Classes,
  type Fitting,
  type ImageConfig,
  imageNames,
  type Input,
  type ZooModel,
  zooModel,
} from "./model.ts";
import { basicPath, residualBlock, residualNaming, stage } from "./residual_blocks.ts";
import type { Naming } from "./weights.ts";
import { cifar10Labels, labelled } from "./labels.ts";
import { cifarPixels } from "./preprocess.ts";

/** The type of `padChannels`. */
export interface PadChannels<O> extends nn.Stateless {
  readonly kind: "padChannels";
  readonly "~out": this["~in"] extends readonly [unknown, ...infer R] ? [O, ...R] : never;
}
/** Channels of zeros behind those that are there, `out` in all. `[c, ...] -> [out, ...]`. Throws `ShapeError` where there are more. */
export const padChannels = <const O extends number>(out: O): PadChannels<O> =>
  nn.stateless<PadChannels<O>>(
    "padChannels",
    ([channels = 0, ...rest]) => {
      if (!(channels > out)) return [out, ...rest];
      const details = { op: "padChannels", expected: `at most ${out} channels`, got: `${channels}` };
      throw new ShapeError(`padChannels: ${channels} channels are more than ${out}`, details);
    },
    (x) => {
      const [, channels, ...rest] = extents(x);
      return pad(x as never, [[0, 0], [0, out - channels!], ...rest.map(() => [0, 0] as const)] as never, 0) as Tensor;
    },
  );
/** A shortcut without parameters, where height and width are halved: every other pixel, and channels of zeros (option A). */
export const subsample = <const C extends number>(out: C) =>
  nn.sequential(nn.avgPool2d(1, { stride: 2 }), padChannels(out));

const block = <const C extends number>(out: C) => residualBlock(basicPath(out));
const halving = <const C extends number>(out: C) => residualBlock(basicPath(out, 2), subsample(out));
const layers = <const M extends number, const N extends number>(more: M, classes: N) =>
  [
    nn.conv2d(16, { kernel: 3, padding: 1, bias: false, weightInit: nn.init.heNormal }),
    nn.batchNorm(),
    nn.relu,
    nn.named("stage1", stage(block(16), more, block(16))),
    nn.named("stage2", stage(halving(32), more, block(32))),
    nn.named("stage3", stage(halving(64), more, block(64))),
    nn.globalAvgPool,
    nn.named("fc", nn.linear(classes)),
  ] as const;
/** Blocks are numbered from 3 on, whatever their stage; then come pooling, flattening and the linear layer. */
const naming = (blocks: number): Naming => ({
  renames: [
    ...residualNaming.renames!,
    [/^stage(\d)\.(\d+)/, (s, i) => `${3 + (Number(s) - 1) * blocks + Number(i)}`],
    [/^fc/, `${3 + 3 * blocks + 2}`],
  ],
});

/** Layers with weights, 6n + 2, and the blocks that follow the first of each stage, n - 1. */
const depths = { 20: 2, 32: 4, 44: 6, 56: 8, 110: 17 } as const;
/** How many layers with weights there are. */
export type CifarDepth = keyof typeof depths;
type CifarLayers<D extends CifarDepth, C> = ReturnType<typeof layers<(typeof depths)[D], Classes<C, 10>>>;
type CifarInput<C> = Input<C, [3, 32, 32]>;
/** The type of `resnetCifar`. */
export type ResNetCifar<D extends CifarDepth, C = nn.Nothing> = ZooModel<CifarInput<C>, CifarLayers<D, C>>;

/**
 * A residual network of small images: three stages of 16, 32 and 64 channels. `f32[n,3,32,32] -> f32[n,10]` logits. 269,722
 * parameters (20), 853,018 (56). `resnetCifar(20)`
 *
 * Source: He, Zhang, Ren, Sun, Deep residual learning for image recognition, CVPR 2016, section 4.2.
 */
export const resnetCifar = <const D extends CifarDepth, const C extends ImageConfig = nn.Nothing>(
  depth: D,
  config?: Fitting<C, CifarInput<C>, CifarLayers<D, C>>,
): ResNetCifar<D, C> => {
  const { classes = 10, input = [3, 32, 32] } = optionsOf("resnetCifar", (config ?? {}) as ImageConfig, imageNames),
    more = depths[depth];
  const source = "He, Zhang, Ren, Sun, Deep residual learning for image recognition, CVPR 2016, section 4.2";
  const about = { name: `resnet${depth}_cifar`, source, naming: naming(more + 1), preprocessing: cifarPixels };
  return zooModel({ ...about, ...labelled(cifar10Labels, classes) }, input, layers(more, classes));
};

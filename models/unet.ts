/** U-Net: down to coarse features, up again, and across at every level. */
import * as nn from "../nn/mod.ts";
import type { Dim } from "../core/shape/dim.ts";
import { optionsOf } from "../core/options.ts";
import { type Fitting, imageNames, type Input, type Option, sizedZooModel, type ZooModel } from "./model.ts";
import type { Naming } from "./weights.ts";

const source =
  "Ronneberger, Fischer, Brox, U-Net: convolutional networks for biomedical image segmentation, MICCAI 2015, figure 1";

const conv3 = <const C extends number, const P extends 0 | 1>(out: C, padding: P) =>
  nn.conv2d(out, { kernel: 3, padding, weightInit: nn.init.heNormal });
const up2 = <const C extends number>(out: C) => nn.convTranspose2d(out, { kernel: 2, stride: 2 });
const half = nn.maxPool2d(2);
const drop = nn.dropout(0);

type Conv3<C extends number, P extends 0 | 1> = ReturnType<typeof conv3<C, P>>;
type Double<C extends number, P extends 0 | 1> = nn.Sequential<
  [nn.Named<"a", Conv3<C, P>>, typeof nn.relu, nn.Named<"b", Conv3<C, P>>, typeof nn.relu]
>;
type Inner<L extends nn.Layer, C extends number> = nn.Sequential<
  [typeof half, nn.Named<"inner", L>, nn.Named<"up", ReturnType<typeof up2<C>>>]
>;
/** The levels from one of these widths down and back. */
type Level<W, P extends 0 | 1> = W extends readonly [infer C extends number, ...infer R]
  ? R extends readonly [] ? nn.Sequential<[nn.Named<"down", Double<C, P>>, typeof drop]>
  : nn.Sequential<
    [
      nn.Named<"down", Double<C, P>>,
      nn.Named<"skip", nn.CropConcat<Inner<Level<R, P>, C>>>,
      nn.Named<"out", Double<C, P>>,
    ]
  >
  : nn.Layer;

/** Options of `unet`. */
export interface UNetConfig {
  /** How many classes a pixel can have; 2 unless given. */
  readonly classes?: number;
  /** The shape of an image: channels, height, width; [1, 572, 572] unless given. */
  readonly input?: readonly [Dim, Dim, Dim];
  /** The channels of every level, from the finest to the coarsest; [64, 128, 256, 512, 1024] unless given. */
  readonly widths?: readonly [number, ...number[]];
  /**
   * "valid", as published: every convolution takes a pixel off each side, so that the result is smaller than the image; or
   * "same": as large, for sides that can be halved at every level; others are a `ShapeError`.
   */
  readonly padding?: "valid" | "same";
  /** Dropped from the coarsest features in training; 0 unless given. */
  readonly dropout?: number;
}
type Widths<C> = Option<C, "widths", readonly [64, 128, 256, 512, 1024]>;
type Pad<C> = Option<C, "padding", "valid"> extends "same" ? 1 : 0;
type Classes<C> = Option<C, "classes", 2> & number;
type UNetLayers<C> = [
  nn.Named<"net", Level<Widths<C>, Pad<C>>>,
  nn.Named<"head", nn.Conv2d<Classes<C>, 1, 1, 0, 1, 1, "floor">>,
  ...(Pad<C> extends 1
    ? Input<C, [1, 572, 572]> extends readonly [unknown, infer H extends Dim, infer W extends Dim]
      ? [nn.Expect<[Classes<C>, H, W]>]
    : []
    : []),
];
/** The type of `unet`. */
export type UNet<C = nn.Nothing> = ZooModel<Input<C, [1, 572, 572]>, UNetLayers<C>>;

const level = ([width, ...rest]: readonly number[], padding: 0 | 1, dropout: number): nn.Layer => {
  const double = () =>
    nn.sequential(nn.named("a", conv3(width!, padding)), nn.relu, nn.named("b", conv3(width!, padding)), nn.relu);
  const down = nn.named("down", double());
  if (rest.length === 0) return nn.sequential(down, nn.dropout(dropout));
  const inner = nn.named("inner", level(rest, padding, dropout)), up = nn.named("up", up2(width!));
  return nn.sequential(
    down,
    nn.named("skip", nn.cropConcat(nn.sequential(half, inner, up))),
    nn.named("out", double()),
  );
};
/** Of `depth` levels below the finest: contracting and expanding stages by number, convolutions at 0 and 2, ReLU between. */
const namingOf = (depth: number): Naming => ({
  renames: [
    [/^net\.((?:skip\.path\.inner\.)*)(down|out)(?:\.([ab]))?/, (inner, stage, conv) => {
      const at = inner!.split("skip").length - 1, place = stage === "down" ? `down.${at}` : `dec.${depth - 1 - at}`;
      return conv === undefined ? place : `${place}.${conv === "a" ? 0 : 2}`;
    }],
    [/^net\.((?:skip\.path\.inner\.)*)skip\.path\.up/, (inner) => `up.${depth - inner!.split("skip").length}`],
  ],
});

/**
 * U-Net: at each level two convolutions with ReLU, then down by pooling to twice the channels, up by a transposed convolution of
 * 2 by 2, cropped features of the way down beside it, two convolutions again. `f32[n,1,572,572] -> f32[n,2,388,388]` logits of
 * pixels. 31,030,658 parameters. Its losses are `nn.crossEntropy`, weighed by pixels `pixelCrossEntropy`, or `nn.diceLoss`.
 *
 * Throws `ShapeError` for images too small for its levels, or which with `padding: "same"` cannot be halved that often. Source: Ronneberger, Fischer and Brox, U-Net: convolutional networks for
 * biomedical image segmentation, MICCAI 2015.
 *
 * @example
 * ```ts
 * import * as models from "../models/mod.ts";
 * const small = models.unet({ input: [1, 64, 64], widths: [8, 16, 32], padding: "same" });
 * console.log(small.output.join()); // 2,64,64
 * ```
 */
export const unet = <const C extends UNetConfig = nn.Nothing>(
  config?: Fitting<C, Input<C, [1, 572, 572]>, UNetLayers<C>>,
): UNet<C> => {
  const { classes = 2, input = [1, 572, 572], widths = [64, 128, 256, 512, 1024], padding = "valid", dropout = 0 } =
    optionsOf("unet", (config ?? {}) as UNetConfig, { ...imageNames, widths: true, padding: true, dropout: true });
  const same = padding === "same";
  return sizedZooModel({ name: "unet_2015", source, naming: namingOf(widths.length - 1) }, input, ([height, width]) => [
    nn.named("net", level(widths, same ? 1 : 0, dropout)),
    nn.named("head", nn.conv2d(classes, { kernel: 1 })),
    ...same ? [nn.expectShape(classes, height, width)] : [],
  ]);
};

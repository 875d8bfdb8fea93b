/**
 * The blocks of residual networks, for networks of one's own too. Source: He, Zhang, Ren, Sun, Deep residual learning for
 * image recognition, CVPR 2016, figures 2 and 5.
 */
import * as nn from "../nn/mod.ts";
import type { Naming } from "./weights.ts";

const weightInit = nn.init.heNormal;
/** A convolution of 3 by 3 pixels without bias. */
const conv3 = <const C extends number, const S extends number, const G extends number = 1, const D extends number = 1>(
  out: C,
  stride: S,
  groups: G = 1 as G,
  dilation: D = 1 as D,
) => nn.conv2d(out, { kernel: 3, stride, padding: dilation, dilation, groups, bias: false, weightInit });
/** A convolution of 1 by 1 pixel without bias. */
const conv1 = <const C extends number, const S extends number = 1>(out: C, stride: S = 1 as S) =>
  nn.conv2d(out, { kernel: 1, stride, bias: false, weightInit });

/** How residual networks of ImageNet begin. `[3, 224, 224] -> [64, 56, 56]` */
export const stem = [
  nn.named("conv1", nn.conv2d(64, { kernel: 7, stride: 2, padding: 3, bias: false, weightInit })),
  nn.named("bn1", nn.batchNorm()),
  nn.relu,
  nn.maxPool2d(3, { stride: 2, padding: 1 }),
] as const;
/** How they end: means of the channels, and a linear layer. */
export const head = <const N extends number>(classes: N) =>
  [nn.globalAvgPool, nn.named("fc", nn.linear(classes))] as const;

/** Two convolutions of 3 by 3. `[_, h, w] -> [c, h / stride, w / stride]` */
export const basicPath = <const C extends number, const S extends number = 1>(out: C, stride: S = 1 as S) =>
  nn.sequential(
    nn.named("conv1", conv3(out, stride)),
    nn.named("bn1", nn.batchNorm()),
    nn.relu,
    nn.named("conv2", conv3(out, 1)),
    nn.named("bn2", nn.batchNorm()),
  );
/** Down to `inner` channels, a convolution of 3 by 3 in groups, whose samples lie `dilation` apart, up to `out` channels. */
export const bottleneckPath = <
  const I extends number,
  const O extends number,
  const S extends number = 1,
  const G extends number = 1,
  const D extends number = 1,
>(inner: I, out: O, stride: S = 1 as S, groups: G = 1 as G, dilation: D = 1 as D) =>
  nn.sequential(
    nn.named("conv1", conv1(inner)),
    nn.named("bn1", nn.batchNorm()),
    nn.relu,
    nn.named("conv2", conv3(inner, stride, groups, dilation)),
    nn.named("bn2", nn.batchNorm()),
    nn.relu,
    nn.named("conv3", conv1(out)),
    nn.named("bn3", nn.batchNorm()),
  );
/** A shortcut where the shape changes: a convolution of 1 by 1 (option B of the paper). */
export const projection = <const C extends number, const S extends number>(out: C, stride: S) =>
  nn.sequential(conv1(out, stride), nn.batchNorm());

/** relu(path(x) + x), or with a shortcut of its own. */
export const residualBlock = <L extends nn.Layer, S extends nn.Layer = nn.Identity>(path: L, shortcut?: S) =>
  nn.sequential(nn.residual(path, shortcut), nn.relu);
/** A block that may change the shape, then `n` blocks that do not. */
export const stage = <F extends nn.Layer, const N extends number, B extends nn.Layer>(first: F, n: N, block: B) =>
  nn.sequential(nn.named("first", first), nn.named("rest", nn.repeat(n, block)));

/** How torchvision calls what is in them: `layer2.1.conv1`, `layer2.0.downsample.0`. */
export const residualNaming: Naming = {
  renames: [
    [/\.first(?=\.|$)/, ".0"],
    [/\.rest\.(\d+)/, (i) => `.${Number(i) + 1}`],
    [/\.0\.main(?=\.|$)/, ""],
    [/\.0\.shortcut(?=\.|$)/, ".downsample"],
  ],
};

/** Residual networks of ImageNet, and what grew out of them: ResNeXt, wide ResNet. */
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
import {
  basicPath,
  bottleneckPath,
  head,
  projection,
  residualBlock,
  residualNaming,
  stage,
  stem,
} from "./residual_blocks.ts"; // deno-fmt-ignore

/** How many blocks follow the first of each of the four stages. */
type Counts = readonly [number, number, number, number];

const basic = <const C extends number>(out: C) => residualBlock(basicPath(out));
const widening = <const C extends number>(out: C) => residualBlock(basicPath(out, 2), projection(out, 2));
const basics = <const M extends Counts, const N extends number>(more: M, classes: N) =>
  [
    ...stem,
    nn.named("layer1", stage(basic(64), more[0] as M[0], basic(64))),
    nn.named("layer2", stage(widening(128), more[1] as M[1], basic(128))),
    nn.named("layer3", stage(widening(256), more[2] as M[2], basic(256))),
    nn.named("layer4", stage(widening(512), more[3] as M[3], basic(512))),
    ...head(classes),
  ] as const;

const narrow = <const I extends number, const O extends number, const G extends number>(inner: I, out: O, groups: G) =>
  residualBlock(bottleneckPath(inner, out, 1, groups));
const widen = <const I extends number, const O extends number, const S extends number, const G extends number>(
  inner: I,
  out: O,
  stride: S,
  groups: G,
) => residualBlock(bottleneckPath(inner, out, stride, groups), projection(out, stride));
const bottlenecks = <const M extends Counts, const W extends Counts, const G extends number, const N extends number>(
  more: M,
  [a, b, c, d]: W,
  groups: G,
  classes: N,
) =>
  [
    ...stem,
    nn.named("layer1", stage(widen(a as W[0], 256, 1, groups), more[0] as M[0], narrow(a as W[0], 256, groups))),
    nn.named("layer2", stage(widen(b as W[1], 512, 2, groups), more[1] as M[1], narrow(b as W[1], 512, groups))),
    nn.named("layer3", stage(widen(c as W[2], 1024, 2, groups), more[2] as M[2], narrow(c as W[2], 1024, groups))),
    nn.named("layer4", stage(widen(d as W[3], 2048, 2, groups), more[3] as M[3], narrow(d as W[3], 2048, groups))),
    ...head(classes),
  ] as const;

const deepResidual = "He, Zhang, Ren, Sun, Deep residual learning for image recognition, CVPR 2016";
type Widths = [64, 128, 256, 512];
const widths: Widths = [64, 128, 256, 512];
type WideWidths = [128, 256, 512, 1024];
const wide: WideWidths = [128, 256, 512, 1024];
type BasicLayers<M extends Counts, C> = ReturnType<typeof basics<M, Classes<C>>>;
type BottleneckLayers<M extends Counts, W extends Counts, G extends number, C> = ReturnType<
  typeof bottlenecks<M, W, G, Classes<C>>
>;

const make = (name: string, config: unknown, layers: (classes: number) => nn.Layers, source = deepResidual): never => {
  const { classes = 1000, input = [3, 224, 224] } = optionsOf(name, (config ?? {}) as ImageConfig, imageNames);
  const about = { name, source, naming: residualNaming, preprocessing: imageNet };
  return zooModel(about, input, layers(classes)) as never;
};

type L18<C> = BasicLayers<[1, 1, 1, 1], C>;
/** The type of `resnet18`. */
export type ResNet18<C = nn.Nothing> = ZooModel<Input<C>, L18<C>>;
/**
 * ResNet-18: blocks of two convolutions of 3 by 3. `f32[n,3,224,224] -> f32[n,1000]` logits. 11,689,512 parameters.
 *
 * Source: He, Zhang, Ren, Sun, Deep residual learning for image recognition, CVPR 2016, table 1.
 */
export const resnet18 = <const C extends ImageConfig = nn.Nothing>(
  config?: Fitting<C, Input<C>, L18<C>>,
): ResNet18<C> => make("resnet18", config, (n) => basics([1, 1, 1, 1], n));

type L34<C> = BasicLayers<[2, 3, 5, 2], C>;
/** The type of `resnet34`. */
export type ResNet34<C = nn.Nothing> = ZooModel<Input<C>, L34<C>>;
/** ResNet-34. `f32[n,3,224,224] -> f32[n,1000]` logits. 21,797,672 parameters. Source as for `resnet18`. */
export const resnet34 = <const C extends ImageConfig = nn.Nothing>(
  config?: Fitting<C, Input<C>, L34<C>>,
): ResNet34<C> => make("resnet34", config, (n) => basics([2, 3, 5, 2], n));

type L50<C> = BottleneckLayers<[2, 3, 5, 2], Widths, 1, C>;
/** The type of `resnet50`. */
export type ResNet50<C = nn.Nothing> = ZooModel<Input<C>, L50<C>>;
/**
 * ResNet-50: blocks of three convolutions, the middle one of a quarter of the channels. The stride is at the convolution of 3 by
 * 3, as torchvision has it ("v1.5"). `f32[n,3,224,224] -> f32[n,1000]` logits. 25,557,032 parameters. Source as for `resnet18`.
 */
export const resnet50 = <const C extends ImageConfig = nn.Nothing>(
  config?: Fitting<C, Input<C>, L50<C>>,
): ResNet50<C> => make("resnet50", config, (n) => bottlenecks([2, 3, 5, 2], widths, 1, n));

type L101<C> = BottleneckLayers<[2, 3, 22, 2], Widths, 1, C>;
/** The type of `resnet101`. */
export type ResNet101<C = nn.Nothing> = ZooModel<Input<C>, L101<C>>;
/** ResNet-101. `f32[n,3,224,224] -> f32[n,1000]` logits. 44,549,160 parameters. Source as for `resnet18`. */
export const resnet101 = <const C extends ImageConfig = nn.Nothing>(
  config?: Fitting<C, Input<C>, L101<C>>,
): ResNet101<C> => make("resnet101", config, (n) => bottlenecks([2, 3, 22, 2], widths, 1, n));

type L152<C> = BottleneckLayers<[2, 7, 35, 2], Widths, 1, C>;
/** The type of `resnet152`. */
export type ResNet152<C = nn.Nothing> = ZooModel<Input<C>, L152<C>>;
/** ResNet-152. `f32[n,3,224,224] -> f32[n,1000]` logits. 60,192,808 parameters. Source as for `resnet18`. */
export const resnet152 = <const C extends ImageConfig = nn.Nothing>(
  config?: Fitting<C, Input<C>, L152<C>>,
): ResNet152<C> => make("resnet152", config, (n) => bottlenecks([2, 7, 35, 2], widths, 1, n));

type LNext<C> = BottleneckLayers<[2, 3, 5, 2], WideWidths, 32, C>;
/** The type of `resnext50_32x4d`. */
export type ResNext50<C = nn.Nothing> = ZooModel<Input<C>, LNext<C>>;
/**
 * ResNeXt-50: the middle convolution in 32 groups. `f32[n,3,224,224] -> f32[n,1000]` logits. 25,028,904 parameters.
 *
 * Source: Xie, Girshick, Dollár, Tu, He, Aggregated residual transformations for deep neural networks, CVPR 2017.
 */
export const resnext50 = <const C extends ImageConfig = nn.Nothing>(
  config?: Fitting<C, Input<C>, LNext<C>>,
): ResNext50<C> =>
  make(
    "resnext50_32x4d",
    config,
    (n) => bottlenecks([2, 3, 5, 2], wide, 32, n),
    "Xie, Girshick, Dollár, Tu, He, Aggregated residual transformations for deep neural networks, CVPR 2017",
  );

type LWide<C> = BottleneckLayers<[2, 3, 5, 2], WideWidths, 1, C>;
/** The type of `wideResnet50`. */
export type WideResNet50<C = nn.Nothing> = ZooModel<Input<C>, LWide<C>>;
/**
 * Wide ResNet-50-2: the middle convolution twice as wide. `f32[n,3,224,224] -> f32[n,1000]` logits. 68,883,240 parameters.
 *
 * Source: Zagoruyko, Komodakis, Wide residual networks, BMVC 2016.
 */
export const wideResnet50 = <const C extends ImageConfig = nn.Nothing>(
  config?: Fitting<C, Input<C>, LWide<C>>,
): WideResNet50<C> =>
  make(
    "wide_resnet50_2",
    config,
    (n) => bottlenecks([2, 3, 5, 2], wide, 1, n),
    "Zagoruyko, Komodakis, Wide residual networks, BMVC 2016",
  );

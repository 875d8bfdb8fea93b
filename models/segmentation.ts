/** Networks that tell the class of every pixel: ResNet-50 with heads of several kinds. */
import { optionsOf } from "../core/options.ts";
import * as nn from "../nn/mod.ts";
import {
  type Classes,
  type Fitting,
  type ImageConfig,
  imageNames,
  type Input,
  type Option,
  sizedZooModel,
  type ZooModel,
} from "./model.ts"; // deno-fmt-ignore
import { bottleneckPath, projection, residualBlock, residualNaming, stage, stem } from "./residual_blocks.ts";
import { spread } from "./spread.ts";
import type { Naming } from "./weights.ts";
import { labelled, vocLabels } from "./labels.ts";
import { wholeImages } from "./preprocess.ts";

const weightInit = nn.init.heNormal;
const narrow = <const I extends number, const O extends number, const D extends number>(
  inner: I,
  out: O,
  dilation: D,
) => residualBlock(bottleneckPath(inner, out, 1, 1, dilation));
const widen = <const I extends number, const O extends number, const S extends number, const D extends number>(
  inner: I,
  out: O,
  stride: S,
  dilation: D,
) => residualBlock(bottleneckPath(inner, out, stride, 1, dilation), projection(out, stride));
/** ResNet-50 that is halved three times only: further on the samples of kernels lie apart instead. `[_, h, w] -> [_, h / 8, w / 8]` */
const early = [
  ...stem,
  nn.named("layer1", stage(widen(64, 256, 1, 1), 2, narrow(64, 256, 1))),
  nn.named("layer2", stage(widen(128, 512, 2, 1), 3, narrow(128, 512, 1))),
  nn.named("layer3", stage(widen(256, 1024, 1, 1), 5, narrow(256, 1024, 2))),
] as const;
const late = nn.named("layer4", stage(widen(512, 2048, 1, 2), 2, narrow(512, 2048, 4)));

const three = <const C extends number, const D extends number>(out: C, dilation: D) =>
  nn.conv2d(out, { kernel: 3, padding: dilation, dilation, bias: false, weightInit });
type Size = readonly [number, number];
/** A small network at every place, and its logits at the size of the image. */
const places = <const C extends number, const N extends number, const S extends Size>(inner: C, classes: N, size: S) =>
  nn.sequential(
    three(inner, 1),
    nn.batchNorm(),
    nn.relu,
    nn.dropout(0.1),
    nn.conv2d(classes, { kernel: 1 }),
    nn.resize2d(size, { mode: "linear" }),
  );
const aux = <const N extends number, const S extends Size>(classes: N, size: S) =>
  nn.auxiliary("aux", places(256, classes, size));
const fcnHead = <const N extends number, const S extends Size>(classes: N, size: S) =>
  nn.named("classifier", places(512, classes, size));

const atrous = <const D extends number>(dilation: D) => nn.sequential(three(256, dilation), nn.batchNorm(), nn.relu);
const one = () => [nn.conv2d(256, { kernel: 1, bias: false, weightInit }), nn.batchNorm(), nn.relu] as const;
/** Kernels whose samples lie near and far, and the mean of the image. `[2048, h, w] -> [256, h, w]` */
const pyramid = nn.sequential(
  nn.named(
    "convs",
    nn.concat(
      nn.sequential(...one()),
      atrous(12),
      atrous(24),
      atrous(36),
      spread(nn.sequential(nn.adaptiveAvgPool2d(1), ...one())),
    ),
  ),
  nn.named("project", nn.sequential(...one(), nn.dropout(0.5))),
);
const deepLabHead = <const N extends number, const S extends Size>(classes: N, size: S) =>
  nn.named(
    "classifier",
    nn.sequential(
      pyramid,
      three(256, 1),
      nn.batchNorm(),
      nn.relu,
      nn.conv2d(classes, { kernel: 1 }),
      nn.resize2d(size, { mode: "linear" }),
    ),
  );

/** Options of `fcnResnet50` and `deeplabV3Resnet50`. */
export interface SegmentationConfig extends ImageConfig {
  /** A head behind the third stage, for training; it is not there unless said. */
  readonly auxiliary?: boolean;
}
type SizeOf<I> = I extends readonly [unknown, infer H extends number, infer W extends number] ? [H, W]
  : [number, number];
type Head<C> = Option<C, "auxiliary", false> extends true ? [ReturnType<typeof aux<Classes<C, 21>, SizeOf<Input<C>>>>]
  : [];
type FcnLayers<C> = [
  ...typeof early,
  ...Head<C>,
  typeof late,
  ReturnType<typeof fcnHead<Classes<C, 21>, SizeOf<Input<C>>>>,
];
type DeepLabLayers<C> = [
  ...typeof early,
  ...Head<C>,
  typeof late,
  ReturnType<typeof deepLabHead<Classes<C, 21>, SizeOf<Input<C>>>>,
];
/** The type of `fcnResnet50`. */
export type FcnResNet50<C = nn.Nothing> = ZooModel<Input<C>, FcnLayers<C>>;
/** The type of `deeplabV3Resnet50`. */
export type DeepLabV3ResNet50<C = nn.Nothing> = ZooModel<Input<C>, DeepLabLayers<C>>;

const naming: Naming = {
  renames: [...residualNaming.renames!, [/^(conv1|bn1|layer\d)(?=\.|$)/, "backbone.$1"], [/^aux/, "aux_classifier"]],
};
const make = (
  name: string,
  source: string,
  config: unknown,
  head: (classes: number, size: Size) => nn.Layer,
): never => {
  const { classes = 21, input = [3, 224, 224], auxiliary = false } = optionsOf(
    name,
    (config ?? {}) as SegmentationConfig,
    { ...imageNames, auxiliary: true },
  );
  const beside = (size: Size) => auxiliary ? [aux(classes, size)] : [];
  const layers = (size: Size) => [...early, ...beside(size), late, head(classes, size)];
  const about = { name, source, naming, preprocessing: wholeImages, ...labelled(vocLabels, classes) };
  return sizedZooModel(about, input, layers) as never;
};

/**
 * FCN on a dilated ResNet-50. `f32[n,3,h,w] -> f32[n,21,h,w]` logits. 32,957,013 parameters; with `auxiliary: true`, 35,322,218:
 * then `model.apply` gives the logits of a second head as output `aux`, whose loss counts half.
 *
 * Source: Long, Shelhamer, Darrell, Fully convolutional networks for semantic segmentation, CVPR 2015.
 */
export const fcnResnet50 = <const C extends SegmentationConfig = nn.Nothing>(
  config?: Fitting<C, Input<C>, FcnLayers<C>>,
): FcnResNet50<C> =>
  make(
    "fcn_resnet50",
    "Long, Shelhamer, Darrell, Fully convolutional networks for semantic segmentation, CVPR 2015",
    config,
    fcnHead,
  );
/**
 * DeepLab v3 on a dilated ResNet-50. `f32[n,3,h,w] -> f32[n,21,h,w]` logits. 39,638,869 parameters; with `auxiliary: true`,
 * 42,004,074, as for `fcnResnet50`.
 *
 * Source: Chen, Papandreou, Schroff, Adam, Rethinking atrous convolution for semantic image segmentation, arXiv 1706.05587 (2017).
 */
export const deeplabV3Resnet50 = <const C extends SegmentationConfig = nn.Nothing>(
  config?: Fitting<C, Input<C>, DeepLabLayers<C>>,
): DeepLabV3ResNet50<C> =>
  make(
    "deeplabv3_resnet50",
    "Chen, Papandreou, Schroff, Adam, Rethinking atrous convolution for semantic image segmentation, arXiv 1706.05587 (2017)",
    config,
    deepLabHead,
  );

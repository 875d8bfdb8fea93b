/** LR-ASPP: segmentation on MobileNet v3, of what is seen finely and what is seen far. */
import type { Out } from "../core/pipe.ts";
import { optionsOf } from "../core/options.ts";
import * as nn from "../nn/mod.ts";
import { depthwiseUnit, projectUnit } from "./mobile_blocks.ts";
import { gate, keep, largeFeatures, norm, to, wide } from "./mobilenet_v3.ts";
import {
  type Classes,
  type Fitting,
  type ImageConfig,
  imageNames,
  type Input,
  sizedZooModel,
  type ZooModel,
} from "./model.ts";
import type { Naming } from "./weights.ts";
import { labelled, vocLabels } from "./labels.ts";
import { wholeImages } from "./preprocess.ts";

const weightInit = nn.init.heNormal, { hardSwish } = nn;
const [f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12] = largeFeatures;
const fine = nn.sequential(f0, f1, f2, f3, f4); // [40, h / 8, w / 8]
/** A block of the last stage: instead of a stride, the samples of its filters lie two apart. */
const apart = <const I extends number, const Q extends number>(inner: I, squeezed: Q) =>
  nn.sequential(
    wide(inner, hardSwish),
    depthwiseUnit(5, 4, hardSwish, { ...norm, dilation: 2 }),
    gate(inner, squeezed),
    projectUnit(160, norm),
  );
const head = nn.gated(
  nn.sequential(nn.adaptiveAvgPool2d(1), nn.conv2d(128, { kernel: 1, bias: false, weightInit }), nn.sigmoid),
  nn.sequential(nn.conv2d(128, { kernel: 1, bias: false, weightInit }), nn.batchNorm(), nn.relu),
);
type Size = readonly [number, number];
const layers = <const N extends number, const L extends Size, const S extends Size>(classes: N, low: L, size: S) =>
  [
    nn.named("backbone", fine),
    nn.parallel(
      "add",
      nn.named("low", nn.conv2d(classes, { kernel: 1 })),
      nn.named(
        "high",
        nn.sequential(
          ...[f5, f6, f7, f8, f9, f10, f11, f12] as const,
          ...[to(apart(672, 168)), keep(apart(960, 240)), keep(apart(960, 240)), wide(960, hardSwish)] as const,
          head, // [128, h / 16, w / 16]
          nn.resize2d(low, { mode: "linear" }),
          nn.named("classifier", nn.conv2d(classes, { kernel: 1 })),
        ),
      ),
    ),
    nn.resize2d(size, { mode: "linear" }),
  ] as const;
type SizeOf<I> = I extends readonly [unknown, infer H extends number, infer W extends number] ? [H, W]
  : [number, number];
type Layers<C> = ReturnType<typeof layers<Classes<C, 21>, SizeOf<Out<typeof fine, Input<C>>>, SizeOf<Input<C>>>>;
/** The type of `lrasppMobilenetV3`. */
export type LrAspp<C = nn.Nothing> = ZooModel<Input<C>, Layers<C>>;
const naming: Naming = {
  renames: [
    [/^1\.low/, "classifier.low_classifier"],
    [/^1\.high\.classifier/, "classifier.high_classifier"],
    [/^1\.high\.12\.gate/, "classifier.scale"],
    [/^1\.high\.12\.main/, "classifier.cbr"],
    [/^1\.high\.(\d+)/, (i) => `backbone.${Number(i) + 5}`],
    [/\.main(?=\.|$)/, ".block"],
    [/\.gate\.(fc\d)/, ".$1"],
  ],
};

/**
 * LR-ASPP on a dilated MobileNet v3. `f32[n,3,h,w] -> f32[n,21,h,w]` logits. 3,221,538 parameters.
 *
 * Source: Howard et al., Searching for MobileNetV3, ICCV 2019, section 6.4.
 */
export const lrasppMobilenetV3 = <const C extends ImageConfig = nn.Nothing>(
  config?: Fitting<C, Input<C>, Layers<C>>,
): LrAspp<C> => {
  const { classes = 21, input = [3, 224, 224] } = optionsOf(
    "lrasppMobilenetV3",
    (config ?? {}) as ImageConfig,
    imageNames,
  );
  const source = "Howard et al., Searching for MobileNetV3, ICCV 2019, section 6.4";
  const about = { name: "lraspp_mobilenet_v3_large", source, naming, preprocessing: wholeImages };
  return sizedZooModel({ ...about, ...labelled(vocLabels, classes) }, input, (size) => {
    const [, h, w] = fine.outShape([Number(input[0]), ...size]);
    return layers(classes, [h!, w!], size);
  });
};

/** VGG: many convolutions of 3 by 3 pixels. */
import { optionsOf } from "../core/options.ts";
import * as nn from "../nn/mod.ts";
import {
  type Classes,
  type Fitting,
  type ImageConfig,
  imageNames,
  type Input,
  type Option,
  type ZooModel,
  zooModel,
} from "./model.ts"; // deno-fmt-ignore
import { imageNet } from "./preprocess.ts";
import type { Naming } from "./weights.ts";

const source =
  "Simonyan, Zisserman, Very deep convolutional networks for large-scale image recognition, ICLR 2015, table 1";

/** Table 1: the channels of each convolution, `[256, 1]` where the kernel is 1 by 1. */
const tables = {
  A: [64, "pool", 128, "pool", 256, 256, "pool", 512, 512, "pool", 512, 512, "pool"],
  "A-LRN": [64, "lrn", "pool", 128, "pool", 256, 256, "pool", 512, 512, "pool", 512, 512, "pool"],
  B: [64, 64, "pool", 128, 128, "pool", 256, 256, "pool", 512, 512, "pool", 512, 512, "pool"],
  C: [
    64,
    64,
    "pool",
    128,
    128,
    "pool",
    256,
    256,
    [256, 1],
    "pool",
    512,
    512,
    [512, 1],
    "pool",
    512,
    512,
    [512, 1],
    "pool",
  ],
  D: [64, 64, "pool", 128, 128, "pool", 256, 256, 256, "pool", 512, 512, 512, "pool", 512, 512, 512, "pool"],
  E: [
    64,
    64,
    "pool",
    128,
    128,
    "pool",
    256,
    256,
    256,
    256,
    "pool",
    512,
    512,
    512,
    512,
    "pool",
    512,
    512,
    512,
    512,
    "pool",
  ],
} as const; // deno-fmt-ignore
/** A column of table 1. */
export type VggColumn = keyof typeof tables;
type Step = number | "pool" | "lrn" | readonly [out: number, kernel: 1];

const conv = <const O extends number>(out: O) => nn.conv2d(out, { kernel: 3, padding: 1 });
const conv1 = <const O extends number>(out: O) => nn.conv2d(out, { kernel: 1 });
const pool = nn.maxPool2d(2), lrn = nn.localResponseNorm(5, { alpha: 5e-4, k: 2 });

type Unit<L, B> = [B] extends [true] ? [L, nn.BatchNorm, typeof nn.relu] : [L, typeof nn.relu];
type StepLayers<T, B> = T extends "pool" ? [typeof pool]
  : T extends "lrn" ? [typeof lrn]
  : T extends readonly [infer O extends number, 1] ? Unit<ReturnType<typeof conv1<O>>, B>
  : Unit<ReturnType<typeof conv<T & number>>, B>;
type Features<T, B> = boolean extends B ? nn.Layers
  : T extends readonly [infer H, ...infer R] ? [...StepLayers<H, B>, ...Features<R, B>]
  : [];
const features = (column: VggColumn, batchNorm: boolean): nn.Layers =>
  (tables[column] as readonly Step[]).flatMap((step): nn.Layers => {
    if (typeof step === "string") return [step === "pool" ? pool : lrn];
    const layer = typeof step === "number" ? conv(step) : conv1(step[0]);
    return batchNorm ? [layer, nn.batchNorm(), nn.relu] : [layer, nn.relu];
  });

const classifier = <const H extends number, const N extends number>(hidden: H, classes: N) =>
  nn.sequential(
    ...[nn.linear(hidden), nn.relu, nn.dropout(0.5)] as const,
    ...[nn.linear(hidden), nn.relu, nn.dropout(0.5)] as const,
    nn.linear(classes),
  );

/** Options of `vgg`. */
export interface VggConfig extends ImageConfig {
  /** Batch normalization behind every convolution; not in the paper. */
  readonly batchNorm?: boolean;
  /** Features of the two hidden linear layers; 4096 unless given. */
  readonly hidden?: number;
}
type VggLayers<K extends VggColumn, C> = [
  nn.Named<"features", nn.Sequential<Features<(typeof tables)[K], Option<C, "batchNorm", false>>>>,
  ReturnType<typeof nn.adaptiveAvgPool2d<7>>,
  nn.Flatten,
  nn.Named<"classifier", ReturnType<typeof classifier<Option<C, "hidden", 4096> & number, Classes<C>>>>,
];
/** The type of `vgg`. */
export type Vgg<K extends VggColumn, C = nn.Nothing> = ZooModel<Input<C>, VggLayers<K, C>>;

const names = { A: "vgg11", "A-LRN": "vgg_A-LRN", B: "vgg13", C: "vgg_C", D: "vgg16", E: "vgg19" } as const;
/** One sequence, as a listing of table 1 numbers it; torchvision numbers the linear layers apart. */
const listed = (column: VggColumn, batchNorm: boolean): Naming => ({
  renames: [
    [/^1$/, "avgpool"],
    [/^2$/, () => `${features(column, batchNorm).length}`],
    [/^classifier\.(\d+)/, (i) => `${features(column, batchNorm).length + 1 + Number(i)}`],
    [/^features\./, ""],
  ],
});

/**
 * VGG by the column of table 1: A (11 layers with weights), A-LRN, B (13), C (16, some 1 by 1), D (16), E (19). Images of
 * another size are averaged to 7 by 7 before the linear layers. `f32[n,3,224,224] -> f32[n,1000]` logits. 138,357,544
 * parameters (D). `vgg("D", { batchNorm: true })`
 *
 * Source: Simonyan, Zisserman, Very deep convolutional networks for large-scale image recognition, ICLR 2015, table 1.
 */
export const vgg = <const K extends VggColumn, const C extends VggConfig = nn.Nothing>(
  column: K,
  config?: Fitting<C, Input<C>, VggLayers<K, C>>,
): Vgg<K, C> => {
  const { classes = 1000, input = [3, 224, 224], batchNorm = false, hidden = 4096 } = optionsOf(
    "vgg",
    (config ?? {}) as VggConfig,
    { ...imageNames, batchNorm: true, hidden: true },
  );
  const inTorchvision = column !== "A-LRN" && column !== "C";
  const about = {
    name: `${names[column]}${batchNorm ? "_bn" : ""}`,
    source,
    naming: inTorchvision ? {} : listed(column, batchNorm),
    preprocessing: imageNet,
  };
  return zooModel(about, input, [
    nn.named("features", nn.sequential(...features(column, batchNorm))),
    nn.adaptiveAvgPool2d(7),
    nn.flatten,
    nn.named("classifier", classifier(hidden, classes)),
  ]);
};
/** `vgg`, whose tensors are numbered as in one sequence. */
export const vggListed = <const K extends VggColumn, const C extends VggConfig>(column: K, config: C): Vgg<K, C> => {
  const model = vgg(column, config as never) as Vgg<K, C>;
  return { ...model, name: `vgg_${column}`, naming: listed(column, config.batchNorm ?? false) };
};

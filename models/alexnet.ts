/** AlexNet: in two groups, as published, and in one column, as torchvision has it. */
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
import { centeredPixels, imageNet } from "./preprocess.ts";
import { numbered } from "./weights.ts";

const lrn = nn.localResponseNorm(5, { alpha: 5e-4, k: 2 });
const pool = nn.maxPool2d(3, { stride: 2 });
const conv3 = <const O extends number, const G extends number = 1>(out: O, groups: G = 1 as G) =>
  nn.conv2d(out, { kernel: 3, padding: 1, groups });

const published = <const G extends number, const H extends number, const N extends number>(
  groups: G,
  hidden: H,
  classes: N,
) =>
  [
    nn.named("conv1", nn.conv2d(96, { kernel: 11, stride: 4 })), // [96, 55, 55]
    nn.relu,
    lrn,
    pool, // [96, 27, 27]
    nn.named("conv2", nn.conv2d(256, { kernel: 5, padding: 2, groups })),
    nn.relu,
    lrn,
    pool, // [256, 13, 13]
    nn.named("conv3", conv3(384)),
    nn.relu,
    nn.named("conv4", conv3(384, groups)),
    nn.relu,
    nn.named("conv5", conv3(256, groups)),
    nn.relu,
    pool, // [256, 6, 6]
    nn.flatten, // [9216]
    nn.named("fc6", nn.linear(hidden)),
    nn.relu,
    nn.dropout(0.5),
    nn.named("fc7", nn.linear(hidden)),
    nn.relu,
    nn.dropout(0.5),
    nn.named("fc8", nn.linear(classes)),
  ] as const;

/** Options of `alexnetGrouped`. */
export interface AlexNetConfig extends ImageConfig {
  /** Columns that conv2, conv4 and conv5 are cut into; 2 unless given. */
  readonly groups?: number;
  /** Features of the two hidden linear layers; 4096 unless given. */
  readonly hidden?: number;
}
type GroupedLayers<C> = ReturnType<
  typeof published<Option<C, "groups", 2> & number, Option<C, "hidden", 4096> & number, Classes<C>>
>;
type GroupedInput<C> = Input<C, [3, 227, 227]>;
/** The type of `alexnetGrouped`. */
export type AlexNetGrouped<C = nn.Nothing> = ZooModel<GroupedInput<C>, GroupedLayers<C>>;

/**
 * AlexNet as published: two groups, one for each GPU of its time, in conv2, conv4 and conv5; responses normalized by their
 * neighbours; pooling that overlaps. Of images of 227 pixels, since (227 - 11) / 4 + 1 is whole: the 224 of the paper is not.
 * `f32[n,3,227,227] -> f32[n,1000]` logits. 60,965,224 parameters.
 *
 * Source: Krizhevsky, Sutskever, Hinton, ImageNet classification with deep convolutional neural networks, NeurIPS 2012.
 */
export const alexnetGrouped = <const C extends AlexNetConfig = nn.Nothing>(
  config?: Fitting<C, GroupedInput<C>, GroupedLayers<C>>,
): AlexNetGrouped<C> => {
  const { classes = 1000, input = [3, 227, 227], groups = 2, hidden = 4096 } = optionsOf(
    "alexnetGrouped",
    (config ?? {}) as AlexNetConfig,
    { ...imageNames, groups: true, hidden: true },
  );
  const layers = published(groups, hidden, classes);
  const source =
    "Krizhevsky, Sutskever, Hinton, ImageNet classification with deep convolutional neural networks, NeurIPS 2012";
  const name = groups === 1 ? "alexnet_ungrouped" : "alexnet_grouped", naming = numbered(layers);
  return zooModel({ name, source, naming, preprocessing: centeredPixels }, input, layers);
};

const column = <const H extends number, const N extends number>(hidden: H, classes: N) =>
  [
    nn.named(
      "features",
      nn.sequential(
        nn.conv2d(64, { kernel: 11, stride: 4, padding: 2 }), // [64, 55, 55]
        nn.relu,
        pool, // [64, 27, 27]
        nn.conv2d(192, { kernel: 5, padding: 2 }),
        nn.relu,
        pool, // [192, 13, 13]
        conv3(384),
        nn.relu,
        conv3(256),
        nn.relu,
        conv3(256),
        nn.relu,
        pool, // [256, 6, 6]
      ),
    ),
    nn.adaptiveAvgPool2d(6),
    nn.flatten, // [9216]
    nn.named(
      "classifier",
      nn.sequential(
        nn.dropout(0.5),
        nn.linear(hidden),
        nn.relu,
        nn.dropout(0.5),
        nn.linear(hidden),
        nn.relu,
        nn.linear(classes),
      ),
    ),
  ] as const;
type ColumnLayers<C> = ReturnType<typeof column<Option<C, "hidden", 4096> & number, Classes<C>>>;
/** The type of `alexnet`. */
export type AlexNet<C = nn.Nothing> = ZooModel<Input<C>, ColumnLayers<C>>;

/**
 * AlexNet in one column, narrower and without normalization. Images of another size are averaged to 6 by 6 before the linear
 * layers. `f32[n,3,224,224] -> f32[n,1000]` logits. 61,100,840 parameters.
 *
 * Source: Krizhevsky, One weird trick for parallelizing convolutional neural networks, arXiv 1404.5997 (2014).
 */
export const alexnet = <const C extends Omit<AlexNetConfig, "groups"> = nn.Nothing>(
  config?: Fitting<C, Input<C>, ColumnLayers<C>>,
): AlexNet<C> => {
  const { classes = 1000, input = [3, 224, 224], hidden = 4096 } = optionsOf(
    "alexnet",
    (config ?? {}) as Omit<AlexNetConfig, "groups">,
    { ...imageNames, hidden: true },
  );
  const source = "Krizhevsky, One weird trick for parallelizing convolutional neural networks, arXiv 1404.5997 (2014)";
  return zooModel({ name: "alexnet", source, naming: {}, preprocessing: imageNet }, input, column(hidden, classes));
};

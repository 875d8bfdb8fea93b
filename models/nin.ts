/** Network in network: small networks slide over the image, and means of whole maps are the logits. */
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
import { numbered } from "./weights.ts";
import { centeredPixels } from "./preprocess.ts";

/** Two layers of 1 by 1 behind a convolution. */
const mix = <const C extends number>(out: C) =>
  [nn.relu, nn.conv2d(out, { kernel: 1 }), nn.relu, nn.conv2d(out, { kernel: 1 }), nn.relu] as const;
const pool = nn.maxPool2d(3, { stride: 2 });
const layers = <const N extends number>(classes: N) =>
  [
    nn.conv2d(96, { kernel: 11, stride: 4 }), // [96, 55, 55]
    ...mix(96),
    pool,
    nn.conv2d(256, { kernel: 5, padding: 2 }), // [256, 27, 27]
    ...mix(256),
    pool,
    nn.conv2d(384, { kernel: 3, padding: 1 }), // [384, 13, 13]
    ...mix(384),
    pool,
    nn.dropout(0.5),
    nn.conv2d(1024, { kernel: 3, padding: 1 }), // [1024, 6, 6]
    nn.relu,
    nn.conv2d(1024, { kernel: 1 }),
    nn.relu,
    nn.conv2d(classes, { kernel: 1 }),
    nn.relu,
    nn.globalAvgPool,
  ] as const;
type Layers<C> = ReturnType<typeof layers<Classes<C>>>;
type Images<C> = Input<C, [3, 227, 227]>;
/** The type of `networkInNetwork`. */
export type NetworkInNetwork<C = nn.Nothing> = ZooModel<Images<C>, Layers<C>>;

/**
 * Network in network, as its authors published it for ImageNet. `f32[n,3,227,227] -> f32[n,1000]` logits. 7,595,176 parameters.
 *
 * Source: Lin, Chen, Yan, Network in network, ICLR 2014.
 */
export const networkInNetwork = <const C extends ImageConfig = nn.Nothing>(
  config?: Fitting<C, Images<C>, Layers<C>>,
): NetworkInNetwork<C> => {
  const { classes = 1000, input = [3, 227, 227] } = optionsOf(
      "networkInNetwork",
      (config ?? {}) as ImageConfig,
      imageNames,
    ),
    list = layers(classes);
  const source = "Lin, Chen, Yan, Network in network, ICLR 2014";
  return zooModel({ name: "nin_imagenet", source, naming: numbered(list), preprocessing: centeredPixels }, input, list);
};

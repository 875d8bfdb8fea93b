/** The vision transformer: an image as a sequence of patches. */
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

const epsilon = 1e-6;
const layers = <const D extends number, const N extends number>(depth: D, classes: N) =>
  [
    nn.named("conv_proj", nn.patchEmbedding(768, 16)), // [196, 768]
    nn.named("class_token", nn.classToken()), // [197, 768]
    nn.named("positions", nn.learnedPositions()),
    nn.named(
      "layers",
      nn.repeat(depth, nn.transformerBlock({ heads: 12, hidden: 3072, norm: "pre", activation: "gelu", epsilon })),
    ),
    nn.named("ln", nn.layerNorm({ epsilon })),
    nn.select(0), // [768]
    nn.named("head", nn.linear(classes)),
  ] as const;
/** Options of `vitB16`. */
export interface VitConfig extends ImageConfig {
  /** Number of blocks; 12 unless given. */
  readonly depth?: number;
}
type Layers<C> = ReturnType<typeof layers<Option<C, "depth", 12> & number, Classes<C>>>;
/** The type of `vitB16`. */
export type VitB16<C = nn.Nothing> = ZooModel<Input<C>, Layers<C>>;
const naming: Naming = {
  renames: [
    [/^conv_proj\.(0|projection)/, "conv_proj"],
    [/^class_token\.token/, "class_token"],
    [/^positions\.weight/, "encoder.pos_embedding"],
    [/^layers\.(\d+)/, "encoder.layers.encoder_layer_$1"],
    [/^ln/, "encoder.ln"],
    [/^head/, "heads.head"],
    [/\.norm(\d)/, ".ln_$1"],
    [/\.expand/, ".mlp.0"],
    [/\.contract/, ".mlp.3"],
    [/\.attention\.input(Bias)?$/, (bias) => `.self_attention.in_proj_${bias === undefined ? "weight" : "bias"}`],
    [/\.attention\.output$/, ".self_attention.out_proj.weight"],
    [/\.attention\.outputBias$/, ".self_attention.out_proj.bias"],
  ],
  reshapes: [[/^class_token$/, ([c]) => [1, 1, c!]], [/pos_embedding$/, (own) => [1, ...own]]],
};

/**
 * ViT-B/16: patches of 16 by 16 pixels, a token for the class before them, learned positions, 12 blocks that normalize first.
 * `f32[n,3,224,224] -> f32[n,1000]` logits. 86,567,656 parameters.
 *
 * Source: Dosovitskiy et al., An image is worth 16x16 words: transformers for image recognition at scale, ICLR 2021, table 1.
 */
export const vitB16 = <const C extends VitConfig = nn.Nothing>(
  config?: Fitting<C, Input<C>, Layers<C>>,
): VitB16<C> => {
  const { classes = 1000, input = [3, 224, 224], depth = 12 } = optionsOf("vitB16", (config ?? {}) as VitConfig, {
    ...imageNames,
    depth: true,
  });
  const source = "Dosovitskiy et al., An image is worth 16x16 words, ICLR 2021, table 1";
  return zooModel({ name: "vit_b_16", source, naming, preprocessing: imageNet }, input, layers(depth, classes));
};

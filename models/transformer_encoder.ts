/** The encoder of the transformer. */
import { optionsOf } from "../core/options.ts";
import * as nn from "../nn/mod.ts";
import { mul } from "../ops/arithmetic.ts";
import { type Fitting, type Option, type ZooModel, zooModel } from "./model.ts";

const source = "Vaswani et al., Attention is all you need, NIPS 2017";

/** Options of `transformerEncoder`. */
export interface TransformerEncoderConfig {
  /** How many tokens there are; 37000 unless given, as for English and German together. */
  readonly vocabulary?: number;
  /** How many tokens a sequence has; 128 unless given. */
  readonly context?: number;
  /** Numbers for each token; 512 unless given. */
  readonly width?: number;
  /** Width in the middle of the feed-forward part; 2048 unless given. */
  readonly hidden?: number;
  /** Heads of attention, which divide the width; 8 unless given. */
  readonly heads?: number;
  /** Blocks on top of each other; 6 unless given. */
  readonly blocks?: number;
  /** Dropped in training after the embedding and in each block; 0.1 unless given. */
  readonly dropout?: number;
}
type Context<C> = [Option<C, "context", 128> & number];
type Block<C> = nn.EncoderBlock<Option<C, "heads", 8> & number, Option<C, "hidden", 2048> & number>;
type EncoderLayers<C> = [
  nn.Named<"tokens", nn.Embedding<Option<C, "vocabulary", 37000> & number, Option<C, "width", 512> & number>>,
  nn.Pointwise<"scaled">,
  nn.SinusoidalPositions,
  nn.Pointwise<"dropout">,
  nn.Named<"blocks", nn.Repeat<Option<C, "blocks", 6> & number, Block<C>>>,
];
/** The type of `transformerEncoder`. */
export type TransformerEncoder<C = nn.Nothing> = ZooModel<Context<C>, EncoderLayers<C>>;

/**
 * The encoder of the transformer: embeddings times √width, sines and cosines of positions, blocks of attention to all places and of a
 * feed-forward part with ReLU, each followed by a norm. `i32[n,128] -> f32[n,128,512]`: a vector for every place. 18,914,304 parameters
 * and those of the embedding.
 *
 * Throws `ShapeError` where heads do not divide the width. Source: Vaswani et al., Attention is all you need, NIPS 2017, sections
 * 3.1 to 3.5; "base" in table 3.
 *
 * @example
 * ```ts
 * import { random, tensor } from "../mod.ts";
 * import * as models from "../models/mod.ts";
 * const net = models.transformerEncoder({ vocabulary: 20, context: 4, width: 16, hidden: 32, heads: 2, blocks: 2 });
 * const read = net.predict(net.init(random.key(0)), tensor([[3, 1, 4, 1]], "i32"));
 * console.log(read.shape.join()); // 1,4,16
 * ```
 */
export const transformerEncoder = <const C extends TransformerEncoderConfig = nn.Nothing>(
  config?: Fitting<C, Context<C>, EncoderLayers<C>>,
): TransformerEncoder<C> => {
  const { vocabulary = 37000, context = 128, width = 512, hidden = 2048, heads = 8, blocks = 6, dropout = 0.1 } =
    optionsOf("transformerEncoder", (config ?? {}) as TransformerEncoderConfig, {
      vocabulary: true,
      context: true,
      width: true,
      hidden: true,
      heads: true,
      blocks: true,
      dropout: true,
    });
  const scaled = nn.stateless<nn.Pointwise<"scaled">>("scaled", (shape) => [...shape], (x) => mul(x, Math.sqrt(width)));
  return zooModel({ name: "transformer_encoder", source, naming: {} }, [context], [
    nn.named("tokens", nn.embedding(vocabulary, width, { weightInit: nn.init.normal(width ** -0.5) })),
    scaled,
    nn.sinusoidalPositions,
    nn.dropout(dropout),
    nn.named("blocks", nn.repeat(blocks, nn.transformerBlock({ heads, hidden, dropout }))),
  ]);
};

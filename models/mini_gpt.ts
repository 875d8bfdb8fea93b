/** A small GPT: a transformer that sees the past and says what comes next. */
import type { Mul } from "../core/arith.ts";
import type { Dim } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import { optionsOf } from "../core/options.ts";
import * as nn from "../nn/mod.ts";
import { type Fitting, type Option, type ZooModel, zooModel } from "./model.ts";
import { type SampleConfig, writer } from "./tokens.ts";

const source = "Radford et al., Improving language understanding by generative pre-training (2018)";
const weightInit = nn.init.normal(0.02);

/** Options of `miniGpt`. */
export interface MiniGptConfig {
  /** How many tokens there are; 65 unless given, as characters in the collected Shakespeare. */
  readonly vocabulary?: number;
  /** How many tokens are seen at once; 64 unless given. */
  readonly context?: number;
  /** Numbers for each token; 128 unless given. */
  readonly width?: number;
  /** Heads of attention, which divide the width; 4 unless given. */
  readonly heads?: number;
  /** Blocks on top of each other; 4 unless given. */
  readonly blocks?: number;
  /** Dropped in training after the embedding and in each block; 0 unless given. */
  readonly dropout?: number;
}
type Vocabulary<C> = Option<C, "vocabulary", 65> & number;
type Context<C> = [Option<C, "context", 64> & number];
type Width<C> = Option<C, "width", 128> & number;
type Block<C> = nn.EncoderBlock<Option<C, "heads", 4> & number, Mul<4, Width<C>>>;
type MiniGptLayers<C> = [
  nn.Named<"tokens", nn.Embedding<Vocabulary<C>, Width<C>>>,
  nn.Named<"positions", nn.LearnedPositions>,
  nn.Pointwise<"dropout">,
  nn.Named<"blocks", nn.Repeat<Option<C, "blocks", 4> & number, Block<C>>>,
  nn.Named<"norm", nn.LayerNorm<1, true>>,
  nn.Named<"head", nn.Dense<Vocabulary<C>, false>>,
];
/** The type of `miniGpt`. */
export interface MiniGpt<C = nn.Nothing> extends ZooModel<Context<C>, MiniGptLayers<C>> {
  /** Tokens that come after a prompt of one or more, drawn one after the other; only the last `context` tokens are seen. `i32[t] -> i32[count]` */
  sample(
    params: nn.Params<MiniGptLayers<C>, Context<C>>,
    prompt: Tensor<readonly [Dim], "i32">,
    config: SampleConfig,
  ): Tensor<[number], "i32">;
}

/**
 * A small GPT: learned positions, blocks with norms before attention to the past and before a feed-forward part of four times the
 * width with GELU, a last norm. `i32[n,64] -> f32[n,64,65]` logits. Its loss is `tokenCrossEntropy`, in nats for each token. `sample`
 * writes on.
 *
 * Throws `ShapeError` where heads do not divide the width. Source: Radford et al., Improving language understanding by generative
 * pre-training (2018); norms first as in Radford et al., Language models are unsupervised multitask learners (2019).
 *
 * @example
 * ```ts
 * import { random, tensor } from "../mod.ts";
 * import * as models from "../models/mod.ts";
 * const net = models.miniGpt({ vocabulary: 13, context: 8, width: 16, blocks: 2 }), { params } = net.init(random.key(0));
 * const text = net.sample(params, tensor([3, 1], "i32"), { key: random.key(1), count: 5 });
 * console.log(text.shape.join()); // 5
 * ```
 */
export const miniGpt = <const C extends MiniGptConfig = nn.Nothing>(
  config?: Fitting<C, Context<C>, MiniGptLayers<C>>,
): MiniGpt<C> => {
  const { vocabulary = 65, context = 64, width = 128, heads = 4, blocks = 4, dropout = 0 } = optionsOf(
    "miniGpt",
    (config ?? {}) as MiniGptConfig,
    { vocabulary: true, context: true, width: true, heads: true, blocks: true, dropout: true },
  );
  const block = {
    heads,
    hidden: 4 * width,
    norm: "pre",
    causal: true,
    activation: "gelu",
    dropout,
    weightInit,
  } as const;
  const model = zooModel<Context<C>, MiniGptLayers<C>>({ name: "mini_gpt", source, naming: {} }, [context], [
    nn.named("tokens", nn.embedding(vocabulary, width, { weightInit })),
    nn.named("positions", nn.learnedPositions()),
    nn.dropout(dropout),
    nn.named("blocks", nn.repeat(blocks, nn.transformerBlock(block))),
    nn.named("norm", nn.layerNorm()),
    nn.named("head", nn.dense(vocabulary, { bias: false, weightInit })),
  ]);
  return { ...model, sample: writer(model as never, context) } as unknown as MiniGpt<C>;
};

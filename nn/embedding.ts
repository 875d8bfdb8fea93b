import { needCount } from "../core/shape/count.ts";
import type { Dim } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import { optionsOf } from "../core/options.ts";
import { embedding as lookUp } from "../ops/embedding.ts";
import { type Initializer, normal } from "./init.ts";
import { layer, type LayerFields, type Parametric } from "./layer.ts";

/** The type of `embedding`: how many rows the table has, and how wide they are. */
export interface Embedding<V, C> extends Parametric {
  readonly kind: "embedding";
  readonly "~out": this["~in"] extends readonly unknown[] ? [...this["~in"], C] : never;
  readonly "~params": { readonly weight: Tensor<[V & Dim, C & Dim], "f32"> };
}
/** Options of `embedding`. */
export interface EmbeddingConfig {
  /** How the table begins: normal of deviation 1 unless given. */
  readonly weightInit?: Initializer;
  /** A token whose row is never learned. */
  readonly padding?: number;
}
/**
 * A learned vector for each of `vocabulary` tokens, which are integers. `i32[...] -> f32[..., width]`; the batch has one axis more.
 * Parameters: `weight` f32[vocabulary, width]. `embedding(65, 32)`
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([16], nn.embedding(65, 32)).output); // [ 16, 32 ]
 * ```
 */
export const embedding = <const V extends number, const C extends number>(
  vocabulary: V,
  width: C,
  options: EmbeddingConfig = {},
): Embedding<V, C> => {
  const { weightInit = normal(1), padding } = optionsOf("embedding", options, { weightInit: true, padding: true });
  const rows = needCount<V>("embedding", "the vocabulary", vocabulary);
  const features = needCount<C>("embedding", "the width", width);
  const fields: LayerFields<Parametric> = {
    kind: "embedding",
    has: { params: true, state: false },
    outShape: (shape) => [...shape, features],
    init: (key) => ({
      params: { weight: weightInit(key, [rows, features], { fanIn: rows, fanOut: features }) },
      state: {},
    }),
    apply: ({ params }, x) => {
      const { weight } = params as { readonly weight: Tensor<[number, number], "f32"> };
      return [lookUp(x as Tensor<number[], "i32">, weight, { padding }) as Tensor, {}];
    },
  };
  return layer(fields as unknown as LayerFields<Embedding<V, C>>);
};

/** The block of transformers. */
import type { Extents } from "../core/aval.ts";
import type { Dim } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { optionsOf } from "../core/options.ts";
import { add } from "../ops/arithmetic.ts";
import { gelu, relu } from "./activation.ts";
import { multiHeadAttention, type MultiHeadParams } from "./attention.ts";
import type { ScaleShift } from "./batch_norm.ts";
import { applyChild, type Child, initChildren, multiplyAddsOf, nothingLeft } from "./children.ts";
import { dense } from "./dense.ts";
import { dropout } from "./dropout.ts";
import { type Initializer } from "./init.ts";
import { type Layer, layer, type LayerFields, type Parametric, type Part } from "./layer.ts";
import { layerNorm } from "./layer_norm.ts";
import { type OnHeads, onHeads } from "./sequence.ts";
import type { WeightBias } from "./weights.ts";

/** The type of `transformerBlock`: how many heads, how wide in the middle of its feed-forward part. */
export interface EncoderBlock<H extends number, F extends number> extends Parametric {
  readonly kind: "transformerBlock";
  readonly "~out": OnHeads<"transformerBlock", this["~in"], H>;
  readonly "~params": EncoderParams<this["~in"], F>;
}
type Width<I> = I extends [unknown, infer C extends Dim] ? C : number;
type EncoderParams<I, F extends number> = {
  readonly attention: MultiHeadParams<I, true>;
  readonly norm1: ScaleShift<Width<I>>;
  readonly expand: WeightBias<[F, Width<I>], F>;
  readonly contract: WeightBias<[Width<I>, F], Width<I>>;
  readonly norm2: ScaleShift<Width<I>>;
};
/** Options of `transformerBlock`. */
export interface EncoderConfig<H, F> {
  readonly heads: H;
  /** Width in the middle of the feed-forward part. */
  readonly hidden: F;
  /** Whether norms come before attention and feed-forward, as in GPT and ViT ("pre"), or after the sums, as first published ("post"). */
  readonly norm?: "pre" | "post";
  readonly causal?: boolean;
  /** "relu" unless given; "geluTanh" is the approximation of GPT-2. */
  readonly activation?: "relu" | "gelu" | "geluTanh";
  /** After attention, activation and feed-forward, and of the shares of attention; 0 unless given. Keys as for `dropout`. */
  readonly dropout?: number;
  /** Added to the variance by both norms; 1e-5 unless given. */
  readonly epsilon?: number;
  /** How the weights begin: Glorot uniform unless given. */
  readonly weightInit?: Initializer;
}

/**
 * One block of a transformer. Post: x = norm1(x + attend(x)), x = norm2(x + feed(x)); pre: x += attend(norm1(x)),
 * x += feed(norm2(x)); feed(x) = contract(activation(expand(x))). `[t, c] -> [t, c]`. Parameters: `attention` as
 * `multiHeadAttention` has them, `norm1` and `norm2` as `layerNorm`, `expand` and `contract` as `dense`.
 * `transformerBlock({ heads: 8, hidden: 2048 })` (Vaswani et al. 2017; before: Xiong et al. 2020)
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([16, 32], nn.transformerBlock({ heads: 4, hidden: 64 })).output); // [ 16, 32 ]
 * ```
 */
export const transformerBlock = <const H extends number, const F extends number>(
  options: EncoderConfig<H, F>,
): EncoderBlock<H, F> => {
  const op = "transformerBlock";
  optionsOf(op, options, {
    ...{ heads: true, hidden: true, norm: true, causal: true } as const,
    ...{ activation: true, dropout: true, epsilon: true, weightInit: true } as const,
  });
  const { heads, hidden, norm = "post", causal = false, activation = "relu" } = options;
  const { dropout: p = 0, epsilon = 1e-5, weightInit } = options,
    drawn = weightInit === undefined ? {} : { weightInit };
  const bend = activation === "relu" ? relu : gelu(activation === "gelu" ? "exact" : "tanh");
  const child = (key: string, inner: Layer): Child => ({ key, label: key, layer: inner });
  const before = [
    child("attention", multiHeadAttention(heads, { causal, dropout: p, ...drawn })),
    child("norm1", layerNorm({ epsilon })),
    child("expand", dense(hidden, drawn)),
  ];
  const after = [child("norm2", layerNorm({ epsilon })), child("activation", bend), child("dropout", dropout(p))];
  /** The layers inside, for sequences of this width. */
  const inside = (width: number): readonly Child[] => [...before, child("contract", dense(width, drawn)), ...after];
  const parts = (shape: Extents): Part[] =>
    inside(shape[1]!).slice(0, 5).map(({ key, layer, label }) => ({
      label,
      layer,
      input: key === "contract" ? [shape[0]!, hidden] : shape,
    }));
  const fields: LayerFields<Parametric> = {
    kind: op,
    has: { params: true, state: false },
    outShape: (shape) => onHeads(op, shape, heads),
    init: (key, shape) =>
      initChildren(inside(shape[1]!), key, [shape, shape, shape, [shape[0]!, hidden], shape, [], []]),
    apply: (variables, x, context) => {
      const list = inside(extents(x).at(-1)!), left = nothingLeft();
      let uses = 0;
      const run = (name: string) => (y: Tensor): Tensor => {
        // Dropout occurs more than once: each time with a key of its own.
        const own = name === "dropout" && context.key !== undefined
          ? { ...context, path: [...context.path ?? [], uses++] }
          : context;
        return applyChild(list, list.findIndex((c) => c.key === name), variables, y, own, left);
      };
      const chain = (...names: string[]) => (y: Tensor): Tensor => names.reduce((z, name) => run(name)(z), y);
      const attend = chain("attention", "dropout");
      const feed = chain("expand", "activation", "dropout", "contract", "dropout");
      const y = ([[attend, run("norm1")], [feed, run("norm2")]] as const).reduce<Tensor>(
        (z, [f, normalize]) => norm === "pre" ? add(z, f(normalize(z))) : normalize(add(z, f(z))),
        x,
      );
      return [y, {}];
    },
    parts,
    multiplyAdds: (shape) => multiplyAddsOf(parts(shape)),
  };
  return layer(fields as unknown as LayerFields<EncoderBlock<H, F>>);
};

import type { Dim } from "../core/shape/dim.ts";
import type { Mul } from "../core/arith.ts";
import type { Tensor } from "../core/tensor.ts";
import { optionsOf } from "../core/options.ts";
import { split } from "../ops/random.ts";
import { zeros } from "../ops/source.ts";
import { chance, drop } from "./dropout.ts";
import * as functional from "./functional/attention.ts";
import { glorotUniform, type Initializer } from "./init.ts";
import { layer, type LayerFields, type Parametric } from "./layer.ts";
import { type OnHeads, onHeads, sequence } from "./sequence.ts";
import type { BiasConfig } from "./weights.ts";

/** The type of `multiHeadAttention`: how many heads, whether there are biases. */
export interface MultiHead<H extends number, B = true> extends Parametric {
  readonly kind: "multiHeadAttention";
  readonly "~out": OnHeads<"multiHeadAttention", this["~in"], H>;
  readonly "~params": MultiHeadParams<this["~in"], B>;
}
type Width<I> = I extends [unknown, infer C extends Dim] ? C : number;
type Triple<C> = C extends number ? Mul<3, C> : number;
/** Weights of queries, keys and values one after the other, and of the way out. */
export type MultiHeadParams<I, B> =
  & {
    readonly input: Tensor<[Triple<Width<I>>, Width<I>], "f32">;
    readonly output: Tensor<[Width<I>, Width<I>], "f32">;
  }
  & (B extends false ? unknown
    : { readonly inputBias: Tensor<[Triple<Width<I>>], "f32">; readonly outputBias: Tensor<[Width<I>], "f32"> });
/** Options of `multiHeadAttention`. */
export interface MultiHeadConfig<B> extends BiasConfig<B> {
  /** Whether each place sees itself and the places before it alone. */
  readonly causal?: boolean;
  /** With what probability a place is overlooked in training; 0 unless given. Keys as for `dropout`. */
  readonly dropout?: number;
  /** How the weights begin: Glorot uniform unless given. */
  readonly weightInit?: Initializer;
}

/**
 * Self-attention of `heads` heads, each on its part of the features: every place becomes a mean of what places have to say, weighed
 * by softmax(q kᵀ / √d). `[t, c] -> [t, c]`. Parameters are those of the function `multiHeadAttention`: `input` f32[3 c, c],
 * `output` f32[c, c] and, unless `bias: false`, `inputBias` f32[3 c], `outputBias` f32[c]. `multiHeadAttention(8, { causal: true })`
 * (Vaswani et al. 2017)
 *
 * @example
 * ```ts
 * import { nn, random } from "@pullback/pullback";
 * const net = nn.model([16, 32], nn.named("attend", nn.multiHeadAttention(4, { causal: true })));
 * console.log(net.output, net.init(random.key(0)).params.attend.input.shape); // [ 16, 32 ] [ 96, 32 ]
 * ```
 */
export const multiHeadAttention = <const H extends number, const B extends boolean = true>(
  heads: H,
  options: MultiHeadConfig<B> = {},
): MultiHead<H, B> => {
  const op = "multiHeadAttention";
  optionsOf(op, options, { causal: true, dropout: true, bias: true, weightInit: true });
  const { causal = false, dropout = 0, bias = true as B, weightInit = glorotUniform } = options,
    p = chance(op, dropout);
  const fields: LayerFields<Parametric> = {
    kind: op,
    has: { params: true, state: false },
    outShape: (shape) => onHeads(op, shape, heads),
    init: (key, [, c]) => {
      const [a, b] = split(key), width = c!;
      const input = weightInit(a, [3 * width, width], { fanIn: width, fanOut: 3 * width });
      const output = weightInit(b, [width, width], { fanIn: width, fanOut: width });
      return {
        params: bias ? { input, inputBias: zeros([3 * width]), output, outputBias: zeros([width]) } : { input, output },
        state: {},
      };
    },
    apply: ({ params }, x, context) => {
      const weights = params as unknown as functional.MultiHeadWeights<"f32">, t = x as Tensor<number[], "f32">;
      const overlook = (shares: Tensor): Tensor => drop(op, p, shares, context);
      return [functional.multiHeadAttention(weights, t, t, t, { heads, causal, drop: overlook }).y as Tensor, {}];
    },
    multiplyAdds: (shape) => {
      const [time, width] = sequence(op, shape);
      return 4 * time * width * width + 2 * time * time * width;
    },
  };
  return layer(fields as unknown as LayerFields<MultiHead<H, B>>);
};

import { ShapeError } from "../core/errors.ts";
import { type Dim, type Fail, type IsDynamic, type Show, showShape } from "../core/shape/dim.ts";
import { needCount } from "../core/shape/count.ts";
import { optionsOf } from "../core/options.ts";
import { matmul } from "../ops/contraction.ts";
import { transpose } from "../ops/structure.ts";
import { layer, type LayerFields, type Parametric } from "./layer.ts";
import { type BiasConfig, biased, drawWeightBias, weightBias, type WeightInit, type Weights } from "./weights.ts";

/** The type of `linear`. */
export interface Linear<out O, out B = true> extends Parametric {
  readonly kind: "linear";
  readonly "~out": LinearOut<this["~in"], O>;
  readonly "~params": Weights<[O & Dim, this["~in"] extends [infer I] ? I & Dim : number], O, B>;
}
type LinearOut<I, O> = I extends [unknown] ? [O]
  : I extends readonly unknown[] ? IsDynamic<I> extends true ? [O]
    : Fail<`linear: expects a vector [features], got ${Show<I>}: add flatten before it`>
  : never;

/** Options of `linear`. */
export interface LinearConfig<B> extends WeightInit, BiasConfig<B> {}

/**
 * A linear map plus a bias, unless `bias: false`: y = W x + b. `[in] -> [out]`. Parameters: `weight` f32[out, in], `bias`
 * f32[out]. Vectors only: an image needs `flatten` before it, a sequence `dense`. `linear(10)`
 *
 * @example
 * ```ts
 * import { nn, random } from "@pullback/pullback";
 * const net = nn.model([3], nn.named("out", nn.linear(2)));
 * console.log(net.output, net.init(random.key(0)).params.out.weight.shape); // [ 2 ] [ 2, 3 ]
 * ```
 */
export const linear = <const O extends number, const B extends boolean = true>(
  outputs: O,
  options: LinearConfig<B> = {},
): Linear<O, B> => {
  optionsOf("linear", options, { weightInit: true, biasInit: true, bias: true });
  const out = needCount<O>("linear", "outputs", outputs);
  const outShape = (shape: readonly number[]): number[] => {
    if (shape.length === 1) return [out];
    const got = showShape(shape);
    throw new ShapeError(`linear: expects a vector [features], got ${got}: add flatten before it`, {
      op: "linear",
      expected: "[features]",
      got,
    });
  };
  const fields: LayerFields<Linear<O, B>> = {
    kind: "linear",
    has: { params: true, state: false },
    outShape,
    init: (key, [features]) =>
      drawWeightBias(key, "linear", [out, features!], { fanIn: features!, fanOut: out }, options),
    apply: ({ params }, x) => {
      const { weight, bias } = weightBias(params);
      return [biased(matmul(x, transpose(weight)), bias), {}];
    },
    multiplyAdds: ([features]) => out * features!,
  };
  return layer(fields);
};

import type { Extents } from "../core/aval.ts";
import { ShapeError } from "../core/errors.ts";
import { type Dim, type Fail, type IsDynamic } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import { needCount } from "../core/shape/count.ts";
import { optionsOf } from "../core/options.ts";
import { linear } from "../ops/linear.ts";
import { layer, type LayerFields, type Parametric } from "./layer.ts";
import type { LinearConfig } from "./linear.ts";
import { drawWeightBias, weightBias, type Weights } from "./weights.ts";

/** The type of `dense`. */
export interface Dense<O, B = true> extends Parametric {
  readonly kind: "dense";
  readonly "~out": DenseOut<this["~in"], O>;
  readonly "~params": Weights<[O & Dim, this["~in"] extends [...unknown[], infer I] ? I & Dim : number], O, B>;
}
type DenseOut<I, O> = I extends readonly unknown[] ? IsDynamic<I> extends true ? [...Dim[], O]
  : I extends [...infer R, unknown] ? [...R, O]
  : Fail<"dense: expects at least 1 axis, got []">
  : never;

/**
 * `linear` over the last axis, the same at every place: y = W x + b. `[..., in] -> [..., out]`. Parameters: `weight`
 * f32[out, in] and, unless `bias: false`, `bias` f32[out]. `dense(64)`
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([16, 32], nn.dense(64)).output); // [ 16, 64 ]
 * ```
 */
export const dense = <const O extends number, const B extends boolean = true>(
  outputs: O,
  options: LinearConfig<B> = {},
): Dense<O, B> => {
  optionsOf("dense", options, { weightInit: true, biasInit: true, bias: true });
  const out = needCount<O>("dense", "outputs", outputs);
  const outShape = (shape: Extents): number[] => {
    if (shape.length > 0) return [...shape.slice(0, -1), out];
    const sentence = "dense: expects at least 1 axis, got []";
    throw new ShapeError(sentence, { op: "dense", expected: "at least 1 axis", got: "[]" });
  };
  const fields: LayerFields<Parametric> = {
    kind: "dense",
    has: { params: true, state: false },
    outShape,
    init: (key, shape) => {
      const features = shape.at(-1)!;
      return drawWeightBias(key, "dense", [out, features], { fanIn: features, fanOut: out }, options);
    },
    apply: ({ params }, x) => {
      const { weight, bias } = weightBias(params) as Record<"weight" | "bias", Tensor<number[], "f32">>;
      return [linear(x as typeof weight, weight, bias) as Tensor, {}];
    },
    multiplyAdds: (shape) => outShape(shape).reduce((n, d) => n * d, 1) * shape.at(-1)!,
  };
  return layer(fields as unknown as LayerFields<Dense<O, B>>);
};

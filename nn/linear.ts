import { ShapeError } from "../core/errors.ts";
import { type Dim, type Fail, type IsDynamic, type Show, showShape } from "../core/shape/dim.ts";
import { add } from "../ops/arithmetic.ts";
import { matmul } from "../ops/contraction.ts";
import { transpose } from "../ops/structure.ts";
import { layer, type LayerFields, type Parametric } from "./layer.ts";
import { drawWeightBias, type WeightBias, weightBias, type WeightInit } from "./weights.ts";

/** The type of `linear`. */
export interface Linear<O> extends Parametric {
  readonly kind: "linear";
  readonly "~out": LinearOut<this["~in"], O>;
  readonly "~params": WeightBias<[O & Dim, this["~in"] extends readonly [infer I] ? I & Dim : number], O>;
}
type LinearOut<I, O> = I extends readonly [unknown] ? [O]
  : I extends readonly unknown[] ? IsDynamic<I> extends true ? [O]
    : Fail<`linear: expects a vector [features], got ${Show<I>}: add flatten before it`>
  : never;

/**
 * A linear map plus a bias: y = W x + b. `[in] -> [out]`. Parameters: `weight` f32[out, in], `bias` f32[out].
 * Vectors only: an image needs `flatten` before it. `linear(10)`
 */
export const linear = <const O extends number>(out: O, options: WeightInit = {}): Linear<O> => {
  const outShape = (shape: readonly number[]): number[] => {
    if (shape.length === 1) return [out];
    const got = showShape(shape);
    throw new ShapeError(`linear: expects a vector [features], got ${got}: add flatten before it`, {
      op: "linear",
      expected: "[features]",
      got,
    });
  };
  const fields: LayerFields<Linear<O>> = {
    kind: "linear",
    has: { params: true, state: false },
    outShape,
    init: (key, [features]) =>
      drawWeightBias(key, "linear", [out, features!], { fanIn: features!, fanOut: out }, options),
    apply: ({ params }, x) => {
      const { weight, bias } = weightBias(params);
      return [add(matmul(x, transpose(weight)), bias), {}];
    },
    multiplyAdds: ([features]) => out * features!,
  };
  return layer(fields);
};

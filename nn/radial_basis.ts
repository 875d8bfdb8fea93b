import { ShapeError } from "../core/errors.ts";
import { type Dim, type Fail, type IsDynamic, type Show, showShape } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import { needCount } from "../core/shape/count.ts";
import { optionsOf } from "../core/options.ts";
import { square, sub } from "../ops/arithmetic.ts";
import { expandDims, sum } from "../ops/structure.ts";
import { glorotUniform, type Initializer } from "./init.ts";
import { layer, type Parametric } from "./layer.ts";

/** The type of `radialBasis`. */
export interface RadialBasis<O> extends Parametric {
  readonly kind: "radialBasis";
  readonly "~out": RadialBasisOut<this["~in"], O>;
  readonly "~params": Centres<O, this["~in"]>;
}
type Centres<O, I> = { readonly weight: Tensor<[O & Dim, I extends [infer D] ? D & Dim : number], "f32"> };
type RadialBasisOut<I, O> = I extends [unknown] ? [O]
  : I extends readonly unknown[] ? IsDynamic<I> extends true ? [O]
    : Fail<`radialBasis: expects a vector [features], got ${Show<I>}`>
  : never;

/**
 * Euclidean radial basis functions: the squared distances from the input to learned centres, yᵢ = Σⱼ (xⱼ - wᵢⱼ)². `[in] -> [out]`.
 * Parameters: `weight` f32[out, in]. `radialBasis(10)` (LeCun et al. 1998, Gradient-based learning applied to document
 * recognition, equation 7)
 *
 * @example
 * ```ts
 * import { nn, random, read, tensor } from "@pullback/pullback";
 * const net = nn.model([2], nn.radialBasis(1, { weightInit: nn.init.ones }));
 * console.log(await read(net.predict(net.init(random.key(0)), tensor([[3, 1]])))); // [ [ 4 ] ]
 * ```
 */
export const radialBasis = <const O extends number>(
  out: O,
  options: { readonly weightInit?: Initializer } = {},
): RadialBasis<O> => {
  const { weightInit = glorotUniform } = optionsOf("radialBasis", options, { weightInit: true });
  needCount("radialBasis", "outputs", out);
  return layer<RadialBasis<O>>({
    kind: "radialBasis",
    has: { params: true, state: false },
    outShape: (shape) => {
      if (shape.length === 1) return [out];
      const got = showShape(shape), expected = "a vector [features]";
      throw new ShapeError(`radialBasis: expects ${expected}, got ${got}`, { op: "radialBasis", expected, got });
    },
    init: (key, [features]) => {
      const fans = { fanIn: features!, fanOut: out };
      return { params: { weight: weightInit(key, [out, features!], fans) }, state: {} };
    },
    apply: ({ params }, x) => {
      const { weight } = params as { readonly weight: Tensor };
      return [sum(square(sub(expandDims(x, 1), weight)), -1), {}];
    },
    multiplyAdds: () => 0, // distances: no weight is multiplied
  });
};

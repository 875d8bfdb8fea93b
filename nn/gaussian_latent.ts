import type { Extents } from "../core/aval.ts";
import { ShapeError } from "../core/errors.ts";
import { type Dim, type Fail, type IsDynamic, type Show, showShape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { optionsOf } from "../core/options.ts";
import { add, mul } from "../ops/arithmetic.ts";
import { exp } from "../ops/exponential.ts";
import type { AnyFloat } from "../ops/pointwise.ts";
import { foldIn, type Key, normal } from "../ops/random.ts";
import { initChildren } from "./children.ts";
import { type Layer, layer, type LayerFields } from "./layer.ts";
import { linear } from "./linear.ts";
import type { WeightBias, WeightInit } from "./weights.ts";

/** The type of `gaussianLatent`, by how many numbers it gives. */
export interface GaussianLatent<Z> extends Layer {
  readonly kind: "gaussianLatent";
  readonly "~out": LatentOut<this["~in"], Z>;
  readonly "~params": LatentParams<this["~in"], Z>;
  readonly "~state": Record<never, never>;
  readonly "~outputs": Gaussian<[number, Z & Dim]>;
  readonly "~has": "params" | "outputs";
}
type LatentOut<I, Z> = I extends [unknown] ? [Z]
  : I extends readonly unknown[] ? IsDynamic<I> extends true ? [Z]
    : Fail<`gaussianLatent: expects a vector [features], got ${Show<I>}: add flatten before it`>
  : never;
type LatentParams<I, Z> = I extends [infer D]
  ? { readonly mean: WeightBias<[Z & Dim, D & Dim], Z>; readonly logVariance: WeightBias<[Z & Dim, D & Dim], Z> }
  : { readonly mean: WeightBias<[Z & Dim, number], Z>; readonly logVariance: WeightBias<[Z & Dim, number], Z> };
/** Independent normal distributions: their means, and the logarithms of their variances. */
export interface Gaussian<S> {
  readonly mean: Tensor<S, "f32">;
  readonly logVariance: Tensor<S, "f32">;
}

/**
 * A draw from normal distributions as a function of noise, so that means and variances have derivatives: z = μ + exp(log v / 2) ε.
 * The noise is drawn with a key, or given. `f32[...s], f32[...s] -> f32[...s]` (Kingma and Welling 2013, section 2.4)
 *
 * @example
 * ```ts
 * import { nn, ones, read, zeros } from "@pullback/pullback";
 * const normals = { mean: ones([2]), logVariance: zeros([2]) };
 * console.log(await read(nn.reparametrize(normals, { noise: ones([2]) }))); // [ 2, 2 ]
 * ```
 */
export const reparametrize = <S extends readonly Dim[]>(
  { mean, logVariance }: Gaussian<S>,
  noise: { readonly key: Key } | { readonly noise: Tensor<NoInfer<S>, "f32"> },
): Tensor<S, "f32"> => {
  const epsilon = "key" in noise ? normal(noise.key, extents(mean as Tensor)) as Tensor : noise.noise as Tensor;
  const deviation = exp(mul(logVariance as Tensor, 0.5) as Tensor as AnyFloat) as Tensor;
  return add(mean as Tensor, mul(epsilon, deviation)) as Tensor as Tensor<S, "f32">;
};

/**
 * Normal distributions of `size` numbers, their means and logarithms of variances linear maps of the input: in training a draw of
 * them by `reparametrize`, otherwise their means. `[features] -> [size]`. Parameters: `mean` and `logVariance`, each as `linear`. The
 * distributions are given besides, as `mean` and `logVariance` f32[n, size]. Keys as for `dropout`. (Kingma and Welling 2013)
 *
 * @example
 * ```ts
 * import { nn, random } from "@pullback/pullback";
 * const net = nn.model([16], nn.named("code", nn.gaussianLatent(2)));
 * console.log(net.output, Object.keys(net.init(random.key(0)).params.code)); // [ 2 ] [ 'mean', 'logVariance' ]
 * ```
 */
export const gaussianLatent = <const Z extends number>(size: Z, options: WeightInit = {}): GaussianLatent<Z> => {
  optionsOf("gaussianLatent", options, { weightInit: true, biasInit: true });
  const list = ["mean", "logVariance"].map((key) => ({ key, label: key, layer: linear(size, options) as Layer }));
  const fields: LayerFields<Layer> = {
    kind: "gaussianLatent",
    has: { params: true, state: false, outputs: true },
    outShape: (shape: Extents) => {
      if (shape.length === 1) return [size];
      const got = showShape(shape), expected = "a vector [features]";
      throw new ShapeError(`gaussianLatent: expects ${expected}, got ${got}: add flatten before it`, {
        op: "gaussianLatent",
        expected,
        got,
      });
    },
    init: (key, shape) => initChildren(list, key, [shape, shape]),
    apply: ({ params }, x, { training = false, key, path = [] }) => {
      const trees = params as unknown as Record<string, Record<string, Tensor>>;
      const [mean, logVariance] = list.map((c) =>
        c.layer.apply({ params: trees[c.key]!, state: {} }, x, {})[0] as Tensor<number[], "f32">
      ) as [Tensor<number[], "f32">, Tensor<number[], "f32">];
      const found = { mean, logVariance };
      if (!training) return [mean, {}, found];
      if (key === undefined) {
        throw new TypeError("gaussianLatent: training needs a key: apply(variables, x, { training: true, key })");
      }
      return [reparametrize(found, { key: path.reduce((k, i) => foldIn(k, i), key) }), {}, found];
    },
    parts: (shape) => list.map(({ label, layer }) => ({ label, layer, input: shape })),
    multiplyAdds: ([features]) => 2 * size * features!,
  };
  return layer(fields as unknown as LayerFields<GaussianLatent<Z>>);
};

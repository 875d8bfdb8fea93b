import type { Extents } from "../core/aval.ts";
import type { Dim } from "../core/shape/dim.ts";
import { type Tensor } from "../core/tensor.ts";
import { mul } from "../ops/arithmetic.ts";
import { full } from "../ops/source.ts";
import { layer, type LayerFields, type Parametric } from "./layer.ts";

/** The type of `layerScale`. */
export interface LayerScale extends Parametric {
  readonly kind: "layerScale";
  readonly "~out": this["~in"];
  readonly "~params": Factors<this["~in"]>;
}
type Factors<I> = {
  readonly factor: Tensor<I extends [infer C, ...infer R] ? [C & Dim, ...Ones<R>] : Dim[], "f32">;
};
type Ones<R extends readonly unknown[]> = { [X in keyof R]: 1 };

/**
 * Multiplies each channel by a learned factor, small at first: at the end of the main path of a `residual` the block begins as
 * almost the identity. `[c, ...] -> [c, ...]`. Parameters: `factor` f32[c, 1, ...], 1e-6 unless given. (Touvron et al. 2021,
 * Going deeper with image transformers)
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([8, 4, 4], nn.residual(nn.sequential(nn.conv2d(8, { kernel: 1 }), nn.layerScale()))).output); // [ 8, 4, 4 ]
 * ```
 */
export const layerScale = (start = 1e-6): LayerScale => {
  const shapeOf = (shape: Extents): number[] => shape.map((d, i) => i === 0 ? d : 1);
  const fields: LayerFields<LayerScale> = {
    kind: "layerScale",
    has: { params: true, state: false },
    outShape: (shape) => [...shape],
    init: (_key, shape) => ({ params: { factor: full(shapeOf(shape), start) }, state: {} }),
    apply: ({ params }, x) => [mul(x, (params as { readonly factor: Tensor }).factor), {}],
  };
  return layer(fields);
};

/** What layers with a weight and a bias share. */
import { ShapeError } from "../core/errors.ts";
import { type Dim, type Shape, showShape } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Tree } from "../core/tree.ts";
import { addBias } from "../ops/bias.ts";
import { type Key, split } from "../ops/random.ts";
import { type Fans, glorotUniform, type Initializer, zeros } from "./init.ts";
import type { Variables } from "./layer.ts";

/** Parameters of a layer that multiplies and adds; the bias has one entry for each output. */
export type WeightBias<W extends Shape, O> = {
  readonly weight: Tensor<W, "f32">;
  readonly bias: Tensor<[O & Dim], "f32">;
};
/** Parameters of a layer that has a bias unless `B` is false. */
export type Weights<W extends Shape, O, B> = B extends false ? { readonly weight: Tensor<W, "f32"> } : WeightBias<W, O>;
/** Whether there is a bias; there is unless said. */
export interface BiasConfig<B> {
  readonly bias?: B;
}
/** How the parameters begin: Glorot uniform and zeros unless given. */
export interface WeightInit {
  readonly weightInit?: Initializer;
  readonly biasInit?: Initializer;
}

/**
 * Draws the weight and, unless it is not wanted, a bias. Throws `ShapeError` where an extent of the weight is not known yet.
 *
 * @example
 * ```ts
 * import { nn, random } from "@pullback/pullback";
 * const { params } = nn.drawWeightBias(random.key(0), "scale", [4, 3], { fanIn: 3, fanOut: 4 });
 * console.log(Object.keys(params as object)); // [ 'weight', 'bias' ]
 * ```
 */
export const drawWeightBias = (
  key: Key,
  op: string,
  shape: readonly number[],
  fans: Fans,
  init: WeightInit & BiasConfig<boolean> = {},
  biasShape: readonly number[] = shape.slice(0, 1),
): Variables => {
  if (shape.some(Number.isNaN)) {
    const sentence = `${op}: the weight ${
      showShape(shape)
    } has an unknown extent: give the model its input shape in numbers`;
    throw new ShapeError(sentence, { op, expected: "known extents", got: showShape(shape) });
  }
  const [a, b] = split(key);
  const weight = (init.weightInit ?? glorotUniform)(a, shape, fans);
  if (init.bias === false) return { params: { weight }, state: {} };
  return { params: { weight, bias: (init.biasInit ?? zeros)(b, biasShape, fans) }, state: {} };
};
/** The weight and, where there is one, the bias of a parameter tree. */
export const weightBias = (params: Tree): { readonly weight: Tensor; readonly bias?: Tensor } =>
  params as unknown as { readonly weight: Tensor; readonly bias?: Tensor };
/** Adds the bias, if there is one, to every channel: axis 1 of a batch. */
export const biased = (y: Tensor, bias: Tensor | undefined): Tensor =>
  bias === undefined ? y : addBias(y, bias) as Tensor;

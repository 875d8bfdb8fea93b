/** What layers with a weight and a bias share. */
import { ShapeError } from "../core/errors.ts";
import { type Dim, type Shape, showShape } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Tree } from "../core/tree.ts";
import { type Key, split } from "../ops/random.ts";
import { type Fans, glorotUniform, type Initializer, zeros } from "./init.ts";
import type { Variables } from "./layer.ts";

/** Parameters of a layer that multiplies and adds; the bias has one entry for each output. */
export type WeightBias<W extends Shape, O> = {
  readonly weight: Tensor<W, "f32">;
  readonly bias: Tensor<[O & Dim], "f32">;
};
/** How the parameters begin: Glorot uniform and zeros unless given. */
export interface WeightInit {
  readonly weightInit?: Initializer;
  readonly biasInit?: Initializer;
}

/** Draws weight and bias. Throws `ShapeError` where an extent of the weight is not known yet. */
export const drawWeightBias = (
  key: Key,
  op: string,
  shape: readonly number[],
  fans: Fans,
  init: WeightInit,
): Variables => {
  if (shape.some(Number.isNaN)) {
    const sentence = `${op}: the weight ${
      showShape(shape)
    } has an unknown extent: give the model its input shape in numbers`;
    throw new ShapeError(sentence, { op, expected: "known extents", got: showShape(shape) });
  }
  const [a, b] = split(key);
  const weight = (init.weightInit ?? glorotUniform)(a, shape, fans);
  const bias = (init.biasInit ?? zeros)(b, [shape[0]!], fans);
  return { params: { weight, bias }, state: {} };
};
/** The weight and the bias of a parameter tree. */
export const weightBias = (params: Tree): { readonly weight: Tensor; readonly bias: Tensor } =>
  params as unknown as { readonly weight: Tensor; readonly bias: Tensor };

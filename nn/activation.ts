/** Layers that keep the shape: activations and the identity. */
import * as activation from "../ops/activation.ts";
import * as exponential from "../ops/exponential.ts";
import type { Tensor } from "../core/tensor.ts";
import { type Stateless, stateless } from "./layer.ts";

/** A layer that keeps the shape. */
export interface Pointwise<K extends string> extends Stateless {
  readonly kind: K;
  readonly "~out": this["~in"];
}
/** The type of `identity`. */
export type Identity = Pointwise<"identity">;

const pointwise = <const K extends string>(kind: K, apply: (x: Tensor<number[], "f32">) => Tensor): Pointwise<K> =>
  stateless<Pointwise<K>>(kind, (shape) => [...shape], (x) => apply(x as Tensor<number[], "f32">));

/** The layer that does nothing. */
export const identity: Identity = pointwise("identity", (x) => x);
/** tanh(x), in (-1, 1). */
export const tanh: Pointwise<"tanh"> = pointwise("tanh", exponential.tanh);
/** max(x, 0). */
export const relu: Pointwise<"relu"> = pointwise("relu", activation.relu);
/** 1 / (1 + exp(-x)), in (0, 1). */
export const sigmoid: Pointwise<"sigmoid"> = pointwise("sigmoid", exponential.sigmoid);
/** exp(x) / sum exp(x) over axis 0 of an example: its features or channels. */
export const softmax: Pointwise<"softmax"> = pointwise("softmax", (x) => activation.softmax(x, 1));
/** log softmax(x) over axis 0 of an example: its features or channels. */
export const logSoftmax: Pointwise<"logSoftmax"> = pointwise("logSoftmax", (x) => activation.logSoftmax(x, 1));

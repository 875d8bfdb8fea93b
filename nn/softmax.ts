/** Softmax along an axis of an example. */
import { type AlongAxis, normalizeAxis } from "../core/shape/axes.ts";
import type { Tensor } from "../core/tensor.ts";
import * as activation from "../ops/activation.ts";
import { type Stateless, stateless } from "./layer.ts";

/** The type of `softmax` and `logSoftmax`: the kind, and the axis. */
export interface Softmax<K extends string, A extends number> extends Stateless {
  readonly kind: K;
  readonly "~out": this["~in"] extends readonly unknown[] ? AlongAxis<K, this["~in"], A> : never;
}
const along = <K extends "softmax" | "logSoftmax", A extends number>(kind: K, axis: A): Softmax<K, A> =>
  stateless<Softmax<K, A>>(
    kind,
    (shape) => (normalizeAxis(kind, shape, axis), [...shape]),
    (x) => activation[kind](x as Tensor<number[], "f32">, axis < 0 ? axis : axis + 1),
  );

/**
 * exp(x) / sum exp(x) along an axis of an example: the first unless given, which holds its features or channels. `[...s] ->
 * [...s]`. `softmax()`
 *
 * @example
 * ```ts
 * import { nn, random, read, tensor } from "@pullback/pullback";
 * const net = nn.model([4], nn.softmax());
 * console.log(await read(net.predict(net.init(random.key(0)), tensor([[0, 0, 0, 0]])))); // [ [ 0.25, 0.25, 0.25, 0.25 ] ]
 * ```
 */
export const softmax = <const A extends number = 0>(axis: A = 0 as A): Softmax<"softmax", A> => along("softmax", axis);
/**
 * log softmax(x) along an axis of an example: the first unless given. `[...s] -> [...s]`
 *
 * @example
 * ```ts
 * import { data, nn, random, tensor } from "@pullback/pullback";
 * const net = nn.model([2], nn.logSoftmax());
 * console.log(Array.from(await data(net.predict(net.init(random.key(0)), tensor([[0, 0]]))), (y) => Number(y).toFixed(2)).join(" ")); // -0.69 -0.69
 * ```
 */
export const logSoftmax = <const A extends number = 0>(axis: A = 0 as A): Softmax<"logSoftmax", A> =>
  along("logSoftmax", axis);

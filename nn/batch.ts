/** The batch that a model takes: its input shape behind a batch axis. A named extent is whatever the batch has there. */
import { ShapeError } from "../core/errors.ts";
import { type Dim, type Fail, type SameShape, type Shape, type Show, showShape } from "../core/shape/dim.ts";

/** What the named extents of `I` are in an example `R`. */
type Sizes<I, R> = {
  readonly [K in keyof I & `${number}` as I[K] extends string ? I[K] : never]: K extends keyof R ? R[K] : never;
};
/** A shape with sizes in place of names. */
type Fill<T, B> = { [K in keyof T]: T[K] extends keyof B ? B[T[K]] : T[K] };
type Takes<I, R> = SameShape<R, I> extends true ? true
  : I extends readonly unknown[]
    ? R extends { readonly length: I["length"] } ? SameShape<R, Fill<I, Sizes<I, R>>> : false
  : false;
/** The batch, or the sentence where its examples are not what the model takes. */
export type Batch<S extends Shape, I extends Shape> = number extends S["length"] | I["length"] ? S
  : S extends readonly [unknown, ...infer R] ? Takes<I, R> extends true ? S : BatchFail<S, I>
  : BatchFail<S, I>;
type BatchFail<S, I> = Fail<
  Takes<I, S> extends true ? `model: expects a batch of ${Show<I>}, got one example ${Show<S>}: add the batch axis`
    : `model: expects a batch of ${Show<I>}, got ${Show<S>}`
>;
/** What a model from `I` to `O` makes of a batch. */
export type BatchOut<S extends Shape, O extends Shape, I extends Shape> = number extends S["length"] ? Dim[]
  : I[number] extends number ? [S[0], ...O]
  : S extends readonly [infer N, ...infer R] ? [N, ...Fill<O, Sizes<I, R>>]
  : never;

/** Whether a model takes an example: each extent is the same, and a name is the same number wherever it stands. */
const takes = (input: Shape, example: readonly number[]): boolean =>
  input.length === example.length &&
  input.every((d, i) =>
    typeof d === "string" ? example[i] === example[input.indexOf(d)] : Number.isNaN(d) || d === example[i]
  );
/** Refuses what is no batch of examples of the input shape: twin of `Batch`. Throws `ShapeError`. */
export const needBatch = (input: Shape, shape: readonly number[]): void => {
  if (shape.length > 0 && takes(input, shape.slice(1))) return;
  const got = showShape(shape), expected = `a batch of ${showShape(input)}`;
  const sentence = takes(input, shape) ? `got one example ${got}: add the batch axis` : `got ${got}`;
  throw new ShapeError(`model: expects ${expected}, ${sentence}`, { op: "model", expected, got });
};

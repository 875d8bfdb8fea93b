/** What the types of operations are made of: arguments that turn into a sentence when a shape rule fails. */
import type { DType } from "./dtype.ts";
import { ShapeError } from "./errors.ts";
import type { AnyFail, Dim, Fail, Message, Shape } from "./shape/dim.ts";
import { showShape } from "./shape/dim.ts";
import type { Tensor } from "./tensor.ts";

/** A tensor argument: itself, or the sentence when the rule gave the failure `R`. */
export type Arg<S, D extends DType, R> = R extends Fail<infer M> ? M : Tensor<S, D>;
/** Any other argument: itself, or the sentence when the rule gave the failure `R`. */
export type Guard<T, R> = R extends AnyFail ? Message<R> : T;
/** The shape a rule gave; a failure becomes the dynamic shape, so that one mistake gives one error. */
export type Ok<R> = R extends { readonly "~sentence": string } ? Dim[] : R;
/** The shapes of a tuple of tensors. */
export type ShapesOf<T extends readonly unknown[]> = { [I in keyof T]: T[I] extends Tensor<infer S> ? S : never };

/**
 * The run-time check that turns a tensor of unknown shape into one of known shape; `number` and names accept anything.
 * `asShape(["b", 784])(x)`. Throws `ShapeError`.
 */
export const asShape =
  <S extends Dim[]>(shape: readonly [...S]) => <D extends DType>(x: Tensor<Shape, D>): Tensor<S, D> => {
    const got = x.shape,
      fits = got.length === shape.length && shape.every((d, i) => typeof d !== "number" || d === got[i]);
    if (fits) return x as Tensor<unknown, D> as Tensor<S, D>;
    throw new ShapeError(`asShape: expected ${showShape(shape)}, got ${showShape(got)}`, {
      op: "asShape",
      expected: showShape(shape),
      got: showShape(got),
    });
  };

import type { Extents } from "../core/aval.ts";
import type { DType, Float } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { type NeedKind, needKind } from "../core/kinds.ts";
import {
  type AnyFail,
  type Fail,
  type IsDynamic,
  type SameShape,
  type Shape,
  type Show,
  showShape,
} from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import type { Arg } from "../core/typed.ts";
import { sameShape } from "../core/aval.ts";
import { logSoftmax } from "../ops/activation.ts";
import { neg } from "../ops/arithmetic.ts";
import { cast } from "../ops/cast.ts";
import { equal, where } from "../ops/comparison.ts";
import { checkIndex } from "../ops/known.ts";
import { mean } from "../ops/reduction.ts";
import { iota } from "../ops/source.ts";
import { expandDims, sum } from "../ops/structure.ts";

/** Labels fit logits when they are whole numbers and there is one for each row. */
export type LabelsFit<A extends Shape, B extends Shape, E = "i32"> =
  NeedKind<"softmaxCrossEntropy", "whole numbers as labels", E> extends infer R ? R extends AnyFail ? R : RowsFit<A, B>
    : never;
type RowsFit<A extends Shape, B extends Shape> = IsDynamic<A> extends true ? B
  : IsDynamic<B> extends true ? B
  : A extends readonly [...infer Rows, unknown] ? SameShape<Rows, B> extends true ? B
    : Fail<`softmaxCrossEntropy: logits ${Show<A>} need labels ${Show<Rows>}, got ${Show<B>}`>
  : Fail<"softmaxCrossEntropy: logits need an axis of classes, got []">;

/** Twin of `LabelsFit`. Throws `ShapeError`, `DTypeError`, `AxisError`. */
export const checkLabels = (logits: Extents, labels: Tensor): void => {
  needKind("softmaxCrossEntropy", "whole numbers as labels", labels);
  const rows = logits.slice(0, -1), got = showShape(extents(labels));
  if (logits.length === 0) {
    const details = { op: "softmaxCrossEntropy", expected: "an axis of classes", got: "[]" };
    throw new ShapeError("softmaxCrossEntropy: logits need an axis of classes, got []", details);
  }
  if (!sameShape(rows, extents(labels))) {
    const sentence = `softmaxCrossEntropy: logits ${showShape(logits)} need labels ${showShape(rows)}, got ${got}`;
    throw new ShapeError(sentence, { op: "softmaxCrossEntropy", expected: showShape(rows), got });
  }
  const classes = logits.at(-1)!;
  checkIndex("softmaxCrossEntropy", labels, classes, `${classes} classes`);
};

/**
 * Cross-entropy of the classes that `softmax(logits)` predicts with integer labels, averaged over all rows:
 * `F[...b, c], i32[...b] -> F[]`, -mean log softmax(logits)[label]. In nats. Labels are 0 to c - 1. A label
 * outside counts as a loss of 0; one that is known when the call is written down throws `AxisError`. Throws `ShapeError` where
 * labels do not match, `DTypeError` where they are no whole numbers. `softmaxCrossEntropy(logits, labels)`
 *
 * @example
 * ```ts
 * import { item, nn, tensor } from "@pullback/pullback";
 * const labels = tensor([0], "i32");
 * console.log((await item(nn.softmaxCrossEntropy(tensor([[0, 0]]), labels))).toFixed(4)); // 0.6931
 * ```
 */
export const softmaxCrossEntropy = <A extends Shape, B extends Shape, D extends Float = "f32", E extends DType = "i32">(
  logits: Tensor<A, D>,
  labels: Arg<B, E, LabelsFit<A, B, E>>,
): Tensor<[], D> => {
  const x = logits as Tensor as Tensor<number[], Float>, y = labels as Tensor;
  checkLabels(extents(x), y);
  const logs = logSoftmax(x, -1) as Tensor, shape = extents(x), last = shape.length - 1;
  const chosen = equal(iota(shape, last, "i32"), expandDims(cast(y, "i32") as Tensor, last));
  return neg(mean(sum(where(chosen, logs, 0), -1))) as Tensor as Tensor<[], D>;
};

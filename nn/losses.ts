import type { Extents } from "../core/aval.ts";
import type { DType, Float } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { type Fail, type IsDynamic, type SameShape, type Shape, type Show, showShape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import type { Arg } from "../core/typed.ts";
import { sameShape } from "../core/aval.ts";
import { logSoftmax } from "../ops/activation.ts";
import { neg } from "../ops/arithmetic.ts";
import { cast } from "../ops/cast.ts";
import { equal, where } from "../ops/comparison.ts";
import { mean } from "../ops/reduction.ts";
import { iota } from "../ops/source.ts";
import { expandDims, sum } from "../ops/structure.ts";

/** Labels fit logits when there is one for each row. */
export type LabelsFit<A extends Shape, B extends Shape> = IsDynamic<A> extends true ? B
  : IsDynamic<B> extends true ? B
  : A extends readonly [...infer Rows, unknown] ? SameShape<Rows, B> extends true ? B
    : Fail<`softmaxCrossEntropy: logits ${Show<A>} need labels ${Show<Rows>}, got ${Show<B>}`>
  : Fail<"softmaxCrossEntropy: logits need an axis of classes, got []">;

/** Twin of `LabelsFit`. Throws `ShapeError`. */
export const checkLabels = (logits: Extents, labels: Extents): void => {
  const rows = logits.slice(0, -1), got = showShape(labels);
  if (logits.length === 0) {
    const details = { op: "softmaxCrossEntropy", expected: "an axis of classes", got: "[]" };
    throw new ShapeError("softmaxCrossEntropy: logits need an axis of classes, got []", details);
  }
  if (!sameShape(rows, labels)) {
    const sentence = `softmaxCrossEntropy: logits ${showShape(logits)} need labels ${showShape(rows)}, got ${got}`;
    throw new ShapeError(sentence, { op: "softmaxCrossEntropy", expected: showShape(rows), got });
  }
};

/**
 * Cross-entropy of the classes that `softmax(logits)` predicts with integer labels, averaged over all rows:
 * `F[...b, c], i32[...b] -> F[]`, -mean log softmax(logits)[label]. In nats. Labels are 0 to c - 1; a label outside counts
 * as a loss of 0. Throws `ShapeError` where labels do not match. `softmaxCrossEntropy(logits, labels)`
 */
export const softmaxCrossEntropy = <A extends Shape, B extends Shape, D extends Float = "f32", E extends DType = "i32">(
  logits: Tensor<A, D>,
  labels: Arg<B, E, LabelsFit<A, B>>,
): Tensor<[], D> => {
  const x = logits as Tensor as Tensor<number[], Float>, y = labels as Tensor;
  checkLabels(extents(x), extents(y));
  const logs = logSoftmax(x, -1) as Tensor, shape = extents(x), last = shape.length - 1;
  const chosen = equal(iota(shape, last, "i32"), expandDims(y.dtype === "i32" ? y : cast(y, "i32"), last));
  return neg(mean(sum(where(chosen, logs, 0), -1))) as Tensor as Tensor<[], D>;
};

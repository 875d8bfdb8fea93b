/** How the losses of single elements become one number. */
import { size } from "../core/aval.ts";
import type { Float } from "../core/dtype.ts";
import { DTypeError, ShapeError } from "../core/errors.ts";
import { type Shape, showShape } from "../core/shape/dim.ts";
import { type OptionNames, optionsOf } from "../core/options.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { div } from "../ops/arithmetic.ts";
import { cast } from "../ops/cast.ts";
import { inSingle } from "../ops/half.ts";
import { needFloat } from "../ops/pointwise.ts";
import { sum } from "../ops/structure.ts";

/** The mean of all losses, their sum, or each by itself. */
export type Reduction = "mean" | "sum" | "none";
/** What a loss of elements of shape `S` gives. */
export type Reduced<S, D extends Float, R> = R extends "none" ? Tensor<S, D> : Tensor<[], D>;
/** The option that all losses have; the mean unless said. */
export interface LossOptions<R extends Reduction = Reduction> {
  readonly reduction?: R | undefined;
}

/** Reduces losses; `count` is what the sum is divided by for the mean. */
export const reduceLoss = (
  losses: Tensor,
  reduction: Reduction = "mean",
  count: Tensor | number = size(extents(losses)),
): Tensor => {
  if (reduction === "none") return losses;
  if (reduction === "sum") return sum(losses);
  return inSingle(losses, (all) => div(sum(all), typeof count === "number" ? count : cast(count, all.dtype)));
};

/** Refuses a target that is not of the shape and dtype of the prediction. */
export const needLike = (op: string, x: Tensor, ...others: readonly Tensor[]): void => {
  needFloat(op, x);
  for (const y of others) {
    const [want, got] = [showShape(extents(x)), showShape(extents(y))];
    if (x.dtype !== y.dtype) {
      throw new DTypeError(`${op}: expected a target of dtype ${x.dtype}, got ${y.dtype}`, {
        op,
        expected: x.dtype,
        got: y.dtype,
      });
    }
    if (want !== got) {
      throw new ShapeError(`${op}: expected a target of shape ${want}, got ${got}`, { op, expected: want, got });
    }
  }
};

/** A loss of predictions and targets of one shape; `O` are its other options. */
export interface PairLoss<O = object> {
  <S extends Shape, D extends Float, const R extends Reduction = "mean">(
    x: Tensor<S, D>,
    target: Tensor<S, D>,
    options?: LossOptions<R> & O,
  ): Reduced<S, D, R>;
}
/** Makes a loss of two tensors of one shape of a function of their elements. */
export const pairLoss = <O extends object = object>(
  op: string,
  element: (x: Tensor, target: Tensor, options: O) => Tensor,
  names: OptionNames<O> = {} as OptionNames<O>,
): PairLoss<O> =>
  ((x: Tensor, target: Tensor, options: LossOptions & O = {} as LossOptions & O) => {
    optionsOf<object>(op, options, { reduction: true, ...names });
    needLike(op, x, target);
    return reduceLoss(element(x, target, options), options.reduction);
  }) as PairLoss<O>;

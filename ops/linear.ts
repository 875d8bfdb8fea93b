import type { Float } from "../core/dtype.ts";
import { DTypeError, inNameOf, ShapeError } from "../core/errors.ts";
import { type Dim, type Shape, showShape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import { addBias } from "./bias.ts";
import { dotP } from "./contraction.ts";

/**
 * x wᵀ + bias over the last axis, weights as networks keep them: a row for each output. `F[...b,i], F[o,i], F[o] -> F[...b,o]`.
 * Throws `ShapeError` where the features differ.
 */
export const linear = <D extends Float>(
  x: Tensor<Shape, D>,
  weight: Tensor<Shape, D>,
  bias?: Tensor<Shape, D>,
): Tensor<Dim[], D> => {
  const a = extents(x), b = extents(weight), got = `${showShape(a)} and ${showShape(b)}`;
  if (a.length < 1 || b.length !== 2 || a.at(-1) !== b[1]) {
    throw new ShapeError(`linear: expects [..., in] and weights [out, in], got ${got}`, {
      op: "linear",
      expected: `${b[1]} features`,
      got,
    });
  }
  if (x.dtype !== weight.dtype) {
    throw new DTypeError(`linear: expected one dtype, got ${x.dtype} and ${weight.dtype}`, {
      op: "linear",
      expected: x.dtype,
      got: weight.dtype,
    });
  }
  const y = bind(dotP, [x as Tensor, weight as Tensor], { contract: [[a.length - 1], [1]], batch: [[], []] });
  return (bias === undefined ? y : inNameOf("linear", () => addBias(y, bias as Tensor, -1))) as Tensor<Dim[], D>;
};

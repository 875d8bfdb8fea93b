import type { DType } from "../core/dtype.ts";
import { DTypeError, ShapeError } from "../core/errors.ts";
import { normalizeAxis } from "../core/shape/axes.ts";
import { type Shape, showShape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { add, mul } from "./arithmetic.ts";
import { reshape } from "./structure.ts";

/** One number for each entry of an axis, shaped so that it broadcasts. Throws where there are not so many, or another dtype. */
export const perEntry = (op: string, what: string, v: Tensor, x: Tensor, axis: number): Tensor => {
  const shape = extents(x), n = shape[axis]!, got = showShape(extents(v)), expected = `${what} of shape [${n}]`;
  if (v.dtype !== x.dtype) {
    throw new DTypeError(`${op}: expected ${what} of dtype ${x.dtype}, got ${v.dtype}`, {
      op,
      expected: x.dtype,
      got: v.dtype,
    });
  }
  if (got !== `[${n}]`) {
    throw new ShapeError(`${op}: expected ${expected} for ${showShape(shape)}, got ${got}`, { op, expected, got });
  }
  return reshape(v, shape.slice(axis).map((_, i) => i === 0 ? n : 1)) as Tensor;
};
/**
 * Adds a number to every channel, which is axis 1 unless given. `T[n,c,...], T[c] -> T[n,c,...]`. Throws `ShapeError` where
 * there is not one for each.
 */
export const addBias = <S extends Shape, D extends DType>(
  x: Tensor<S, D>,
  bias: Tensor<Shape, D>,
  axis = 1,
): Tensor<S, D> => {
  const t = x as Tensor, a = normalizeAxis("addBias", extents(t), axis);
  return add(t, perEntry("addBias", "a bias", bias as Tensor, t, a)) as Tensor as Tensor<S, D>;
};
/** Scales and shifts every entry of an axis, by 1 and 0 where nothing is given. */
export const scaleShift = (
  op: string,
  x: Tensor,
  axis: number,
  scale: Tensor | undefined,
  shift: Tensor | undefined,
): Tensor => {
  const y: Tensor = scale === undefined ? x : mul(x, perEntry(op, "a scale", scale, x, axis));
  return shift === undefined ? y : add(y, perEntry(op, "a shift", shift, x, axis));
};

/** What elementwise operations of the floats share. */
import { type Float, floats } from "../core/dtype.ts";
import { unary } from "../core/families.ts";
import { needKind } from "../core/kinds.ts";
import { doubles } from "../core/math.ts";
import { type Operation, operation } from "../core/pipe.ts";
import type { Primitive } from "../core/primitive.ts";
import type { Special } from "../core/scalar.ts";
import type { Shape } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import { mul } from "./arithmetic.ts";

/** A tensor of floats of any shape. */
export type AnyFloat = Tensor<Shape, Float>;

/** Refuses a tensor that holds no floats, in the name of the operation that was called. */
export const needFloat = (op: string, x: Tensor): AnyFloat => {
  needKind(op, "a float", x);
  return x as AnyFloat;
};

/** A function of one tensor of floats as an operation for pipes. */
export const ofFloat = <O extends Operation>(kind: string, apply: (x: AnyFloat) => Tensor): O =>
  operation(kind, (x) => apply(needFloat(kind, x)));

/**
 * The primitive of a scalar instruction on floats: d f(x) = slope(x, f(x)) dx. `at` are points where it is smooth, for the
 * laws.
 */
export const smooth = (
  name: Exclude<Special, "pow" | "atan2">,
  slope: (x: AnyFloat, out: AnyFloat) => Tensor,
  at: readonly number[],
): Primitive<null> =>
  unary({
    name,
    dtypes: floats,
    evaluate: (x) => doubles[name](x),
    linearize: (x, out) => {
      const s = slope(x as AnyFloat, out as AnyFloat);
      return (dx) => mul(dx, s);
    },
    lower: name,
    at,
  });

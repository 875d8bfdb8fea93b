/**
 * Quotients rounded to whole numbers, and the remainders that belong to them. Of floats and of whole numbers; whole numbers
 * divided by 0 give 0, as WebGPU has it.
 */
import { isFloat } from "../core/dtype.ts";
import { byArity } from "../core/pipe.ts";
import type { Tensor } from "../core/tensor.ts";
import { add, align, div, type Operand, rem, sub } from "./arithmetic.ts";
import { and, equal, less, notEqual, where, xor } from "./comparison.ts";
import { stopGradient } from "./gradient.ts";
import { type AnyFloat } from "./pointwise.ts";
import { round, trunc } from "./rounding.ts";
import type { Elementwise } from "./signatures.ts";

/** Where a truncated quotient is one above the floor: the remainder is not 0 and has not the sign of the divisor. */
const above = (r: Tensor, y: Tensor): Tensor => and(notEqual(r, 0), xor(less(r, 0), less(y, 0)));

/**
 * The remainder with the sign of the divisor: x - y floor(x / y). d = dx - floor(x / y) dy. The one with the sign of the
 * dividend is `rem`. `T[...A], T[...B] -> T[...broadcast]`
 */
export const remainder: Elementwise<"remainder"> = byArity("remainder", 2, (a: Operand, b: Operand) => {
  const [x, y] = align("remainder", a, b), r = rem(x, y);
  return where(above(r, y), add(r, y), r);
});
/** floor(x / y), exactly. Its derivative is 0. `T[...A], T[...B] -> T[...broadcast]` */
export const floorDivide: Elementwise<"floorDivide"> = byArity("floorDivide", 2, (a: Operand, b: Operand) => {
  const [x, y] = align("floorDivide", a, b), r = rem(x, y);
  if (!isFloat(x.dtype)) return where(above(r, y), sub(div(x, y), 1), div(x, y));
  const whole = div(sub(x, r), y), down = where(above(r, y), sub(whole, 1), whole);
  return stopGradient(where(equal(y, 0), div(x, y), round(down as AnyFloat)));
});
/** x / y rounded toward 0. Its derivative is 0. `T[...A], T[...B] -> T[...broadcast]` */
export const truncDivide: Elementwise<"truncDivide"> = byArity("truncDivide", 2, (a: Operand, b: Operand) => {
  const q = div(...align("truncDivide", a, b)) as Tensor;
  return isFloat(q.dtype) ? trunc(q as AnyFloat) : q;
});

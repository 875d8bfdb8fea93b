/** Keeping values between limits, and finding values between two others. */
import type { DType } from "../core/dtype.ts";
import { byArity, byData } from "../core/pipe.ts";
import type { Tensor } from "../core/tensor.ts";
import { add, mul, type Operand, sub } from "./arithmetic.ts";
import { greater, less, where } from "./comparison.ts";
import type { Blend, UnaryWith } from "./pointwise_signatures.ts";
import { abs } from "./arithmetic.ts";

/**
 * x, or the limit it is beyond; `undefined` is no limit. The derivative is 1 between the limits and on them, 0 beyond. NaN
 * stays NaN. `T[...S] -> T[...S]`
 */
export const clamp: UnaryWith<"clamp", [min?: number | undefined, max?: number | undefined], DType> = byData(
  "clamp",
  (x: Tensor, min?: number, max?: number): Tensor => {
    const y: Tensor = min === undefined ? x : where(less(x, min), min, x);
    return max === undefined ? y : where(greater(y, max), max, y);
  },
);
/**
 * a + weight (b - a): a at weight 0, and exactly b at weight 1. `lerp(a, b, weight)`.
 * `F[...A], F[...B], F[...W] -> F[...broadcast]`
 */
export const lerp: Blend<"lerp"> = byArity("lerp", 3, (a: Operand, b: Operand, weight: Operand): Tensor => {
  const gap = sub(b, a) as Tensor,
    near = less(typeof weight === "number" ? Math.abs(weight) : abs(weight) as Tensor, 0.5);
  return where(near as Tensor<[], "bool">, add(a, mul(weight, gap)), sub(b, mul(gap, sub(1, weight))));
});

import type { DType } from "../../core/dtype.ts";
import { type Combine, identityOf } from "../../core/scalar.ts";
import type { Context } from "./env.ts";
import type { Value } from "./ir.ts";
import { scalars } from "./spell_scalar.ts";
import { vectors } from "./spell_vector.ts";
import { constant, constantLanes, extract } from "./values.ts";

/** Two partial results put together. */
export const combine = (cx: Context, how: Combine, dtype: DType, wide: boolean, x: Value, y: Value): Value => {
  const spell = wide ? vectors[how][dtype] : scalars[how][dtype];
  if (spell === null || spell === "lanewise") throw new Error(`${how} of ${dtype} does not reduce`);
  return spell(cx, x, y);
};
/** `sum + x y` of four f32, in one instruction where there is one. */
export const addProduct = ({ b }: Context, sum: Value, x: Value, y: Value): Value =>
  b.relaxed ? b.op("f32x4.relaxed_madd", x, y, sum) : b.op("f32x4.add", sum, b.op("f32x4.mul", x, y));
/** What `how` leaves unchanged. */
export const identity = (cx: Context, how: Combine, dtype: DType, wide: boolean): Value =>
  (wide ? constantLanes : constant)(cx.b, dtype, identityOf(how, dtype));
/** All lanes put together, halves first. */
export const acrossLanes = (cx: Context, how: Combine, dtype: DType, x: Value): Value => {
  const { b } = cx;
  if (cx.width === 2 || dtype === "f64") {
    return combine(cx, how, dtype, false, extract(b, dtype, x, 0), extract(b, dtype, x, 1));
  }
  const upper = b.shuffle([8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15], x, x);
  const half = combine(cx, how, dtype, true, x, upper);
  return combine(cx, how, dtype, false, extract(b, dtype, half, 0), extract(b, dtype, half, 1));
};

import { type Axis, bitcast, type Expr, fold, lit, op } from "../core/expr.ts";

/** The greatest or least of a value over axes. */
export interface Extreme {
  readonly combine: "max" | "min";
  readonly axes: readonly Axis[];
  readonly value: Expr;
}
/** Of fewer numbers the three folds of `extremum` are no gain. */
const least = 6;
/** The extreme of enough f32 that an expression is; loops in loops are as good as one. */
export const extremeOf = (e: Expr): Extreme | null => {
  if (e.tag !== "fold" || e.dtype !== "f32" || (e.combine !== "max" && e.combine !== "min")) return null;
  const { combine } = e, axes: Axis[] = [];
  let value: Expr = e;
  while (value.tag === "fold" && value.combine === combine) {
    axes.push(...value.axes);
    value = value.value;
  }
  return axes.reduce((n, a) => n * a.extent, 1) < least ? null : { combine, axes, value };
};

const word = (bits: number): Expr => lit(bits, "u32");
const INFINITE = 0x7f800000, SIGN = 0x80000000;
/**
 * The extreme of `x` in the place of its value, found among the bits: devices have one instruction for an extremum of whole numbers, but need
 * ten for one of floats that keeps NaN and tells -0 from 0. As u32 the negative numbers follow the others, the greater magnitudes
 * after the less, and NaN with a sign after them; as i32 they come before the others, and NaN without a sign is last.
 */
export const extremum = ({ combine, axes }: Extreme, x: Expr): Expr => {
  const bits = bitcast(x, "u32"), lowest = fold("min", axes, bits), highest = fold("max", axes, bits);
  const last = bitcast(fold("max", axes, bitcast(x, "i32")), "u32"), positive = op("lt", last, word(SIGN));
  const choose = (condition: Expr, yes: Expr, no: Expr): Expr => op("select", condition, yes, no);
  const found = combine === "max"
    ? choose(op("gt", highest, word(SIGN + INFINITE)), highest, choose(positive, last, lowest))
    : choose(
      op("and", op("gt", last, word(INFINITE)), positive),
      last,
      choose(op("ge", highest, word(SIGN)), highest, lowest),
    );
  return bitcast(found, "f32");
};

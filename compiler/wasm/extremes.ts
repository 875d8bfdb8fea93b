import { bitcast, type Expr, type Fold, fold, lit, op, operands } from "../../core/expr.ts";
import type { Kernel } from "../kernel.ts";
import { rebuild } from "./rewrite.ts";

/**
 * The kernel with the greatest and least of f32 found among their bits: of those an engine has one machine instruction each,
 * while a maximum that keeps NaN and knows -0 from 0 takes eight.
 */
export const inWholeNumbers = (k: Kernel): Kernel => {
  if (k.contraction !== null) return k;
  const done = new Map<Expr, Expr>();
  const go = (e: Expr): Expr => {
    const known = done.get(e) ?? make(e);
    done.set(e, known);
    return known;
  };
  const make = (e: Expr): Expr => {
    const args = operands(e).map(go), old = operands(e);
    if (isExtremum(e)) return extremum(e, args[0]!);
    return args.every((a, i) => a === old[i]) ? e : rebuild(e, args);
  };
  return { ...k, stores: k.stores.map((s) => ({ ...s, index: go(s.index), value: go(s.value) })) };
};

/** Of fewer numbers the three are no gain. */
const least = 6;
const isExtremum = (e: Expr): e is Fold =>
  e.tag === "fold" && e.dtype === "f32" && (e.combine === "max" || e.combine === "min") &&
  e.axes.reduce((n, a) => n * a.extent, 1) >= least;

const word = (bits: number): Expr => lit(bits, "u32");
const INFINITE = 0x7f800000, SIGN = 0x80000000;
/**
 * As u32 the negative numbers follow the others, the greater magnitudes after the less, and NaN with a sign after them; as i32
 * they come before the others, and NaN without a sign is last.
 */
const extremum = ({ combine, axes }: Fold, x: Expr): Expr => {
  const bits = bitcast(x, "u32"), lowest = fold("min", axes, bits), highest = fold("max", axes, bits);
  const last = bitcast(fold("max", axes, bitcast(x, "i32")), "u32");
  const found = combine === "max"
    ? op(
      "select",
      op("gt", highest, word(SIGN + INFINITE)),
      highest,
      op("select", op("lt", last, word(SIGN)), last, lowest),
    )
    : op(
      "select",
      op("and", op("gt", last, word(INFINITE)), op("lt", last, word(SIGN))),
      last,
      op("select", op("ge", highest, word(SIGN)), highest, lowest),
    );
  return bitcast(found, "f32");
};

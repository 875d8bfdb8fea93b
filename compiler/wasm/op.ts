import type { DType } from "../../core/dtype.ts";
import type { Expr, OpExpr } from "../../core/expr.ts";
import { bounds } from "../../core/index_expr.ts";
import { isSpecial, type Special } from "../../core/scalar.ts";
import { isInner } from "../fusible.ts";
import { constantDivisor } from "./analysis.ts";
import { bindingOf, type Context, type Env, type Val, wide } from "./env.ts";
import type { Value } from "./ir.ts";
import { shortcut } from "./shortcut.ts";
import { scalarBitcast, scalarConvert, scalars, type Spell } from "./spell_scalar.ts";
import { lanewise, vectorConvert, vectors, vectorShifts } from "./spell_vector.ts";
import { blend, divide, divideLanes, extract, gatherLanes, splat, splatWord } from "./values.ts";

/** An instruction, on numbers or on lanes. */
export const evaluateOp = (cx: Context, e: OpExpr, env: Env): Val => {
  const { b } = cx, { op } = e;
  if (e.dtype === "bool" && (op === "and" || op === "or")) {
    const x = cx.evaluate(e.args[0]!, env), decided = op === "and" ? 0 : 1;
    if (x.value.constant === decided) return x;
    if (x.value.constant !== null) return cx.evaluate(e.args[1]!, env);
    const y = cx.evaluate(e.args[1]!, env);
    if (y.value.constant === decided) return y;
    if (y.value.constant !== null) return x;
  }
  if (op === "select") {
    const [c, x, y] = e.args;
    return choose(cx, cx.evaluate(c!, env), e.dtype, () => cx.evaluate(x!, env), () => cx.evaluate(y!, env));
  }
  const sum = b.relaxed && isInner(e) ? fused(cx, e, env) : null;
  if (sum !== null) return sum;
  const args = e.args.map((a) => cx.evaluate(a, env)), from = e.args[0]!.dtype;
  if (!args.some((a) => a.wide)) return { value: number(cx, e, from, args.map((a) => a.value)), wide: false };
  const constant = constantDivisor(e);
  if (constant !== null) {
    const known = e.args[0] === env.lanes ? ofLanes(cx, op, args[0]!.value, constant, env) : null;
    if (known !== null) return known;
    const x = args[0]!.value, positive = nonNegative(e.args[0]!);
    if (op === "rem" && positive && Number.isInteger(Math.log2(constant))) {
      return { value: b.op("v128.and", x, splatWord(b, constant - 1)), wide: true };
    }
    const quotient = positive ? divideLanes(b, x, constant) : divideSigned(cx, x, constant);
    return { value: op === "div" ? quotient : remainder(cx, x, quotient, constant), wide: true };
  }
  if ((op === "shl" || op === "shr") && !args[1]!.wide) {
    return { value: vectorShifts[op][from]!(cx, args[0]!.value, args[1]!.value), wide: true };
  }
  return { value: lanes(cx, e, from, args.map((a, i) => wide(cx, a, e.args[i]!.dtype))), wide: true };
};

/** A sum in a special function with a product of f32 that is fused into it, in lanes or not: both give the same numbers. */
const fused = (cx: Context, { op, args, dtype }: OpExpr, env: Env): Val | null => {
  if ((op !== "add" && op !== "sub") || dtype !== "f32" || cx.width !== 4) return null;
  const product = args.find((a): a is OpExpr => a.tag === "op" && a.op === "mul" && isInner(a));
  if (product === undefined) return null;
  const { b } = cx, [p, q] = args, rest = product === p ? q! : p!;
  const [x, y, z] = [...product.args, rest].map((a) => cx.evaluate(a, env)) as [Val, Val, Val];
  const [u, v, w] = [x, y, z].map((a) => wide(cx, a, dtype)) as [Value, Value, Value];
  const made = op === "add"
    ? b.op("f32x4.relaxed_madd", u, v, w)
    : product === p
    ? b.op("f32x4.relaxed_madd", u, v, b.op("f32x4.neg", w))
    : b.op("f32x4.relaxed_nmadd", u, v, w);
  return x.wide || y.wide || z.wide ? { value: made, wide: true } : { value: extract(b, dtype, made, 0), wide: false };
};

/** `condition ? x : y`, where both are computed, or only the one that is known to be taken. */
export const choose = (cx: Context, condition: Val, dtype: DType, x: () => Val, y: () => Val): Val => {
  if (condition.value.constant !== null && !condition.wide) return condition.value.constant !== 0 ? x() : y();
  const [yes, no] = [x(), y()];
  if (!condition.wide && !yes.wide && !no.wide) {
    return { value: cx.b.select(condition.value, yes.value, no.value), wide: false };
  }
  const mask = wide(cx, condition, "bool");
  return { value: blend(cx.b, dtype, mask, wide(cx, yes, dtype), wide(cx, no, dtype)), wide: true };
};

/** A quotient or remainder of the lanes themselves, of which the first is a multiple of four. */
const ofLanes = (cx: Context, op: string, x: Value, by: number, env: Env): Val | null => {
  if (cx.width !== 4 || (by !== 2 && by % 4 !== 0)) return null;
  const { b } = cx, { base, offset } = bindingOf(env, env.lanes!), first = b.op("i32.add", base, b.i32(offset));
  const start = divide(b, first, by);
  if (op === "rem" && by <= 4) return { value: b.vector(0, 1, by === 2 ? 0 : 2, by === 2 ? 1 : 3), wide: true };
  if (op === "rem") {
    return { value: b.op("i32x4.sub", x, splat(b, "i32", b.op("i32.mul", start, b.i32(by)))), wide: true };
  }
  return by === 2
    ? { value: b.op("i32x4.add", splat(b, "i32", start), b.vector(0, 0, 1, 1)), wide: true }
    : { value: start, wide: false };
};
const remainder = ({ b }: Context, x: Value, quotient: Value, c: number): Value =>
  b.op("i32x4.sub", x, b.op("i32x4.mul", quotient, splatWord(b, c)));
/** Rounds toward zero: the magnitude is divided, then the sign restored. */
const divideSigned = ({ b }: Context, x: Value, c: number): Value => {
  const sign = b.op("i32x4.shr_s", x, b.i32(31));
  return b.op("i32x4.sub", b.op("v128.xor", divideLanes(b, b.op("i32x4.abs", x), c), sign), sign);
};

const known = (spell: Spell | null | undefined, e: OpExpr, from: DType): Spell => {
  if (!spell) throw new Error(`${e.op} of ${from} means nothing`);
  return spell;
};
const number = (cx: Context, e: OpExpr, from: DType, args: readonly Value[]): Value => {
  const { op } = e;
  if (isSpecial(op)) return special(cx, op, from, args);
  if (op === "convert") return scalarConvert[e.dtype][from](cx, ...args);
  if (op === "bitcast") return scalarBitcast(cx, from, e.dtype, args[0]!);
  const constant = constantDivisor(e);
  if (constant !== null && constant > 1 && nonNegative(e.args[0]!)) {
    const { b } = cx, quotient = divide(b, args[0]!, constant);
    return op === "div" ? quotient : b.op("i32.sub", args[0]!, b.op("i32.mul", quotient, b.i32(constant)));
  }
  return known(scalars[op as keyof typeof scalars][from], e, from)(cx, ...args);
};
/** Whether it is known to be from 0 to 2^31 - 1; then no sum in it has wrapped around. */
const nonNegative = (e: Expr): boolean => {
  const [lo, hi] = bounds(e);
  return lo >= 0 && hi < 0x7fffffff;
};

const lanes = (cx: Context, e: OpExpr, from: DType, args: readonly Value[]): Value => {
  const { op } = e;
  if (op === "convert") {
    const near = cx.b.relaxed && isInner(e) && e.dtype === "i32" && from === "f32";
    return near ? cx.b.op("i32x4.relaxed_trunc_f32x4_s", args[0]!) : vectorConvert[e.dtype][from](cx, ...args);
  }
  if (op === "bitcast") return args[0]!;
  const short = shortcut(cx, e, from, args);
  if (short !== null) return short;
  const spell = isSpecial(op) ? lanewise : vectors[op as keyof typeof vectors][from];
  if (spell !== lanewise) return known(spell, e, from)(cx, ...args);
  const each = Array.from({ length: cx.width }, (_, k) => {
    const parts = args.map((v, i) => extract(cx.b, e.args[i]!.dtype, v, k));
    return number(cx, e, from, parts);
  });
  return gatherLanes(cx.b, e.dtype, each);
};

/** A function of the floats, in double precision. */
const special = (cx: Context, name: Special, from: DType, args: readonly Value[]): Value => {
  if (from === "f64") return cx.math(name, args);
  const result = cx.math(name, args.map((x) => cx.b.op("f64.promote_f32", x)));
  return scalarConvert[from].f64(cx, result);
};

import { bitcast, convert, type Expr, lit, op } from "../../core/expr.ts";

/**
 * Words for writing f32 algorithms as expressions.
 *
 * What the expansions may assume: every operation rounds once, or a product is fused into the sum it feeds, as the target
 * likes; so a product whose low bits matter is one that is exact. Numbers below 2^-126 may be flushed to 0. Comparisons
 * and selections of floats may assume that no NaN or infinity occurs; so those are told apart, and put into the result,
 * as bits. There are no branches, and shifts are by constants (a vector of the Wasm back end has no others).
 *
 * Polynomials and rational functions are minimax fits by the reweighted least squares of Lawson (1961), their
 * coefficients rounded to f32 one after the other, with the rest fitted again, or under the best common factor. Errors
 * are the greatest found over at least every eleventh f32 (two operands and Γ: over 10^7 samples), with fused products
 * and without, against double precision.
 */
export const f = (value: number): Expr => lit(Math.fround(value), "f32");
export const u = (value: number): Expr => lit(value, "u32");
export const i = (value: number): Expr => lit(value, "i32");

export const add = (x: Expr, y: Expr): Expr => op("add", x, y);
export const sub = (x: Expr, y: Expr): Expr => op("sub", x, y);
export const mul = (x: Expr, y: Expr): Expr => op("mul", x, y);
export const div = (x: Expr, y: Expr): Expr => op("div", x, y);
export const min = (x: Expr, y: Expr): Expr => op("min", x, y);
export const max = (x: Expr, y: Expr): Expr => op("max", x, y);
export const neg = (x: Expr): Expr => op("neg", x);
export const abs = (x: Expr): Expr => op("abs", x);
export const sqrt = (x: Expr): Expr => op("sqrt", x);
export const round = (x: Expr): Expr => op("round", x);
export const and = (x: Expr, y: Expr): Expr => op("and", x, y);
export const or = (x: Expr, y: Expr): Expr => op("or", x, y);
export const xor = (x: Expr, y: Expr): Expr => op("xor", x, y);
export const not = (x: Expr): Expr => op("not", x);
export const eq = (x: Expr, y: Expr): Expr => op("eq", x, y);
export const lt = (x: Expr, y: Expr): Expr => op("lt", x, y);
export const ge = (x: Expr, y: Expr): Expr => op("ge", x, y);
export const gt = (x: Expr, y: Expr): Expr => op("gt", x, y);
export const select = (c: Expr, x: Expr, y: Expr): Expr => op("select", c, x, y);
/** Shifts by a constant; `shr` copies the sign of an i32. */
export const shl = (x: Expr, by: number): Expr => op("shl", x, lit(by, x.dtype));
export const shr = (x: Expr, by: number): Expr => op("shr", x, lit(by, x.dtype));

export const toFloat = (x: Expr): Expr => convert(x, "f32");
export const toInt = (x: Expr): Expr => convert(x, "i32");
/** The bits of a float, and back. */
export const bits = (x: Expr): Expr => bitcast(x, "u32");
export const signedBits = (x: Expr): Expr => bitcast(x, "i32");
export const fromBits = (x: Expr): Expr => bitcast(x, "f32");

/** The bits of a constant. */
export const bitsOf = (value: number): number => new Uint32Array(new Float32Array([value]).buffer)[0]!;
export const INF = 0x7f800000, NAN = 0x7fc00000, ONE = 0x3f800000, SIGN = 0x80000000, MAGNITUDE = 0x7fffffff;

/** c[0] + c[1] x + c[2] x² + … */
export const horner = (x: Expr, c: readonly number[]): Expr =>
  c.slice(0, -1).reduceRight<Expr>((sum, a) => add(mul(sum, x), f(a)), f(c[c.length - 1]!));
/** x rounded toward 0 to 12 bits, so that products of two such numbers are exact. */
export const top12 = (x: Expr): Expr => fromBits(and(bits(x), u(0xfffff000)));
/** x 2^n for an i32 n, where x and the result are normal; x itself for n = 0. */
export const timesPower = (x: Expr, n: Expr): Expr => fromBits(add(signedBits(x), shl(n, 23)));
/** x 2^-n */
export const overPower = (x: Expr, n: Expr): Expr => fromBits(sub(signedBits(x), shl(n, 23)));
/** 2^n for an i32 n in -126..127; 0 for n = -127. */
export const power = (n: Expr): Expr => fromBits(shl(add(n, i(127)), 23));
/** The magnitude of `x` with the sign of `like`, for x >= 0. */
export const withSign = (x: Expr, like: Expr): Expr => fromBits(or(bits(x), and(bits(like), u(SIGN))));
/** Bits of `x`, or those of NaN where the magnitude bits `a` are those of NaN. */
export const orNaN = (a: Expr, x: Expr): Expr => select(gt(a, u(INF)), u(NAN), x);
/** 2u / (1 + u²) for u = p / q >= 0, with the sign of `x`; ±1 for |x| above `limit`, NaN where x is. */
export const saturated = (x: Expr, limit: number, p: Expr, q: Expr): Expr => {
  const a = and(bits(x), u(MAGNITUDE)), y = min(div(add(p, p), add(q, mul(p, div(p, q)))), f(1));
  return withSign(fromBits(orNaN(a, select(gt(a, u(bitsOf(limit))), u(ONE), bits(y)))), x);
};

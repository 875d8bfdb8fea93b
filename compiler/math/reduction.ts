import type { Expr } from "../../core/expr.ts";
import * as m from "./build.ts";

/**
 * Range reduction of sin, cos and tan after Payne and Hanek (1983), in whole numbers: exact to 2^-64 of a turn for every
 * f32, and nothing in it that a compiler could rearrange or fuse.
 *
 * |x| = M 2^(8g - 32) with a whole M < 2^31. The fraction of a turn is M times the fraction of 2^(8g - 32) / 2π, of which
 * row g of a table holds 96 bits as three words; of the product the first 64 bits are kept, and the rest as a float.
 */

/** 1 / 2π in 256 bits. */
const INVERSE_TURN = 0x28be60db9391054a7f09d5f47d4d377036d8a5664f10e4107f9458eaf7aef158n;
/** Word `j` of the fraction of 2^(8g - 32) / 2π. */
const word = (g: number, j: number): number =>
  Number((INVERSE_TURN << BigInt(8 * g) >> BigInt(256 - 32 * j)) & 0xffffffffn);
/** Radians in 2^-32 turns, and what is left of that after rounding, relative. */
const RADIANS = 2 * Math.PI * 2 ** -32, EXCESS = RADIANS / Math.fround(RADIANS) - 1;
const rows = Array.from({ length: 17 }, (_, r) => [word(r + 1, 0), word(r + 1, 1), word(r + 1, 2)] as const);
/** The bits of the first |x| of row `r`. */
const start = (r: number): number => (126 + 8 * r) * 2 ** 23;

/** The entry of the row of magnitude `a`, by halving. */
const choose = (a: Expr, entries: readonly Expr[], first = 0): Expr => {
  if (entries.length === 1) return entries[0]!;
  const half = entries.length >> 1;
  const low = choose(a, entries.slice(0, half), first), high = choose(a, entries.slice(half), first + half);
  return m.select(m.lt(a, m.u(start(first + half))), low, high);
};

/** The upper word of x y, for words x < 2^31 and y. */
const mulHigh = (x: Expr, y: Expr): Expr => {
  const low = m.u(0xffff), x0 = m.and(x, low), x1 = m.shr(x, 16), y0 = m.and(y, low), y1 = m.shr(y, 16);
  const cross = m.mul(x0, y1);
  const middle = m.add(m.add(m.shr(m.mul(x0, y0), 16), m.and(cross, low)), m.mul(x1, y0));
  return m.add(m.add(m.mul(x1, y1), m.shr(cross, 16)), m.shr(middle, 16));
};

/**
 * |x| = (π/2) (4 turns + quadrant) + r with |r| <= π/4. `a` are the bits of |x|. The quadrant is a u32, whose upper bits
 * may be anything; r is |x| itself below π/4. Infinity and NaN give a number.
 */
export const reduceTurn = (a: Expr): { readonly quadrant: Expr; readonly r: Expr } => {
  const exponent = m.and(m.sub(m.shr(a, 23), m.u(118)), m.u(7));
  const whole = m.fromBits(m.or(m.and(a, m.u(0x7fffff)), m.shl(m.add(exponent, m.u(150)), 23)));
  const n = m.bits(m.toInt(whole));
  const w0 = choose(a, rows.map((r) => m.u(r[0]))), w1 = choose(a, rows.map((r) => m.u(r[1])));
  const w2 = choose(a, rows.map((r) => m.f(r[2] * 2 ** -64)));
  const high = m.add(m.mul(n, w0), mulHigh(n, w1)), low = m.signedBits(m.shr(m.mul(n, w1), 8));
  const signed = m.shr(m.shl(m.signedBits(high), 2), 2);
  const main = m.toFloat(signed), rest = m.add(m.mul(m.toFloat(low), m.f(2 ** -24)), m.mul(whole, w2));
  const angle = m.mul(m.add(main, m.add(rest, m.mul(main, m.f(EXCESS)))), m.f(RADIANS));
  const small = m.lt(a, m.u(m.bitsOf(Math.PI / 4)));
  return {
    quadrant: m.select(small, m.u(0), m.shr(m.add(high, m.u(0x20000000)), 30)),
    r: m.select(small, m.fromBits(a), angle),
  };
};

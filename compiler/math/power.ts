import type { Expr } from "../../core/expr.ts";
import * as m from "./build.ts";
import { exp2Reduced } from "./exponential.ts";
import { splitAny } from "./logarithm.ts";

/** (atanh s / s - 1) / s² for s² <= 0.00485, in s²: 2^-38 of atanh s / s. */
const atanhTail = [0.3333333432674408, 0.19999179244041443, 0.14469966292381287];
/** Numbers near every mantissa in √½..√2: up to what, the number, its log2 as the sum of 16 and 24 bits. */
const near = [[0.9, 0.8125, -0.299560546875, 2.6501607e-7], [1.118, 1, 0, 0], [
  2,
  1.25,
  0.321929931640625,
  -1.8367532e-6,
]] as const;
/** 2 / ln 2 as the sum of 12 and 24 bits. */
const TWO_LOG2E = [2.884765625, 2 / Math.LN2 - 2.884765625] as const;
/** ∛x for 1 <= x < 8: 2^-9. */
const cubeRoot = [
  0.6272974610328674,
  0.4491893947124481,
  -0.0837729349732399,
  0.009583416394889355,
  -0.0004320755251683295,
];

/** 1 / √x. Error: 1.5 ulp. */
export const rsqrt = (x: Expr): Expr => m.div(m.f(1), m.sqrt(x));

/** |x| = 2^3k a with 1 <= a < 8; a polynomial and one step of Halley, written as a correction. Error: 1.0 ulp. */
export const cbrt = (x: Expr): Expr => {
  const magnitude = m.and(m.bits(x), m.u(m.MAGNITUDE)), v = m.fromBits(magnitude);
  const tiny = m.lt(magnitude, m.u(0x00800000)), normal = m.select(tiny, m.mul(v, m.f(2 ** 24)), v);
  // ⌊(e + 2) / 3⌋ - 43 for a biased exponent e: the multiplication by 171/512 is exact for e + 2 < 512
  const e = m.shr(m.signedBits(normal), 23), k = m.sub(m.shr(m.mul(m.add(e, m.i(2)), m.i(171)), 9), m.i(43));
  const a = m.overPower(normal, m.mul(k, m.i(3))), t = m.horner(a, cubeRoot), cube = m.mul(m.mul(t, t), t);
  const root = m.add(t, m.div(m.mul(t, m.sub(a, cube)), m.add(m.add(cube, cube), a)));
  const y = m.timesPower(root, m.sub(k, m.select(tiny, m.i(8), m.i(0))));
  const itself = m.ge(m.sub(magnitude, m.u(1)), m.u(m.INF - 1));
  return m.fromBits(m.select(itself, m.bits(x), m.bits(m.withSign(y, x))));
};

/** log2 x of a positive x as a sum: `high` has 12 bits, so that its product with another such number is exact. */
const log2Sum = (x: Expr): { readonly high: Expr; readonly low: Expr } => {
  const { k, mantissa } = splitAny(x),
    isLow = m.lt(mantissa, m.f(near[0][0])),
    isHigh = m.gt(mantissa, m.f(near[1][0]));
  const pick = (j: 1 | 2 | 3): Expr =>
    m.select(isLow, m.f(near[0][j]), m.select(isHigh, m.f(near[2][j]), m.f(near[1][j])));
  // x = 2^k c (1 + s) / (1 - s), s = (mantissa - c) / (mantissa + c) = sh + sl, from the exact remainder of the division
  const c = pick(1), whole = m.add(k, pick(2));
  const f = m.sub(mantissa, c), d = m.add(mantissa, c), inverse = m.div(m.f(1), d);
  const s = m.mul(f, inverse), sh = m.top12(s), dh = m.top12(d), dl = m.sub(mantissa, m.sub(dh, c));
  const sl = m.mul(m.sub(m.sub(f, m.mul(sh, dh)), m.mul(sh, dl)), inverse);
  const z = m.mul(s, s), rest = m.add(sl, m.mul(m.mul(s, z), m.horner(z, atanhTail)));
  const main = m.mul(sh, m.f(TWO_LOG2E[0])), high = m.top12(m.add(whole, main));
  const fine = m.add(m.mul(sh, m.f(TWO_LOG2E[1])), m.mul(rest, m.f(TWO_LOG2E[0] + TWO_LOG2E[1])));
  return { high, low: m.add(m.add(m.sub(whole, high), main), m.add(fine, pick(3))) };
};

/** Powers that are quicker and closer by hand. */
const byHand = (x: Expr, y: number): Expr | null => {
  const square = m.mul(x, x), root = m.abs(m.sqrt(x));
  const rooted = (atMinusInfinity: number, value: Expr): Expr =>
    m.fromBits(m.select(m.eq(m.bits(x), m.u(0xff800000)), m.u(atMinusInfinity), m.bits(value)));
  switch (y) {
    case 0:
      return m.f(1);
    case 1:
      return x;
    case 2:
      return square;
    case 3:
      return m.mul(square, x);
    case 4:
      return m.mul(square, square);
    case -1:
      return m.div(m.f(1), x);
    case -2:
      return m.div(m.f(1), square);
    case 0.5:
      return rooted(m.INF, root);
    case -0.5:
      return rooted(0, m.div(m.f(1), root));
    default:
      return null;
  }
};

/** Is y whole, and is it odd? From 2^23 on every float is whole, from 2^24 on even. */
const parity = (y: Expr): { readonly whole: Expr; readonly odd: Expr } => {
  const a = m.and(m.bits(y), m.u(m.MAGNITUDE)), n = m.toInt(y);
  const big = m.ge(a, m.u(m.bitsOf(2 ** 24))), exact = m.eq(m.toFloat(n), y);
  const odd = m.eq(m.and(n, m.i(1)), m.i(1));
  return { whole: m.or(big, exact), odd: m.and(m.and(m.not(big), exact), odd) };
};

/**
 * |x|^y = 2^(y log2 |x|) with the logarithm and the product in two floats each; exact where the result is a whole number
 * below 2^24. Signs, zeros, infinities as IEEE 754 has them (0^0 = 1, 1^y = 1, NaN for x < 0 with y not whole). Results
 * below 2^-126 are 0. Error: 1.45 ulp.
 */
export const pow = (x: Expr, y: Expr): Expr => {
  const known = y.tag === "lit" ? byHand(x, y.value) : null;
  if (known !== null) return known;
  const b = m.bits(x), ax = m.and(b, m.u(m.MAGNITUDE)), ay = m.and(m.bits(y), m.u(m.MAGNITUDE));
  const { high, low } = log2Sum(m.fromBits(ax));
  // beyond 2^33 the result is 0, 1 or infinite, whatever x is
  const inside = m.min(m.max(y, m.f(-(2 ** 33))), m.f(2 ** 33)), yh = m.top12(inside), yl = m.sub(inside, yh);
  const main = m.mul(yh, high), rest = m.add(m.mul(inside, low), m.mul(yl, high)), e = m.add(main, rest);
  const n = m.round(e), r = m.add(m.sub(main, n), rest);
  const finite = m.bits(m.timesPower(exp2Reduced(r), m.toInt(n)));
  const ranged = m.select(m.ge(e, m.f(128)), m.u(m.INF), m.select(m.lt(e, m.f(-126)), m.u(0), finite));
  // 0, infinities and NaN
  const grows = m.xor(m.gt(ax, m.u(m.ONE)), m.ge(m.bits(y), m.u(m.SIGN)));
  const extreme = m.or(m.ge(m.sub(ax, m.u(1)), m.u(m.INF - 1)), m.eq(ay, m.u(m.INF)));
  const limit = m.select(grows, m.u(m.INF), m.u(0));
  const size = m.select(m.eq(ax, m.u(m.ONE)), m.u(m.ONE), m.select(extreme, limit, ranged));
  const { whole, odd } = parity(y);
  const signed = m.or(size, m.select(odd, m.and(b, m.u(m.SIGN)), m.u(0)));
  const rootless = m.and(m.not(whole), m.lt(m.sub(b, m.u(m.SIGN + 1)), m.u(m.INF - 1)));
  const nan = m.or(rootless, m.gt(m.max(ax, ay), m.u(m.INF)));
  const one = m.or(m.eq(b, m.u(m.ONE)), m.eq(ay, m.u(0)));
  return m.fromBits(m.select(one, m.u(m.ONE), m.select(nan, m.u(m.NAN), signed)));
};

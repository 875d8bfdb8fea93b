import type { Expr } from "../../core/expr.ts";
import * as m from "./build.ts";

/** ln 2 and log10 2, each as the sum of a short number, whose product with an exponent is exact, and the rest. */
const LN2 = [0.693359375, -2.12194440e-4] as const;
const LG2 = [0.301025390625, 4.6050389811952e-6] as const;
const LOG2E = 1.4426950408889634, LOG10E = 0.4342944819032518;
/** (log(1 + f) - f + f²/2) / f³ for √½ <= 1 + f <= √2, minimax relative to log: 2^-27. */
const tail = [
  0.3333333134651184,
  -0.250008225440979,
  0.20001250505447388,
  -0.1662331521511078,
  0.14201273024082184,
  -0.13160189986228943,
  0.12764762341976166,
  -0.07638184726238251,
];
const SQRT_HALF = 0x3f3504f3;

/** The whole k (i32) with √½ <= 2^-k x < √2, for a positive normal x. */
const exponent = (x: Expr): Expr => m.shr(m.sub(m.signedBits(x), m.i(SQRT_HALF)), 23);
/** x = 2^k mantissa, √½ <= mantissa < √2, for a positive normal x. */
const split = (x: Expr): { readonly k: Expr; readonly mantissa: Expr } => {
  const k = exponent(x);
  return { k: m.toFloat(k), mantissa: m.overPower(x, k) };
};
/** The same for a positive x that may be below 2^-126. */
export const splitAny = (x: Expr): { readonly k: Expr; readonly mantissa: Expr } => {
  const tiny = m.lt(m.bits(x), m.u(0x00800000));
  const { k, mantissa } = split(m.select(tiny, m.mul(x, m.f(2 ** 23)), x));
  return { k: m.select(tiny, m.sub(k, m.f(23)), k), mantissa };
};
/** log(1 + f) - f */
const beyond = (f: Expr): Expr => {
  const square = m.mul(f, f);
  return m.sub(m.mul(m.mul(square, f), m.horner(f, tail)), m.mul(square, m.f(0.5)));
};
/** k ln 2 + log(1 + f) */
const combine = (k: Expr, f: Expr): Expr =>
  m.add(m.add(f, m.add(beyond(f), m.mul(k, m.f(LN2[1])))), m.mul(k, m.f(LN2[0])));

/** The logarithm of a positive normal number. */
export const logFinite = (x: Expr): Expr => {
  const { k, mantissa } = split(x);
  return combine(k, m.sub(mantissa, m.f(1)));
};

/** `y`, or -infinity at 0, infinity at infinity, NaN below 0 and for NaN. */
const outside = (x: Expr, y: Expr): Expr => {
  const b = m.bits(x), zero = m.eq(m.and(b, m.u(m.MAGNITUDE)), m.u(0));
  const rest = m.select(m.gt(b, m.u(m.INF)), m.u(m.NAN), m.u(m.INF));
  const odd = m.select(zero, m.u(0xff800000), rest);
  return m.fromBits(m.select(m.lt(m.sub(b, m.u(1)), m.u(m.INF - 1)), m.bits(y), odd));
};

/** log x = k ln 2 + log m. Error: 0.9 ulp. */
export const log = (x: Expr): Expr => {
  const { k, mantissa } = splitAny(x);
  return outside(x, combine(k, m.sub(mantissa, m.f(1))));
};
/** log2 x = k + log m / ln 2, exact at powers of 2. Error: 1.8 ulp. */
export const log2 = (x: Expr): Expr => {
  const { k, mantissa } = splitAny(x), f = m.sub(mantissa, m.f(1));
  return outside(x, m.add(m.mul(m.add(f, beyond(f)), m.f(LOG2E)), k));
};
/** log10 x = k log10 2 + log m / ln 10. Error: 1.95 ulp. */
export const log10 = (x: Expr): Expr => {
  const { k, mantissa } = splitAny(x), f = m.sub(mantissa, m.f(1));
  const small = m.add(m.mul(m.add(f, beyond(f)), m.f(LOG10E)), m.mul(k, m.f(LG2[1])));
  return outside(x, m.add(small, m.mul(k, m.f(LG2[0]))));
};

/**
 * log(1 + x) for x > -1 = k ln 2 + log(1 + f), f = x 2^-k + (2^-k - 1), which is x itself for k = 0: only that sum rounds,
 * so nothing is lost near 0. `doublings` adds that many ln 2.
 */
export const log1pFinite = (x: Expr, doublings?: Expr): Expr => {
  const k = exponent(m.add(m.f(1), x)), s = m.power(m.neg(m.min(k, m.i(64))));
  const f = m.select(m.eq(k, m.i(0)), x, m.add(m.overPower(x, k), m.sub(s, m.f(1))));
  return combine(doublings === undefined ? m.toFloat(k) : m.add(m.toFloat(k), doublings), f);
};
/** log(1 + x); -infinity at -1, NaN below. Error: 1.5 ulp. */
export const log1p = (x: Expr): Expr => {
  const b = m.bits(x), positive = m.lt(b, m.u(m.INF)), above = m.lt(m.sub(b, m.u(m.SIGN)), m.u(m.ONE));
  const odd = m.select(m.eq(b, m.u(m.INF)), b, m.select(m.eq(b, m.u(m.ONE + m.SIGN)), m.u(0xff800000), m.u(m.NAN)));
  return m.fromBits(m.select(m.or(positive, above), m.bits(log1pFinite(x)), odd));
};

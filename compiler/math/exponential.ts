import type { Expr } from "../../core/expr.ts";
import * as m from "./build.ts";

/** ln 2 as the sum of 9 and 24 bits: n times the first is exact for |n| < 2^15. */
const LN2 = [0.693359375, -2.12194440e-4] as const;
const LOG2E = 1.4426950408889634;
/** (e^r - 1 - r) / r² on |r| <= 0.3475, minimax relative to e^r - 1: 2^-28. */
const tail = [0.5, 0.1666651964187622, 0.041666384786367416, 0.008368860930204391, 0.0013942219084128737];
/** (2^r - 1) / r on |r| <= 1/2, minimax relative to 2^r: 2^-28. */
const binary = [
  0.6931471824645996,
  0.24022650718688965,
  0.05550359562039375,
  0.009618062525987625,
  0.0013390984386205673,
  0.0001546288258396089,
];

/**
 * x + low = n ln 2 + r, |r| <= ln 2 / 2 (Cody and Waite 1980). The order of the sum matters: Mesa gathers n where the two
 * products are summands of different brackets.
 */
export const reduce = (x: Expr, low?: Expr): { readonly n: Expr; readonly r: Expr } => {
  const n = m.round(m.mul(x, m.f(LOG2E)));
  const r = m.sub(m.sub(x, m.mul(n, m.f(LN2[0]))), m.mul(n, m.f(LN2[1])));
  return { n, r: low === undefined ? r : m.add(r, low) };
};
/** e^r - 1 for a reduced r. */
export const expm1Reduced = (r: Expr): Expr => m.add(r, m.mul(m.mul(r, r), m.horner(r, tail)));
/** 2^r for |r| <= 1/2. */
export const exp2Reduced = (r: Expr): Expr => m.add(m.f(1), m.mul(r, m.horner(r, binary)));
/** e^(x + low) where that is a normal number. */
export const expFinite = (x: Expr, low?: Expr): Expr => {
  const { n, r } = reduce(x, low);
  return m.timesPower(m.add(m.f(1), expm1Reduced(r)), m.toInt(n));
};

/** `finite` of x for low <= x <= high, of which low is negative and high is not; else 0 below, infinity above, NaN for NaN. */
const saturate = (x: Expr, low: number, high: number, finite: (x: Expr) => Expr): Expr => {
  // As whole numbers without a sign, negative numbers follow the others; with one, they come before them.
  const b = m.bits(x), s = m.signedBits(x), above = m.signedBits(m.fromBits(m.min(b, m.u(m.bitsOf(low)))));
  const near = m.min(above, m.i(m.bitsOf(high)));
  const outside = m.select(m.gt(s, m.i(MINUS_INFINITY)), m.max(b, m.u(m.INF)), m.u(0));
  return m.fromBits(m.select(m.eq(s, near), m.bits(finite(m.fromBits(near))), outside));
};
/** The bits of -Infinity, as an i32. */
const MINUS_INFINITY = (m.INF + m.SIGN) | 0;

/** e^x = 2^n e^r. Results below 2^-126 are 0. Error: 1.05 ulp. */
export const exp = (x: Expr): Expr => saturate(x, -87.33654, 88.72283, (y) => expFinite(y));

/** 2^x = 2^n 2^r. Results below 2^-126 are 0. Error: 1.1 ulp. */
export const exp2 = (x: Expr): Expr =>
  saturate(x, -126, 127.99999, (y) => {
    const n = m.round(y);
    return m.timesPower(exp2Reduced(m.sub(y, n)), m.toInt(n));
  });

/**
 * e^x - 1 = 2 (2^(n-1) (e^r - 1) + (2^(n-1) - 1/2)), whose last sum alone rounds; e^r - 1 itself for n = 0.
 * Error: 1.65 ulp.
 */
export const expm1 = (x: Expr): Expr => {
  const a = m.and(m.bits(x), m.u(m.MAGNITUDE)), { n, r } = reduce(m.max(x, m.f(-30))), k = m.toInt(n);
  const half = m.power(m.sub(k, m.i(1))), e = expm1Reduced(r);
  const y = m.add(m.mul(half, e), m.sub(half, m.f(0.5)));
  const finite = m.bits(m.select(m.eq(k, m.i(0)), e, m.add(y, y)));
  const big = m.gt(m.signedBits(x), m.i(m.bitsOf(88.72283)));
  return m.fromBits(m.orNaN(a, m.select(big, m.u(m.INF), finite)));
};

import type { Expr } from "../../core/expr.ts";
import * as m from "./build.ts";

/** (asin s / s - 1) / s² on |s| <= 1/2 and (atan q / q - 1) / q² on |q| <= 1, in the square: 2^-27.6, 2^-28.5. */
const asinTail = [
  0.16666752099990845,
  0.07495306432247162,
  0.045469772070646286,
  0.02418077550828457,
  0.04216640442609787,
];
const atanTail = [
  -0.33333298563957214,
  0.1999853104352951,
  -0.14264051616191864,
  0.10951174795627594,
  -0.08400475233793259,
  0.05790654569864273,
  -0.031127002090215683,
  0.010887361131608486,
  -0.0017875476041808724,
];
/** π/2 as the sum of two floats. */
const HALF_PI = [Math.fround(Math.PI / 2), Math.PI / 2 - Math.fround(Math.PI / 2)] as const;

/** π/2 - y */
const complement = (y: Expr): Expr => m.sub(m.f(HALF_PI[0]), m.sub(y, m.f(HALF_PI[1])));

/** asin |x| for |x| <= 1/2, else asin √((1 - |x|) / 2), which is half of acos |x|. */
const arc = (x: Expr) => {
  const a = m.and(m.bits(x), m.u(m.MAGNITUDE)), v = m.fromBits(a), big = m.gt(a, m.u(m.bitsOf(0.5)));
  const z = m.select(big, m.mul(m.sub(m.f(1), v), m.f(0.5)), m.mul(v, v)), s = m.select(big, m.sqrt(z), v);
  return { a, big, y: m.add(s, m.mul(m.mul(s, z), m.horner(z, asinTail))) };
};
/** `y`, or NaN where |x| > 1. */
const within = (a: Expr, y: Expr): Expr => m.fromBits(m.select(m.gt(a, m.u(m.ONE)), m.u(m.NAN), m.bits(y)));

/** π/2 - 2 asin √((1 - |x|) / 2) where |x| > 1/2. Error: 2.4 ulp. */
export const asin = (x: Expr): Expr => {
  const { a, big, y } = arc(x);
  return within(a, m.withSign(m.select(big, complement(m.add(y, y)), y), x));
};
/** 2 asin √((1 - |x|) / 2) where |x| > 1/2, or π less that, else π/2 - asin x. Error: 1.3 ulp. */
export const acos = (x: Expr): Expr => {
  const { a, big, y } = arc(x), twice = m.add(y, y), negative = m.gt(m.bits(x), m.u(m.SIGN));
  const outer = m.select(negative, m.sub(m.f(Math.PI), twice), twice);
  return within(a, m.select(big, outer, complement(m.withSign(y, x))));
};

/** atan(num / den) for 0 <= num <= den. */
const slope = (num: Expr, den: Expr): Expr => {
  const q = m.div(num, den), z = m.mul(q, q);
  return m.add(q, m.mul(m.mul(q, z), m.horner(z, atanTail)));
};

/** atan x = π/2 - atan(1/x) for x > 1. Error: 1.55 ulp. */
export const atan = (x: Expr): Expr => {
  const a = m.and(m.bits(x), m.u(m.MAGNITUDE)), v = m.fromBits(m.min(a, m.u(m.bitsOf(2 ** 100))));
  const steep = m.gt(a, m.u(m.ONE));
  const y = slope(m.select(steep, m.f(1), v), m.select(steep, v, m.f(1)));
  return m.withSign(m.fromBits(m.orNaN(a, m.bits(m.select(steep, complement(y), y)))), x);
};

/**
 * The angle of the point (x, y), in -π..π; signed zeros and infinities as IEEE 754 has them. The lesser of |x| and |y| is
 * divided by the greater, both scaled so that the divisor is far from the ends of the range. Error: 1.55 ulp.
 */
export const atan2 = (y: Expr, x: Expr): Expr => {
  const ay = m.and(m.bits(y), m.u(m.MAGNITUDE)), ax = m.and(m.bits(x), m.u(m.MAGNITUDE));
  const most = m.max(ax, ay), least = m.min(ax, ay), infinite = m.eq(most, m.u(m.INF));
  const up = m.lt(most, m.u(m.bitsOf(2 ** -60))), down = m.gt(most, m.u(m.bitsOf(2 ** 100)));
  const by = m.select(up, m.f(2 ** 64), m.select(down, m.f(2 ** -64), m.f(1)));
  const den = m.select(infinite, m.f(1), m.max(m.mul(m.fromBits(most), by), m.f(2 ** -100)));
  const both = m.select(m.eq(least, m.u(m.INF)), m.f(1), m.f(0));
  const angle = slope(m.select(infinite, both, m.mul(m.fromBits(least), by)), den);
  const steep = m.select(m.gt(ay, ax), complement(angle), angle);
  const left = m.select(m.ge(m.bits(x), m.u(m.SIGN)), m.sub(m.f(Math.PI), steep), steep);
  return m.withSign(m.fromBits(m.orNaN(most, m.bits(left))), y);
};

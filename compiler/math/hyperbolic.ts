import type { Expr } from "../../core/expr.ts";
import * as m from "./build.ts";
import { reduce } from "./exponential.ts";
import { log1pFinite } from "./logarithm.ts";

/** tanh(x/2) = x/2 P(x²) / (P(x²) + x² N(x²)) for |x| <= 9.02, minimax for tanh x, relative: 2^-27. */
const tanhP = [1, 0.02977743372321129, 0.00011433400504756719];
const tanhN = [0.08333329856395721, 0.0010925973765552044, 1.2307385759413592e-6];
/** (cosh r - 1) / r² and (sinh r / r - 1) / r² on |r| <= 0.3475, in r²: 2^-33. */
const coshTail = [0.5, 0.04166645556688309, 0.001393584068864584];
const sinhTail = [0.1666666716337204, 0.008333176374435425, 0.00019973042071796954];
/** The greatest number whose sinh is finite in f32. */
const HIGHEST = 89.41598;

/**
 * 2u / (1 + u²) for a rational u = tanh(x/2), never above 1. Errors of u lessen where tanh x is close to 1, those of P
 * where x is close to 0. Error: 3.3 ulp.
 */
export const tanh = (x: Expr): Expr => {
  const v = m.abs(x), z = m.mul(v, v), p = m.horner(z, tanhP), q = m.add(p, m.mul(z, m.horner(z, tanhN)));
  return m.saturated(x, 9.01, m.mul(v, p), m.add(q, q));
};

/**
 * With |x| = n ln 2 + r, s = 2^(n-2) and t = 2^(-n-2), half of sinh |x| is (s-t) cosh r + (s+t) sinh r, half of cosh x is
 * (s+t) cosh r + (s-t) sinh r.
 */
const halves = (x: Expr) => {
  const a = m.and(m.bits(x), m.u(m.MAGNITUDE)), { n, r } = reduce(m.fromBits(a)), k = m.toInt(n), z = m.mul(r, r);
  const s = m.power(m.sub(k, m.i(2))), t = m.power(m.max(m.sub(m.i(-2), k), m.i(-127)));
  const c = m.mul(z, m.horner(z, coshTail)), o = m.add(r, m.mul(m.mul(r, z), m.horner(z, sinhTail)));
  const twice = (even: Expr, odd: Expr): Expr => {
    const y = m.add(even, m.add(m.mul(even, c), m.mul(odd, o)));
    return m.add(y, y);
  };
  const finish = (y: Expr): Expr => m.orNaN(a, m.select(m.gt(a, m.u(m.bitsOf(HIGHEST))), m.u(m.INF), m.bits(y)));
  return { twice, finish, plus: m.add(s, t), minus: m.sub(s, t), near: m.eq(k, m.i(0)), o };
};
/** sinh r itself for n = 0. Error: 1.9 ulp. */
export const sinh = (x: Expr): Expr => {
  const { twice, finish, plus, minus, near, o } = halves(x);
  return m.withSign(m.fromBits(finish(m.select(near, o, twice(minus, plus)))), x);
};
/** The same with the parts of e^|x| added. Error: 2.1 ulp. */
export const cosh = (x: Expr): Expr => {
  const { twice, finish, plus, minus } = halves(x);
  return m.fromBits(finish(twice(plus, minus)));
};

/** log(1 + t), or log(2 a) where the magnitude a is so great that its square could overflow. */
const logOfSum = (a: Expr, t: Expr): Expr => {
  const big = m.gt(m.bits(a), m.u(m.bitsOf(2 ** 60)));
  return log1pFinite(m.select(big, a, t), m.select(big, m.f(1), m.f(0)));
};
/** Infinity and NaN for themselves, else `y`. */
const orItself = (a: Expr, y: Expr): Expr => m.fromBits(m.select(m.lt(a, m.u(m.INF)), m.bits(y), a));

/** sign(x) log(1 + |x| + x² / (1 + √(x² + 1))). Error: 1.9 ulp. */
export const asinh = (x: Expr): Expr => {
  const a = m.and(m.bits(x), m.u(m.MAGNITUDE)), v = m.fromBits(a), square = m.mul(v, v);
  const t = m.add(v, m.div(square, m.add(m.f(1), m.sqrt(m.add(square, m.f(1))))));
  return m.withSign(orItself(a, logOfSum(v, t)), x);
};
/** log(1 + t + √(t (t + 2))), t = x - 1; NaN below 1. Error: 2.45 ulp. */
export const acosh = (x: Expr): Expr => {
  const b = m.bits(x), t = m.sub(x, m.f(1));
  const y = orItself(b, logOfSum(x, m.add(t, m.sqrt(m.mul(t, m.add(t, m.f(2)))))));
  return m.fromBits(m.select(m.lt(m.signedBits(x), m.i(m.ONE)), m.u(m.NAN), m.bits(y)));
};
/** sign(x) log(1 + 2|x| / (1 - |x|)) / 2; infinite at ±1, NaN beyond. Error: 2.2 ulp. */
export const atanh = (x: Expr): Expr => {
  const a = m.and(m.bits(x), m.u(m.MAGNITUDE)), v = m.fromBits(a);
  const y = m.mul(log1pFinite(m.div(m.add(v, v), m.sub(m.f(1), v))), m.f(0.5));
  const odd = m.select(m.eq(a, m.u(m.ONE)), m.u(m.INF), m.u(m.NAN));
  return m.withSign(m.fromBits(m.select(m.lt(a, m.u(m.ONE)), m.bits(y), odd)), x);
};

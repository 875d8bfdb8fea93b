import type { Expr } from "../../core/expr.ts";
import * as m from "./build.ts";
import { log } from "./logarithm.ts";

/** lgamma u = (u-1)(u-2) P(u-1)/Q(u-1) for 1 <= u <= 2.5, minimax relative: 2^-26. */
const lgammaP = [0.5772156715393066, 0.6111255884170532, 0.13545472919940948, 0.0020961365662515163];
const lgammaQ = [1, 1.4836344718933105, 0.5957658886909485, 0.05669529363512993];
/** digamma u = (u - root) P(u-1)/Q(u-1) for 1 <= u <= 2.5, minimax relative: 2^-26. */
const digammaP = [1.2503801584243774, 1.145487904548645, 0.21800754964351654, 0.002651412971317768];
const digammaQ = [1, 1.5996596813201904, 0.6659919619560242, 0.06619843095541];
/** The zero of digamma as the sum of two floats; one less than the first is a float as well. */
const ROOT = [Math.fround(1.4616321449683622), 1.4616321449683622 - Math.fround(1.4616321449683622)] as const;
/** What the series of Stirling leaves for x >= 2.5, minimax in 1/x²: of lgamma times x, of digamma times x². */
const lgammaTail = [0.08333282172679901, -0.0027620045002549887, 0.0006362215499393642];
const digammaTail = [-0.08333081007003784, 0.008244719356298447, -0.002987051382660866];
const HALF_LOG_TWO_PI = 0.9189385332046728;
/** (sin πd / πd - 1) / d² and (cos πd - 1) / d² on |d| <= 1/2, in d²: 2^-33, 2^-30. */
const sinTail = [
  -1.644934058189392,
  0.8117420077323914,
  -0.19074538350105286,
  0.026104742661118507,
  -0.002215480199083686,
];
const cosTail = [
  -4.934802055358887,
  4.0587053298950195,
  -1.335161566734314,
  0.23468375205993652,
  -0.023963790386915207,
];

/** (sin πd) / π */
const sinPi = (d: Expr): Expr => {
  const z = m.mul(d, d);
  return m.add(d, m.mul(m.mul(d, z), m.horner(z, sinTail)));
};

/**
 * log |Γ(x)|: a rational function on 1..2.5 that is 0 at 1 and 2, there also for x + 1 when x < 1; the series of Stirling
 * above; reflection log Γ(x) = -log(|x| |sin πx| / π) - log Γ(|x|) below 0. Infinite at the poles.
 * Error: relative 5e-7 for positive x; below 0, away from the poles, 1e-6 of 1 + |log Γ|.
 */
export const lgamma = (x: Expr): Expr => {
  const a = m.and(m.bits(x), m.u(m.MAGNITUDE)), v = m.fromBits(a), below = m.lt(a, m.u(m.ONE));
  const logV = log(v), less = m.sub(v, m.f(1));
  const first = m.select(below, v, less), second = m.select(below, less, m.sub(v, m.f(2)));
  const near = m.mul(m.mul(first, second), m.div(m.horner(first, lgammaP), m.horner(first, lgammaQ)));
  const r = m.div(m.f(1), v), tail = m.add(m.f(HALF_LOG_TWO_PI - 0.5), m.mul(r, m.horner(m.mul(r, r), lgammaTail)));
  const far = m.add(m.mul(m.sub(v, m.f(0.5)), m.sub(logV, m.f(1))), tail);
  const shifted = m.select(m.gt(a, m.u(m.bitsOf(2.5))), far, near);
  const right = m.select(below, m.sub(shifted, logV), shifted);
  const d = m.abs(m.sub(v, m.round(v))), pole = m.or(m.eq(d, m.f(0)), m.ge(a, m.u(m.INF)));
  const left = m.neg(m.add(log(sinPi(d)), m.select(below, shifted, m.add(shifted, logV))));
  const negative = m.ge(m.bits(x), m.u(m.SIGN));
  const finite = m.select(negative, left, right);
  const atPole = m.or(m.eq(a, m.u(0)), m.and(negative, pole));
  return m.fromBits(m.orNaN(a, m.select(m.or(atPole, m.ge(a, m.u(m.INF))), m.u(m.INF), m.bits(finite))));
};

/**
 * The derivative of log Γ: a rational function on 1..2.5 that is 0 at the root, there also for x + 1 when x < 1; the
 * series of Stirling above; ψ(x) = ψ(1 - x) - π / tan πx below 0. ∓infinity at ±0, NaN at the other poles.
 * Error: relative 4e-7 for positive x; below 0, away from the poles, 1e-6 of 1 + |ψ|.
 */
export const digamma = (x: Expr): Expr => {
  const b = m.bits(x), a = m.and(b, m.u(m.MAGNITUDE)), negative = m.gt(b, m.u(m.SIGN));
  const y = m.select(negative, m.sub(m.f(1), x), x), below = m.lt(m.bits(y), m.u(m.ONE));
  const root = m.select(below, m.f(ROOT[0] - 1), m.f(ROOT[0])), first = m.select(below, y, m.sub(y, m.f(1)));
  const quotient = m.div(m.horner(first, digammaP), m.horner(first, digammaQ)), r = m.div(m.f(1), y);
  const near = m.mul(m.sub(m.sub(y, root), m.f(ROOT[1])), quotient), s = m.mul(r, r);
  const far = m.add(log(y), m.sub(m.mul(s, m.horner(s, digammaTail)), m.mul(m.f(0.5), r)));
  const shifted = m.select(m.gt(m.bits(y), m.u(m.bitsOf(2.5))), far, near);
  const right = m.select(below, m.sub(shifted, r), shifted);
  const d = m.sub(x, m.round(x)), z = m.mul(d, d);
  const cotangent = m.div(m.add(m.f(1), m.mul(z, m.horner(z, cosTail))), sinPi(d));
  const value = m.bits(m.select(negative, m.sub(right, cotangent), right));
  const pole = m.or(m.eq(d, m.f(0)), m.ge(a, m.u(m.INF)));
  const kept = m.select(m.and(negative, pole), m.u(m.NAN), m.select(m.eq(b, m.u(m.INF)), b, value));
  const atZero = m.or(m.u(m.INF), m.and(m.not(b), m.u(m.SIGN)));
  return m.fromBits(m.orNaN(a, m.select(m.eq(a, m.u(0)), atZero, kept)));
};

import type { Expr } from "../../core/expr.ts";
import * as m from "./build.ts";
import { expFinite } from "./exponential.ts";
import { logFinite } from "./logarithm.ts";

/** u / x = P(x²) / Q(x²) for |x| <= 3.93, where erf x = 2u / (1 + u²); minimax for erf x, relative: 2^-25. */
const erfP = [
  1.954680323600769,
  0.2794520854949951,
  0.03462956100702286,
  0.0011060459073632956,
  -1.1815959624073002e-5,
];
const erfQ = [3.464580774307251, 0.5473650693893433, 0.12388144433498383, 0.007881324738264084];
/** exp(-x²) / erfc x = √π x + P(x) / Q(x) for 0 <= x <= 9.3, minimax relative: 2^-25. */
const erfcP = [1.6036784648895264, 1.0312772989273071, 0.3646097481250763, 0.05382270738482475, 8.832676030579023e-6];
const erfcQ = [1.6036784648895264, 2.064164161682129, 1.255927324295044, 0.4073083698749542, 0.06104280427098274];
/** erfinv x / x = √π/2 + w P(w) / Q(w), w = -log(1 - x²) in 0..16, minimax relative: 2^-26. */
const inverseP = [
  0.1701473444700241,
  0.02281644567847252,
  0.004478042013943195,
  0.0003563950303941965,
  1.6963787857093848e-5,
];
const inverseQ = [
  0.7333519458770752,
  0.06183015555143356,
  0.023612286895513535,
  0.0013810938689857721,
  0.00013161631068214774,
  9.441897077522299e-7,
];

/** 2u / (1 + u²) for a rational u, never above 1; errors of u lessen where erf x is close to 1. Error: 3.0 ulp. */
export const erf = (x: Expr): Expr => {
  const v = m.abs(x), z = m.mul(v, v);
  return m.saturated(x, 3.92, m.mul(v, m.horner(z, erfP)), m.horner(z, erfQ));
};

/**
 * exp(-x²) / (√π |x| + a rational function), and 2 minus that for negative x. The square is split, x = h + l with h²
 * exact, because its error is a relative error of the result. Results below 2^-126 are 0. Error: 3.7 ulp.
 */
export const erfc = (x: Expr): Expr => {
  const b = m.bits(x), a = m.and(b, m.u(m.MAGNITUDE)), v = m.fromBits(m.min(a, m.u(m.bitsOf(9.3))));
  const h = m.top12(v), low = m.neg(m.mul(m.sub(v, h), m.add(v, h)));
  const slow = m.div(m.horner(v, erfcP), m.horner(v, erfcQ));
  const y = m.div(expFinite(m.neg(m.mul(h, h)), low), m.add(m.mul(v, m.f(Math.sqrt(Math.PI))), slow));
  const right = m.select(m.gt(a, m.u(m.bitsOf(9.194549))), m.u(0), m.bits(y));
  return m.fromBits(m.orNaN(a, m.select(m.gt(b, m.u(m.SIGN)), m.bits(m.sub(m.f(2), y)), right)));
};

/** Infinite at ±1, NaN beyond. Error: 3.35 ulp. */
export const erfinv = (x: Expr): Expr => {
  const a = m.and(m.bits(x), m.u(m.MAGNITUDE)), v = m.fromBits(a);
  const w = m.neg(logFinite(m.mul(m.sub(m.f(1), v), m.add(m.f(1), v))));
  const growth = m.mul(m.mul(v, w), m.div(m.horner(w, inverseP), m.horner(w, inverseQ)));
  const y = m.add(m.mul(v, m.f(Math.sqrt(Math.PI) / 2)), growth);
  const odd = m.select(m.eq(a, m.u(m.ONE)), m.u(m.INF), m.u(m.NAN));
  return m.withSign(m.fromBits(m.select(m.lt(a, m.u(m.ONE)), m.bits(y), odd)), x);
};

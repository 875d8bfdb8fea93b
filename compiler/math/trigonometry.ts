import type { Expr } from "../../core/expr.ts";
import * as m from "./build.ts";
import { reduceTurn } from "./reduction.ts";

/** (sin r / r - 1) / r², (cos r - 1 + r²/2) / r⁴ and (tan r / r - 1) / r² on |r| <= π/4, in r²: 2^-28, 2^-33, 2^-29. */
const sinTail = [-0.16666655242443085, 0.008332187309861183, -0.0001951789454324171];
const cosTail = [0.04166664555668831, -0.0013887309469282627, 2.4432330974377692e-5];
const tanTail = [
  0.33333349227905273,
  0.1333267241716385,
  0.054059457033872604,
  0.02128264680504799,
  0.01083818357437849,
  8.306430390803143e-5,
  0.004380844533443451,
];

/** sin or cos of r, as the last bit of the quadrant says, with a sign for each half turn; NaN for what has no sine. */
const wave = (a: Expr, quadrant: Expr, r: Expr, sign: Expr): Expr => {
  const z = m.mul(r, r), odd = m.eq(m.and(quadrant, m.u(1)), m.u(1));
  const sine = m.add(r, m.mul(m.mul(r, z), m.horner(z, sinTail)));
  const cosine = m.add(m.f(1), m.add(m.mul(m.f(-0.5), z), m.mul(m.mul(z, z), m.horner(z, cosTail))));
  const flip = m.xor(m.shl(m.and(quadrant, m.u(2)), 30), sign);
  const value = m.xor(m.bits(m.select(odd, cosine, sine)), flip);
  return m.fromBits(m.select(m.lt(a, m.u(m.INF)), value, m.u(m.NAN)));
};

/** sin |x| with the sign of x. Error: 3.0 ulp at every f32. */
export const sin = (x: Expr): Expr => {
  const a = m.and(m.bits(x), m.u(m.MAGNITUDE)), { quadrant, r } = reduceTurn(a);
  return wave(a, quadrant, r, m.and(m.bits(x), m.u(m.SIGN)));
};
/** cos x = sin(|x| + π/2). Error: 3.0 ulp at every f32. */
export const cos = (x: Expr): Expr => {
  const a = m.and(m.bits(x), m.u(m.MAGNITUDE)), { quadrant, r } = reduceTurn(a);
  return wave(a, m.add(quadrant, m.u(1)), r, m.u(0));
};
/** tan r, or -1 / tan r in odd quadrants. Error: 3.9 ulp at every f32. */
export const tan = (x: Expr): Expr => {
  const a = m.and(m.bits(x), m.u(m.MAGNITUDE)), { quadrant, r } = reduceTurn(a), z = m.mul(r, r);
  const t = m.add(r, m.mul(m.mul(r, z), m.horner(z, tanTail)));
  const odd = m.eq(m.and(quadrant, m.u(1)), m.u(1));
  const value = m.xor(m.bits(m.select(odd, m.div(m.f(-1), t), t)), m.and(m.bits(x), m.u(m.SIGN)));
  return m.fromBits(m.select(m.lt(a, m.u(m.INF)), value, m.u(m.NAN)));
};

import { chebyshev } from "./chebyshev.ts";

/**
 * The error function, its complement and its inverse in doubles. The series are Chebyshev interpolants computed with 60
 * digits; relative errors measured against 40 digits are in `tests/core/math_test.ts`.
 */

// deno-fmt-ignore
/** erf(x) / x for |x| <= 1/2, in y = 8x² - 1. */
const near = [
  1.083882205490613, -0.04367779108737525, 0.0008071118294133213, -1.191317951927046e-05, 1.440278733630302e-07,
  -1.467715582316901e-09, 1.2902439604484931e-11, -9.963857180158892e-14, 6.857505850501839e-16,
  -4.255370438044438e-18,
];
// deno-fmt-ignore
/** erfc(x) exp(x²) / t for x >= 0, t = 3/(3 + x), in y = 2t - 1. */
const scaled = [
  0.4711460746602906, 0.37715894969156577, 0.11803603344749546, 0.028362346699695153, 0.004871757757605546,
  0.00045985238787654427, -2.143022238105315e-05, -1.301447369924135e-05, -8.809283582853514e-07,
  2.7464800479702846e-07, 4.415991899223785e-08, -6.398408385575483e-09, -1.6768357212484645e-09,
  1.9473354700890025e-10, 6.247441303469389e-11, -8.124557552244496e-12, -2.330314613222566e-12,
  4.191038539225333e-13, 8.19333526881303e-14, -2.3352472107929263e-14, -2.2442585649165363e-15,
  1.2811435298050507e-15, 1.1054582965396302e-18, -6.44579513564904e-17,
];

/** exp(-x²) for x >= 0: the square is split, because an error of x² is a relative error of the result. */
const gauss = (x: number): number => {
  const head = Math.fround(x);
  return Math.exp(-head * head) * Math.exp((head - x) * (head + x));
};
const erfcPositive = (x: number): number => {
  if (x > 28) return 0;
  const t = 3 / (3 + x);
  return gauss(x) * t * chebyshev(scaled, 2 * t - 1);
};

export const erf = (x: number): number => {
  const a = Math.abs(x);
  if (!(a > 0.5)) return x * chebyshev(near, 8 * x * x - 1);
  return x < 0 ? erfcPositive(a) - 1 : 1 - erfcPositive(a);
};

export const erfc = (x: number): number => {
  if (!(Math.abs(x) > 0.5)) return 1 - erf(x);
  return x < 0 ? 2 - erfcPositive(-x) : erfcPositive(x);
};

/** The start is due to Winitzki (2008), good to three digits; each step of Halley triples the digits. */
export const erfinv = (x: number): number => {
  const a = Math.abs(x);
  if (!(a < 1)) return a === 1 ? x * Infinity : NaN;
  if (a < 1e-9) return x * Math.sqrt(Math.PI) / 2;
  const l = Math.log1p(-a) + Math.log1p(a), h = 2 / (Math.PI * 0.147) + l / 2;
  let y = Math.sqrt(-l / 0.147 / (Math.sqrt(h * h - l / 0.147) + h));
  for (let i = 0; i < 3; i++) {
    const miss = a < 0.5 ? erf(y) - a : 1 - a - erfc(y);
    const newton = miss / (2 / Math.sqrt(Math.PI) * gauss(y));
    y -= newton / (1 + y * newton);
  }
  return x < 0 ? -y : y;
};

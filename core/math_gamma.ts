import { chebyshev } from "./chebyshev.ts";

/**
 * log |Γ| and its derivative in doubles. Both go by recurrence to an interval with a Chebyshev series (computed with 60
 * digits), or for x >= 10 to the series of Stirling, and by reflection below 0.
 */

// deno-fmt-ignore
/** lgamma(2 + z) / z for |z| <= 1/2, in y = 2z. */
const aboutTwo = [
  0.41418612492156676, 0.16322170068760064, -0.008658972394126285, 0.0006727515726001485, -6.139556963628233e-05,
  6.110065797003576e-06, -6.410003033826223e-07, 6.962242692768951e-08, -7.747248733788217e-09,
  8.774075140687239e-10, -1.0070266869830198e-10, 1.1678602130652374e-11, -1.3656871334744932e-12,
  1.6079351149711552e-13, -1.9039501088488732e-14, 2.2653768767833064e-15, -2.706656814831896e-16,
  3.245660731626191e-17,
];
// deno-fmt-ignore
/** digamma(x) / (x - root) for 1 <= x <= 2, in y = 2x - 3. */
const aboutRoot = [
  0.983570260441567, -0.2270640863346444, 0.03336889902393011, -0.005320077271596548, 0.0008788656937820505,
  -0.00014773492650606044, 2.5060543468359146e-05, -4.2721034029993324e-06, 7.302769272465923e-07,
  -1.2502886813559594e-07, 2.1425009322359472e-08, -3.673295918565179e-09, 6.299717236108931e-10,
  -1.080593028883266e-10, 1.853735192053638e-11, -3.18023536582553e-12, 5.456147570322795e-13,
  -9.360993131036438e-14, 1.606064636295075e-14, -2.7555431377438815e-15, 4.727736178601912e-16,
  -8.11148420346509e-17,
];
/** The zero of digamma, as the sum of two doubles. */
const root = [1.4616321449683622, 9.549995429965697e-17] as const;

// deno-fmt-ignore
/** B(2k) / (2k (2k-1)), k = 1, 2, … */
const stirling = [
  0.08333333333333333, -0.002777777777777778, 0.0007936507936507937, -0.0005952380952380953, 0.0008417508417508417,
  -0.0019175269175269176, 0.00641025641025641, -0.029550653594771242,
];
// deno-fmt-ignore
/** B(2k) / 2k */
const bernoulli = [
  0.08333333333333333, -0.008333333333333333, 0.003968253968253968, -0.004166666666666667, 0.007575757575757576,
  -0.021092796092796094, 0.08333333333333333, -0.4432598039215686,
];
const halfLog2Pi = 0.9189385332046728;

/** Σ c[k] w^k */
const horner = (c: readonly number[], w: number): number => c.reduceRight((sum, a) => sum * w + a, 0);
/** sin(πx), by the distance to the nearest whole number. */
const sinPi = (x: number): number => Math.sin(Math.PI * (x - Math.round(x)));

const lgammaPositive = (x: number): number => {
  if (x >= 10) {
    const r = 1 / x;
    // x log x alone would overflow before lgamma does
    return (x - 0.5) * (Math.log(x) - 1) - 0.5 + halfLog2Pi + r * horner(stirling, r * r);
  }
  if (x >= 2.5) {
    let product = 1, y = x;
    while (y >= 2.5) product *= --y;
    return Math.log(product) + lgammaPositive(y);
  }
  const two = (z: number): number => z * chebyshev(aboutTwo, 2 * z);
  if (x >= 1.5) return two(x - 2);
  if (x >= 0.5) return two(x - 1) - Math.log1p(x - 1);
  return two(x) - Math.log1p(x) - Math.log(x);
};

/** log |Γ(x)|; Infinity at 0, the negative whole numbers and ±Infinity. */
export const lgamma = (x: number): number => {
  if (x !== x) return x;
  if (Math.abs(x) === Infinity || (x <= 0 && x === Math.floor(x))) return Infinity;
  return x > 0 ? lgammaPositive(x) : Math.log(Math.PI / Math.abs(x * sinPi(x))) - lgammaPositive(-x);
};

const digammaPositive = (x: number): number => {
  if (x === Infinity) return x;
  let sum = 0, y = x;
  if (x >= 10) return Math.log(x) - 0.5 / x - horner(bernoulli, 1 / (x * x)) / (x * x);
  for (; y > 2; sum += 1 / y) y--;
  for (; y < 1; y++) sum -= 1 / y;
  return sum + ((y - root[0]) - root[1]) * chebyshev(aboutRoot, 2 * y - 3);
};

/** Γ'(x) / Γ(x); ∓Infinity at ±0, NaN at the negative whole numbers and -Infinity. */
export const digamma = (x: number): number => {
  if (x > 0) return digammaPositive(x);
  if (x === 0) return -1 / x;
  if (x !== x || x === Math.floor(x)) return NaN;
  const d = x - Math.round(x);
  return digammaPositive(1 - x) - Math.PI / Math.tan(Math.PI * d);
};

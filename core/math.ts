import { erf, erfc, erfinv } from "./math_erf.ts";
import { digamma, lgamma } from "./math_gamma.ts";
import type { Special } from "./scalar.ts";

/** IEEE 754: 1^y = 1 and (-1)^±Infinity = 1, where JavaScript says NaN. */
const pow = (x: number, y: number): number => x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : Math.pow(x, y);

/**
 * The special functions in double precision: what they mean. The reference evaluator, the f64 kernels and the tests of
 * the f32 expansions read them here.
 */
export const doubles: Readonly<Record<Special, (...x: number[]) => number>> = {
  exp: Math.exp,
  exp2: (x: number) => pow(2, x),
  expm1: Math.expm1,
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  atan2: Math.atan2,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  erf,
  erfc,
  erfinv,
  pow,
  rsqrt: (x: number) => 1 / Math.sqrt(x),
  cbrt: Math.cbrt,
  lgamma,
  digamma,
};

import type { Float } from "../core/dtype.ts";
import { operation } from "../core/pipe.ts";
import type { Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import { add, div, mul, neg, square, sub } from "./arithmetic.ts";
import { less, where } from "./comparison.ts";
import { exp } from "./exponential.ts";
import { type AnyFloat, ofFloat, smooth } from "./pointwise.ts";
import type { Unary } from "./signatures.ts";
import { sin } from "./trigonometry.ts";

const gaussian = (x: Tensor): AnyFloat => exp(neg(square(x)) as AnyFloat);
const TWO_BY_ROOT_PI = 2 / Math.sqrt(Math.PI);

/** d erf(x) = 2/√π exp(-x²) dx */
export const erfP = smooth("erf", (x) => mul(gaussian(x), TWO_BY_ROOT_PI), [-2, -0.5, 0, 1.5]);
/** d erfc(x) = -2/√π exp(-x²) dx */
export const erfcP = smooth("erfc", (x) => mul(gaussian(x), -TWO_BY_ROOT_PI), [-2, -0.5, 0, 1.5]);
/** d erfinv(x) = √π/2 exp(erfinv(x)²) dx */
export const erfinvP = smooth("erfinv", (_x, out) => mul(exp(square(out) as AnyFloat), 1 / TWO_BY_ROOT_PI), [
  -0.9,
  -0.5,
  0,
  0.7,
]);
/** d log|Γ(x)| = digamma(x) dx */
export const lgammaP = smooth("lgamma", (x) => digamma(x), [-0.6, 0.3, 1.5, 4]);
/** d digamma(x) = trigamma(x) dx */
export const digammaP = smooth("digamma", (x) => trigamma(x), [-0.6, 0.3, 1.5, 4]);

/** Error function 2/√π ∫₀ˣ exp(-t²) dt. `F[...S] -> F[...S]` */
export const erf: Unary<"erf", Float> = operation("erf", (x) => bind(erfP, [x], null));
/** 1 - erf(x), to full precision for large x. `F[...S] -> F[...S]` */
export const erfc: Unary<"erfc", Float> = operation("erfc", (x) => bind(erfcP, [x], null));
/** Inverse of the error function; ±Infinity at ±1, NaN outside. `F[...S] -> F[...S]` */
export const erfinv: Unary<"erfinv", Float> = operation("erfinv", (x) => bind(erfinvP, [x], null));
/** log |Γ(x)|; Infinity at 0 and the negative whole numbers. `F[...S] -> F[...S]` */
export const lgamma: Unary<"lgamma", Float> = operation("lgamma", (x) => bind(lgammaP, [x], null));
/** Γ'(x) / Γ(x), the derivative of lgamma; NaN at the negative whole numbers. `F[...S] -> F[...S]` */
export const digamma: Unary<"digamma", Float> = operation("digamma", (x) => bind(digammaP, [x], null));

/** Steps of the recurrence, after which the series below is exact to double precision. */
const STEPS = 10;
/** B(2k), k = 1, 2, … (Abramowitz and Stegun 1964, 6.4.12) */
const bernoulli = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6];
/**
 * Σ 1 / (x + k)² over k = 0, 1, …: the derivative of digamma. By recurrence to x + 10 and the asymptotic series there, below
 * 1/2 by reflection. `F[...S] -> F[...S]`
 */
export const trigamma: Unary<"trigamma", Float> = ofFloat("trigamma", (x) => {
  const low = less(x, 0.5), z: Tensor = where(low, sub(1, x), x);
  let total: Tensor = div(1, square(z));
  for (let k = 1; k < STEPS; k++) total = add(total, div(1, square(add(z, k))));
  const r: Tensor = div(1, add(z, STEPS)), r2: Tensor = square(r);
  const tail = bernoulli.reduceRight<Tensor>((sum, b) => mul(r2, add(sum, b)), mul(r, 0));
  const positive = add(total, mul(r, add(add(mul(r, 0.5), 1), tail)));
  // Only below 1/2 the sine matters; elsewhere it must not be 0.
  const wave: Tensor = sin(mul(where(low, x, 0.5), Math.PI) as AnyFloat);
  return where(low, sub(div(Math.PI ** 2, square(wave)), positive), positive);
});

import type { Float } from "../core/dtype.ts";
import { operation } from "../core/pipe.ts";
import { bind } from "../core/trace.ts";
import { add, div, mul, square, sub } from "./arithmetic.ts";
import { rsqrt } from "./exponential.ts";
import { type AnyFloat, smooth } from "./pointwise.ts";
import type { Unary } from "./signatures.ts";

/** d sinh(x) = cosh(x) dx */
export const sinhP = smooth("sinh", (x) => cosh(x), [-3, -0.5, 0, 2]);
/** d cosh(x) = sinh(x) dx */
export const coshP = smooth("cosh", (x) => sinh(x), [-3, -0.5, 0, 2]);
/** d arsinh(x) = dx / √(x² + 1) */
export const asinhP = smooth("asinh", (x) => rsqrt(add(square(x), 1) as AnyFloat), [-3, -0.5, 0, 2]);
/** d arcosh(x) = dx / √(x² - 1), by factors: x² - 1 loses digits near 1 */
export const acoshP = smooth("acosh", (x) => rsqrt(mul(sub(x, 1), add(x, 1)) as AnyFloat), [1.1, 1.5, 2, 5]);
/** d artanh(x) = dx / (1 - x²) */
export const atanhP = smooth("atanh", (x) => div(1, mul(sub(1, x), add(1, x))), [-0.9, -0.5, 0, 0.7]);

/** Hyperbolic sine. `F[...S] -> F[...S]` */
export const sinh: Unary<"sinh", Float> = operation("sinh", (x) => bind(sinhP, [x], null));
/** Hyperbolic cosine. `F[...S] -> F[...S]` */
export const cosh: Unary<"cosh", Float> = operation("cosh", (x) => bind(coshP, [x], null));
/** Inverse of sinh. `F[...S] -> F[...S]` */
export const asinh: Unary<"asinh", Float> = operation("asinh", (x) => bind(asinhP, [x], null));
/** Inverse of cosh from 0; NaN below 1. `F[...S] -> F[...S]` */
export const acosh: Unary<"acosh", Float> = operation("acosh", (x) => bind(acoshP, [x], null));
/** Inverse of tanh; ±Infinity at ±1, NaN outside. `F[...S] -> F[...S]` */
export const atanh: Unary<"atanh", Float> = operation("atanh", (x) => bind(atanhP, [x], null));

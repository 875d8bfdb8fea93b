import { type Float, floats, isFloat } from "../core/dtype.ts";
import { lit, op } from "../core/expr.ts";
import { binary, unary } from "../core/families.ts";
import { DTypeError } from "../core/errors.ts";
import { needKind } from "../core/kinds.ts";
import { doubles } from "../core/math.ts";
import { byArity, operation } from "../core/pipe.ts";
import { no } from "../core/primitive.ts";
import type { Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import { add, align, div, elementwise, like, mul, type Operand, plus, square, sub } from "./arithmetic.ts";
import { and, equal, greater, lessEqual, or, where } from "./comparison.ts";
import { type AnyFloat, ofFloat, smooth } from "./pointwise.ts";
import type { Elementwise, Unary } from "./signatures.ts";

/** d exp(x) = exp(x) dx */
export const expP = smooth("exp", (_x, out) => out, [-3, -0.5, 0, 2]);
/** d 2^x = log(2) 2^x dx */
export const exp2P = smooth("exp2", (_x, out) => mul(out, Math.LN2), [-3, -0.5, 0, 2]);
/** d (exp(x) - 1) = exp(x) dx */
export const expm1P = smooth("expm1", (_x, out) => add(out, 1), [-3, -0.5, 0, 2]);
/** d log(x) = dx / x */
export const logP = unary({
  name: "log",
  dtypes: floats,
  evaluate: Math.log,
  linearize: (x) => (dx) => div(dx, x),
  lower: "log",
  at: [0.1, 0.5, 1, 3],
});
/** d log2(x) = dx / (x log 2) */
export const log2P = smooth("log2", (x) => div(1 / Math.LN2, x), [0.1, 0.5, 1, 3]);
/** d log10(x) = dx / (x log 10) */
export const log10P = smooth("log10", (x) => div(1 / Math.LN10, x), [0.1, 0.5, 1, 3]);
/** d log(1 + x) = dx / (1 + x) */
export const log1pP = smooth("log1p", (x) => div(1, add(x, 1)), [-0.9, -0.5, 0, 3]);
/** d √x = dx / (2 √x) */
export const sqrtP = unary({
  name: "sqrt",
  dtypes: floats,
  evaluate: Math.sqrt,
  linearize: (_x, out) => {
    const twice = mul(out, 2);
    return (dx) => div(dx, twice);
  },
  lower: "sqrt",
  at: [0.1, 0.5, 1, 3],
});
/** d x^(-1/2) = -x^(-3/2) / 2 dx */
export const rsqrtP = smooth("rsqrt", (_x, out) => mul(mul(out, square(out)), -0.5), [0.1, 0.5, 1, 3]);
/** d ∛x = dx / (3 ∛x²) */
export const cbrtP = smooth("cbrt", (_x, out) => div(1 / 3, square(out)), [-3, -0.5, 0.1, 2]);
/** d tanh(x) = (1 - tanh(x)²) dx */
export const tanhP = smooth("tanh", (_x, out) => sub(1, square(out)), [-3, -0.5, 0, 2]);
/** d σ(x) = σ(x) (1 - σ(x)) dx, σ(x) = 1 / (1 + exp(-x)) */
export const sigmoidP = unary({
  name: "sigmoid",
  dtypes: floats,
  evaluate: (x) => 1 / (1 + Math.exp(-x)),
  linearize: (_x, out) => {
    const slope = mul(out, sub(1, out));
    return (dx) => mul(dx, slope);
  },
  lower: (x) => op("div", lit(1, x.dtype), op("add", lit(1, x.dtype), op("exp", op("neg", x)))),
  at: [-3, -0.5, 0, 2],
});
/** d log(1 + exp(x)) = σ(x) dx. As max(x, 0) + log1p(exp(-|x|)): without overflow, and smooth where |x| is not. */
export const softplusP = unary({
  name: "softplus",
  dtypes: floats,
  evaluate: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  linearize: (x) => {
    const slope = sigmoid(x as AnyFloat);
    return (dx) => mul(dx, slope);
  },
  lower: (x) => op("add", op("max", x, lit(0, x.dtype)), op("log1p", op("exp", op("neg", op("abs", x))))),
  at: [-3, -0.5, 0, 2],
});
/** d log(exp(x) + exp(y)) = σ(x - y) dx + σ(y - x) dy */
export const logAddExpP = binary({
  name: "logAddExp",
  dtypes: floats,
  evaluate: (x, y) => x === y ? x + Math.LN2 : Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y))),
  linearize: (x, y) => {
    const wx = sigmoid(sub(x, y) as AnyFloat), wy = sigmoid(sub(y, x) as AnyFloat);
    return (dx, dy) => plus(dx && mul(dx, wx), dy && mul(dy, wy));
  },
  transpose: no("logAddExp is not linear"),
  lower: (x, y) => {
    // Two equal infinities differ by NaN.
    const gap = op("neg", op("abs", op("sub", x, y))), equals = op("eq", x, y);
    return op("add", op("max", x, y), op("log1p", op("exp", op("select", equals, lit(0, x.dtype), gap))));
  },
  at: [[1, -2, 0.5, 3], [2, 0.5, 0.5, -3]],
});
/** d x^y = y x^(y-1) dx + x^y log(x) dy; the first term is 0 where y is 0, the second where x is 0. */
export const powP = binary({
  name: "pow",
  dtypes: floats,
  evaluate: (x, y) => doubles.pow(x, y),
  linearize: (x, y, out) => (dx, dy) =>
    plus(
      // 0^(0-1) is infinite, and its coefficient y is 0: any other base gives the 0 that is meant.
      dx && mul(dx, mul(y, pow(where(and(equal(x, 0), equal(y, 0)), 1, x), sub(y, 1)))),
      dy && mul(dy, mul(out, log(where(greater(x, 0), x, 1) as AnyFloat))),
    ),
  transpose: no("pow is not linear"),
  lower: "pow",
  at: [[0.5, 2, 3, 1.5], [2, -1, 0, 2.5]],
});

/** e to the power of every element. `F[...S] -> F[...S]` */
export const exp: Unary<"exp", Float> = operation("exp", (x) => bind(expP, [x], null));
/** 2 to the power of every element. `F[...S] -> F[...S]` */
export const exp2: Unary<"exp2", Float> = operation("exp2", (x) => bind(exp2P, [x], null));
/** exp(x) - 1, to full precision near 0. `F[...S] -> F[...S]` */
export const expm1: Unary<"expm1", Float> = operation("expm1", (x) => bind(expm1P, [x], null));
/** Natural logarithm; NaN below 0, -Infinity at 0. `F[...S] -> F[...S]` */
export const log: Unary<"log", Float> = operation("log", (x) => bind(logP, [x], null));
/** Logarithm to base 2; NaN below 0, -Infinity at 0. `F[...S] -> F[...S]` */
export const log2: Unary<"log2", Float> = operation("log2", (x) => bind(log2P, [x], null));
/** Logarithm to base 10; NaN below 0, -Infinity at 0. `F[...S] -> F[...S]` */
export const log10: Unary<"log10", Float> = operation("log10", (x) => bind(log10P, [x], null));
/** log(1 + x), to full precision near 0; NaN below -1. `F[...S] -> F[...S]` */
export const log1p: Unary<"log1p", Float> = operation("log1p", (x) => bind(log1pP, [x], null));
/** Square root; NaN below 0. `F[...S] -> F[...S]` */
export const sqrt: Unary<"sqrt", Float> = operation("sqrt", (x) => bind(sqrtP, [x], null));
/** 1 / √x; NaN below 0, Infinity at 0. `F[...S] -> F[...S]` */
export const rsqrt: Unary<"rsqrt", Float> = operation("rsqrt", (x) => bind(rsqrtP, [x], null));
/** Cube root, with the sign of x. `F[...S] -> F[...S]` */
export const cbrt: Unary<"cbrt", Float> = operation("cbrt", (x) => bind(cbrtP, [x], null));
/** 1 / x. `F[...S] -> F[...S]` */
export const reciprocal: Unary<"reciprocal", Float> = ofFloat("reciprocal", (x) => div(1, x));
/** Hyperbolic tangent. `F[...S] -> F[...S]` */
export const tanh: Unary<"tanh", Float> = operation("tanh", (x) => bind(tanhP, [x], null));
/** Logistic function 1 / (1 + exp(-x)). `F[...S] -> F[...S]` */
export const sigmoid: Unary<"sigmoid", Float> = operation("sigmoid", (x) => bind(sigmoidP, [x], null));
/** log(exp(x) + exp(y)), without overflow. `F[...A], F[...B] -> F[...broadcast]` */
export const logAddExp: Elementwise<"logAddExp", "same", "a float"> = elementwise("logAddExp", logAddExpP, "a float");

/** x log(y), and 0 where x is 0 unless y is NaN. `F[...A], F[...B] -> F[...broadcast]` */
export const xlogy: Elementwise<"xlogy", "same", "a float"> = byArity("xlogy", 2, (a: Operand, b: Operand) => {
  const [x, y] = align("xlogy", a, b, "a float");
  // Where the logarithm is not finite and its factor 0, another argument gives the 0 that is meant.
  const idle = and(equal(x, 0), or(lessEqual(y, 0), equal(y, Infinity)));
  return mul(x, log(where(idle, 1, y) as AnyFloat));
});

/** A product of n equal factors, by squares. */
const power = (x: Tensor, n: number): Tensor => {
  if (n < 2) return n === 0 ? like(1, x) : x;
  const half = square(power(x, Math.floor(n / 2))) as Tensor;
  return n % 2 === 0 ? half : mul(x, half);
};
/** Exponents that need no logarithm: few products, exact and with derivatives that need no care at 0. */
const fewProducts = (n: number): boolean => Number.isInteger(n) && n >= 0 && n <= 4;
/**
 * x to the power y; 0^0 = 1. NaN where x is below 0 and y no whole number. Whole numbers take whole exponents from 0, given as
 * numbers, and wrap around. `F[...A], F[...B] -> F[...broadcast]`
 */
export const pow: Elementwise<"pow"> = byArity("pow", 2, (x: Operand, y: Operand) => {
  if (typeof y !== "number" || typeof x === "number") return bind(powP, align("pow", x, y, "a float"), null);
  needKind("pow", "numbers", x);
  if (fewProducts(y)) return power(x, y);
  if (isFloat(x.dtype)) return fewProducts(-y) ? div(1, power(x, -y)) : bind(powP, [x, like(y, x)], null);
  if (Number.isInteger(y) && y >= 0) return power(x, y);
  throw new DTypeError(`pow: whole numbers take whole exponents from 0, got ${y}: cast them to a float`, {
    op: "pow",
    expected: "a whole exponent from 0",
    got: `${y}`,
  });
});

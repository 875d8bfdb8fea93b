import { floats } from "../core/dtype.ts";
import { lit, op } from "../core/expr.ts";
import { unary } from "../core/families.ts";
import type { Float } from "../core/dtype.ts";
import type { Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import { binary } from "../core/families.ts";
import { no } from "../core/primitive.ts";
import { div, elementwise, mul, plus, sub } from "./arithmetic.ts";
import { and, equal, greater, where } from "./comparison.ts";
import { operation } from "../core/pipe.ts";
import type { Shape } from "../core/shape/dim.ts";
import type { Elementwise, Unary } from "./signatures.ts";

/** d exp(x) = exp(x) dx */
export const expP = unary({
  name: "exp",
  dtypes: floats,
  evaluate: Math.exp,
  linearize: (_x, out) => (dx) => mul(dx, out),
  lower: "exp",
  at: [-3, -0.5, 0, 2],
});
/** d log(x) = dx / x */
export const logP = unary({
  name: "log",
  dtypes: floats,
  evaluate: Math.log,
  linearize: (x) => (dx) => div(dx, x),
  lower: "log",
  at: [0.1, 0.5, 1, 3],
});
/** d sqrt(x) = dx / (2 sqrt(x)) */
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
/** d tanh(x) = (1 - tanh(x)²) dx */
export const tanhP = unary({
  name: "tanh",
  dtypes: floats,
  evaluate: Math.tanh,
  linearize: (_x, out) => {
    const slope = sub(1, mul(out, out));
    return (dx) => mul(dx, slope);
  },
  lower: "tanh",
  at: [-3, -0.5, 0, 2],
});
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
/** d x^y = y x^(y-1) dx + x^y log(x) dy; the first term is 0 where y is 0, the second where x is 0. */
export const powP = binary({
  name: "pow",
  dtypes: floats,
  evaluate: (x, y) => Math.pow(x, y),
  linearize: (x, y, out) => (dx, dy) =>
    plus(
      // 0^(0-1) is infinite, and its coefficient y is 0: any other base gives the 0 that is meant.
      dx && mul(dx, mul(y, pow(where(and(equal(x, 0), equal(y, 0)), 1, x), sub(y, 1)))),
      dy && mul(dy, mul(out, log(where(greater(x, 0), x, 1) as Tensor<Shape, Float>))),
    ),
  transpose: no("pow is not linear"),
  lower: "pow",
  at: [[0.5, 2, 3, 1.5], [2, -1, 0, 2.5]],
});

/** e to the power of every element. `F[...S] -> F[...S]` */
export const exp: Unary<"exp", Float> = operation("exp", (x) => bind(expP, [x], null));
/** Natural logarithm; NaN below 0, -Infinity at 0. `F[...S] -> F[...S]` */
export const log: Unary<"log", Float> = operation("log", (x) => bind(logP, [x], null));
/** Square root; NaN below 0. `F[...S] -> F[...S]` */
export const sqrt: Unary<"sqrt", Float> = operation("sqrt", (x) => bind(sqrtP, [x], null));
/** Hyperbolic tangent. `F[...S] -> F[...S]` */
export const tanh: Unary<"tanh", Float> = operation("tanh", (x) => bind(tanhP, [x], null));
/** Logistic function 1 / (1 + exp(-x)). `F[...S] -> F[...S]` */
export const sigmoid: Unary<"sigmoid", Float> = operation("sigmoid", (x) => bind(sigmoidP, [x], null));
/** x to the power y; 0^0 = 1. `F[...A], F[...B] -> F[...broadcast]` */
export const pow: Elementwise<"pow"> = elementwise("pow", powP);

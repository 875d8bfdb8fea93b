import { type Float, floats } from "../core/dtype.ts";
import { lit, op } from "../core/expr.ts";
import { unary } from "../core/families.ts";
import type { Shape } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import { div, like, sub } from "./arithmetic.ts";
import { greater, where } from "./comparison.ts";
import { exp, log } from "./exponential.ts";
import { max } from "./reduction.ts";
import { stopGradient } from "./gradient.ts";
import { sum } from "./structure.ts";
import { byData, operation } from "../core/pipe.ts";
import type { Along, Unary } from "./signatures.ts";

/** d relu(x) = dx where x > 0, else 0: the derivative at 0 is 0. NaN stays NaN. */
export const reluP = unary({
  name: "relu",
  dtypes: floats,
  evaluate: (x) => Math.max(x, 0),
  linearize: (x) => {
    const positive = greater(x, 0), zero = like(0, x);
    return (dx) => where(positive, dx, zero);
  },
  lower: (x) => op("max", x, lit(0, x.dtype)),
  at: [-3, -0.5, 0.5, 3],
});
/** max(x, 0). `F[...S] -> F[...S]` */
export const relu: Unary<"relu", Float> = operation("relu", (x) => bind(reluP, [x], null));

type AnyFloat = Tensor<Shape, Float>;
/** x minus its maximum, which changes no softmax and keeps exp in range. */
const centred = (x: AnyFloat, axis: number): AnyFloat =>
  sub(x, stopGradient(max(x, axis, { keepdims: true }))) as AnyFloat;

/** exp(x) / sum(exp(x)) along an axis. `F[...S] -> F[...S]`; each slice sums to 1. */
export const softmax: Along<"softmax", Float> = byData("softmax", (x: AnyFloat, axis = -1) => {
  const e = exp(centred(x, axis));
  return div(e, sum(e, axis, { keepdims: true }));
});
/** log(softmax(x)) along an axis, without overflow or loss of small terms. `F[...S] -> F[...S]` */
export const logSoftmax: Along<"logSoftmax", Float> = byData("logSoftmax", (x: AnyFloat, axis = -1) => {
  const y = centred(x, axis);
  return sub(y, log(sum(exp(y), axis, { keepdims: true })));
});

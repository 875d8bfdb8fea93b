import { type Float, floats } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { lit, op } from "../core/expr.ts";
import { unary } from "../core/families.ts";
import { byData, operation } from "../core/pipe.ts";
import { normalizeAxis } from "../core/shape/axes.ts";
import { showShape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import { abs, add, div, like, mul, neg, square, sub } from "./arithmetic.ts";
import { clamp } from "./between.ts";
import { greater, where } from "./comparison.ts";
import { exp, expm1, log, sigmoid, softplusP, tanh } from "./exponential.ts";
import { stopGradient } from "./gradient.ts";
import { inSingle } from "./half.ts";
import { type AnyFloat, needFloat, ofFloat } from "./pointwise.ts";
import type { Halving, UnaryWith } from "./pointwise_signatures.ts";
import { max } from "./reduction.ts";
import type { Along, Unary } from "./signatures.ts";
import { slice } from "./slice.ts";
import { erfc } from "./special.ts";
import { sum } from "./structure.ts";

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

/** x minus its maximum, which changes no softmax and keeps exp in range. */
const centred = (x: AnyFloat, axis: number): AnyFloat =>
  sub(x, stopGradient(max(x, axis, { keepdims: true }))) as AnyFloat;

/** exp(x) / sum(exp(x)) along an axis. `F[...S] -> F[...S]`; each slice sums to 1. */
export const softmax: Along<"softmax", Float> = byData(
  "softmax",
  (x: AnyFloat, axis = -1) =>
    inSingle(x as Tensor, (y) => {
      const e = exp(centred(y as AnyFloat, axis));
      return div(e, sum(e, axis, { keepdims: true }));
    }),
);
/** log(softmax(x)) along an axis, without overflow or loss of small terms. `F[...S] -> F[...S]` */
export const logSoftmax: Along<"logSoftmax", Float> = byData(
  "logSoftmax",
  (x: AnyFloat, axis = -1) =>
    inSingle(x as Tensor, (given) => {
      const y = centred(given as AnyFloat, axis);
      return sub(y, log(sum(exp(y), axis, { keepdims: true })));
    }),
);

/** `f` where x is positive, else `g` of x, or of 0 where that is not used: what may overflow then. */
const ofSides = (x: AnyFloat, f: (x: AnyFloat) => Tensor, g: (x: AnyFloat) => Tensor): Tensor => {
  const positive = greater(x, 0);
  return where(positive, f(x), g(where(positive, 0, x) as AnyFloat));
};
/** x where it is positive, else alpha (exp(x) - 1); alpha is 1 unless given. `F[...S] -> F[...S]` (Clevert et al. 2015) */
export const elu: UnaryWith<"elu", [alpha?: number]> = byData(
  "elu",
  (x: Tensor, alpha = 1) => ofSides(needFloat("elu", x), (y) => y, (y) => mul(expm1(y), alpha)),
);
/** x where it is positive, else alpha (exp(x / alpha) - 1); alpha is 1 unless given. `F[...S] -> F[...S]` (Barron 2017) */
export const celu: UnaryWith<"celu", [alpha?: number]> = byData(
  "celu",
  (x: Tensor, alpha = 1) =>
    ofSides(needFloat("celu", x), (y) => y, (y) => mul(expm1(div(y, alpha) as AnyFloat), alpha)),
);
/** λ x where x is positive, else λ α (exp(x) - 1), with which mean 0 and variance 1 persist. `F[...S] -> F[...S]` (Klambauer et al. 2017) */
export const selu: Unary<"selu", Float> = ofFloat("selu", (x) => {
  const scale = 1.0507009873554804934193349852946, alpha = 1.6732632423543772848170429916717;
  return ofSides(x, (y) => mul(y, scale), (y) => mul(expm1(y), scale * alpha));
});

/**
 * log(1 + exp(beta x)) / beta; beta is 1 unless given. Where beta x is above the threshold, 20 unless given, it is x.
 * `F[...S] -> F[...S]`
 */
export const softplus: UnaryWith<"softplus", [beta?: number, threshold?: number]> = byData(
  "softplus",
  (x: Tensor, beta = 1, threshold = 20) => {
    const z = mul(needFloat("softplus", x), beta);
    return where(greater(z, threshold), x, div(bind(softplusP, [z], null), beta));
  },
);
/** log(1 / (1 + exp(-x))), without loss of small terms. `F[...S] -> F[...S]` */
export const logSigmoid: Unary<"logSigmoid", Float> = ofFloat(
  "logSigmoid",
  (x) => neg(bind(softplusP, [neg(x)], null)),
);
/** x / (1 + exp(-x)). `F[...S] -> F[...S]` (Hendrycks and Gimpel 2016; also called swish) */
export const silu: Unary<"silu", Float> = ofFloat("silu", (x) => mul(x, sigmoid(x)));
/** x tanh(log(1 + exp(x))). `F[...S] -> F[...S]` (Misra 2019) */
export const mish: Unary<"mish", Float> = ofFloat("mish", (x) => mul(x, tanh(bind(softplusP, [x], null) as AnyFloat)));
/** x / (1 + |x|). `F[...S] -> F[...S]` */
export const softsign: Unary<"softsign", Float> = ofFloat("softsign", (x) => div(x, add(abs(x), 1)));
/** x - tanh(x). `F[...S] -> F[...S]` */
export const tanhShrink: Unary<"tanhShrink", Float> = ofFloat("tanhShrink", (x) => sub(x, tanh(x)));
/**
 * x Φ(x), Φ the distribution function of the normal distribution; or, as `"tanh"`, x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2.
 * `F[...S] -> F[...S]` (Hendrycks and Gimpel 2016)
 */
export const gelu: UnaryWith<"gelu", [form?: "exact" | "tanh"]> = byData(
  "gelu",
  (v: Tensor, form: "exact" | "tanh" = "exact") => {
    const x = needFloat("gelu", v), half = mul(x, 0.5);
    if (form === "exact") return mul(half, erfc(mul(x, -Math.SQRT1_2) as AnyFloat));
    const inner = mul(mul(x, add(mul(square(x), 0.044715), 1)), Math.sqrt(2 / Math.PI));
    return mul(half, add(tanh(inner as AnyFloat), 1));
  },
);
/**
 * log(x / (1 - x)), the inverse of sigmoid; with `margin`, of x kept between margin and 1 - margin. `F[...S] -> F[...S]`; NaN
 * outside [0, 1]
 */
export const logit: UnaryWith<"logit", [margin?: number]> = byData("logit", (x: Tensor, margin?: number) => {
  const p = margin === undefined ? needFloat("logit", x) : clamp(needFloat("logit", x), margin, 1 - margin);
  return log(div(p, sub(1, p)) as AnyFloat);
});
/** The first half along an axis, the last unless given, times the sigmoid of the second. Throws `ShapeError` where there are no halves. (Dauphin et al. 2016) */
export const glu: Halving<"glu"> = byData("glu", (x: Tensor, axis = -1) => {
  const shape = extents(needFloat("glu", x)), a = normalizeAxis("glu", shape, axis), n = shape[a]!;
  if (n % 2 !== 0) {
    const expected = `an even number along axis ${a}`;
    throw new ShapeError(`glu: expected ${expected} of ${showShape(shape)}, got ${n}`, {
      op: "glu",
      expected,
      got: `${n}`,
    });
  }
  return mul(slice(x, a, 0, n / 2) as Tensor, sigmoid(slice(x, a, n / 2, n) as AnyFloat));
});

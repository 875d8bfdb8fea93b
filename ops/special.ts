import { type Float, floats } from "../core/dtype.ts";
import { unary } from "../core/families.ts";
import { doubles } from "../core/math.ts";
import { bind } from "../core/trace.ts";
import { mul, neg, square } from "./arithmetic.ts";
import { exp } from "./exponential.ts";
import { operation } from "../core/pipe.ts";
import type { Shape } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Unary } from "./signatures.ts";

type AnyFloat = Tensor<Shape, Float>;
const gaussian = (x: Tensor): AnyFloat => exp(neg(square(x)) as AnyFloat);

/** d erf(x) = 2/√π exp(-x²) dx */
export const erfP = unary({
  name: "erf",
  dtypes: floats,
  evaluate: (x) => doubles.erf(x),
  linearize: (x) => {
    const slope = mul(gaussian(x), 2 / Math.sqrt(Math.PI));
    return (dx) => mul(dx, slope);
  },
  lower: "erf",
  at: [-2, -0.5, 0, 1.5],
});
/** d erfinv(x) = √π/2 exp(erfinv(x)²) dx */
export const erfinvP = unary({
  name: "erfinv",
  dtypes: floats,
  evaluate: (x) => doubles.erfinv(x),
  linearize: (_x, out) => {
    const slope = mul(exp(square(out) as AnyFloat), Math.sqrt(Math.PI) / 2);
    return (dx) => mul(dx, slope);
  },
  lower: "erfinv",
  at: [-0.9, -0.5, 0, 0.7],
});
/** Error function 2/√π ∫₀ˣ exp(-t²) dt. `F[...S] -> F[...S]` */
export const erf: Unary<"erf", Float> = operation("erf", (x) => bind(erfP, [x], null));
/** Inverse of the error function; ±Infinity at ±1, NaN outside. `F[...S] -> F[...S]` */
export const erfinv: Unary<"erfinv", Float> = operation("erfinv", (x) => bind(erfinvP, [x], null));

import { type Float, floats } from "../core/dtype.ts";
import { unary } from "../core/families.ts";
import { bind } from "../core/trace.ts";
import { mul, neg } from "./arithmetic.ts";
import { operation } from "../core/pipe.ts";
import type { Shape } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Unary } from "./signatures.ts";

/** d sin(x) = cos(x) dx */
export const sinP = unary({
  name: "sin",
  dtypes: floats,
  evaluate: Math.sin,
  linearize: (x) => {
    const c = cos(x as Tensor<Shape, Float>);
    return (dx) => mul(dx, c);
  },
  lower: "sin",
  at: [-3, -0.5, 0, 3],
});
/** d cos(x) = -sin(x) dx */
export const cosP = unary({
  name: "cos",
  dtypes: floats,
  evaluate: Math.cos,
  linearize: (x) => {
    const s = neg(sin(x as Tensor<Shape, Float>));
    return (dx) => mul(dx, s);
  },
  lower: "cos",
  at: [-3, -0.5, 0, 3],
});
/** Sine of every element, in radians. `F[...S] -> F[...S]` */
export const sin: Unary<"sin", Float> = operation("sin", (x) => bind(sinP, [x], null));
/** Cosine of every element, in radians. `F[...S] -> F[...S]` */
export const cos: Unary<"cos", Float> = operation("cos", (x) => bind(cosP, [x], null));

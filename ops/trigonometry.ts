import { type Float, floats } from "../core/dtype.ts";
import { lit, op } from "../core/expr.ts";
import { binary } from "../core/families.ts";
import { doubles } from "../core/math.ts";
import { operation } from "../core/pipe.ts";
import { no } from "../core/primitive.ts";
import { bind } from "../core/trace.ts";
import { add, div, elementwise, mul, neg, plus, square, sub } from "./arithmetic.ts";
import { equal, where } from "./comparison.ts";
import { rsqrt } from "./exponential.ts";
import { type AnyFloat, smooth } from "./pointwise.ts";
import type { Elementwise, Unary } from "./signatures.ts";

/** d sin(x) = cos(x) dx */
export const sinP = smooth("sin", (x) => cos(x), [-3, -0.5, 0, 3]);
/** d cos(x) = -sin(x) dx */
export const cosP = smooth("cos", (x) => neg(sin(x)), [-3, -0.5, 0, 3]);
/** d tan(x) = (1 + tan(x)²) dx */
export const tanP = smooth("tan", (_x, out) => add(1, square(out)), [-1.2, -0.5, 0, 1]);
/** 1 / √(1 - x²), by factors: 1 - x² loses digits near ±1. */
const chord = (x: AnyFloat): AnyFloat => rsqrt(mul(sub(1, x), add(1, x)) as AnyFloat);
/** d arcsin(x) = dx / √(1 - x²) */
export const asinP = smooth("asin", chord, [-0.9, -0.5, 0, 0.7]);
/** d arccos(x) = -dx / √(1 - x²) */
export const acosP = smooth("acos", (x) => neg(chord(x)), [-0.9, -0.5, 0, 0.7]);
/** d arctan(x) = dx / (1 + x²) */
export const atanP = smooth("atan", (x) => div(1, add(1, square(x))), [-3, -0.5, 0, 2]);
/** d atan2(y, x) = (x dy - y dx) / (x² + y²) */
export const atan2P = binary({
  name: "atan2",
  dtypes: floats,
  evaluate: (y, x) => doubles.atan2(y, x),
  linearize: (y, x) => {
    const r2 = add(square(x), square(y)), wy = div(x, r2), wx = neg(div(y, r2));
    return (dy, dx) => plus(dy && mul(dy, wy), dx && mul(dx, wx));
  },
  transpose: no("atan2 is not linear"),
  lower: "atan2",
  at: [[1, -2, 0.5, -0.5], [2, 0.5, -1, -3]],
});
/** d √(x² + y²) = (x dx + y dy) / √(x² + y²), and 0 where both are 0. By the larger of the two, whose square may overflow. */
export const hypotP = binary({
  name: "hypot",
  dtypes: floats,
  evaluate: (x, y) => Math.hypot(x, y),
  linearize: (x, y, out) => {
    const length = where(equal(out, 0), 1, out), wx = div(x, length), wy = div(y, length);
    return (dx, dy) => plus(dx && mul(dx, wx), dy && mul(dy, wy));
  },
  transpose: no("hypot is not linear"),
  lower: (x, y) => {
    const of = (v: number) => lit(v, x.dtype), a = op("abs", x), b = op("abs", y), large = op("max", a, b);
    const ratio = op("div", op("min", a, b), large), root = op("sqrt", op("add", of(1), op("mul", ratio, ratio)));
    const infinite = op("or", op("eq", a, of(Infinity)), op("eq", b, of(Infinity)));
    return op("select", infinite, of(Infinity), op("select", op("eq", large, of(0)), of(0), op("mul", large, root)));
  },
  at: [[1, -2, 0.5, -0.5], [2, 0.5, -1, -3]],
});

/** Sine of every element, in radians. `F[...S] -> F[...S]` */
export const sin: Unary<"sin", Float> = operation("sin", (x) => bind(sinP, [x], null));
/** Cosine of every element, in radians. `F[...S] -> F[...S]` */
export const cos: Unary<"cos", Float> = operation("cos", (x) => bind(cosP, [x], null));
/** Tangent of every element, in radians. `F[...S] -> F[...S]` */
export const tan: Unary<"tan", Float> = operation("tan", (x) => bind(tanP, [x], null));
/** The angle whose sine is x, in [-π/2, π/2]; NaN outside [-1, 1]. `F[...S] -> F[...S]` */
export const asin: Unary<"asin", Float> = operation("asin", (x) => bind(asinP, [x], null));
/** The angle whose cosine is x, in [0, π]; NaN outside [-1, 1]. `F[...S] -> F[...S]` */
export const acos: Unary<"acos", Float> = operation("acos", (x) => bind(acosP, [x], null));
/** The angle whose tangent is x, in [-π/2, π/2]. `F[...S] -> F[...S]` */
export const atan: Unary<"atan", Float> = operation("atan", (x) => bind(atanP, [x], null));
/** The angle of the point (x, y) from the first axis, in [-π, π]: `atan2(y, x)`. `F[...A], F[...B] -> F[...broadcast]` */
export const atan2: Elementwise<"atan2", "same", "a float"> = elementwise("atan2", atan2P, "a float");
/** The distance √(x² + y²) of the point (x, y), without overflow on the way. `F[...A], F[...B] -> F[...broadcast]` */
export const hypot: Elementwise<"hypot", "same", "a float"> = elementwise("hypot", hypotP, "a float");

import { isFloat, numeric } from "../core/dtype.ts";
import { DTypeError } from "../core/errors.ts";
import { binary, unary } from "../core/families.ts";
import { lit, op } from "../core/expr.ts";
import { type Kind, needKind } from "../core/kinds.ts";
import { no, type Primitive, type Tangent } from "../core/primitive.ts";
import { broadcastShapes } from "../core/shape/broadcast.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bind, constant } from "../core/trace.ts";
import { needNumber } from "./checks.ts";
import { stopGradient } from "./gradient.ts";
import { stretch } from "./structure.ts";
import { byArity, operation } from "../core/pipe.ts";
import type { Elementwise, Operand, Unary } from "./signatures.ts";

export type { Operand };

/** Rounds to what the dtype can hold: whole numbers wrap around. */
const wrap = (x: number, dtype: string): number => dtype === "i32" ? x | 0 : dtype === "u32" ? x >>> 0 : x;

/** d(x + y) = dx + dy */
export const addP = binary({
  name: "add",
  dtypes: numeric,
  evaluate: (x, y, d) => wrap(x + y, d),
  linearize: () => plus,
  transpose: (ct, x, y) => ["linear" in x ? ct : null, "linear" in y ? ct : null],
  lower: "add",
  at: [[1, 2, -0.5], [3, -4, 0.5]],
});
/** d(x - y) = dx - dy */
export const subP = binary({
  name: "sub",
  dtypes: numeric,
  evaluate: (x, y, d) => wrap(x - y, d),
  linearize: () => (dx, dy) => dy === null ? dx : dx === null ? neg(dy) : sub(dx, dy),
  transpose: (ct, x, y) => ["linear" in x ? ct : null, "linear" in y ? neg(ct) : null],
  lower: "sub",
  at: [[1, 2, -0.5], [3, -4, 0.5]],
});
/** A rule given by hand that is no derivative. */
const notLinear = (op: string, why: string): never => {
  throw new TypeError(`Cannot transpose ${op}: ${why} on what the function must be linear in`);
};
/** d(x y) = dx y + x dy */
export const mulP = binary({
  name: "mul",
  dtypes: numeric,
  evaluate: (x, y, d) => d === "i32" ? Math.imul(x, y) : d === "u32" ? Math.imul(x, y) >>> 0 : x * y,
  linearize: (x, y) => (dx, dy) => plus(dx && mul(dx, y), dy && mul(x, dy)),
  transpose: (ct, x, y) => [
    "known" in y ? mul(ct, y.known) : "known" in x ? null : notLinear("mul", "both factors depend"),
    "known" in x ? mul(x.known, ct) : null,
  ],
  lower: "mul",
  at: [[1, 2, -0.5], [3, -4, 0.5]],
});
/** d(x / y) = (dx - (x / y) dy) / y. Whole numbers round toward zero; division by zero gives 0. */
export const divP = binary({
  name: "div",
  dtypes: numeric,
  evaluate: (x, y, d) => isFloat(d as "f32") ? x / y : y === 0 ? 0 : wrap(Math.trunc(x / y), d),
  linearize: (_x, y, out) => (dx, dy) => plus(dx && div(dx, y), dy && neg(div(mul(out, dy), y))),
  transpose: (ct, _x, y) => ["known" in y ? div(ct, y.known) : notLinear("div", "the divisor depends"), null],
  lower: "div",
  at: [[1, 2, -0.5], [3, -4, 0.5]],
});
/** The remainder with the sign of the dividend: x - y trunc(x / y). Whole numbers modulo 0 give 0. d = dx - trunc(x / y) dy */
export const remP = binary({
  name: "rem",
  dtypes: numeric,
  evaluate: (x, y, d) => y === 0 && !isFloat(d as "f32") ? 0 : x % y,
  linearize: (x, y, out) => {
    // The quotient without its rest is piecewise constant.
    const minus = stopGradient(div(sub(out, x), y) as Tensor);
    return (dx, dy) => plus(dx, dy && mul(dy, minus));
  },
  transpose: no("rem is not linear"),
  lower: "rem",
  at: [[5, -7, 2.5], [3, 4, -2]],
});
/** d(-x) = -dx */
export const negP = unary({
  name: "neg",
  dtypes: numeric,
  evaluate: (x, d) => wrap(-x, d),
  linearize: "linear",
  lower: "neg",
  at: [-3, 0, 3],
});
/** d|x| = sign(x) dx, 0 at 0 */
export const absP = unary({
  name: "abs",
  dtypes: numeric,
  evaluate: (x, d) => wrap(Math.abs(x), d),
  linearize: (x) => {
    const s = sign(x);
    return (dx) => mul(dx, s);
  },
  lower: "abs",
  at: [-3, -0.5, 2],
});
/** -1, 0 or 1; NaN stays NaN. Piecewise constant: its derivative is 0. */
export const signP = unary({
  name: "sign",
  dtypes: numeric,
  evaluate: Math.sign,
  linearize: () => () => null,
  lower: (x) => {
    const of = (v: number) => lit(v, x.dtype), zero = of(0);
    return op("select", op("lt", zero, x), of(1), op("select", op("lt", x, zero), of(-1), op("mul", x, zero)));
  },
  at: [-3, 0.5, 3],
});

/** A typed function of a binary primitive, with broadcasting. */
export const elementwise = <F>(name: string, primitive: Primitive<null>, kind: Kind = "numbers"): F =>
  byArity<F>(name, 2, (x: Operand, y: Operand) => bind(primitive, align(name, x, y, kind), null));

/** Brings two operands to one shape; refuses two dtypes, and what is not of the kind. */
export const align = (name: string, x: Operand, y: Operand, kind: Kind = "numbers"): readonly [Tensor, Tensor] => {
  const pair = aligned(name, x, y);
  needKind(name, kind, pair[0]);
  return pair;
};
const aligned = (name: string, x: Operand, y: Operand): readonly [Tensor, Tensor] => {
  if (typeof x === "number") return typeof y === "number" ? [scalarOf(x), scalarOf(y)] : [like(x, y), y];
  if (typeof y === "number") return [x, like(y, x)];
  if (x.dtype !== y.dtype) {
    throw new DTypeError(`${name}: expected operands of one dtype, got ${x.dtype} and ${y.dtype}: cast one of them`, {
      op: name,
      expected: x.dtype,
      got: y.dtype,
    });
  }
  const shape = broadcastShapes(name, extents(x), extents(y));
  return [stretch(x, shape), stretch(y, shape)];
};
const scalarOf = (x: number): Tensor => constant(x, { shape: [], dtype: "f32" });
/** A constant of the shape and dtype of `x`. Throws `DTypeError` where the dtype does not have the number. */
export const like = (value: number, x: Tensor): Tensor => {
  needNumber("constant", value, x.dtype);
  return constant(value, { shape: extents(x), dtype: x.dtype });
};

/** Elementwise sum. `T[...A], T[...B] -> T[...broadcast]` */
export const add: Elementwise<"add"> = elementwise("add", addP);
/** Elementwise difference. `T[...A], T[...B] -> T[...broadcast]` */
export const sub: Elementwise<"sub"> = elementwise("sub", subP);
/** Elementwise product. `T[...A], T[...B] -> T[...broadcast]` */
export const mul: Elementwise<"mul"> = elementwise("mul", mulP);
/** Elementwise quotient. Whole numbers round toward zero. `T[...A], T[...B] -> T[...broadcast]` */
export const div: Elementwise<"div"> = elementwise("div", divP);
/** Elementwise remainder with the sign of the dividend. `T[...A], T[...B] -> T[...broadcast]` */
export const rem: Elementwise<"rem"> = elementwise("rem", remP);
/** Negation. `T[...S] -> T[...S]` */
export const neg: Unary<"neg"> = operation("neg", (x) => bind(negP, [x], null));
/** Absolute value. `T[...S] -> T[...S]` */
export const abs: Unary<"abs"> = operation("abs", (x) => bind(absP, [x], null));
/** Sign: -1, 0 or 1. `T[...S] -> T[...S]` */
export const sign: Unary<"sign"> = operation("sign", (x) => bind(signP, [x], null));
/** Square. `T[...S] -> T[...S]` */
export const square: Unary<"square"> = operation("square", (x) => mul(x, x));

/** The sum of two tangents, of which `null` is zero. */
export const plus = (x: Tangent, y: Tangent): Tangent => x === null ? y : y === null ? x : add(x, y);

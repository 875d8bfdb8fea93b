import { sameShape, showAval } from "../core/aval.ts";
import { dtypes, isFloat, numeric } from "../core/dtype.ts";
import { DTypeError, inNameOf, ShapeError } from "../core/errors.ts";
import { op } from "../core/expr.ts";
import { binary, compare, unary } from "../core/families.ts";
import { map } from "../core/lowering.ts";
import { needKind } from "../core/kinds.ts";
import { byArity, operation } from "../core/pipe.ts";
import { host, no, type Primitive } from "../core/primitive.ts";
import { broadcastShapes } from "../core/shape/broadcast.ts";
import type { Shape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bind, constant } from "../core/trace.ts";
import { abs, align, elementwise, like, mul, type Operand, plus } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import type { Predicate } from "./pointwise_signatures.ts";
import type { Elementwise, Unary, Where } from "./signatures.ts";
import { stretch } from "./structure.ts";

export const eqP = compare("eq", dtypes, (x, y) => x === y);
export const neP = compare("ne", dtypes, (x, y) => x !== y);
export const ltP = compare("lt", numeric, (x, y) => x < y);
export const leP = compare("le", numeric, (x, y) => x <= y);
export const gtP = compare("gt", numeric, (x, y) => x > y);
export const geP = compare("ge", numeric, (x, y) => x >= y);

/** where(c, x, y): x where c holds, else y. d = where(c, dx, dy) */
export const selectP: Primitive<null> = {
  name: "select",
  kind: "elementwise",
  abstractEval: ([c, x, y]) => {
    if (c!.dtype !== "bool" || x!.dtype !== y!.dtype) {
      const got = `${showAval(c!)}, ${showAval(x!)} and ${showAval(y!)}`;
      throw new DTypeError(`where: expected bool and two values of one dtype, got ${got}`, {
        op: "where",
        expected: "bool, T, T",
        got,
      });
    }
    if (!sameShape(c!.shape, x!.shape) || !sameShape(x!.shape, y!.shape)) {
      const got = `${showAval(c!)}, ${showAval(x!)} and ${showAval(y!)}`;
      throw new ShapeError(`where: expected operands of one shape, got ${got}`, {
        op: "where",
        expected: showAval(c!),
        got,
      });
    }
    return [x!];
  },
  evaluate: ([c, x, y]) => [Float64Array.from(c!.data, (v, i) => v ? x!.data[i]! : y!.data[i]!)],
  linearize: ([c], [out]) => ([, dx, dy]) => {
    if (!dx && !dy) return [null];
    const zero = like(0, out!);
    return [bind(selectP, [c!, dx ?? zero, dy ?? zero], null)];
  },
  transpose: ([ct], [c, x, y]) => {
    if (!ct || !("known" in c!)) return [null, null, null];
    const zero = like(0, ct);
    return [
      null,
      "linear" in x! ? bind(selectP, [c.known, ct, zero], null) : null,
      "linear" in y! ? bind(selectP, [c.known, zero, ct], null) : null,
    ];
  },
  batch: "pointwise",
  lower: () => [map((r, index) => op("select", r.at(0, index), r.at(1, index), r.at(2, index)))],
  samples: [{ inputs: [host([3], [1, 0, 1], "bool"), host([3], [1, 2, 3]), host([3], [-1, -2, -3])], params: null }],
};

/** Where both are equal each side gets half of the derivative. NaN wins. */
const extremum = (name: "max" | "min", pick: (x: number, y: number) => number) =>
  binary({
    name: `${name}imum`,
    dtypes: numeric,
    evaluate: pick,
    linearize: (x, y, out) => {
      if (!isFloat(out.dtype)) return () => null;
      const half = like(0.5, out), one = like(1, out), zero = like(0, out);
      const share = (v: Tensor, w: Tensor) => where(equal(v, out), where(equal(w, out), half, one), zero);
      const [wx, wy] = [share(x, y), share(y, x)];
      return (dx, dy) => plus(dx && mul(dx, wx), dy && mul(dy, wy));
    },
    transpose: no(`${name}imum is not linear`),
    lower: name,
    at: [[1, 5, -2], [3, -4, -2.5]],
  });
export const maximumP = extremum("max", (x, y) => Math.max(x, y));
export const minimumP = extremum("min", (x, y) => Math.min(x, y));

const logical = (name: "and" | "or" | "xor", evaluate: (x: number, y: number) => number) =>
  binary({
    name,
    dtypes: ["bool", "i32", "u32"],
    evaluate: (x, y, d) => d === "u32" ? evaluate(x, y) >>> 0 : evaluate(x, y),
    linearize: () => () => null,
    transpose: no(`${name} is not linear`),
    lower: name,
    at: [[1, 0, 1, 0], [1, 1, 0, 0]],
  });
export const andP = logical("and", (x, y) => x & y);
export const orP = logical("or", (x, y) => x | y);
export const xorP = logical("xor", (x, y) => x ^ y);
export const notP = unary({
  name: "not",
  dtypes: ["bool"],
  evaluate: (x) => 1 - x,
  linearize: () => () => null,
  lower: "not",
  at: [0, 1],
});

/** x = y, elementwise. `T[...A], T[...B] -> bool[...broadcast]` */
export const equal: Elementwise<"equal", "bool", "elements of any type"> = elementwise(
  "equal",
  eqP,
  "elements of any type",
);
/** x ≠ y, elementwise; true where either is NaN. `T[...A], T[...B] -> bool[...broadcast]` */
export const notEqual: Elementwise<"notEqual", "bool", "elements of any type"> = elementwise(
  "notEqual",
  neP,
  "elements of any type",
);
/** x < y, elementwise. `T[...A], T[...B] -> bool[...broadcast]` */
export const less: Elementwise<"less", "bool"> = elementwise("less", ltP);
/** x ≤ y, elementwise. `T[...A], T[...B] -> bool[...broadcast]` */
export const lessEqual: Elementwise<"lessEqual", "bool"> = elementwise("lessEqual", leP);
/** x > y, elementwise. `T[...A], T[...B] -> bool[...broadcast]` */
export const greater: Elementwise<"greater", "bool"> = elementwise("greater", gtP);
/** x ≥ y, elementwise. `T[...A], T[...B] -> bool[...broadcast]` */
export const greaterEqual: Elementwise<"greaterEqual", "bool"> = elementwise("greaterEqual", geP);
/** The larger of two values; NaN if either is. `T[...A], T[...B] -> T[...broadcast]` */
export const maximum: Elementwise<"maximum"> = elementwise("maximum", maximumP);
/** The smaller of two values; NaN if either is. `T[...A], T[...B] -> T[...broadcast]` */
export const minimum: Elementwise<"minimum"> = elementwise("minimum", minimumP);
/** Logical (bool) or bitwise (i32, u32) and. */
export const and: Elementwise<"and", "same", "whole numbers or booleans"> = elementwise(
  "and",
  andP,
  "whole numbers or booleans",
);
/** Logical (bool) or bitwise (i32, u32) or. */
export const or: Elementwise<"or", "same", "whole numbers or booleans"> = elementwise(
  "or",
  orP,
  "whole numbers or booleans",
);
/** Logical (bool) or bitwise (i32, u32) exclusive or. */
export const xor: Elementwise<"xor", "same", "whole numbers or booleans"> = elementwise(
  "xor",
  xorP,
  "whole numbers or booleans",
);
/** Logical not. `bool[...S] -> bool[...S]` */
export const not: Unary<"not"> = operation("not", (x) => bind(notP, [x], null));

/** `x` where `condition` holds, else `y`. `bool[...C], T[...A], T[...B] -> T[...broadcast]` */
export const where: Where = ((condition: Tensor, x: Operand, y: Operand): Tensor =>
  inNameOf("where", () => {
    needKind("where", "a condition of booleans", condition);
    const [a, b] = align("where", x, y, "elements of any type");
    const shape = broadcastShapes("where", extents(condition), extents(a));
    return bind(selectP, [condition, a, b].map((t) => stretch(t, shape)), null);
  })) as Where;

/** Whether an element is NaN. `T[...S] -> bool[...S]` */
export const isNan: Predicate<"isNan"> = operation("isNan", (x) => isFloat(x.dtype) ? notEqual(x, x) : never(x));
/** Whether an element is Infinity or -Infinity. `T[...S] -> bool[...S]` */
export const isInf: Predicate<"isInf"> = operation(
  "isInf",
  (x) => isFloat(x.dtype) ? equal(abs(x), Infinity) : never(x),
);
/** Whether an element is neither NaN nor infinite. `T[...S] -> bool[...S]` */
export const isFinite: Predicate<"isFinite"> = operation(
  "isFinite",
  (x) => isFloat(x.dtype) ? less(abs(x), Infinity) : not(never(x) as Tensor<Shape, "bool">),
);
const never = (x: Tensor): Tensor => constant(0, { shape: extents(x), dtype: "bool" });

const truth = (x: Operand): Operand => typeof x === "number" || x.dtype === "bool" ? x : cast(x, "bool");
type OnTruths<Op extends string> = Elementwise<Op, "bool", "elements of any type">;
const onTruths = <Op extends string>(name: Op, f: (x: Tensor, y: Tensor) => Tensor): OnTruths<Op> =>
  byArity(name, 2, (x: Operand, y: Operand) => f(...align(name, truth(x), truth(y), "booleans")));
/** Whether both are true, that is not 0. `T[...A], T[...B] -> bool[...broadcast]` */
export const logicalAnd: Elementwise<"logicalAnd", "bool", "elements of any type"> = onTruths("logicalAnd", and);
/** Whether one is true, that is not 0. `T[...A], T[...B] -> bool[...broadcast]` */
export const logicalOr: Elementwise<"logicalOr", "bool", "elements of any type"> = onTruths("logicalOr", or);
/** Whether exactly one is true, that is not 0. `T[...A], T[...B] -> bool[...broadcast]` */
export const logicalXor: Elementwise<"logicalXor", "bool", "elements of any type"> = onTruths("logicalXor", xor);
/** Whether an element is false, that is 0. `T[...S] -> bool[...S]` */
export const logicalNot: Predicate<"logicalNot"> = operation(
  "logicalNot",
  (x) => not(truth(x) as Tensor<Shape, "bool">),
);

import { convert, type Expr, fold, guard, load, operands, rawOp } from "../core/expr.ts";
import { isSpecial, type Special } from "../core/scalar.ts";
import { extremeOf, extremum } from "./extremes.ts";
import { noteInner } from "./fusible.ts";
import { erf, erfc, erfinv } from "./math/error.ts";
import { exp, exp2, expm1 } from "./math/exponential.ts";
import { digamma, lgamma } from "./math/gamma.ts";
import { acosh, asinh, atanh, cosh, sinh, tanh } from "./math/hyperbolic.ts";
import { acos, asin, atan, atan2 } from "./math/inverse.ts";
import { log, log10, log1p, log2 } from "./math/logarithm.ts";
import { cbrt, pow, rsqrt } from "./math/power.ts";
import { cos, sin, tan } from "./math/trigonometry.ts";

type Binary = "pow" | "atan2";
type Expansions = {
  readonly [S in Special]: S extends Binary ? (x: Expr, y: Expr) => Expr : (x: Expr) => Expr;
};

// deno-fmt-ignore
/** Each special function of f32 in basic instructions. */
export const expansions: Expansions = {
  exp, exp2, expm1, log, log2, log10, log1p,
  sin, cos, tan, asin, acos, atan, atan2,
  sinh, cosh, tanh, asinh, acosh, atanh,
  erf, erfc, erfinv, pow, rsqrt, cbrt, lgamma, digamma,
};

const expand = (name: Special, args: readonly Expr[]): Expr => {
  const made = (expansions[name] as (...args: readonly Expr[]) => Expr)(...args);
  noteInner(made, args);
  return made;
};

/**
 * The same expressions without special functions of f32 and f16, so that every backend computes the same numbers; f16 is
 * computed in f32. Functions of f64 stay. Extremes of many f32 are those of whole numbers. What holds none is returned as it is, and what is shared stays shared.
 */
export const expandMath = (roots: readonly Expr[]): readonly Expr[] => {
  const done = new Map<Expr, Expr>();
  const walk = (e: Expr): Expr => {
    const known = done.get(e);
    if (known !== undefined) return known;
    const extreme = extremeOf(e);
    const out = extreme === null ? rebuild(e, operands(e).map(walk)) : extremum(extreme, walk(extreme.value));
    done.set(e, out);
    return out;
  };
  return roots.map(walk);
};

const rebuild = (e: Expr, args: readonly Expr[]): Expr => {
  if (e.tag === "op" && isSpecial(e.op)) {
    if (e.dtype === "f32") return expand(e.op, args);
    if (e.dtype === "f16") return convert(expand(e.op, args.map((a) => convert(a, "f32"))), "f16");
  }
  const old = operands(e);
  if (args.every((a, i) => a === old[i])) return e;
  switch (e.tag) {
    case "op":
      return rawOp(e.op, e.dtype, args);
    case "load":
      return load(e.source, args[0]!, e.dtype);
    case "guard":
      return guard(args[0]!, args[1]!, args[2]!);
    case "fold":
      return fold(e.combine, e.axes, args[0]!);
    default:
      return e;
  }
};

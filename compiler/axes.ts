import type { Extents } from "../core/aval.ts";
import { type Axis, axis, type Expr } from "../core/expr.ts";
import { int } from "../core/index_expr.ts";

/** One index expression for each extent: an axis, or 0 where there is nothing to choose. */
export const axisExprs = (shape: Extents): readonly Expr[] => shape.map((d) => d === 1 ? int(0) : axis(d));
/** The axes among index expressions. */
export const axesOf = (index: readonly Expr[]): readonly Axis[] => index.filter((e): e is Axis => e.tag === "axis");

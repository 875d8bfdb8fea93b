import { convert, type Expr, lit, op } from "../core/expr.ts";
import { int } from "../core/index_expr.ts";

/** An index, kept between 0 and extent - 1. */
export const clampExpr = (e: Expr, extent: number): Expr => {
  const floor = e.dtype === "u32" ? op("min", e, lit(extent - 1, "u32")) : op("max", e, int(0));
  return op("min", convert(floor, "i32"), int(Math.max(0, extent - 1)));
};

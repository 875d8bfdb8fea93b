import { type Expr, operands } from "../core/expr.ts";

const inner = new WeakSet<Expr>();

/**
 * Whether an instruction is part of a special function. What is stated of those (`math/build.ts`) leaves more to a target than
 * the arithmetic of a program does: products may be fused into the sums they feed.
 */
export const isInner = (e: Expr): boolean => inner.has(e);
/** Takes note of all between `root` and the operands of a function. */
export const noteInner = (root: Expr, args: readonly Expr[]): void => {
  const outside = new Set(args);
  const walk = (e: Expr): void => {
    if (outside.has(e) || inner.has(e) || e.tag !== "op") return;
    inner.add(e);
    operands(e).forEach(walk);
  };
  walk(root);
};
/** The same for an expression that takes the place of another. */
export const noteLike = <E extends Expr>(e: E, like: Expr): E => {
  if (inner.has(like)) inner.add(e);
  return e;
};

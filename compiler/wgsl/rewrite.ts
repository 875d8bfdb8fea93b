import {
  type Axis,
  type Expr,
  type Fold,
  fold,
  guard,
  type LitExpr,
  load,
  op,
  type OpExpr,
  rawOp,
} from "../../core/expr.ts";
import { bounds, iadd, idiv, ieq, ilt, imod, imul } from "../../core/index_expr.ts";

/** What is put in the place of axes, of the finished contraction and of the numbers of buffers. */
export interface Replacements {
  readonly axes?: ReadonlyMap<Axis, Expr>;
  readonly acc?: Expr;
  readonly source?: (source: number) => number;
  /** What becomes of a fold, its value replaced already. */
  readonly fold?: (e: Fold, value: Expr) => Expr;
}

/**
 * Expressions with parts replaced. Index arithmetic is simplified again with the ranges of what stands there now: the
 * indices of a flattened grid come out as the position in it.
 */
export const rewriting = ({ axes, acc, source, fold: refold }: Replacements): (e: Expr) => Expr => {
  const memo = new Map<Expr, Expr>();
  const go = (e: Expr): Expr => {
    const known = memo.get(e);
    if (known !== undefined) return known;
    const made = make(e);
    memo.set(e, made);
    return made;
  };
  const make = (e: Expr): Expr => {
    switch (e.tag) {
      case "lit":
        return e;
      case "axis":
        return axes?.get(e) ?? e;
      case "acc":
        return acc ?? e;
      case "load":
        return load(source?.(e.source) ?? e.source, go(e.index), e.dtype);
      case "guard":
        return guard(go(e.cond), go(e.value), go(e.other));
      case "fold":
        return (refold ?? sameFold)(e, go(e.value));
      case "op":
        return rebuilt(e, e.args.map(go));
    }
  };
  return go;
};

const sameFold = (e: Fold, value: Expr): Expr => fold(e.combine, e.axes, value);
/** Loops in loops as one loop over all their axes. */
export const flatFold = (e: Fold, value: Expr): Expr =>
  value.tag === "fold" && value.combine === e.combine
    ? fold(e.combine, [...e.axes, ...value.axes], value.value)
    : sameFold(e, value);

/** Literals and axes, and arithmetic of them alone. */
const indices = new WeakSet<Expr>();
const isIndex = (e: Expr): boolean => {
  if (e.dtype !== "i32") return false;
  if (e.tag === "lit" || e.tag === "axis" || indices.has(e)) return true;
  const pure = e.tag === "op" && e.args.every(isIndex);
  if (pure) indices.add(e);
  return pure;
};
const fits = (e: Expr): boolean => {
  const [lo, hi] = bounds(e);
  return lo >= -0x80000000 && hi <= 0x7fffffff;
};

const rebuilt = (e: OpExpr, args: readonly Expr[]): Expr => {
  if (e.op === "convert" || e.op === "bitcast") return rawOp(e.op, e.dtype, args);
  const [x, y] = args;
  if (x !== undefined && y !== undefined && isIndex(x) && isIndex(y)) {
    const simple = index(e.op, x, y);
    if (simple !== null && fits(simple)) return simple;
    return rawOp(e.op, e.dtype, args);
  }
  return e.dtype === "bool" || e.op === "select" ? op(e.op, ...args) : rawOp(e.op, e.dtype, args);
};
/** Simplified index arithmetic; division only where rounding down and toward zero are the same. */
const index = (name: OpExpr["op"], x: Expr, y: Expr): Expr | null => {
  switch (name) {
    case "add":
      return iadd(x, y);
    case "sub":
      return iadd(x, imul(y, -1));
    case "mul":
      return y.tag === "lit" ? imul(x, y.value) : null;
    case "div":
      return positive(y) && bounds(x)[0] >= 0 ? idiv(x, y.value) : null;
    case "rem":
      return positive(y) && bounds(x)[0] >= 0 ? imod(x, y.value) : null;
    case "lt":
      return ilt(x, y);
    case "eq":
      return ieq(x, y);
    default:
      return null;
  }
};
const positive = (e: Expr): e is LitExpr => e.tag === "lit" && e.value > 0;

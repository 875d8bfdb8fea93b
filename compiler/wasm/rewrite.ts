import { type Axis, type Expr, fold, guard, load, operands, rawOp } from "../../core/expr.ts";
import { affine, bounds, fromAffine, iadd, idiv, imod, imul } from "../../core/index_expr.ts";
import { noteLike } from "../fusible.ts";
import type { Kernel } from "../kernel.ts";

type Axes = (axes: readonly Axis[]) => readonly Axis[] | null;

/** Coefficients beyond this are no indices: sums of them are left as they are. */
const largest = 2 ** 31;

/**
 * Replaces expressions in others, making index arithmetic simple again. `axes` gives the axes of a fold; null, for all of the
 * expression, where it gives null.
 */
export const rewriter = (replaced: ReadonlyMap<Expr, Expr>, axes: Axes = (x) => x): (e: Expr) => Expr | null => {
  const done = new Map<Expr, Expr | null>();
  const go = (e: Expr): Expr | null => {
    const seen = done.get(e);
    if (seen !== undefined) return seen;
    const made = replaced.get(e) ?? make(e);
    done.set(e, made);
    return made;
  };
  const make = (e: Expr): Expr | null => {
    const args: Expr[] = [], old = operands(e);
    for (const x of old) {
      const y = go(x);
      if (y === null) return null;
      args.push(y);
    }
    if (e.tag === "fold") {
      const over = axes(e.axes);
      return over === null ? null : fold(e.combine, over, args[0]!);
    }
    if (args.every((a, i) => a === old[i])) return e;
    return rebuild(e, args);
  };
  return go;
};
/** An expression like `e` of other operands; a fold keeps its axes. */
export const rebuild = (e: Expr, args: readonly Expr[]): Expr => {
  switch (e.tag) {
    case "load":
      return load(e.source, args[0]!, e.dtype);
    case "guard":
      return guard(args[0]!, args[1]!, args[2]!);
    case "fold":
      return fold(e.combine, e.axes, args[0]!);
    case "op":
      return (e.dtype === "i32" ? whole(e.op, args) : null) ?? noteLike(rawOp(e.op, e.dtype, args), e);
    default:
      return e;
  }
};
/** Index arithmetic in its simple form, where it is that. */
const whole = (op: string, [x, y]: readonly Expr[]): Expr | null => {
  const constant = y?.tag === "lit" ? y.value : null;
  if ((op === "div" || op === "rem") && constant !== null && constant > 0 && bounds(x!)[0] >= 0) {
    return op === "div" ? idiv(x!, constant) : imod(x!, constant);
  }
  const made = op === "add" ? iadd(x!, y!) : op === "mul" && constant !== null ? imul(x!, constant) : null;
  if (made === null) return null;
  const form = affine(made);
  return [form.constant, ...form.terms.values()].every((c) => Math.abs(c) < largest) ? fromAffine(form) : null;
};

/** An expression with others in it replaced. */
export const substitute = (e: Expr, replaced: ReadonlyMap<Expr, Expr>): Expr => rewriter(replaced)(e)!;

/** The kernel with `value` for `Acc`, and without contraction. */
export const replaceAcc = (k: Kernel, value: Expr): Kernel => {
  const done = new Map<Expr, Expr>();
  const go = (e: Expr): Expr => {
    const known = done.get(e) ?? (e.tag === "acc" ? value : unchanged(e));
    done.set(e, known);
    return known;
  };
  const unchanged = (e: Expr): Expr => {
    const args = operands(e).map(go), old = operands(e);
    return args.every((a, i) => a === old[i]) ? e : rebuild(e, args);
  };
  return { ...k, contraction: null, stores: k.stores.map((s) => ({ ...s, value: go(s.value) })) };
};

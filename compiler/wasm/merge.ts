import { type Axis, axis, type Expr, fold, guard, load, operands, rawOp, visit } from "../../core/expr.ts";
import { affine, bounds, fromAffine, iadd, idiv, imod, imul } from "../../core/index_expr.ts";
import type { Contraction, Kernel, Store } from "../kernel.ts";

/**
 * Makes one axis of two neighbours that are only ever used as one: `x E + y` with E the extent of `y`. A pointwise kernel over
 * any shape becomes one long loop. Pairs of the grid stay inside a group of a contraction.
 */
export const mergeAxes = (k: Kernel): Kernel => {
  for (const [x, y] of pairs(k)) {
    const merged = merge(k, x, y);
    if (merged !== null) return mergeAxes(merged);
  }
  return k;
};

type Pair = readonly [Axis, Axis];
const neighbours = (axes: readonly Axis[]): Pair[] => axes.slice(1).map((y, i): Pair => [axes[i]!, y]);
const rootsOf = (k: Kernel): readonly Expr[] => [
  ...(k.contraction === null ? [] : [k.contraction.a, k.contraction.b]),
  ...k.stores.flatMap((s) => [s.index, s.value]),
];
const pairs = (k: Kernel): readonly Pair[] => {
  const c = k.contraction, lists: (readonly Axis[])[] = [...k.stores.map((s) => s.axes), ...(c === null ? [] : [c.k])];
  visit(rootsOf(k), (e) => e.tag === "fold" && lists.push(e.axes));
  const groups = c === null ? [] : [c.batch, c.m, c.n];
  const apart = ([x, y]: Pair) => groups.some((g) => g.includes(x) !== g.includes(y));
  return [...neighbours(k.grid).filter((p) => !apart(p)), ...lists.flatMap(neighbours)];
};

const merge = (k: Kernel, x: Axis, y: Axis): Kernel | null => {
  const z = axis(x.extent * y.extent), over = idiv(z, y.extent), rest = imod(z, y.extent);
  if (z.extent >= 2 ** 31) return null;
  const list = (axes: readonly Axis[]): readonly Axis[] | null => {
    const i = axes.indexOf(x), j = axes.indexOf(y);
    if (i < 0 && j < 0) return axes;
    return i >= 0 && j === i + 1 ? [...axes.slice(0, i), z, ...axes.slice(j + 1)] : null;
  };
  const rewritten = rewriter(new Map<Expr, Expr>([[x, over], [y, rest]]), list);
  const change = (e: Expr): Expr | null => {
    const made = rewritten(e);
    let apart = made === null;
    if (made !== null) visit([made], (p) => apart ||= (p === over && over !== z) || (p === rest && rest !== z));
    return apart ? null : made;
  };
  const stores = k.stores.map((s): Store | null => {
    const index = change(s.index), value = change(s.value), axes = list(s.axes);
    return index === null || value === null || axes === null ? null : { ...s, index, value, axes };
  });
  const c = k.contraction, grid = list(k.grid);
  if (grid === null || stores.includes(null)) return null;
  const contraction = c === null ? null : contracted(c, change, list);
  if (c !== null && contraction === null) return null;
  return { ...k, grid, stores: stores as Store[], contraction };
};
const contracted = (c: Contraction, change: (e: Expr) => Expr | null, list: (axes: readonly Axis[]) => readonly Axis[] | null): Contraction | null => {
  const a = change(c.a), b = change(c.b), [batch, m, n, k] = [c.batch, c.m, c.n, c.k].map(list);
  return a && b && batch && m && n && k ? { ...c, a, b, batch, m, n, k } : null;
};

/** Coefficients beyond this are no indices: sums of them are left as they are. */
const largest = 2 ** 31;

/** Expressions with axes replaced, index arithmetic made simple again; null where a fold is over one of two merged axes. */
const rewriter = (replaced: ReadonlyMap<Expr, Expr>, list: (axes: readonly Axis[]) => readonly Axis[] | null) => {
  const done = new Map<Expr, Expr | null>();
  const go = (e: Expr): Expr | null => {
    const seen = done.get(e);
    if (seen !== undefined) return seen;
    const made = make(e);
    done.set(e, made);
    return made;
  };
  const make = (e: Expr): Expr | null => {
    const args: Expr[] = [];
    for (const x of operands(e)) {
      const y = go(x);
      if (y === null) return null;
      args.push(y);
    }
    const old = operands(e), axes = e.tag === "fold" ? list(e.axes) : null;
    if (e.tag === "fold") return axes === null ? null : fold(e.combine, axes, args[0]!);
    if (args.every((a, i) => a === old[i])) return replaced.get(e) ?? e;
    switch (e.tag) {
      case "load":
        return load(e.source, args[0]!, e.dtype);
      case "guard":
        return guard(args[0]!, args[1]!, args[2]!);
      case "op":
        return e.dtype === "i32" ? whole(e.op, args) ?? rawOp(e.op, e.dtype, args) : rawOp(e.op, e.dtype, args);
      default:
        return e;
    }
  };
  return go;
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

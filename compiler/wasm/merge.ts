import { type Axis, axis, type Expr, visit } from "../../core/expr.ts";
import { idiv, imod } from "../../core/index_expr.ts";
import type { Contraction, Kernel, Store } from "../kernel.ts";
import { rewriter } from "./rewrite.ts";

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
const contracted = (
  c: Contraction,
  change: (e: Expr) => Expr | null,
  list: (axes: readonly Axis[]) => readonly Axis[] | null,
): Contraction | null => {
  const a = change(c.a), b = change(c.b), [batch, m, n, k] = [c.batch, c.m, c.n, c.k].map(list);
  return a && b && batch && m && n && k ? { ...c, a, b, batch, m, n, k } : null;
};

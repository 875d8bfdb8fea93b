import { type Axis, axis, type Expr, type Fold, fold, op, operands, visit } from "../../core/expr.ts";
import { affine, iadd, imul, int } from "../../core/index_expr.ts";
import type { Kernel, Store } from "../kernel.ts";
import { type Flat, rootsOf } from "./flat.ts";
import { rewriting } from "./rewrite.ts";

/** Values written out four times have so many instructions at most: more compile for long, and do not gain much. */
const MOST = 200;

/** Instructions that depend on an axis. */
const instructions = (roots: readonly Expr[], a: Axis): number => {
  const memo = new Map<Expr, boolean>();
  let count = 0;
  const depends = (e: Expr): boolean => {
    const known = memo.get(e);
    if (known !== undefined) return known;
    const found = operands(e).map(depends).includes(true) || e === a;
    memo.set(e, found);
    if (found && e.tag === "op") count++;
    return found;
  };
  roots.forEach(depends);
  return count;
};
/** Whether neighbours along an axis are neighbours in memory, and every fourth begins a vector. */
const alongMemory = (index: Expr, a: Axis): boolean => {
  const { terms } = affine(index);
  return terms.get(a) === 1 && [...terms].every(([atom, step]) => atom === a || step % 4 === 0);
};
const reads = (roots: readonly Expr[], a: Axis): boolean => {
  let found = false;
  visit(roots, (e) => found ||= e.tag === "load" && alongMemory(e.index, a));
  return found;
};
const fits = (a: Axis | undefined, roots: readonly Expr[]): a is Axis =>
  a !== undefined && a.extent > 4 && a.extent % 4 === 0 && instructions(roots, a) <= MOST;

/**
 * The kernel with its elements taken by fours where they are neighbours in memory: in the loops that run along it, else, if
 * at least `busy` points are left, in the grid. Loads and stores of whole vectors cost little more than those of a number.
 */
export const byFours = (flat: Flat, busy: number): Flat => {
  const inLoops = loopsByFours(flat.kernel);
  return inLoops === null ? gridByFours(flat, busy) : { ...flat, kernel: inLoops };
};

const gridByFours = (flat: Flat, busy: number): Flat => {
  const { kernel, points, position } = flat, roots = rootsOf(kernel);
  if (position === null || points < 4 * busy || !fits(position, roots)) return flat;
  if (!reads(roots, position) && !kernel.stores.some((s) => alongMemory(s.index, position))) return flat;
  const quarter = axis(points / 4);
  const stores = four((u) => {
    const rewrite = rewriting({ axes: new Map([[position, iadd(imul(quarter, 4), int(u))]]) });
    return kernel.stores.map((s): Store => ({ ...s, index: rewrite(s.index), value: rewrite(s.value) }));
  });
  return { kernel: { ...kernel, grid: [quarter], stores: stores.flat() }, points: points / 4, position: quarter };
};
const four = <T>(make: (u: number) => T): readonly [T, T, T, T] => [make(0), make(1), make(2), make(3)];

/** Loops along memory with four turns written out, or null where there are none. */
const loopsByFours = (kernel: Kernel): Kernel | null => {
  const quarters = new Map<Axis, Axis>();
  const quarter = (a: Axis): Axis => quarters.get(a) ?? (quarters.set(a, axis(a.extent / 4)), quarters.get(a)!);
  const turns = (a: Axis) => four((u) => rewriting({ axes: new Map([[a, iadd(imul(quarter(a), 4), int(u))]]) }));
  const folded = (e: Fold, value: Expr): Expr => {
    const last = e.axes.at(-1);
    if (e.dtype === "f16" || !fits(last, [value]) || !reads([value], last)) return fold(e.combine, e.axes, value);
    const [a, b, c, d] = turns(last).map((rewrite) => rewrite(value)) as [Expr, Expr, Expr, Expr];
    const sum = op(e.combine, op(e.combine, a, b), op(e.combine, c, d));
    return fold(e.combine, [...e.axes.slice(0, -1), quarter(last)], sum);
  };
  const rewrite = rewriting({ fold: folded });
  const stores = kernel.stores.flatMap((s): readonly Store[] => {
    const index = rewrite(s.index), value = rewrite(s.value), last = s.axes.at(-1);
    if (!fits(last, [value]) || !alongMemory(index, last)) return [{ ...s, index, value }];
    const axes = [...s.axes.slice(0, -1), quarter(last)];
    return turns(last).map((turn) => ({ ...s, index: turn(index), value: turn(value), axes }));
  });
  return quarters.size === 0 ? null : { ...kernel, stores };
};

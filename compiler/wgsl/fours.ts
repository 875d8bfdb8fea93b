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

/** Points that have to be left, by the fours, and by the lines of memory. */
export interface Busy {
  readonly fours: number;
  readonly lines: number;
}
/**
 * The kernel with its elements taken by fours where they are neighbours in memory: in the loops that run along it, else, if
 * enough points are left, in the grid. Loads and stores of whole vectors cost little more than those of a number. Where a loop
 * steps over rows, a point takes a whole line of memory from each: no other would ask for the rest of it soon.
 */
export const byFours = (flat: Flat, busy: Busy): Flat => {
  const inLoops = loopsByFours(flat.kernel);
  return inLoops === null ? gridByFours(flat, busy) : { ...flat, kernel: inLoops };
};

/** Elements in a line of memory. */
const LINE = 16;
const gridByFours = (flat: Flat, busy: Busy): Flat => {
  const { kernel, points, position } = flat, roots = rootsOf(kernel);
  if (position === null || !fits(position, roots)) return flat;
  const whole = points % LINE === 0 && points >= LINE * busy.lines && stepsOver(roots, position) &&
    4 * instructions(roots, position) <= MOST;
  if (!whole && points < 4 * busy.fours) return flat;
  if (!reads(roots, position) && !kernel.stores.some((s) => alongMemory(s.index, position))) return flat;
  const each = whole ? LINE : 4, part = axis(points / each);
  const stores = Array.from({ length: each }, (_, u) => {
    const rewrite = rewriting({ axes: new Map([[position, iadd(imul(part, each), int(u))]]) });
    return kernel.stores.map((s): Store => ({ ...s, index: rewrite(s.index), value: rewrite(s.value) }));
  });
  return { kernel: { ...kernel, grid: [part], stores: stores.flat() }, points: points / each, position: part };
};
/** Whether folds read lines of memory that neighbours along an axis read, too, and none of them along the loop. */
const stepsOver = (roots: readonly Expr[], a: Axis): boolean => {
  let over = false, along = false;
  visit(roots, (f) => {
    if (f.tag !== "fold") return;
    visit([f.value], (e) => {
      if (e.tag !== "load") return;
      const { terms } = affine(e.index), steps = f.axes.map((x) => Math.abs(terms.get(x) ?? 0)).filter((s) => s > 0);
      if (steps.some((s) => s < LINE)) along = true;
      else if (steps.length > 0 && terms.get(a) === 1) over = true;
    });
  });
  return over && !along;
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

import type { Axis, Expr } from "../../core/expr.ts";
import { isSpecial } from "../../core/scalar.ts";
import { type Analysis, constantDivisor, shared, stepAlong } from "./analysis.ts";
import { lanewise, vectors } from "./spell_vector.ts";
import type { Width } from "./values.ts";

/** Estimates of time, in instructions of one number: what the choice of the lanes goes by. */
export interface Costs {
  /** All of `e`, computed in `loops` (outermost first), with the values of `lanes` in lanes. */
  readonly of: (e: Expr, loops: readonly Axis[], lanes: Axis | null) => number;
  /** Whether a fold over `axes` is better done with the values of its last axis in lanes, when nothing else is. */
  readonly foldInLanes: (value: Expr, axes: readonly Axis[]) => boolean;
  /** What a load or store at `index` costs for each element. */
  readonly access: (index: Expr, lanes: Axis | null) => number;
}

/** What it takes to put the lanes of one vector together. */
const acrossLanes = 10;

export const estimate = ({ free }: Analysis, width: Width): Costs => {
  const access = (index: Expr, lanes: Axis | null): number => {
    if (lanes === null || !free(index).has(lanes)) return 1;
    const step = stepAlong(index, lanes, free);
    if (step === null && width === 4) {
      const many = shared(index, lanes, free);
      if (many !== null) return 1 / many;
    }
    return step === 1 ? 1 / width : step === null ? 2.5 : width === 4 && (step === 2 || step === -1) ? 0.6 : 1.3;
  };
  const unit = (e: Expr, lanes: Axis | null): number => {
    const wide = lanes !== null && free(e).has(lanes);
    switch (e.tag) {
      case "load":
        return access(e.index, lanes);
      case "op": {
        if (isSpecial(e.op)) return 20;
        const slow = e.op === "div" || e.op === "rem" || e.op === "sqrt" ? 4 : 1, by = constantDivisor(e);
        if (by !== null) return (Number.isInteger(Math.log2(by)) ? 1 : wide ? 8 : 4) / (wide ? width : 1);
        if (!wide) return slow;
        const table = vectors as Partial<Record<string, (typeof vectors)["add"]>>;
        return table[e.op]?.[e.args[0]!.dtype] === lanewise ? slow + 2 : slow / width;
      }
      case "guard":
        return wide ? 2 / width : 1;
      default:
        return 0;
    }
  };
  /** How much more is computed where lanes are left empty at the end of an axis. */
  const wasted = ({ extent }: Axis): number => Math.ceil(extent / width) * width / extent;
  /** The loops a value is computed in: up to the last one it depends on. */
  const around = (e: Expr, loops: readonly Axis[]): readonly Axis[] =>
    loops.slice(0, loops.findLastIndex((a) => free(e).has(a)) + 1);
  const rounds = (e: Expr, loops: readonly Axis[]): number => around(e, loops).reduce((n, a) => n * a.extent, 1);
  const of = (e: Expr, loops: readonly Axis[], lanes: Axis | null, seen = new Set<Expr>()): number => {
    if (seen.has(e)) return 0;
    seen.add(e);
    const mine = unit(e, lanes) * rounds(e, loops);
    switch (e.tag) {
      case "load": {
        const regular = lanes === null || stepAlong(e.index, lanes, free) !== null ||
          (width === 4 && shared(e.index, lanes, free) !== null);
        return regular ? mine : mine + of(e.index, loops, lanes, seen);
      }
      case "op":
        return e.args.reduce((sum, a) => sum + of(a, loops, lanes, seen), mine);
      case "guard":
        return [e.cond, e.value, e.other].reduce((sum, a) => sum + of(a, loops, lanes, seen), mine);
      case "fold": {
        const inside = [...around(e, loops), ...e.axes], r = inside.reduce((n, a) => n * a.extent, 1);
        if (lanes !== null && free(e).has(lanes)) return mine + r / width + of(e.value, inside, lanes, seen);
        if (!foldInLanes(e.value, e.axes)) return mine + r + of(e.value, inside, null, seen);
        const own = e.axes.at(-1)!, full = wasted(own);
        return mine + acrossLanes * rounds(e, loops) + (r / width + of(e.value, inside, own, seen)) * full;
      }
      default:
        return 0;
    }
  };
  const decide = (value: Expr, axes: readonly Axis[]): boolean => {
    const last = axes.at(-1);
    if (last === undefined || last.extent < 2 || !free(value).has(last)) return false;
    const trips = axes.reduce((n, a) => n * a.extent, 1);
    return (of(value, axes, last) + trips / width) * wasted(last) + acrossLanes < of(value, axes, null) + trips;
  };
  // Each decision is made once: of folds inside folds it would be asked for twice at every level.
  const decided = new Map<Expr, Map<string, boolean>>();
  const foldInLanes = (value: Expr, axes: readonly Axis[]): boolean => {
    const own = decided.get(value) ?? new Map<string, boolean>(), key = axes.map((a) => a.id).join();
    const made = own.get(key) ?? decide(value, axes);
    decided.set(value, own.set(key, made));
    return made;
  };
  return { of: (e, loops, lanes) => of(e, loops, lanes), foldInLanes, access };
};

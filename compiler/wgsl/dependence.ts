import { type Axis, type Expr, type Fold, operands, visit } from "../../core/expr.ts";

const NO_AXES: ReadonlySet<Axis> = new Set();
const NO_FOLDS: ReadonlySet<Fold> = new Set();

/** What the values of a function depend on. */
export class Dependence {
  private readonly free = new Map<Expr, ReadonlySet<Axis>>();
  private readonly below = new Map<Expr, ReadonlySet<Fold>>();
  /** Folds that are computed in any case, in order of age. */
  private readonly certain: readonly Fold[];

  constructor(roots: readonly Expr[]) {
    const certain = new Set<Fold>(), seen = new Set<Expr>();
    const walk = (e: Expr): void => {
      if (seen.has(e)) return;
      seen.add(e);
      if (e.tag === "fold") certain.add(e);
      // What a guard guards is computed in any case only if it is no loop.
      (e.tag === "guard" && this.folds(e).size > 0 ? [e.cond] : operands(e)).forEach(walk);
    };
    visit(roots, (e) => {
      this.axes(e);
      this.folds(e);
    });
    roots.forEach(walk);
    this.certain = [...certain].sort((a, b) => a.id - b.id);
  }

  /** The axes that must be bound before a value can be computed. */
  axes(e: Expr): ReadonlySet<Axis> {
    const known = this.free.get(e);
    if (known !== undefined) return known;
    const inner = e.tag === "axis" ? new Set([e]) : union(operands(e).map((o) => this.axes(o)), NO_AXES);
    const own = e.tag === "fold" ? new Set([...inner].filter((a) => !e.axes.includes(a))) : inner;
    this.free.set(e, own);
    return own;
  }
  /** The folds a value is computed from, itself included. */
  folds(e: Expr): ReadonlySet<Fold> {
    const known = this.below.get(e);
    if (known !== undefined) return known;
    const inner = union(operands(e).map((o) => this.folds(o)), NO_FOLDS);
    const own = e.tag === "fold" ? new Set([...inner, e]) : inner;
    this.below.set(e, own);
    return own;
  }
  /** `wanted`, and the folds over the same extents, fit to be computed now, none of which needs another of them. */
  companions(wanted: Fold, fit: (f: Fold) => boolean): readonly Fold[] {
    const extents = (f: Fold) => f.axes.map((a) => a.extent).join(","), group = [wanted];
    for (const f of this.certain) {
      if (group.includes(f) || extents(f) !== extents(wanted) || !fit(f)) continue;
      if (group.every((g) => !this.folds(f).has(g) && !this.folds(g).has(f))) group.push(f);
    }
    return group;
  }
}

/** The union of sets; one of them itself where it holds all. */
const union = <T>(sets: readonly ReadonlySet<T>[], none: ReadonlySet<T>): ReadonlySet<T> => {
  const filled = sets.filter((s) => s.size > 0);
  if (filled.length < 2) return filled[0] ?? none;
  const all = new Set(filled.flatMap((s) => [...s])), whole = filled.find((s) => s.size === all.size);
  return whole ?? all;
};

import { type Axis, type Expr, type Fold, operands, visit } from "../../core/expr.ts";
import { type Affine, affine, bounds } from "../../core/index_expr.ts";

/** What is known of the expressions of one kernel. */
export interface Analysis {
  /** The axes a value depends on; a fold binds its own. */
  readonly free: (e: Expr) => ReadonlySet<Axis>;
  /** The same as a list, in a fixed order. */
  readonly freeList: (e: Expr) => readonly Axis[];
  /** The affine form of an index and the least value it takes. */
  readonly form: (index: Expr) => { readonly form: Affine; readonly least: number };
  /** Whether computing it reads memory, so that it must not be computed where a guard does not hold. */
  readonly reads: (e: Expr) => boolean;
  /** Whether `e` is the fold `part` or contains it. */
  readonly contains: (e: Expr, part: Fold) => boolean;
}

const memoized = <T>(f: (e: Expr) => T): (e: Expr) => T => {
  const known = new Map<Expr, T>();
  return (e) => {
    const seen = known.get(e);
    if (seen !== undefined) return seen;
    const made = f(e);
    known.set(e, made);
    return made;
  };
};

/** `Acc` depends on the axes of its contraction. */
export const analyse = (contracted: readonly Axis[] = []): Analysis => {
  const free: Analysis["free"] = memoized((e) => {
    if (e.tag === "axis") return new Set([e]);
    if (e.tag === "acc") return new Set(contracted);
    const all = new Set(operands(e).flatMap((x) => [...free(x)]));
    if (e.tag === "fold") e.axes.forEach((a) => all.delete(a));
    return all;
  });
  const reads: Analysis["reads"] = memoized((e) => e.tag === "load" || operands(e).some(reads));
  const folds = memoized((e): ReadonlySet<Expr> =>
    new Set([...(e.tag === "fold" ? [e] : []), ...operands(e).flatMap((x) => [...folds(x)])])
  );
  const freeList = memoized((e) => [...free(e)].sort((x, y) => x.id - y.id));
  const form = memoized((e) => ({ form: affine(e), least: bounds(e)[0] }));
  return { free, freeList, form, reads, contains: (e, part) => folds(e).has(part) };
};

/** The folds that are computed whatever the guards say. */
export const openFolds = (roots: readonly Expr[]): readonly Fold[] => {
  const seen = new Set<Expr>(), found: Fold[] = [];
  const walk = (e: Expr): void => {
    if (seen.has(e)) return;
    seen.add(e);
    if (e.tag === "fold") found.push(e);
    else operands(e).forEach((x, i) => (e.tag !== "guard" || i === 0) && walk(x));
  };
  roots.forEach(walk);
  return found;
};

/** The comparisons of whole numbers that decide guards over loads. */
export const guardConditions = (roots: readonly Expr[], reads: Analysis["reads"]): readonly Expr[] => {
  const found = new Set<Expr>(), guards: Expr[] = [];
  visit(roots, (e) => e.tag === "guard" && reads(e.value) && guards.push(e.cond));
  visit(
    guards,
    (e) => e.tag === "op" && e.args.length === 2 && e.args[0]!.dtype === "i32" && e.dtype === "bool" && found.add(e),
  );
  return [...found];
};

/** How an index moves with an axis: by a constant for each step, or in some other way (`null`). */
export const stepAlong = (index: Expr, axis: Axis, free: Analysis["free"]): number | null => {
  let step = 0;
  for (const [atom, c] of affine(index).terms) {
    if (atom === axis) step = c;
    else if (free(atom).has(axis)) return null;
  }
  return step;
};

/**
 * In how many consecutive lanes an index is the same that holds `lanes / c`: the first lane is a multiple of four, so that for
 * c = 2 two lanes share one, and for multiples of four all do; null where that is not so.
 */
export const shared = (index: Expr, lanes: Axis, free: Analysis["free"]): 2 | 4 | null => {
  const moving = [...affine(index).terms].filter(([atom]) => free(atom).has(lanes)), [[atom, k] = []] = moving;
  if (moving.length !== 1 || atom?.tag !== "op" || atom.op !== "div" || atom.args[0] !== lanes) return null;
  const by = atom.args[1]!.tag === "lit" ? atom.args[1]!.value : 0;
  return by > 0 && by % 4 === 0 ? 4 : by === 2 && k === 1 ? 2 : null;
};

/** The divisor, where a whole number is divided by a positive constant. */
export const constantDivisor = (e: Expr): number | null => {
  if (e.tag !== "op" || (e.op !== "div" && e.op !== "rem") || e.dtype !== "i32") return null;
  const y = e.args[1]!;
  return y.tag === "lit" && y.value > 0 ? y.value : null;
};

/** What is known of a comparison of whole numbers for `from <= axis < to`, whatever the other axes are. */
export const decide = (e: Expr, axis: Axis, from: number, to: number, free: Analysis["free"]): boolean | null => {
  if (e.tag !== "op" || e.args[0]!.dtype !== "i32" || !free(e).has(axis)) return null;
  const [x, y] = e.args;
  let lo = 0, hi = 0;
  const add = (side: Expr, sign: number): boolean => {
    const form = affine(side);
    lo += sign * form.constant;
    hi += sign * form.constant;
    for (const [atom, c] of form.terms) {
      const k = sign * c;
      if (atom !== axis && free(atom).has(axis)) return false;
      const [l, h] = atom === axis ? [from, to - 1] : bounds(atom);
      lo += k > 0 ? k * l : k * h;
      hi += k > 0 ? k * h : k * l;
    }
    return true;
  };
  // lo and hi bound y - x. An axis on both sides is counted twice, which only widens them.
  if (y === undefined || !add(y, 1) || !add(x!, -1)) return null;
  switch (e.op) {
    case "lt":
      return lo > 0 ? true : hi <= 0 ? false : null;
    case "le":
      return lo >= 0 ? true : hi < 0 ? false : null;
    case "gt":
      return hi < 0 ? true : lo >= 0 ? false : null;
    case "ge":
      return hi <= 0 ? true : lo > 0 ? false : null;
    case "eq":
      return lo > 0 || hi < 0 ? false : null;
    case "ne":
      return lo > 0 || hi < 0 ? true : null;
    default:
      return null;
  }
};

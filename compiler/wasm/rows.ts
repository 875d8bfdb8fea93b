import { type Axis, type Expr, type Fold, load, operands, visit } from "../../core/expr.ts";
import type { Kernel, Store } from "../kernel.ts";
import { analyse, type Analysis } from "./analysis.ts";
import { rewriter, substitute } from "./rewrite.ts";
import type { Staged } from "./stage.ts";

/** A kernel that reads rows which are computed once for each point, and those rows. */
export interface Rows {
  readonly kernel: Kernel;
  readonly staged: readonly Staged[];
}

/** Longer rows are not kept in scratch memory. */
const longest = 16384;
/** Less work than this, in instructions, is quicker done again. */
const least = 6;

/**
 * Stores along a row whose value needs sums over the same row: what both compute of each element (of softmax the exponentials) is
 * computed once, into scratch memory.
 */
export const withRows = (k: Kernel): Rows => {
  const row = k.stores.find((s) => s.axes.length > 0)?.axes, axis = row?.[0];
  const alike = k.stores.every((s) => s.axes.length === 0 || (s.axes.length === 1 && s.axes[0] === axis));
  if (axis === undefined || !alike || axis.extent > longest) return { kernel: k, staged: [] };
  const found = separate(k, axis, k.stores.map((s) => s.value));
  return {
    kernel: { ...k, stores: k.stores.map((s, i): Store => ({ ...s, value: found.values[i]! })) },
    staged: found.rows.map(({ value, made }) => ({
      value,
      axes: [axis],
      length: axis.extent,
      index: axis,
      load: made,
    })),
  };
};

/** What is stored, and the rows it reads. */
interface Separate {
  readonly values: readonly Expr[];
  readonly rows: readonly { readonly value: Expr; readonly made: Expr }[];
}
const separate = (k: Kernel, axis: Axis, stored: readonly Expr[]): Separate => {
  const { free } = analyse(), first = k.buffers.length + 1;
  let now: Separate = { values: stored, rows: [] }, next = first;
  const roots = () => [...now.values, ...now.rows.map((r) => r.value)];
  /** Puts an expression along the row in the place of another, in the loops of the folds too. */
  const put = (pairs: readonly (readonly [Expr, Expr])[]): void => {
    const axes = [axis, ...foldsAlong(roots(), axis.extent).map((f) => f.axes[0]!)];
    const along = (e: Expr, a: Axis): Expr => substitute(e, new Map<Expr, Expr>([[axis, a]]));
    const read = rewriter(new Map(axes.flatMap((a) => pairs.map(([x, y]) => [along(x, a), along(y, a)] as const))));
    now = {
      values: now.values.map((v) => read(v)!),
      rows: now.rows.map(({ value, made }) => ({ value: read(value)!, made: read(made)! })),
    };
  };
  for (;;) {
    const value = shared(now, foldsAlong(roots(), axis.extent), axis, k.grid);
    if (value === null) break;
    const made = load(next++, axis, "f32");
    put([[value, made]]);
    now = { ...now, rows: [...now.rows, { value, made }] };
  }
  // What has become little since is done where it is needed.
  for (const made of now.rows.map((r) => r.made)) {
    const at = now.rows.findIndex((r) => r.made === made), { value } = now.rows[at]!;
    if (work(value, axis, free) >= least) continue;
    now = { ...now, rows: now.rows.toSpliced(at, 1) };
    put([[made, value]]);
  }
  put(now.rows.map((r, i) => [r.made, load(first + i, axis, "f32")]));
  return now;
};

/** The rows in an order in which none is read before it is there. */
export const inOrder = (staged: readonly Staged[]): readonly Staged[] => {
  const of = new Map<number, Staged>(), done = new Set<Staged>();
  for (const s of staged) if (s.load.tag === "load") of.set(s.load.source, s);
  const add = (s: Staged): void => {
    if (done.has(s)) return;
    visit([s.value], (e) => {
      const other = e.tag === "load" ? of.get(e.source) : undefined;
      if (other !== undefined && other !== s) add(other);
    });
    done.add(s);
  };
  staged.forEach(add);
  return [...done];
};

const foldsAlong = (roots: readonly Expr[], extent: number): readonly Fold[] => {
  const found: Fold[] = [];
  visit(roots, (e) => {
    if (e.tag === "fold" && e.axes.length === 1 && e.axes[0]!.extent === extent && !nested(e)) found.push(e);
  });
  return found;
};
/** Whether it binds its axis once more inside. */
const nested = (f: Fold): boolean => {
  let again = false;
  visit([f.value], (e) => again ||= e.tag === "fold" && e.axes.includes(f.axes[0]!));
  return again;
};
/** Instructions that an element of the row takes, apart from loads and what all elements have in common. */
const work = (e: Expr, axis: Axis, free: Analysis["free"]): number => {
  const seen = new Set<Expr>();
  let sum = 0;
  const walk = (x: Expr): void => {
    if (seen.has(x) || x.tag === "fold" || x.tag === "load" || !free(x).has(axis)) return;
    seen.add(x);
    if (x.tag === "op" && x.op !== "bitcast") sum += x.op === "div" || x.op === "sqrt" ? 4 : 1;
    operands(x).forEach(walk);
  };
  walk(e);
  return sum;
};
/** The largest expression along `axis` that is worth keeping and occurs in more than one place, folds counted by themselves. */
const shared = (
  { values, rows }: Separate,
  folds: readonly Fold[],
  axis: Axis,
  grid: readonly Axis[],
): Expr | null => {
  const { free } = analyse(), places = new Map<Expr, number>();
  const walk = (roots: readonly Expr[]): void => {
    const seen = new Set<Expr>();
    const go = (e: Expr): void => {
      if (seen.has(e) || !free(e).has(axis)) return;
      seen.add(e);
      places.set(e, (places.get(e) ?? 0) + 1);
      // What is guarded is not always computed.
      if (e.tag === "guard") go(e.cond);
      else if (e.tag !== "fold" && e.tag !== "load") operands(e).forEach(go);
    };
    roots.forEach(go);
  };
  walk(values);
  rows.forEach((r) => walk([r.value]));
  for (const f of folds) walk([substitute(f.value, new Map<Expr, Expr>([[f.axes[0]!, axis]]))]);
  // Of no other loop around it.
  const own = (e: Expr): boolean => [...free(e)].every((a) => a === axis || grid.includes(a));
  const found = [...places].filter(([e, n]) =>
    n > 1 && e.tag === "op" && e.dtype === "f32" && own(e) && work(e, axis, free) >= least
  );
  return found.reduce<Expr | null>((x, [y]) => x === null || y.id > x.id ? y : x, null);
};

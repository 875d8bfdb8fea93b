import { type Expr, type Load, visit } from "../../core/expr.ts";
import { affine, fromAffine } from "../../core/index_expr.ts";
import type { KernelBuffer, Store } from "../kernel.ts";

/** A load as one component of a load of four neighbours. */
export interface Lane {
  /** Position of the four in the buffer seen as vectors. */
  readonly vector: Expr;
  /** 0 to 3. */
  readonly lane: number;
}
/** Loads and stores that travel by fours. Their buffers are declared as arrays of vectors. */
export interface Quads {
  readonly sources: ReadonlySet<number>;
  readonly of: ReadonlyMap<Load, Lane>;
}

const WIDE: ReadonlySet<string> = new Set(["f32", "i32", "u32"]);
const fits = (b: KernelBuffer): boolean => b.length > 0 && b.length % 4 === 0 && WIDE.has(b.dtype);

/**
 * Finds the buffers all of whose loads are aligned fours: the index is four times something plus a constant. At least two
 * components of some vector must be wanted, or a vector would be read for one number.
 */
export const findQuads = (
  roots: readonly Expr[],
  buffers: readonly KernelBuffer[],
  stores: readonly Store[] = [],
): Quads => {
  const loads = new Map<number, Load[]>(), of = new Map<Load, Lane>(), sources = new Set<number>();
  visit(roots, (e) => {
    if (e.tag === "load") loads.set(e.source, [...(loads.get(e.source) ?? []), e]);
  });
  for (const [source, all] of loads) {
    if (buffers[source]!.access !== "read" || !fits(buffers[source]!)) continue;
    const lanes = all.map((l) => laneOf(l.index));
    if (lanes.some((l) => l === null)) continue;
    const vectors = new Set(lanes.map((l) => l!.vector));
    if (all.length < 2 * vectors.size) continue;
    sources.add(source);
    all.forEach((l, i) => of.set(l, lanes[i]!));
  }
  for (const target of new Set(stores.map((s) => s.target))) {
    const own = stores.filter((s) => s.target === target);
    if (fits(buffers[target]!) && storesByFours(own) !== null) sources.add(target);
  }
  return { sources, of };
};

/** Stores of four neighbours each, in the order of their lanes; null where one is not among its neighbours. */
export const storesByFours = (stores: readonly Store[]): readonly (readonly Store[])[] | null => {
  const groups = new Map<string, Store[]>();
  for (const s of stores) {
    const at = laneOf(s.index);
    if (at === null) return null;
    const key = `${at.vector.id}:${s.axes.map((a) => a.id)}`, group = groups.get(key) ?? [];
    if (group[at.lane] !== undefined) return null;
    group[at.lane] = s;
    groups.set(key, group);
  }
  const all = [...groups.values()];
  return all.every((g) => g.length === 4 && !g.includes(undefined as unknown as Store)) ? all : null;
};

export const laneOf = (index: Expr): Lane | null => {
  const { constant, terms } = affine(index);
  if ([...terms.values()].some((c) => c % 4 !== 0)) return null;
  const lane = ((constant % 4) + 4) % 4;
  const quarter = new Map([...terms].map(([atom, c]) => [atom, c / 4]));
  return { vector: fromAffine({ constant: (constant - lane) / 4, terms: quarter }), lane };
};

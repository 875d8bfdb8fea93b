import { type Expr, type Load, visit } from "../../core/expr.ts";
import { affine, fromAffine } from "../../core/index_expr.ts";
import type { KernelBuffer } from "../kernel.ts";

/** A load as one component of a load of four neighbours. */
export interface Lane {
  /** Position of the four in the buffer seen as vectors. */
  readonly vector: Expr;
  /** 0 to 3. */
  readonly lane: number;
}
/** Loads that travel by fours. Their buffers are declared as arrays of vectors. */
export interface Quads {
  readonly sources: ReadonlySet<number>;
  readonly of: ReadonlyMap<Load, Lane>;
}

const WIDE: ReadonlySet<string> = new Set(["f32", "i32", "u32"]);

/**
 * Finds the buffers all of whose loads are aligned fours: the index is four times something plus a constant. At least two
 * components of some vector must be wanted, or a vector would be read for one number.
 */
export const findQuads = (roots: readonly Expr[], buffers: readonly KernelBuffer[]): Quads => {
  const loads = new Map<number, Load[]>(), of = new Map<Load, Lane>(), sources = new Set<number>();
  visit(roots, (e) => {
    if (e.tag === "load") loads.set(e.source, [...(loads.get(e.source) ?? []), e]);
  });
  for (const [source, all] of loads) {
    const buffer = buffers[source]!;
    if (buffer.access !== "read" || buffer.length === 0 || buffer.length % 4 !== 0 || !WIDE.has(buffer.dtype)) continue;
    const lanes = all.map((l) => laneOf(l.index));
    if (lanes.some((l) => l === null)) continue;
    const vectors = new Set(lanes.map((l) => l!.vector));
    if (all.length < 2 * vectors.size) continue;
    sources.add(source);
    all.forEach((l, i) => of.set(l, lanes[i]!));
  }
  return { sources, of };
};

const laneOf = (index: Expr): Lane | null => {
  const { constant, terms } = affine(index);
  if ([...terms.values()].some((c) => c % 4 !== 0)) return null;
  const lane = ((constant % 4) + 4) % 4;
  const quarter = new Map([...terms].map(([atom, c]) => [atom, c / 4]));
  return { vector: fromAffine({ constant: (constant - lane) / 4, terms: quarter }), lane };
};

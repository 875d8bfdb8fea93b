/** Variants that were measured to be the fastest on a device, for what was measured. */
import { size } from "../../core/aval.ts";
import { type Axis, type Fold, type Load, visit } from "../../core/expr.ts";
import { affine } from "../../core/index_expr.ts";
import type { Contraction, Kernel } from "../kernel.ts";
import { extentsOfContraction } from "./contraction.ts";
import { extentsOf, flatten, rootsOf } from "./flat.ts";
import type { RegisterTile } from "./register_tile.ts";
import type { Target } from "./target.ts";
import type { Variant } from "./variant.ts";
import { tileBytes, type WorkgroupTile } from "./workgroup_tile.ts";

export interface TunedEntry {
  /** What is computed, apart from how much of it: equal where the same variants are worth trying. */
  readonly form: string;
  /** How much: batch, m, n, k of a contraction; points and length of a reduction. */
  readonly extents: readonly number[];
  readonly variant: Variant;
}
export type TunedTable = readonly TunedEntry[];

const bits = (n: number): number => Math.log2(Math.max(1, n));
/** How an operand moves along an axis: not at all, to the neighbour, or further. */
const gait = (loads: readonly Load[], a: Axis | undefined): string => {
  const steps = loads.map(({ index }) => a === undefined ? 0 : Math.abs(affine(index).terms.get(a) ?? 0));
  return steps.some((s) => s > 1) ? "s" : steps.includes(1) ? "1" : "0";
};
const formOf = (c: Contraction): string => {
  const side = (which: "a" | "b"): string => {
    const own = which === "a" ? c.m : c.n, loads: Load[] = [];
    visit([c[which]], (e) => e.tag === "load" && loads.push(e));
    return `${own.length}${gait(loads, own.at(-1))}${gait(loads, c.k.at(-1))}`;
  };
  return `${c.dtype} contraction ${side("a")} ${side("b")} ${c.k.length}`;
};

/** The form and extents of a kernel whose variant can be chosen, or null. */
export const describe = (k: Kernel): Pick<TunedEntry, "form" | "extents"> | null => {
  const c = k.contraction;
  if (c !== null) {
    const { batch, m, n, k: depth } = extentsOfContraction(c);
    return { form: formOf(c), extents: [batch, m, n, depth] };
  }
  const { kernel, points, position } = flatten(k, true), folds: Fold[] = [], loads: Load[] = [];
  visit(rootsOf(kernel), (e) => {
    if (e.tag === "fold") folds.push(e);
    if (e.tag === "load") loads.push(e);
  });
  const length = Math.max(0, ...folds.map((f) => size(extentsOf(f.axes))));
  if (length < 2) return null;
  const inner = folds.find((f) => size(extentsOf(f.axes)) === length)!.axes.at(-1);
  return { form: `reduction ${gait(loads, position ?? undefined)}${gait(loads, inner)}`, extents: [points, length] };
};

/** Whether a device can do a variant of a kernel. */
export const possible = (v: Variant, k: Kernel, target: Target): boolean => {
  const c = k.contraction;
  switch (v.tag) {
    case "pointwise":
      return true;
    case "cooperative":
      return c === null && v.lanes <= target.maxInvocations;
    case "registers":
      return c !== null && (v.tile.lanes === 1 || v.tile.lanes === target.lanes) &&
        (c.k.at(-1)?.extent ?? 1) % v.tile.unroll === 0;
    case "tiles":
      return c !== null && v.tile.down * v.tile.across <= target.maxInvocations &&
        tileBytes(v.tile) <= target.workgroupBytes;
  }
};

/** Extents that differ by less than this factor in all are near enough for workgroups; registers are cut to measure. */
const NEAR = 1;
const distance = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, n, i) => sum + Math.abs(bits(n) - bits(b[i]!)), 0);

/** The variant that was fastest for such a kernel: of the same extents, or of near ones. */
export const tunedVariant = (table: TunedTable, k: Kernel, target: Target): Variant | null => {
  if (table.length === 0) return null;
  const what = describe(k);
  if (what === null) return null;
  let best: { readonly entry: TunedEntry; readonly away: number } | null = null;
  for (const entry of table) {
    if (entry.form !== what.form || !possible(entry.variant, k, target)) continue;
    const away = distance(entry.extents, what.extents);
    if (away > (entry.variant.tag === "registers" ? 0 : NEAR)) continue;
    if (best === null || away < best.away) best = { entry, away };
  }
  return best?.entry.variant ?? null;
};

const isRecord = (x: unknown): x is Readonly<Record<string, unknown>> => typeof x === "object" && x !== null;
const isCount = (x: unknown): x is number => Number.isInteger(x) && (x as number) > 0;
const tileKeys = {
  registers: ["rows", "columns", "unroll", "lanes"] satisfies (keyof RegisterTile)[],
  tiles: ["down", "across", "rows", "columns", "depth"] satisfies (keyof WorkgroupTile)[],
};
const isVariant = (x: unknown): x is Variant => {
  if (!isRecord(x)) return false;
  switch (x.tag) {
    case "pointwise":
      return true;
    case "cooperative":
      return isCount(x.lanes);
    case "registers":
    case "tiles": {
      const tile = x.tile;
      return isCount(x.parts) && isRecord(tile) && tileKeys[x.tag].every((key) => isCount(tile[key])) &&
        (x.tag === "tiles" || typeof tile.turned === "boolean");
    }
    default:
      return false;
  }
};
/** What was written as JSON, or null where it is no table. */
export const tableOf = (json: unknown): TunedTable | null =>
  Array.isArray(json) && json.every((e) =>
      isRecord(e) && typeof e.form === "string" && Array.isArray(e.extents) &&
      e.extents.every((n) => Number.isInteger(n) && n >= 0) && isVariant(e.variant)
    )
    ? json
    : null;
/** A table with some entries more, which take the place of those for the same. */
export const joined = (table: TunedTable, more: TunedTable): TunedTable => {
  const key = (e: TunedEntry): string => `${e.form} ${e.extents}`;
  return [...new Map([...table, ...more].map((e) => [key(e), e])).values()].toSorted((a, b) =>
    key(a) < key(b) ? -1 : 1
  );
};

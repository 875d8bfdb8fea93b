import { size } from "../../core/aval.ts";
import { type Axis, type Fold, type Load, visit } from "../../core/expr.ts";
import { affine } from "../../core/index_expr.ts";
import type { Contraction, Kernel } from "../kernel.ts";
import { extentsOfContraction } from "./contraction.ts";
import { extentsOf, flatten, rootsOf } from "./pointwise.ts";
import type { RegisterTile } from "./register_tile.ts";
import type { Target } from "./target.ts";
import { tileBytes, type WorkgroupTile } from "./workgroup_tile.ts";

/** How a kernel is done. `parts`: the sum of a contraction is cut into so many. */
export type Variant =
  | { readonly tag: "pointwise" }
  | { readonly tag: "cooperative"; readonly lanes: number }
  | { readonly tag: "registers"; readonly tile: RegisterTile; readonly parts: number }
  | { readonly tag: "tiles"; readonly tile: WorkgroupTile; readonly parts: number };

/** Tiles for hardware, and the share of the arithmetic peak they reach when the device is full. */
const tiles: readonly { readonly tile: WorkgroupTile; readonly efficiency: number }[] = [
  { tile: { down: 16, across: 16, rows: 8, columns: 8, depth: 16 }, efficiency: 1 },
  { tile: { down: 16, across: 16, rows: 4, columns: 4, depth: 16 }, efficiency: 0.65 },
  { tile: { down: 8, across: 8, rows: 4, columns: 4, depth: 16 }, efficiency: 0.5 },
  { tile: { down: 4, across: 32, rows: 4, columns: 4, depth: 16 }, efficiency: 0.5 },
  { tile: { down: 32, across: 4, rows: 4, columns: 4, depth: 16 }, efficiency: 0.5 },
  { tile: { down: 2, across: 32, rows: 4, columns: 8, depth: 16 }, efficiency: 0.45 },
];
/** Workgroups that keep a GPU busy, and the least depth worth a workgroup of its own. */
const BUSY = 256, DEEP = 256;

/** Register tiles for software adapters. A load there costs as much as so many multiplications (llvmpipe, Mesa 22.3). */
const LOAD = 90;
const rows = [1, 2, 4, 8, 16], columns = [1, 2, 3, 4, 8, 16];
/** Sums in one invocation: more compile for seconds. Beyond `HEAVY` multiplications the larger tile pays. */
const CELLS = 128, MANY_CELLS = 256, HEAVY = 2 ** 26;
/** Invocations run at a time, and those that keep all cores busy. */
const SIMD = 8, CROWD = 128;

export const chooseVariant = (k: Kernel, target: Target): Variant => {
  const c = k.contraction;
  if (c === null) return target.adapter === "gpu" ? reduction(k) : { tag: "pointwise" };
  const { m, n, k: depth } = extentsOfContraction(c);
  if (depth === 0 || c.dtype === "bool") return { tag: "pointwise" };
  if (target.adapter === "cpu") return registers(c, target);
  return Math.min(m, n) < 4 ? { tag: "pointwise" } : workgroups(c, target);
};

const registers = (c: Contraction, target: Target): Variant => {
  const { batch, m, n, k } = extentsOfContraction(c), cells = batch * m * n * k >= HEAVY ? MANY_CELLS : CELLS;
  const invocations = (t: RegisterTile) => batch * Math.ceil(m / t.rows) * Math.ceil(n / t.columns);
  const cost = (t: RegisterTile) =>
    Math.ceil(invocations(t) / SIMD) * (t.rows * t.columns + LOAD * (t.rows + t.columns));
  const fitting = rows.flatMap((r) => columns.map((q): RegisterTile => ({ rows: r, columns: q })))
    .filter((t) => t.rows * t.columns <= cells && t.rows < 2 * m && t.columns < 2 * n + 2);
  const tile = fitting.reduce((best, t) => cost(t) < cost(best) ? t : best);
  const crowd = Math.ceil(CROWD / invocations(tile)), deep = Math.floor(k / 64);
  // Half of the trips at most: the loops over the axes of k and the epilogue count, too.
  const parts = Math.max(1, Math.min(crowd, deep), Math.ceil(2 * k / target.maxTrips));
  return { tag: "registers", tile, parts };
};

const workgroups = (c: Contraction, target: Target): Variant => {
  const { batch, m, n, k } = extentsOfContraction(c);
  const area = (t: WorkgroupTile) => t.down * t.rows * t.across * t.columns;
  const count = (t: WorkgroupTile) => batch * Math.ceil(m / (t.down * t.rows)) * Math.ceil(n / (t.across * t.columns));
  const fitting = tiles.filter(({ tile }) =>
    tile.down * tile.across <= target.maxInvocations && tileBytes(tile) <= target.workgroupBytes
  );
  const parts = (t: WorkgroupTile) => Math.max(1, Math.min(Math.floor(BUSY / count(t)), Math.floor(k / DEEP)));
  const time = ({ tile, efficiency }: (typeof tiles)[number]) =>
    Math.ceil(count(tile) * parts(tile) / BUSY) * area(tile) / parts(tile) / efficiency;
  const { tile } = fitting.reduce((best, t) => time(t) < time(best) ? t : best);
  return { tag: "tiles", tile, parts: parts(tile) };
};

/** On hardware, one workgroup for each long fold: where there are few of them, or where neighbours lie along the fold. */
const reduction = (k: Kernel): Variant => {
  const { kernel, points, position } = flatten(k), folds: Fold[] = [], loads: Load[] = [];
  visit(rootsOf(kernel), (e) => {
    if (e.tag === "fold") folds.push(e);
    if (e.tag === "load") loads.push(e);
  });
  const length = Math.max(0, ...folds.map((f) => size(extentsOf(f.axes))));
  if (length < 64) return { tag: "pointwise" };
  const stride = (e: Load, a: Axis | null): number => a === null ? 0 : Math.abs(affine(e.index).terms.get(a) ?? 0);
  const inner = new Set(folds.map((f) => f.axes.at(-1)!));
  const along = loads.some((e) => [...inner].some((a) => stride(e, a) === 1)) && !loads.some((e) => stride(e, position) === 1 && [...inner].some((a) => stride(e, a) > 1));
  if (!along && points >= 8192) return { tag: "pointwise" };
  return { tag: "cooperative", lanes: length >= 512 ? 256 : length >= 128 ? 128 : 64 };
};

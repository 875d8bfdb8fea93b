import { size } from "../../core/aval.ts";
import { type Axis, type Fold, type Load, visit } from "../../core/expr.ts";
import { affine } from "../../core/index_expr.ts";
import type { Contraction, Kernel } from "../kernel.ts";
import { extentsOfContraction } from "./contraction.ts";
import { extentsOf, flatten, rootsOf } from "./flat.ts";
import { chooseRegisters } from "./register_choice.ts";
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

/** The tiles there are for hardware. */
export const workgroupTiles: readonly WorkgroupTile[] = tiles.map((t) => t.tile);

export const chooseVariant = (k: Kernel, target: Target): Variant => {
  const c = k.contraction;
  if (c === null) return target.adapter === "gpu" ? reduction(k) : { tag: "pointwise" };
  const { m, n, k: depth } = extentsOfContraction(c);
  if (depth === 0 || c.dtype === "bool") return { tag: "pointwise" };
  if (target.adapter === "cpu") return { tag: "registers", ...chooseRegisters(c, target) };
  return Math.min(m, n) < 4 ? { tag: "pointwise" } : workgroups(c, target);
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
  const { kernel, points, position } = flatten(k, true), folds: Fold[] = [], loads: Load[] = [];
  visit(rootsOf(kernel), (e) => {
    if (e.tag === "fold") folds.push(e);
    if (e.tag === "load") loads.push(e);
  });
  const length = Math.max(0, ...folds.map((f) => size(extentsOf(f.axes))));
  if (length < 64) return { tag: "pointwise" };
  const stride = (e: Load, a: Axis | null): number => a === null ? 0 : Math.abs(affine(e.index).terms.get(a) ?? 0);
  const inner = new Set(folds.map((f) => f.axes.at(-1)!));
  const along = loads.some((e) => [...inner].some((a) => stride(e, a) === 1)) &&
    !loads.some((e) => stride(e, position) === 1 && [...inner].some((a) => stride(e, a) > 1));
  if (!along && points >= 8192) return { tag: "pointwise" };
  return { tag: "cooperative", lanes: length >= 512 ? 256 : length >= 128 ? 128 : 64 };
};

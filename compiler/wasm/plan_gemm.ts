import type { Axis, Expr } from "../../core/expr.ts";
import { type Analysis, stepAlong } from "./analysis.ts";
import { type GemmPlan, steps, tileColumns, tileRows } from "./gemm.ts";
import { type Choice, type Chooser, guarded, stepOf, volume } from "./operand.ts";
import { boxCount, boxes, filledUp, multiplesOf, type Tiling, tiling } from "./tile.ts";

/** Cycles of one multiplication and addition of a number, once everything lies in panels. */
const each = 1 / 7.3;
/** Elements of a tile at most: rows, columns, of k in one block, and of the sums or of rows that are packed. */
const mostRows = 512, mostColumns = 256, mostDeep = 256, mostWaiting = 65536;

/** Cycles in which an element is laid out: as it lies, turned, or from anywhere; and for each stretch of a row that is laid out. */
const copied = 0.7, turned = 1.3, gathered = 2.2, stretch = 16;
/** Cycles for each element of rows that are read in place from far away, once for every tile of columns. */
const far = 0.05;

/** Panels: always possible where the last axis of the grid is one of the columns. */
export const planGemm: Chooser = (kernel, c, analysis) => {
  const last = kernel.grid.at(-1);
  if (last === undefined || c.n.at(-1) !== last) return null;
  const batch = tiling(c.batch, c.batch.map(() => 1)), k = blocks(c.k, mostDeep), deep = volume(c.k);
  const element = (e: Expr, across: Axis | undefined, down: Axis | undefined): number => {
    const isRegular = (axis: Axis | undefined) => Math.abs(stepOf(e, axis, analysis) ?? 2) <= 1;
    return (isRegular(across) ? copied : isRegular(down) ? turned : gathered) * (guarded(e) ? 3 : 1);
  };
  const left = element(c.a, c.k.at(-1), c.m.at(-1)), right = element(c.b, c.n.at(-1), c.k.at(-1));
  const made = (m: Tiling, n: Tiling): readonly Choice[] => {
    const stride = strideOf(c.a, m, k, analysis), [down, across] = [boxCount(m), boxCount(n)];
    if (m.length * n.length > mostWaiting || (stride === null && m.length * k.length > mostWaiting)) return [];
    const area = filledUp(m, tileRows) * filledUp(n, tileColumns), rows = volume(c.m) * across;
    const packing = deep * (down * (volume(c.n) * right + across * stretch) + rows * (stride === null ? left : far));
    const time = volume(c.batch) * (area * deep * each + packing + area * (0.7 + 0.4 * boxCount(k)));
    const plan: GemmPlan = { batch, m, n, k, stride };
    return [{ contraction: c, time, tasks: volume(c.batch) * down * across, how: { tag: "gemm", plan } }];
  };
  const columns = sizes(c.n, mostColumns, tileColumns);
  const all = sizes(c.m, mostRows, tileRows).flatMap((m) => columns.flatMap((n) => made(m, n)));
  return all.reduce<Choice | null>((x, y) => x === null || pressing(y) < pressing(x) ? y : x, null);
};
/** Time with the wish for many tasks, so that threads can share them. */
const pressing = ({ time, tasks }: Choice): number => time * (1 + 0.5 / tasks);

/** Blocks of k, without a rest of steps if that is possible. */
const blocks = (axes: readonly Axis[], most: number): Tiling => {
  const all = Array.from({ length: Math.ceil(most / 2) }, (_, i) => boxes(axes, most - i, steps));
  return all.find((t) => multiplesOf(t, steps)) ?? all[0]!;
};

/** Ways to cut axes into boxes of at most `most` elements: in as few as can be, in twice as many, and so on. */
const sizes = (axes: readonly Axis[], most: number, grain: number): readonly Tiling[] => {
  const found = new Map<string, Tiling>(), all = volume(axes);
  for (let target = Math.min(all, most); target >= 2 * grain; target /= 1.5) {
    const t = boxes(axes, Math.floor(target), grain);
    found.set(t.sizes.join(), t);
  }
  return found.size > 0 ? [...found.values()] : [boxes(axes, most, grain)];
};

/** Elements from row to row of an operand whose rows lie in memory as they are multiplied; null where they do not. */
const strideOf = (e: Expr, m: Tiling, k: Tiling, { free }: Analysis): number | null => {
  if (e.tag !== "load" || e.dtype !== "f32") return null;
  const pitch = (t: Tiling): number | null | undefined => {
    const steps = t.axes.map((a, i) => {
      const step = stepAlong(e.index, a, free);
      return t.sizes[i] === 1 && step !== null ? undefined : step === null ? null : step / t.strides[i]!;
    }).filter((s) => s !== undefined);
    return steps.every((s) => s === steps[0]) ? steps[0] : null;
  };
  const along = pitch(k), down = pitch(m);
  if (along === null || (along !== undefined && along !== 1) || down === null) return null;
  return down === undefined ? 0 : Number.isInteger(down) && down >= 0 ? down : null;
};

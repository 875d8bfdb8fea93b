import type { Axis } from "../../core/expr.ts";
import { bestTile, innerStep } from "./micro.ts";
import { type Chooser, guarded, instructions, stepOf, volume } from "./operand.ts";

/** Values of k in the lanes: where both operands lie along k, and few rows or columns make packing a waste. */
export const planDot: Chooser = (_kernel, c, analysis) => {
  const last = c.k.at(-1);
  if (last === undefined || last.extent < 8 || guarded(c.a) || guarded(c.b)) return null;
  const along = [c.a, c.b].map((e) => stepOf(e, last, analysis));
  if (along.some((s) => s !== 0 && s !== 1)) return null;
  const longest = (axes: readonly Axis[]): Axis | null =>
    axes.reduce<Axis | null>((x, y) => x === null || y.extent > x.extent ? y : x, null);
  const down = longest(c.m), across = longest(c.n), height = down?.extent ?? 1, wide = across?.extent ?? 1;
  const work = { a: instructions(c.a), b: instructions(c.b) };
  const tile = bestTile(height, wide, (rows, columns) => innerStep(rows, columns, work));
  const points = volume(c.batch) * volume(c.m) * volume(c.n);
  // Every row is read for every tile of columns, and the other way round: from ever farther away.
  const far = (volume(c.m) + volume(c.n)) * volume(c.k) > 131072 && Math.min(volume(c.m), volume(c.n)) > 8 ? 1.15 : 1;
  const steps = volume(c.k.slice(0, -1)) * (Math.ceil(last.extent / 4) + 3) * points / (height * wide);
  const unroll = new Map<Axis, number>();
  if (down !== null) unroll.set(down, tile.rows);
  if (across !== null) unroll.set(across, tile.columns);
  const time = steps * tile.time * far + points * 8, tasks = points / (tile.rows * tile.columns);
  return { contraction: c, time, tasks, how: { tag: "dot", plan: { lanes: null, unroll } } };
};

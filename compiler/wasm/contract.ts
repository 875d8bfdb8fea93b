import type { Axis, Expr } from "../../core/expr.ts";
import { visit } from "../../core/expr.ts";
import type { Contraction, Kernel } from "../kernel.ts";
import { type Analysis, analyse, stepAlong } from "./analysis.ts";
import type { DirectPlan } from "./direct.ts";
import { type GemmPlan, gemmPlan } from "./gemm.ts";
import { bestTile } from "./micro.ts";
import { stage, type Staged } from "./stage.ts";
import { boxCount } from "./tile.ts";

/** How a contraction of f32 is done, by the time it should take (in cycles of one core). */
export type Choice =
  | { readonly tag: "gemm"; readonly contraction: Contraction; readonly plan: GemmPlan; readonly time: number }
  | { readonly tag: "direct"; readonly contraction: Contraction; readonly plan: DirectPlan; readonly time: number };

const volume = (axes: readonly Axis[]): number => axes.reduce((n, a) => n * a.extent, 1);
/** Elements of all copies in scratch memory together. */
const mostStaged = 49152;

/** The fastest way, or null where none applies. */
export const chooseContraction = (kernel: Kernel, c: Contraction): Choice | null => {
  const swapped: Contraction = { ...c, m: c.n, n: c.m, a: c.b, b: c.a };
  const choices = [c, swapped].flatMap((x): Choice[] => {
    const direct = x.n.map((lanes) => directChoice(kernel, x, lanes));
    return [gemmChoice(kernel, x), ...direct].filter((y) => y !== null);
  });
  return choices.length === 0 ? null : choices.reduce((x, y) => y.time < x.time ? y : x);
};

const guarded = (e: Expr): boolean => {
  let found = false;
  visit([e], (x) => found ||= x.tag === "guard" || x.tag === "fold");
  return found;
};
/** How an operand moves along an axis: by the largest step of its loads. */
const stepOf = (e: Expr, axis: Axis | undefined, { free }: Analysis): number | null => {
  if (axis === undefined || !free(e).has(axis)) return 0;
  let step: number | null = 0;
  visit([e], (x) => {
    if (x.tag !== "load" || !free(x.index).has(axis) || step === null) return;
    const own = stepAlong(x.index, axis, free);
    step = own === null ? null : Math.abs(own) > Math.abs(step) ? own : step;
  });
  return step;
};
/** Cycles to compute one element of an operand where the values of `axis` are in lanes. */
const elementTime = (e: Expr, axis: Axis | undefined, analysis: Analysis): number => {
  const step = stepOf(e, axis, analysis), easy = step !== null && Math.abs(step) <= 1;
  return (easy ? 0.8 : 2.2) * (guarded(e) ? 1.8 : 1);
};

const gemmChoice = (kernel: Kernel, c: Contraction): Choice | null => {
  const last = kernel.grid.at(-1);
  if (last === undefined || c.n.at(-1) !== last) return null;
  const plan = gemmPlan(c), { m, n, k } = plan, analysis = analyse();
  const [rows, columns, deep] = [c.m, c.n, c.k].map(volume) as [number, number, number];
  const tiles = [boxCount(m), boxCount(n)], height = Math.ceil(m.length / 3) * 3 * tiles[0]!, wide = Math.ceil(n.length / 12) * 12 * tiles[1]!;
  const fastest = (e: Expr, p: Axis | undefined, q: Axis | undefined) => Math.min(elementTime(e, p, analysis), elementTime(e, q, analysis));
  const packing = columns * deep * tiles[0]! * fastest(c.b, n.axes.at(-1), k.axes.at(-1)) +
    rows * deep * tiles[1]! * fastest(c.a, m.axes.at(-1), k.axes.at(-1));
  const time = volume(c.batch) * (height * wide * deep / 4.5 + packing + height * wide * (1 + boxCount(k)));
  return { tag: "gemm", contraction: c, plan, time };
};

const directChoice = (kernel: Kernel, c: Contraction, lanes: Axis): Choice | null => {
  const analysis = analyse(), { free } = analysis, source = kernel.buffers.length + 1;
  const needs = [needsCopy(c.a, c, null, analysis), needsCopy(c.b, c, lanes, analysis)];
  const outer = new Set<Axis>(c.batch);
  /** The operands with the axes that are not outer inside their copies. */
  const layOut = (): { readonly operands: readonly Expr[]; readonly staged: readonly Staged[] } => {
    const staged: Staged[] = [];
    const operands = [c.a, c.b].map((e, i) => {
      if (!needs[i]) return e;
      const inside = (axes: readonly Axis[]) => axes.filter((a) => !outer.has(a));
      const made = stage(e, {
        analysis,
        grid: inside([...c.m, ...c.n]),
        summed: inside(c.k),
        lanes: i === 1 ? lanes : null,
        source: source + staged.length,
      });
      staged.push(made);
      return made.load;
    });
    return { operands, staged };
  };
  let made = layOut();
  const elements = (): number => made.staged.reduce((n, s) => n + s.length, 0);
  while (elements() > mostStaged) {
    // The axis that makes the copies smallest when it is bound before them.
    const candidates = [...c.m, ...c.n, ...c.k].filter((a) => a !== lanes && !outer.has(a) && made.staged.some((s) => s.axes.includes(a)));
    let best: { readonly axis: Axis; readonly length: number } | null = null;
    for (const axis of candidates) {
      outer.add(axis);
      made = layOut();
      if (best === null || elements() < best.length) best = { axis, length: elements() };
      outer.delete(axis);
    }
    if (best === null) return null;
    outer.add(best.axis);
    made = layOut();
  }
  const isOuter = (a: Axis): boolean => outer.has(a), inner = (axes: readonly Axis[]) => axes.filter((a) => !isOuter(a));
  const [m, n, k] = [inner(c.m), inner(c.n), inner(c.k)], outerSummed = c.k.filter(isOuter);
  const grid = kernel.grid.filter(isOuter), vectors = Math.ceil(lanes.extent / 4), columns = volume(n) / lanes.extent;
  const tiles = (m.length === 0 ? [null] : m).map((axis) => {
    const run = axis?.extent ?? 1;
    return { axis, ...bestTile(run, volume(m) / run, vectors) };
  });
  const tile = tiles.reduce((x, y) => y.time < x.time ? y : x), points = volume(c.batch) * volume(c.m) * volume(c.n);
  const rounds = volume(grid), waits = outerSummed.length > 0;
  if (waits && volume(m) * volume(n) > 65536) return null;
  const copying = made.staged.reduce((sum, s) => {
    const times = [...grid, ...outerSummed].filter((a) => free(s.value).has(a)).reduce((p, a) => p * a.extent, 1);
    return sum + s.length * times * 2;
  }, 0);
  // Columns read in place are far apart from one k to the next: beyond the caches that costs.
  const far = !needs[1] && volume(k) * volume(n) > 65536 && volume(m) > 2 * tile.rows ? 1.35 : 1;
  const contiguous = stepAlong(kernel.stores[0]!.index, lanes, free) === 1;
  const sums = waits ? points / volume(c.batch) * rounds * volume(outerSummed) * 1.2 : 0;
  const ending = points * (contiguous ? 0.5 : 2.5) + volume(grid) * volume(m) * columns * vectors / tile.rows * 2;
  const time = rounds * volume(outerSummed) * volume(k) * columns * tile.time * far + copying + sums + ending;
  const unroll = new Map<Axis, number>([[lanes, tile.vectors], ...(tile.axis === null ? [] : [[tile.axis, tile.rows] as const])]);
  const [a, b] = made.operands as [Expr, Expr];
  const plan: DirectPlan = { lanes, unroll, outer: grid, outerSummed, a, b, staged: made.staged };
  return { tag: "direct", contraction: c, plan, time };
};
/** Whether reading an operand in place is slow: it has conditions, or its columns are apart. */
const needsCopy = (e: Expr, c: Contraction, lanes: Axis | null, analysis: Analysis): boolean => {
  if (guarded(e)) return true;
  const step = lanes === null ? stepOf(e, c.k.at(-1), analysis) : stepOf(e, lanes, analysis);
  return step === null || (lanes === null ? Math.abs(step) > 16 && e.tag !== "load" : Math.abs(step) > 1);
};

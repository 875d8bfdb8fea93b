import type { Axis, Expr } from "../../core/expr.ts";
import type { Contraction, Kernel } from "../kernel.ts";
import { type Analysis, stepAlong } from "./analysis.ts";
import type { DirectPlan } from "./direct.ts";
import { mostTasks } from "./grid.ts";
import { bestTile, type Left, outerStep } from "./micro.ts";
import { type Choice, type Chooser, guarded, instructions, stepOf, volume } from "./operand.ts";
import { stage, type Staged } from "./stage.ts";

/** Elements of all copies in scratch memory together, and of sums that wait there. */
const mostStaged = 131072, mostWaiting = 65536;

/** Tiles of registers, with the values of `lanes` in the lanes. */
export const planDirect = (lanes: Axis): Chooser => (kernel, c, analysis) => {
  const plans = layouts(kernel, c, lanes, analysis).flatMap((layout) =>
    withLayout(kernel, c, lanes, analysis, layout) ?? []
  );
  return plans.length === 0 ? null : plans.reduce((x, y) => y.time < x.time ? y : x);
};

const withLayout = (kernel: Kernel, c: Contraction, lanes: Axis, analysis: Analysis, layout: Layout): Choice | null => {
  const { outer, staged, operands } = layout, { free } = analysis;
  const inner = (axes: readonly Axis[]) => axes.filter((a) => !outer.has(a));
  const [m, n, k] = [inner(c.m), inner(c.n), inner(c.k)], outerSummed = c.k.filter((a) => outer.has(a));
  const grid = kernel.grid.filter((a) => outer.has(a)), waits = outerSummed.length > 0;
  if (waits && volume(m) * volume(n) > mostWaiting) return null;
  const vectors = Math.ceil(lanes.extent / 4),
    columns = volume(n) / lanes.extent,
    rounds = volume(grid) * volume(outerSummed);
  const [workA, workB] = operands.map(instructions) as [number, number], work = { a: workA, b: workB };
  const along = k.length > 0 && Math.abs(stepOf(operands[0], k.at(-1), analysis) ?? 0) === 1
    ? Math.min(4, k.at(-1)!.extent)
    : 1;
  const tiles = (m.length === 0 ? [null] : m).map((axis) => {
    const left: Left = axis !== null && Math.abs(stepOf(operands[0], axis, analysis) ?? 0) === 1 ? "rows" : along;
    const step = (down: number, across: number) => outerStep(down, across, left, work);
    const run = axis?.extent ?? 1, tile = bestTile(run, vectors, step);
    return { axis, ...tile, time: tile.time * volume(m) / run };
  });
  const tile = tiles.reduce((x, y) => y.time < x.time ? y : x), points = volume(kernel.grid);
  const apart = (e: Expr, read: Expr, reused: boolean): number =>
    e === read && reused ? distance(4 * Math.abs(stepOf(e, k.at(-1), analysis) ?? 0), volume(k)) : 1;
  const far = apart(c.b, operands[1], volume(m) > 2 * tile.rows) * apart(c.a, operands[0], vectors > 2 * tile.columns);
  const computing = rounds * volume(k) * columns * tile.time * far;
  const copying = staged.reduce((sum, s) => {
    const times = [...grid, ...outerSummed].filter((a) => free(s.value).has(a));
    return sum + s.length * volume(times) * 2;
  }, 0);
  // More tasks than there are values of the outer axes copy the operands again and again.
  const pieces = waits ? 1 : copying === 0 ? mostTasks : Math.max(1, Math.floor(computing / (8 * copying)));
  const most = Math.min(mostTasks, volume(grid) * pieces);
  const again = copying === 0 ? 1 : Math.max(1, Math.min(pieces, mostTasks / volume(grid)));
  const contiguous = kernel.stores.every((s) => stepAlong(s.index, lanes, free) === 1);
  const turns = tile.axis !== null && tile.rows >= 4 &&
    kernel.stores.every((s) => stepAlong(s.index, tile.axis!, free) === 1);
  const waiting = waits ? points * volume(outerSummed) * 1.2 : 0;
  const ending = points * (contiguous ? 0.5 : turns ? 0.9 : 2.5) +
    volume(grid) * volume(m) * columns * vectors / tile.rows * 2;
  const unroll = new Map<Axis, number>([
    [lanes, tile.columns],
    ...(tile.axis === null ? [] : [[tile.axis, tile.rows] as const]),
  ]);
  const plan: DirectPlan = {
    lanes,
    unroll,
    outer: grid,
    outerSummed,
    a: operands[0],
    b: operands[1],
    staged,
    mostTasks: most,
  };
  const time = computing + copying * again + waiting + ending;
  return { contraction: c, time, tasks: Math.min(most, time / 16384), how: { tag: "direct", plan } } satisfies Choice;
};

/**
 * What it costs that an operand is read again and again in lines that are `step` bytes apart: those in one set of a cache drive each
 * other out. Caches of 32 KiB and 1 MiB, lines of 64 bytes in 8 ways.
 */
const distance = (step: number, lines: number): number => {
  const fit = (bytes: number): boolean => step < 64 || lines <= bytes / 64 / Math.max(1, gcd(step, bytes / 8) / 64);
  return fit(32768) ? 1 : fit(1048576) ? 1.15 : 2.2;
};
const gcd = (a: number, b: number): number => b === 0 ? a : gcd(b, a % b);

interface Layout {
  /** Axes that are bound before anything is laid out. */
  readonly outer: ReadonlySet<Axis>;
  readonly operands: readonly [Expr, Expr];
  readonly staged: readonly Staged[];
}
/**
 * The ways to lay out what needs it, and what might be better for it, with as few axes bound before as scratch memory
 * allows: none, one or two.
 */
const layouts = (kernel: Kernel, c: Contraction, lanes: Axis, analysis: Analysis): readonly Layout[] => {
  const variants = [inPlace(c.a, null, c, analysis), inPlace(c.b, lanes, c, analysis)] as const;
  // A copy of the left operand can have the rows next to each other.
  const contiguous = [null, ...c.m.filter((x) => x.extent >= 4)];
  return variants[0].flatMap((a) =>
    variants[1].flatMap((b) =>
      (a ? [null] : contiguous).flatMap((rows) => withCopies(kernel, c, { lanes, rows }, analysis, [a, b]))
    )
  );
};
/** Whether an operand may be read where it is: not if it has conditions, or the numbers of a vector are apart. */
const inPlace = (e: Expr, lanes: Axis | null, c: Contraction, analysis: Analysis): readonly boolean[] => {
  const step = stepOf(e, lanes ?? c.k.at(-1), analysis);
  if (guarded(e) || step === null || (lanes !== null && Math.abs(step) > 1)) return [false];
  return e.tag === "load" && lanes !== null ? [true] : [true, false];
};
const withCopies = (
  kernel: Kernel,
  c: Contraction,
  { lanes, rows }: { readonly lanes: Axis; readonly rows: Axis | null },
  analysis: Analysis,
  stays: readonly [boolean, boolean],
): readonly Layout[] => {
  const withOuter = (outer: readonly Axis[]): Layout => {
    const staged: Staged[] = [], inside = (axes: readonly Axis[]) => axes.filter((a) => !outer.includes(a));
    const [a, b] = [c.a, c.b].map((e, i) => {
      if (stays[i]) return e;
      const made = stage(e, {
        analysis,
        grid: inside([...c.m, ...c.n]),
        summed: inside(c.k),
        lanes: i === 1 ? lanes : rows,
        source: kernel.buffers.length + 1 + staged.length,
      });
      staged.push(made);
      return made.load;
    });
    return { outer: new Set(outer), operands: [a!, b!], staged };
  };
  const fits = (l: Layout): boolean => l.staged.reduce((n, s) => n + s.length, 0) <= mostStaged;
  const more = (l: Layout): readonly Layout[] =>
    [...c.m, ...c.n, ...c.k].filter((a) => a !== lanes && l.staged.some((s) => s.axes.includes(a)))
      .map((a) => withOuter([...l.outer, a]));
  let found: readonly Layout[] = [withOuter(c.batch)];
  for (let i = 0; i < 2 && !found.some(fits); i++) found = found.flatMap(more);
  return found.filter(fits);
};

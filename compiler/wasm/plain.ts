import { byteSize } from "../../core/dtype.ts";
import { type Axis, type Expr, visit } from "../../core/expr.ts";
import { affine } from "../../core/index_expr.ts";
import type { Kernel } from "../kernel.ts";
import { analyse, type Analysis, stepAlong } from "./analysis.ts";
import { type Blocks, fitted, spanOf } from "./blocks.ts";
import { createBuilder } from "./builder.ts";
import { estimate } from "./cost.ts";
import { createContext, type Imports, widthOf } from "./evaluate.ts";
import { mostTasks, overGrid, partition } from "./grid.ts";
import type { Env } from "./env.ts";
import { layOut } from "./pack.ts";
import type { PhaseCode } from "./phase.ts";
import { inOrder, withRows } from "./rows.ts";
import { aligned, type Staged } from "./stage.ts";
import { writeStores } from "./store.ts";

/** How the grid of a kernel is walked. */
export interface Schedule {
  readonly lanes: Axis | null;
  /** Copies computed together, for each axis of the grid; 1 where nothing is said. */
  readonly unroll: ReadonlyMap<Axis, number>;
  /** Lengths of the pieces into which axes are cut in any case. */
  readonly tiles?: ReadonlyMap<Axis, number>;
}
const rootsOf = (k: Kernel): readonly Expr[] => k.stores.flatMap((s) => [s.index, s.value]);

/** The lanes that make a kernel fastest: the last axis of the grid, or those of its folds and stores. */
export const plainSchedule = (k: Kernel): Schedule => {
  const analysis = analyse(), costs = estimate(analysis, widthOf(rootsOf(k))), last = k.grid.at(-1) ?? null;
  const time = (lanes: Axis | null): number =>
    k.stores.reduce((sum, s) => {
      const loops = [...k.grid, ...s.axes], own = s.axes.at(-1) ?? null, n = loops.reduce((m, a) => m * a.extent, 1);
      const inner = lanes ?? (own !== null && costs.access(s.index, own) < 1 ? own : null);
      return sum + costs.of(s.value, loops, inner) + costs.access(s.index, inner) * n;
    }, 0);
  const chosen = last !== null && last.extent > 1 && time(last) <= time(null) ? last : null;
  const folds = k.stores.some((s) =>
    s.axes.length === 0 && chosen !== null && hasFoldAlong(s.value, chosen, analysis.free)
  );
  const across = chosen === null || folds ? null : crossing(k, chosen, analysis);
  if (across !== null) return { lanes: chosen, unroll: new Map([[across, 4]]), tiles: new Map([[chosen!, 16]]) };
  const picked = chosen === null || folds ? null : picking(k, chosen, analysis);
  if (picked !== null) return { lanes: chosen, unroll: new Map([[picked, 4], [chosen!, 4]]) };
  return { lanes: chosen, unroll: new Map(chosen !== null && folds ? [[chosen, 4]] : []) };
};
/** More instructions than this for an element take longer than it takes to fetch it. */
const light = 12;
/** The axis of the grid that an index is read along, of rows that are read along the lanes: they are fetched side by side. */
const picking = (k: Kernel, lanes: Axis, { free, reads }: Analysis): Axis | null => {
  let found: Axis | null = null, instructions = 0;
  visit(rootsOf(k), (e) => {
    if (e.tag === "op" && e.dtype !== "i32") instructions++;
    if (e.tag !== "load" || stepAlong(e.index, lanes, free) !== 1) return;
    const looked = [...affine(e.index).terms.keys()].filter(reads);
    found ??= k.grid.findLast((a) => a !== lanes && a.extent >= 4 && looked.some((x) => free(x).has(a))) ?? null;
  });
  return instructions <= light ? found : null;
};
/** An axis of the grid along which something is read in order that is read in larger steps along the lanes. */
const crossing = (k: Kernel, lanes: Axis, { free }: Analysis): Axis | null => {
  let found: Axis | null = null;
  visit(rootsOf(k), (e) => {
    if (e.tag !== "load" || byteSize[e.dtype] !== 4 || found !== null) return;
    const step = stepAlong(e.index, lanes, free);
    if (step === null || Math.abs(step) < 3) return;
    found = k.grid.find((a) => a !== lanes && a.extent >= 4 && stepAlong(e.index, a, free) === 1) ?? null;
  });
  return found;
};
const hasFoldAlong = (e: Expr, axis: Axis, free: (e: Expr) => ReadonlySet<Axis>): boolean => {
  let found = false;
  visit([e], (x) => found ||= x.tag === "fold" && free(x).has(axis));
  return found;
};

/** A kernel without contraction: loops over the grid, everything else in place. */
export const emitPlain = (given: Kernel, imports: Imports, schedule: Schedule, name: string): PhaseCode => {
  const b = createBuilder(imports.relaxed), width = widthOf(rootsOf(given));
  const rows = schedule.lanes === null && width === 4 ? withRows(given) : { kernel: given, staged: [] };
  const { kernel: k, staged } = rows, sizes = staged.map((s) => aligned(4 * s.length));
  const copies = sizes.map((_, i) => sizes.slice(0, i).reduce((x, y) => x + y, 0));
  const roots = [...rootsOf(k), ...staged.map((s) => s.value)];
  const cx = createContext({ b, imports, roots, buffers: k.buffers.length + 1, width, copies });
  const blocks = k.grid.map((axis): Blocks => {
    const lanes = axis === schedule.lanes;
    return { axis, lanes, unroll: fitted(cx, axis, schedule.unroll.get(axis) ?? 1, lanes), conditions: cx.conditions };
  });
  const costs = estimate(cx.analysis, width);
  const copying = staged.reduce((sum, { value, axes }) => sum + costs.of(value, [...k.grid, ...axes], axes[0]!), 0);
  const cost = k.stores.reduce((sum, s) => {
    const loops = [...k.grid, ...s.axes], lanes = schedule.lanes ?? s.axes.at(-1) ?? null;
    return sum + costs.of(s.value, loops, lanes) +
      costs.access(s.index, lanes) * loops.reduce((n, a) => n * a.extent, 1);
  }, copying);
  const cut = partition(
    k.grid.map((a) => a.extent),
    blocks.map((x) => spanOf(cx, x)),
    cost,
    mostTasks,
    k.grid.map((a) => schedule.tiles?.get(a) ?? null),
  );
  const write = (family: readonly Env[]): void => writeStores(cx, k.stores, k.buffers.map((x) => x.dtype), family);
  overGrid(cx, blocks, cut, (family) => {
    if (staged.length === 0) return write(family);
    b.fenced(() => {
      const numberOf = (s: Staged): number => k.buffers.length + 1 + staged.indexOf(s);
      staged.forEach((s) => cx.waiting.add(numberOf(s)));
      for (const s of inOrder(staged)) {
        const address = cx.addresses.at(staged.indexOf(s) - staged.length)!;
        layOut(cx, s, { address, pitch: s.length }, family[0]!);
        cx.waiting.delete(numberOf(s));
      }
      write(family);
    });
  });
  return {
    code: b.finish(name),
    tasks: cut.tasks,
    cost: Math.ceil(cost),
    scratchBytes: sizes.reduce((x, y) => x + y, 0),
  };
};

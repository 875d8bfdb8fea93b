import { type Axis, type Expr, fold, rawOp } from "../../core/expr.ts";
import type { Contraction, Kernel } from "../kernel.ts";
import { type Blocks, fitted, overBlocks, spanOf } from "./blocks.ts";
import { createBuilder } from "./builder.ts";
import { bind, type Context, type Env, together, wide } from "./env.ts";
import { createContext, type Imports } from "./evaluate.ts";
import { overGrid, partition } from "./grid.ts";
import { layOut } from "./pack.ts";
import { clear, type Panel, placeIn, readPanel, type Side } from "./panel.ts";
import type { PhaseCode } from "./phase.ts";
import { aligned, type Staged } from "./stage.ts";
import { storeLanes, writeStores } from "./store.ts";
import { entire, whole } from "./tile.ts";

/**
 * Contraction in registers: a tile of accumulators, some rows by some vectors of columns, over a loop along k that reads the
 * operands where they are, or where they have been laid out (`stage.ts`) for all the tiles that share the `outer` axes. If some of
 * those are summed over, the sums of all tiles wait in scratch memory meanwhile.
 */
export interface DirectPlan {
  /** The axis of the columns that is in lanes. */
  readonly lanes: Axis;
  /** Copies along the axis of the rows and that of the lanes. */
  readonly unroll: ReadonlyMap<Axis, number>;
  /** Axes of the grid (those of the batch at least), and axes summed over, that are bound before operands are laid out. */
  readonly outer: readonly Axis[];
  readonly outerSummed: readonly Axis[];
  /** The operands as they are read, and what is laid out for them. */
  readonly a: Expr;
  readonly b: Expr;
  readonly staged: readonly Staged[];
  /** More would repeat too much of what is laid out. */
  readonly mostTasks: number;
}

export const emitDirect = (
  kernel: Kernel,
  c: Contraction,
  plan: DirectPlan,
  cost: number,
  imports: Imports,
  name: string,
): PhaseCode => {
  const { lanes, outer, outerSummed, staged } = plan,
    b = createBuilder(imports.relaxed),
    waits = outerSummed.length > 0;
  const product = fold("add", c.k.filter((x) => !outerSummed.includes(x)), rawOp("mul", c.dtype, [plan.a, plan.b]));
  const rows = whole(c.m.filter((x) => !outer.includes(x))),
    columns = whole(lastly(c.n.filter((x) => !outer.includes(x)), lanes));
  const sizes = [...staged.map((s) => aligned(4 * s.length)), waits ? aligned(4 * rows.length * columns.length) : 0];
  const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((x, y) => x + y, 0));
  const roots = [product, ...staged.map((s) => s.value), ...kernel.stores.flatMap((s) => [s.index, s.value])];
  let sums: (env: Env) => ReturnType<Context["evaluate"]> = (env) => cx.evaluate(product, env);
  const acc = { axes: [...c.batch, ...c.m, ...c.n], of: (env: Env) => sums(env) };
  const cx: Context = createContext({
    b,
    imports,
    roots,
    buffers: kernel.buffers.length + 1,
    width: 4,
    copies: starts,
    acc,
  });
  const panelOf = (s: Staged): Panel => ({
    address: cx.addresses.at(staged.indexOf(s) - sizes.length)!,
    pitch: s.axes.at(-1)?.extent ?? 1,
  });

  /** The first level, of the loops over `axes`, at which all that a copy depends on is bound. */
  const levelOf = (s: Staged, axes: readonly Axis[]): number => {
    const inside = new Set(s.axes);
    return axes.findLastIndex((x) => !inside.has(x) && cx.analysis.free(s.value).has(x)) + 1;
  };
  const withCopies = (due: readonly Staged[], env: Env, next: () => void): void => {
    if (due.length === 0) return next();
    cx.b.fenced(() => {
      for (const s of due) layOut(cx, s, panelOf(s), env);
      next();
    });
  };

  const rest = [...rows.axes, ...columns.axes], dtypes = kernel.buffers.map((x) => x.dtype);
  const blocksOf = (axis: Axis): Blocks => {
    const wideOnes = axis === lanes, unroll = outer.includes(axis) ? 1 : plan.unroll.get(axis) ?? 1;
    return { axis, lanes: wideOnes, unroll: fitted(cx, axis, unroll, wideOnes), conditions: cx.conditions };
  };
  if (!waits) {
    const axes = [...outer, ...rest], blocks = axes.map(blocksOf);
    const cut = partition(axes.map((a) => a.extent), blocks.map((x) => spanOf(cx, x)), cost, plan.mostTasks);
    overGrid(
      cx,
      blocks,
      cut,
      (family) => writeStores(cx, kernel.stores, dtypes, family),
      (at, family, next) =>
        withCopies(staged.filter((s) => Math.min(levelOf(s, axes), outer.length) === at), family[0]!, next),
    );
    return { code: b.finish(name), tasks: cut.tasks, cost, scratchBytes: starts.at(-1)! };
  }
  const panel: Panel = { address: cx.addresses.at(-1)!, pitch: columns.length },
    sides = [entire(cx, rows), entire(cx, columns)] as const;
  const cut = partition(outer.map((a) => a.extent), outer.map(() => 1), cost);
  overGrid(cx, outer.map(blocksOf), cut, ([env]) => {
    clear(cx, panel.address, sizes.at(-1)!);
    const due = (at: number) => staged.filter((s) => levelOf(s, outerSummed) === at);
    const gather = (at: number, e: Env): void =>
      withCopies(due(at), e, () => {
        const axis = outerSummed[at];
        if (axis === undefined) {
          return over(cx, rest.map(blocksOf), [e], (family) => addTo(cx, product, family, sides, panel));
        }
        cx.b.loop({ from: b.i32(0), to: b.i32(axis.extent) }, [], (i) => {
          gather(at + 1, bind(e, axis, i, 0));
          return [];
        });
      });
    gather(0, env!);
    sums = (e) => readPanel(cx, e, ...sides, panel);
    const plain = rest.map((axis): Blocks => ({ ...blocksOf(axis), unroll: 1 }));
    over(cx, plain, [env!], (family) => writeStores(cx, kernel.stores, dtypes, family));
  });
  return { code: b.finish(name), tasks: cut.tasks, cost, scratchBytes: starts.at(-1)! + sizes.at(-1)! };
};

const lastly = (axes: readonly Axis[], last: Axis): readonly Axis[] => [...axes.filter((x) => x !== last), last];

/** Loops over whole axes, in blocks. */
const over = (
  cx: Context,
  axes: readonly Blocks[],
  family: readonly Env[],
  body: (family: readonly Env[]) => void,
): void => {
  const [blocks, ...rest] = axes;
  if (blocks === undefined) return body(together(family));
  overBlocks(cx, family, blocks, { from: cx.b.i32(0), to: cx.b.i32(blocks.axis.extent) }, [], (envs) => {
    over(cx, rest, envs, body);
    return [];
  });
};
/** Adds the sums of a tile to those in a panel. */
const addTo = (
  cx: Context,
  product: Expr,
  family: readonly Env[],
  [rows, columns]: readonly [Side, Side],
  panel: Panel,
): void => {
  const totals = family.map((env) => wide(cx, cx.evaluate(product, env), "f32"));
  family.forEach((env, i) => {
    const sum = cx.b.op("f32x4.add", readPanel(cx, env, rows, columns, panel).value, totals[i]!);
    cx.b.store(storeLanes(cx, "f32", placeIn(cx, rows, columns, panel, env), sum, env.mask?.count ?? cx.width));
  });
};

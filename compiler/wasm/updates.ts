import { byteSize, type DType } from "../../core/dtype.ts";
import { type Axis, axis, type Expr, visit } from "../../core/expr.ts";
import { int } from "../../core/index_expr.ts";
import type { Kernel, Store } from "../kernel.ts";
import { stepAlong } from "./analysis.ts";
import { type Blocks, fitted } from "./blocks.ts";
import { createBuilder } from "./builder.ts";
import { combine } from "./combine.ts";
import { estimate } from "./cost.ts";
import { bind, bindingOf, type Context, type Env, together, wide } from "./env.ts";
import { createContext, type Imports, widthOf } from "./evaluate.ts";
import { overGrid, partition } from "./grid.ts";
import type { StoreEffect } from "./ir.ts";
import { type Place, placeOfElement } from "./load.ts";
import type { Access } from "./opcodes.ts";
import type { PhaseCode } from "./phase.ts";
import { substitute } from "./rewrite.ts";
import { storeLanes } from "./store.ts";

/** Each task walks all updates: more tasks than this are no gain. */
const mostTasks = 16;
/** Elements of a row for which it pays that one task more looks whether an update is its own. */
const worthLooking = 16;

/**
 * Updates of what is there, one after the other. A task has places to itself and makes their updates in order: of some points of
 * the grid, and of whole rows along memory, which are updated at once, those in a part of memory.
 */
export const emitUpdates = (k: Kernel, imports: Imports, name: string): PhaseCode => {
  const [store] = k.stores;
  if (k.stores.length !== 1 || store?.combine === undefined) throw new Error(`${k.name}: one list of updates`);
  const b = createBuilder(imports.relaxed), roots = [store.index, store.value], width = widthOf(roots);
  const cx = createContext({ b, imports, roots, buffers: k.buffers.length + 1, width });
  const { free } = cx.analysis, { dtype, length } = k.buffers[store.target]!, last = k.grid.at(-1) ?? null;
  const row = last !== null && readsAlong(store.value, last, free) ? last : null;
  const whole = row !== null && stepAlong(store.index, row, free) === 1;
  const lanes = whole && byteSize[dtype] * width === 16, vector = lanes ? row : null;

  const loops = [...k.grid, ...store.axes], costs = estimate(cx.analysis, width);
  const access = costs.access(store.index, vector), all = loops.reduce((n, a) => n * a.extent, 1);
  const cost = costs.of(store.value, loops, vector) + 2 * access * all;
  const most = Math.min(mostTasks, cost / 2 ** 16),
    parts = axis(
      whole ? Math.max(1, Math.floor(Math.min(most, row!.extent / worthLooking))) : 1,
    );
  const share = Math.ceil(length / parts.extent), first = substitute(store.index, new Map([[row ?? parts, int(0)]]));
  const cut = partition(k.grid.map((a) => a.extent), k.grid.map((a) => whole && a === row ? a.extent : 1), cost, most);
  const blocks = [parts, ...k.grid].map((axis): Blocks => {
    const own = lanes && axis === row;
    return { axis, lanes: own, unroll: own ? fitted(cx, axis, 4, true) : 1, conditions: cx.conditions };
  });
  type Next = (family: readonly Env[]) => void;
  const turns = (axes: readonly Axis[], family: readonly Env[], next: Next): void => {
    const [axis, ...rest] = axes;
    if (axis === undefined) return own(family, next);
    b.loop({ from: b.i32(0), to: b.i32(axis.extent) }, [], (i) => {
      turns(rest, together(family.map((env) => bind(env, axis, i, 0))), next);
      return [];
    });
  };
  /** Goes on where the row is in the part of memory of this task. */
  const own = (family: readonly Env[], next: Next): void => {
    if (parts.extent === 1) return next(family);
    const [env] = family, from = b.op("i32.mul", bindingOf(env!, parts).base, b.i32(share));
    const past = b.op("i32.sub", cx.evaluate(first, env!).value, from);
    b.choose(b.op("i32.lt_u", past, b.i32(share)), () => {
      next(family);
      return [];
    }, () => []);
  };
  const outside = 1 + k.grid.length - (row === null ? 0 : 1);
  overGrid(
    cx,
    blocks,
    { sizes: [1, ...cut.sizes], tasks: parts.extent * cut.tasks },
    (family) => b.store(family.flatMap((env) => update(cx, store, dtype, env))),
    (at, family, next) => at === outside ? turns(store.axes, family, next) : next(family),
  );
  return { code: b.finish(name), tasks: parts.extent * cut.tasks, cost: Math.ceil(cost), scratchBytes: 0 };
};
/** Whether neighbours along an axis are read from memory in order. */
const readsAlong = (value: Expr, axis: Axis, free: (e: Expr) => ReadonlySet<Axis>): boolean => {
  let found = false;
  visit([value], (e) => found ||= e.tag === "load" && stepAlong(e.index, axis, free) === 1);
  return found;
};

const update = (cx: Context, s: Store, dtype: DType, env: Env): readonly StoreEffect[] => {
  const v = cx.evaluate(s.value, env), place = placeOfElement(cx, cx.addresses[s.target]!, s.index, dtype, env);
  if (env.lanes === null) {
    const value = combine(cx, s.combine!, dtype, false, present(cx, numbers[dtype], place), v.value);
    return [{ name: stores[dtype]!, ...place, value }];
  }
  const value = combine(cx, s.combine!, dtype, true, present(cx, "v128.load", place), wide(cx, v, dtype));
  return storeLanes(cx, dtype, place, value, env.mask?.count ?? cx.width);
};
/** What is there now. */
const present = ({ b }: Context, name: Access | undefined, { address, offset }: Place) => {
  if (name === undefined) throw new Error("elements of this dtype are not put together in memory");
  return b.loadScratch(name, address, offset);
};
const numbers: Partial<Record<DType, Access>> = { f32: "f32.load", f64: "f64.load", i32: "i32.load", u32: "i32.load" };
const stores: Partial<Record<DType, Access>> = {
  f32: "f32.store",
  f64: "f64.store",
  i32: "i32.store",
  u32: "i32.store",
};

import { type Axis, type Expr, type Fold, visit } from "../../core/expr.ts";
import type { Combine } from "../../core/scalar.ts";
import type { DType } from "../../core/dtype.ts";
import { type Blocks, fitted, overBlocks } from "./blocks.ts";
import { acrossLanes, addProduct, combine, identity } from "./combine.ts";
import { estimate } from "./cost.ts";
import {
  bind,
  type Context,
  derive,
  type Env,
  keyOf,
  narrowMask,
  placeOf,
  together,
  type Val,
  varies,
  wide,
} from "./env.ts";
import type { Scope, Value } from "./ir.ts";
import { blend } from "./values.ts";

/** A fold: a loop with an accumulator, in the outermost scope that knows its axes. Folds over the same axes share one loop. */
export const evaluateFold = (cx: Context, e: Fold, env: Env): Val => {
  const isWide = varies(cx, e, env), scope = placeOf(cx, e, env), key = keyOf(cx, e, env);
  const known = scope.known.get(key);
  if (known !== undefined) return { value: known, wide: isWide };
  const items = companions(cx, e, env, scope, isWide);
  const sums = items.map(({ fold, env }): Sum => ({
    ...fold,
    env: derive(env, isWide ? {} : { lanes: null, mask: narrowMask(env.mask) }),
    wide: isWide,
  }));
  const results = cx.b.at(scope, () => summed(cx, sums, e.axes));
  items.forEach((item, i) => scope.known.set(item.key, results[i]!));
  return { value: results[0]!, wide: isWide };
};

interface Item {
  readonly fold: Fold;
  readonly env: Env;
  readonly key: string;
}
/** This fold, and those that can be computed in its loop: other folds over its axes, and both in the unrolled copies. */
const companions = (cx: Context, e: Fold, env: Env, scope: Scope, isWide: boolean): readonly Item[] => {
  const items: Item[] = [{ fold: e, env, key: keyOf(cx, e, env) }], keys = new Set([items[0]!.key]);
  const open = cx.folds.includes(e) && env.family.length > 0;
  const same = open ? cx.folds.filter((f) => f === e || (joins(cx, f, e) && isReady(cx, f))) : [e];
  for (const other of env.family) {
    for (const fold of same) {
      if ([...cx.analysis.free(fold)].some((a) => !other.bindings.has(a))) continue;
      const key = keyOf(cx, fold, other);
      if (
        keys.has(key) || scope.known.has(key) || varies(cx, fold, other) !== isWide ||
        placeOf(cx, fold, other) !== scope
      ) continue;
      keys.add(key);
      items.push({ fold, env: other, key });
    }
  }
  return items;
};
/** Whether everything it reads is there. */
const isReady = (cx: Context, f: Fold): boolean => {
  if (cx.waiting.size === 0) return true;
  let ready = true;
  visit([f], (e) => ready &&= e.tag !== "load" || !cx.waiting.has(e.source));
  return ready;
};
const joins = (cx: Context, f: Fold, e: Fold): boolean =>
  f.axes.length === e.axes.length && f.axes.every((a, i) => a === e.axes[i]) &&
  !cx.analysis.contains(f, e) && !cx.analysis.contains(e, f) && cx.folds.every((g) => !between(cx, g, f, e));
/** Whether `g` needs one of two folds and the other needs `g`. */
const between = (cx: Context, g: Fold, f: Fold, e: Fold): boolean =>
  g !== f && g !== e && cx.analysis.contains(g, f) && cx.analysis.contains(e, g);

/** A value to be put together, and where. */
export interface Sum {
  readonly combine: Combine;
  readonly dtype: DType;
  readonly value: Expr;
  readonly env: Env;
  /** Whether lanes are kept apart. */
  readonly wide: boolean;
}
/** Rounds of a loop that are written out. */
const shortLoop = 8, unrolled = 4, accumulators = 8;

/** The sums over `axes`, in one loop nest. */
export const summed = (cx: Context, sums: readonly Sum[], axes: readonly Axis[]): readonly Value[] => {
  const last = axes.at(-1), start = sums.map((s) => identity(cx, s.combine, s.dtype, s.wide));
  if (axes.some((a) => a.extent === 0) || last === undefined) return start;
  const costs = estimate(cx.analysis, cx.width);
  if (sums.every((s) => !s.wide && costs.foldInLanes(s.value, axes))) return inLanes(cx, sums, axes);
  const unroll = last.extent <= shortLoop ? last.extent : last.extent % unrolled === 0 ? unrolled : 1;
  return nest(
    cx,
    sums,
    axes,
    { axis: last, unroll, lanes: false, conditions: cx.conditions },
    start,
    (env, s, carried) => {
      const product = s.wide ? withProduct(cx, s, env, carried) : null;
      if (product !== null) return cx.b.assign(carried, product);
      const v = cx.evaluate(s.value, env);
      return cx.b.assign(
        carried,
        combine(cx, s.combine, s.dtype, s.wide, carried, s.wide ? wide(cx, v, s.dtype) : v.value),
      );
    },
  );
};
/** What is carried with a product of f32 in lanes added; null where something else is to be put together. */
const withProduct = (cx: Context, { combine, dtype, value }: Sum, env: Env, carried: Value): Value | null => {
  const single = combine === "add" && (dtype === "f32" || dtype === "f16") && cx.width === 4;
  if (!single || value.tag !== "op" || value.op !== "mul") return null;
  const [x, y] = value.args.map((e) => cx.evaluate(e, env));
  return x!.wide || y!.wide ? addProduct(cx, carried, wide(cx, x!, dtype), wide(cx, y!, dtype)) : null;
};

/** With the values of the last axis in lanes, and several vectors at a time when there are few sums. */
const inLanes = (cx: Context, sums: readonly Sum[], axes: readonly Axis[]): readonly Value[] => {
  const last = axes.at(-1)!, most = Math.max(1, Math.floor(accumulators / sums.length));
  const each = fitted(cx, last, Math.min(4, most), true), short = fitted(cx, last, 5, true);
  const unroll = short * cx.width >= last.extent && short <= 4 ? short : each;
  const parts = sums.flatMap((s) => Array.from({ length: each }, () => identity(cx, s.combine, s.dtype, true)));
  const totals = nest(
    cx,
    sums,
    axes,
    { axis: last, unroll, lanes: true, conditions: cx.conditions },
    parts,
    (env, s, carried) => {
      const { lanes = null } = env.mask ?? {}, product = lanes === null ? withProduct(cx, s, env, carried) : null;
      if (product !== null) return cx.b.assign(carried, product);
      const v = wide(cx, cx.evaluate(s.value, env), s.dtype);
      const counted = lanes === null ? v : blend(cx.b, s.dtype, lanes, v, identity(cx, s.combine, s.dtype, true));
      return cx.b.assign(carried, combine(cx, s.combine, s.dtype, true, carried, counted));
    },
  );
  return sums.map((s, i) => {
    let rest = totals.slice(i * each, (i + 1) * each);
    while (rest.length > 1) {
      const half = Math.ceil(rest.length / 2), upper = rest.slice(half);
      rest = rest.slice(0, half).map((x, k) =>
        upper[k] === undefined ? x : combine(cx, s.combine, s.dtype, true, x, upper[k]!)
      );
    }
    return acrossLanes(cx, s.combine, s.dtype, rest[0]!);
  });
};

type Step = (env: Env, sum: Sum, carried: Value) => Value;
/**
 * Loops over `axes`, the last one in blocks. Copies of one round go to the accumulators of their sum: to one in turn where lanes
 * are summed up, else all to the only one, in order.
 */
const nest = (
  cx: Context,
  sums: readonly Sum[],
  axes: readonly Axis[],
  blocks: Blocks,
  start: readonly Value[],
  step: Step,
): readonly Value[] => {
  const each = start.length / sums.length, { b } = cx;
  const walk = (at: number, family: readonly Env[], carried: readonly Value[]): readonly Value[] => {
    const axis = axes[at]!;
    if (at < axes.length - 1) {
      return b.loop(
        { from: b.i32(0), to: b.i32(axis.extent) },
        carried,
        (i, c) => walk(at + 1, together(family.map((env) => bind(env, axis, i, 0))), c),
      );
    }
    return overBlocks(cx, family, blocks, { from: b.i32(0), to: b.i32(axis.extent) }, carried, (copies, c) => {
      const out = [...c], count = copies.length / family.length;
      for (let u = 0; u < count; u++) {
        b.apart(() =>
          sums.forEach((s, i) => {
            const slot = i * each + u % each;
            out[slot] = step(copies[i * count + u]!, s, out[slot]!);
          })
        );
      }
      return out;
    });
  };
  return walk(0, together(sums.map((s) => s.env)), start);
};

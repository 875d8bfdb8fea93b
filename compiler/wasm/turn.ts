import type { Axis, Expr } from "../../core/expr.ts";
import { stepAlong } from "./analysis.ts";
import type { Context, Env } from "./env.ts";
import type { Builder, Value } from "./ir.ts";

/** Four vectors as the rows of a square, turned: vector k of the result holds number k of each. */
export const turned = (b: Builder, [v0, v1, v2, v3]: readonly [Value, Value, Value, Value]): readonly Value[] => {
  const mixLow = [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23], mixHigh = mixLow.map((i) => i + 8);
  const low = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23], high = low.map((i) => i + 8);
  const p = b.shuffle(mixLow, v0, v1),
    q = b.shuffle(mixLow, v2, v3),
    r = b.shuffle(mixHigh, v0, v1),
    s = b.shuffle(mixHigh, v2, v3);
  return [b.shuffle(low, p, q), b.shuffle(high, p, q), b.shuffle(low, r, s), b.shuffle(high, r, s)];
};

/** Four copies that differ by consecutive values of one axis. */
export type Four = readonly [Env, Env, Env, Env];

/**
 * The four copies, this one among them, that are next to each other along an axis along which `index` counts elements, while it
 * takes larger steps along the lanes: their elements are the columns of a square of which the rows lie in memory.
 */
export const neighbours = (cx: Context, index: Expr, env: Env): Four | null => {
  const { free, freeList } = cx.analysis, step = env.lanes === null ? null : stepAlong(index, env.lanes, free);
  if (step === null || step === 0 || step === 1 || cx.width !== 4 || env.family.length < 4) return null;
  for (const axis of freeList(index)) {
    if (axis === env.lanes || stepAlong(index, axis, free) !== 1) continue;
    const four = along(axis, env);
    if (four !== null) return four;
  }
  return null;
};
const along = (axis: Axis, env: Env): Four | null => {
  const own = env.bindings.get(axis)!, first = own.offset - own.offset % 4;
  const others = env.family.filter((e) =>
    e.lanes === env.lanes && e.mask === env.mask &&
    [...env.bindings].every(([a, { base, offset }]) => {
      const there = e.bindings.get(a);
      return there?.base === base && (a === axis || there.offset === offset);
    })
  );
  const found = [0, 1, 2, 3].map((k) => others.find((e) => e.bindings.get(axis)!.offset === first + k));
  return found.every((e) => e !== undefined) ? found as unknown as Four : null;
};

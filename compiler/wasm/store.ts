import { byteSize, type DType } from "../../core/dtype.ts";
import type { Axis } from "../../core/expr.ts";
import type { Store } from "../kernel.ts";
import { stepAlong } from "./analysis.ts";
import { type Blocks, overBlocks } from "./blocks.ts";
import type { StoreEffect, Value } from "./ir.ts";
import { estimate } from "./cost.ts";
import { bind, type Context, type Env, together, type Val, varies, wide } from "./env.ts";
import { toHalf } from "./half.ts";
import { type Place, placeOfElement } from "./load.ts";
import type { Access } from "./opcodes.ts";
import { type Four, neighbours, turned } from "./turn.ts";
import { extract, splat, splatWord } from "./values.ts";

/** Writes what `stores` say, for every environment of a family. */
export const writeStores = (
  cx: Context,
  stores: readonly Store[],
  dtypes: readonly DType[],
  family: readonly Env[],
): void => {
  for (const group of sameAxes(stores)) {
    inside(cx, group, group[0]!.axes, family, (envs) => {
      for (const some of together4(cx, group, dtypes, envs)) {
        cx.b.store(group.flatMap((s) => {
          const dtype = dtypes[s.target]!, four = some.length === 4 ? square(cx, s, dtype, some[0]!) : null;
          return four === null ? some.flatMap((env) => effects(cx, s, dtype, env)) : turnedEffects(cx, s, dtype, four);
        }));
      }
    });
  }
};

/** Four copies whose elements are the columns of a square of which the rows lie in memory. */
const square = (cx: Context, s: Store, dtype: DType, env: Env): Four | null =>
  byteSize[dtype] === 4 ? neighbours(cx, s.index, env) : null;
/** The copies, in fours where a store can write their elements as rows. */
const together4 = (
  cx: Context,
  stores: readonly Store[],
  dtypes: readonly DType[],
  family: readonly Env[],
): readonly (readonly Env[])[] => {
  const done = new Set<Env>(), out: (readonly Env[])[] = [];
  for (const env of family) {
    if (done.has(env)) continue;
    const four = stores.reduce<Four | null>((found, s) => found ?? square(cx, s, dtypes[s.target]!, env), null);
    const some = four ?? [env];
    some.forEach((e) => done.add(e));
    out.push(some);
  }
  return out;
};
const turnedEffects = (cx: Context, s: Store, dtype: DType, four: Four): readonly StoreEffect[] => {
  const { b } = cx, step = stepAlong(s.index, four[0].lanes!, cx.analysis.free)!;
  const columns = four.map((env) => laid(cx, dtype, wide(cx, cx.evaluate(s.value, env), dtype)));
  const rows = turned(b, columns as unknown as readonly [Value, Value, Value, Value]);
  const { address, offset } = placeOfElement(cx, cx.addresses[s.target]!, s.index, dtype, four[0]);
  return rows.slice(0, four[0].mask?.count ?? 4).map((value, k): StoreEffect => {
    const at = offset + 4 * k * step;
    return at >= 0
      ? { name: "v128.store", address, offset: at, value }
      : { name: "v128.store", address: b.op("i32.add", address, b.i32(at)), offset: 0, value };
  });
};

/** Stores with the same loops, in order. */
const sameAxes = (stores: readonly Store[]): Store[][] => {
  const groups: Store[][] = [];
  for (const s of stores) {
    const home = groups.find(([first]) =>
      first!.axes.length === s.axes.length && first!.axes.every((a, i) => a === s.axes[i])
    );
    if (home === undefined) groups.push([s]);
    else home.push(s);
  }
  return groups;
};
/** The loops of the stores' own axes. */
const inside = (
  cx: Context,
  stores: readonly Store[],
  axes: readonly Axis[],
  family: readonly Env[],
  body: (family: readonly Env[]) => void,
): void => {
  const { b } = cx, [axis, ...rest] = axes;
  if (axis === undefined) return body(family);
  if (rest.length > 0 || family[0]!.lanes !== null) {
    b.loop({ from: b.i32(0), to: b.i32(axis.extent) }, [], (i) => {
      inside(cx, stores, rest, together(family.map((env) => bind(env, axis, i, 0))), body);
      return [];
    });
    return;
  }
  const costs = estimate(cx.analysis, cx.width);
  const time = (lanes: Axis | null) =>
    stores.reduce((t, s) => t + costs.of(s.value, [axis], lanes) + costs.access(s.index, lanes) * axis.extent, 0);
  const blocks: Blocks = {
    axis,
    unroll: 1,
    lanes: axis.extent > 1 && time(axis) < time(null),
    conditions: cx.conditions,
  };
  overBlocks(cx, family, blocks, { from: b.i32(0), to: b.i32(axis.extent) }, [], (envs) => {
    body(envs);
    return [];
  });
};

const effects = (cx: Context, s: Store, dtype: DType, env: Env): readonly StoreEffect[] => {
  const v = cx.evaluate(s.value, env), buffer = cx.addresses[s.target]!;
  if (!varies(cx, s.index, env)) {
    if (v.wide) throw new Error("a store writes several values to one place");
    return [storeNumber(cx, dtype, placeOfElement(cx, buffer, s.index, dtype, env), v)];
  }
  const { b, width } = cx,
    held = laid(cx, dtype, wide(cx, v, dtype)),
    step = stepAlong(s.index, env.lanes!, cx.analysis.free);
  const count = env.mask?.count ?? width;
  if (step !== null) {
    const place = placeOfElement(cx, buffer, s.index, dtype, env);
    if (step === 1) return storeLanes(cx, dtype, place, held, count);
    return Array.from({ length: count }, (_, k) => {
      const at = b.op("i32.add", place.address, b.i32(place.offset + k * step * byteSize[dtype]));
      return storeLane(cx, dtype, { address: at, offset: 0 }, held, k);
    });
  }
  const index = wide(cx, cx.evaluate(s.index, env), "i32");
  const addresses = b.op(
    "i32x4.add",
    b.op("i32x4.shl", index, b.i32(Math.log2(byteSize[dtype]))),
    splat(b, "i32", buffer),
  );
  return Array.from(
    { length: count },
    (_, k) => storeLane(cx, dtype, { address: extract(b, "i32", addresses, k), offset: 0 }, held, k),
  );
};

/** A vector as it is stored; f16 takes the low half of each lane. */
const laid = ({ b }: Context, dtype: DType, v: Value): Value =>
  dtype === "bool" ? b.op("v128.and", v, splatWord(b, 1)) : dtype === "f16" ? toHalf(b, v) : v;
const storeNumber = (cx: Context, dtype: DType, { address, offset }: Place, v: Val): StoreEffect => {
  const { b } = cx;
  switch (dtype) {
    case "f16":
      return { name: "i32.store16", address, offset, value: extract(b, "i32", toHalf(b, splat(b, "f16", v.value)), 0) };
    case "f32":
      return { name: "f32.store", address, offset, value: v.value };
    case "f64":
      return { name: "f64.store", address, offset, value: v.value };
    default:
      return { name: "i32.store", address, offset, value: v.value };
  }
};
/** The first `count` lanes to consecutive elements. */
export const storeLanes = (
  cx: Context,
  dtype: DType,
  { address, offset }: Place,
  value: Value,
  count: number,
): readonly StoreEffect[] => {
  const { b } = cx, size = byteSize[dtype];
  const packed = dtype === "f16"
    ? b.shuffle([0, 1, 4, 5, 8, 9, 12, 13, 0, 1, 4, 5, 8, 9, 12, 13], value, value)
    : value;
  if (count * size === 16) return [{ name: "v128.store", address, offset, value: packed }];
  const out: StoreEffect[] = [];
  for (let at = 0; at < count * size;) {
    const bytes = [8, 4, 2].find((n) => at + n <= count * size && at % n === 0)!;
    out.push({ name: laneStores[bytes as 8 | 4 | 2], address, offset: offset + at, value: packed, lane: at / bytes });
    at += bytes;
  }
  return out;
};
const laneStores: Readonly<Record<8 | 4 | 2, Access>> = {
  8: "v128.store64_lane",
  4: "v128.store32_lane",
  2: "v128.store16_lane",
};
/** One lane. */
const storeLane = (_cx: Context, dtype: DType, { address, offset }: Place, value: Value, k: number): StoreEffect =>
  dtype === "f16"
    ? { name: "v128.store16_lane", address, offset, value, lane: 2 * k }
    : { name: laneStores[byteSize[dtype] as 8 | 4], address, offset, value, lane: k };

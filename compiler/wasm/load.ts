import { byteSize, type DType } from "../../core/dtype.ts";
import type { Expr, Load } from "../../core/expr.ts";
import { shared, stepAlong } from "./analysis.ts";
import { bindingOf, type Context, derive, type Env, keyOf, narrowMask, type Val, varies, wide } from "./env.ts";
import { fromHalf } from "./half.ts";
import type { Value } from "./ir.ts";
import { type Four, neighbours, turned } from "./turn.ts";
import { extract, gatherLanes, lanesFrom, splat, splatWord } from "./values.ts";

/** An address and what an instruction adds to it. */
export interface Place {
  readonly address: Value;
  readonly offset: number;
}
/** Addresses of buffers are at least this: that much may be left to the instruction though the rest lies before the buffer. */
const margin = 1024;

const times = ({ b }: Context, x: Value, k: number): Value => {
  const log = Math.log2(Math.abs(k));
  if (k > 0 && Number.isInteger(log)) return b.op("i32.shl", x, b.i32(log));
  return b.op("i32.mul", x, b.i32(k));
};
/** The address of an element; of the one in the first lane where it differs between lanes. Sums of what changes least come first. */
export const placeOfElement = (cx: Context, buffer: Value, index: Expr, dtype: DType, env: Env): Place => {
  const { b } = cx, { form, least } = cx.analysis.form(index), size = byteSize[dtype];
  let constant = form.constant;
  const terms = [...form.terms].map(([atom, c]) => {
    if (atom.tag !== "axis") return { value: cx.evaluate(atom, env).value, c };
    const { base, offset } = bindingOf(env, atom);
    constant += c * offset;
    return { value: base, c };
  }).sort((x, y) => x.value.scope.depth - y.value.scope.depth);
  const address = terms.reduce((sum, { value, c }) => b.op("i32.add", sum, times(cx, value, c * size)), buffer);
  const offset = constant * size;
  if (offset >= 0 && (offset <= margin || least - form.constant >= 0)) return { address, offset };
  return { address: b.op("i32.add", address, b.i32(offset)), offset: 0 };
};
/** The same address where it may be read, else one that always may. */
const allowed = (cx: Context, place: Place, buffer: Value, env: Env): Place => {
  const any = env.mask?.any ?? null;
  if (any === null) return place;
  const { b } = cx, exact = b.op("i32.add", place.address, b.i32(place.offset));
  return { address: b.select(any, exact, buffer), offset: 0 };
};

export const evaluateLoad = (cx: Context, e: Load, env: Env): Val => {
  const buffer = cx.addresses[e.source]!,
    step = varies(cx, e.index, env) ? stepAlong(e.index, env.lanes!, cx.analysis.free) : 0;
  if (step === 0) {
    const place = allowed(cx, placeOfElement(cx, buffer, e.index, e.dtype, env), buffer, env);
    return { value: loadNumber(cx, e.dtype, place), wide: false };
  }
  const many = step === null ? shared(e.index, env.lanes!, cx.analysis.free) : null;
  if (many === 4 || (many === 2 && shuffles(cx, e.dtype))) {
    // The index in the first lane, from which those in the others follow.
    const first = derive(env, { lanes: null, mask: narrowMask(env.mask) });
    const place = allowed(cx, placeOfElement(cx, buffer, e.index, e.dtype, first), buffer, env);
    if (many === 4) return { value: loadNumber(cx, e.dtype, place), wide: false };
    const two = cx.b.load("v128.load64_zero", place.address, place.offset);
    return {
      value: hold(cx, e.dtype, cx.b.shuffle([0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7], two, two)),
      wide: true,
    };
  }
  const four = step !== null && !env.mask?.lanes && !env.mask?.any && shuffles(cx, e.dtype)
    ? neighbours(cx, e.index, env)
    : null;
  if (four !== null && step !== null) return loadTurned(cx, e, buffer, env, four, step);
  const regular = step !== null &&
    (step === 1 || (Math.abs(step) <= 2 && step !== -2 && shuffles(cx, e.dtype)) || !env.mask?.lanes);
  if (!regular) return { value: loadScattered(cx, e, buffer, env), wide: true };
  const place = allowed(cx, placeOfElement(cx, buffer, e.index, e.dtype, env), buffer, env);
  return { value: loadLanes(cx, e.dtype, place, step), wide: true };
};

/** Whether four words can be picked from two vectors. */
const shuffles = (cx: Context, dtype: DType): boolean => cx.width === 4 && byteSize[dtype] === 4;

/** An element as a number. */
export const loadNumber = (cx: Context, dtype: DType, { address, offset }: Place): Value => {
  const { b } = cx;
  switch (dtype) {
    case "f32": {
      const value = b.load("f32.load", address, offset);
      cx.splats.set(value, () => b.load("v128.load32_splat", address, offset));
      return value;
    }
    case "f64":
      return b.load("f64.load", address, offset);
    case "i32":
    case "u32":
      return b.load("i32.load", address, offset);
    case "bool":
      return b.op("i32.ne", b.load("i32.load", address, offset), b.i32(0));
    case "f16":
      return extract(b, "f16", fromHalf(b, splat(b, "i32", b.load("i32.load16_u", address, offset))), 0);
  }
};
/** A vector of elements as it lies in memory, as what it is held as. */
const hold = ({ b }: Context, dtype: DType, v: Value): Value =>
  dtype === "bool" ? b.op("i32x4.ne", v, splatWord(b, 0)) : dtype === "f16" ? fromHalf(b, v) : v;

/** Elements `step` apart. */
const loadLanes = (cx: Context, dtype: DType, { address, offset }: Place, step: number): Value => {
  const { b, width } = cx, size = byteSize[dtype];
  if (step === 1) {
    if (size * width === 16) return hold(cx, dtype, b.load("v128.load", address, offset));
    const half = b.load(size * width === 8 ? "v128.load64_zero" : "v128.load32_zero", address, offset);
    return hold(cx, dtype, dtype === "f16" ? b.op("i32x4.extend_low_i16x8_u", half) : half);
  }
  if (step === 2 && shuffles(cx, dtype)) {
    const low = b.load("v128.load", address, offset), high = b.load("v128.load", address, offset + 16);
    return hold(cx, dtype, b.shuffle([0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27], low, high));
  }
  if (step === -1 && shuffles(cx, dtype)) {
    const v = b.load("v128.load", b.op("i32.add", address, b.i32(offset - 12)), 0);
    return hold(cx, dtype, b.shuffle([12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3], v, v));
  }
  const places = Array.from({ length: width }, (_, k): Place => {
    const at = offset + k * step * size;
    return at >= offset ? { address, offset: at } : { address: b.op("i32.add", address, b.i32(at)), offset: 0 };
  });
  return loadEach(cx, dtype, places);
};
/** What four copies load: rows of a square, turned. */
const loadTurned = (cx: Context, e: Load, buffer: Value, env: Env, four: Four, step: number): Val => {
  const { address, offset } = placeOfElement(cx, buffer, e.index, e.dtype, four[0]), size = byteSize[e.dtype];
  const rows = [0, 1, 2, 3].map((k) => {
    const at = offset + k * step * size;
    return at >= 0
      ? cx.b.load("v128.load", address, at)
      : cx.b.load("v128.load", cx.b.op("i32.add", address, cx.b.i32(at)), 0);
  });
  const columns = turned(cx.b, rows as unknown as readonly [Value, Value, Value, Value]);
  four.forEach((other, k) =>
    env.shared.set(keyOf(cx, e, other), { value: hold(cx, e.dtype, columns[k]!), wide: true })
  );
  return env.shared.get(keyOf(cx, e, env))!;
};
/** One element for each lane. */
const loadEach = (cx: Context, dtype: DType, places: readonly Place[]): Value => {
  const { b } = cx;
  if (dtype === "f16") {
    return hold(cx, dtype, gatherLanes(b, "i32", places.map((p) => b.load("i32.load16_u", p.address, p.offset))));
  }
  const bits = dtype === "f64" ? 64 : 32;
  const first = b.load(`v128.load${bits}_zero`, places[0]!.address, places[0]!.offset);
  const rest = places.slice(1).reduce(
    (v, p, i) => b.load(`v128.load${bits}_lane`, p.address, p.offset, i + 1, v),
    first,
  );
  return hold(cx, dtype, rest);
};
/** Elements anywhere: the lanes that do not count read the first element of the buffer. */
const loadScattered = (cx: Context, e: Load, buffer: Value, env: Env): Value => {
  const { b } = cx, index = wide(cx, cx.evaluate(e.index, env), "i32");
  const { lanes = null, any = null } = env.mask ?? {};
  const mask = lanes ?? (any === null ? null : splat(b, "bool", b.op("i32.ne", any, b.i32(0))));
  const safe = mask === null ? index : b.op("v128.and", index, mask);
  const bytes = b.op("i32x4.shl", safe, b.i32(Math.log2(byteSize[e.dtype])));
  const addresses = b.op("i32x4.add", bytes, splat(b, "i32", buffer));
  return loadEach(
    cx,
    e.dtype,
    Array.from({ length: cx.width }, (_, k) => ({ address: extract(b, "i32", addresses, k), offset: 0 })),
  );
};

/** An axis as an index. */
export const evaluateAxis = (cx: Context, e: Extract<Expr, { tag: "axis" }>, env: Env): Val => {
  const { base, offset } = bindingOf(env, e), first = cx.b.op("i32.add", base, cx.b.i32(offset));
  return e === env.lanes ? { value: lanesFrom(cx.b, first), wide: true } : { value: first, wide: false };
};

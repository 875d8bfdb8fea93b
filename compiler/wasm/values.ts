import type { DType } from "../../core/dtype.ts";
import type { Builder, Value } from "./ir.ts";
import type { Opcode, ValType } from "./opcodes.ts";

/**
 * How elements are held while they are computed. f16 is computed in f32 and rounded where it is stored or converted. A
 * bool is 0 or 1 as a number and 0 or -1 in a lane. A kernel that touches f64 has two lanes, then values of 32 bits are in the
 * low half of a vector; any other kernel has four.
 */
export type Width = 2 | 4;

/** What an element is held as. */
export type Kind = "f32" | "f64" | "i32" | "u32" | "bool";
export const kindOf = (d: DType): Kind => d === "f16" ? "f32" : d;
export const typeOf = (d: DType): ValType => d === "f64" ? "f64" : d === "f32" || d === "f16" ? "f32" : "i32";

/** A vector constant of four equal words. */
export const splatWord = (b: Builder, w: number): Value => b.vector(w, w, w, w);
const bits = new DataView(new ArrayBuffer(8));
const wordOf = (x: number): number => {
  bits.setFloat32(0, x);
  return bits.getInt32(0);
};

/** A constant element as a number. */
export const constant = (b: Builder, dtype: DType, value: number): Value => {
  switch (dtype) {
    case "f64":
      return b.f64(value);
    case "f32":
      return b.f32(Math.fround(value));
    case "f16":
      return b.f32(new Float16Array([value])[0]!);
    case "bool":
      return b.i32(value !== 0 ? 1 : 0);
    case "i32":
    case "u32":
      return b.i32(value | 0);
  }
};
/** A constant element in every lane. */
export const constantLanes = (b: Builder, dtype: DType, value: number): Value => {
  switch (dtype) {
    case "f64":
      bits.setFloat64(0, value);
      return b.vector(bits.getInt32(4), bits.getInt32(0), bits.getInt32(4), bits.getInt32(0));
    case "f32":
      return splatWord(b, wordOf(value));
    case "f16":
      return splatWord(b, wordOf(new Float16Array([value])[0]!));
    case "bool":
      return splatWord(b, value !== 0 ? -1 : 0);
    case "i32":
    case "u32":
      return splatWord(b, value | 0);
  }
};

/** A number in every lane. */
export const splat = (b: Builder, dtype: DType, x: Value): Value => {
  switch (kindOf(dtype)) {
    case "f64":
      return b.op("f64x2.splat", x);
    case "f32":
      return b.op("f32x4.splat", x);
    case "bool":
      return b.op("i32x4.splat", b.op("i32.sub", b.i32(0), x));
    case "i32":
    case "u32":
      return x.constant !== null ? splatWord(b, x.constant) : b.op("i32x4.splat", x);
  }
};
/** The number in a lane. */
export const extract = (b: Builder, dtype: DType, x: Value, lane: number): Value => {
  switch (kindOf(dtype)) {
    case "f64":
      return b.lane("f64x2.extract_lane", lane, x);
    case "f32":
      return b.lane("f32x4.extract_lane", lane, x);
    case "bool":
      return b.op("i32.and", b.lane("i32x4.extract_lane", lane, x), b.i32(1));
    case "i32":
    case "u32":
      return b.lane("i32x4.extract_lane", lane, x);
  }
};
/** A vector of numbers, one for each lane. */
export const gatherLanes = (b: Builder, dtype: DType, numbers: readonly Value[]): Value => {
  const kind = kindOf(dtype);
  const name = kind === "f64" ? "f64x2.replace_lane" : kind === "f32" ? "f32x4.replace_lane" : "i32x4.replace_lane";
  const first = splat(b, kind === "bool" ? "i32" : dtype, numbers[0]!);
  const all = numbers.slice(1).reduce((v, x, i) => b.lane(name, i + 1, v, x), first);
  return kind === "bool" ? b.op("i32x4.neg", all) : all;
};

/** `mask ? x : y` in every lane; the mask is one of 32-bit lanes. */
export const blend = (b: Builder, dtype: DType, mask: Value, x: Value, y: Value): Value => {
  const m = dtype === "f64" ? widen(b, mask) : mask, zero = splatWord(b, 0);
  if (y === zero) return b.op("v128.and", x, m);
  if (x === zero) return b.op("v128.andnot", y, m);
  return b.op(b.relaxed ? `${dtype === "f64" ? "i64x2" : "i32x4"}.relaxed_laneselect` : "v128.bitselect", x, y, m);
};
/** A mask of 32-bit lanes for the two lanes of f64, and back. */
export const widen = (b: Builder, mask: Value): Value => b.op("i64x2.extend_low_i32x4_s", mask);
export const narrow = (b: Builder, mask: Value): Value =>
  b.shuffle([0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11], mask, mask);

/** Lane `i` holds `first + i`. */
export const lanesFrom = (b: Builder, first: Value): Value => {
  const steps = b.vector(0, 1, 2, 3);
  return first.constant === 0 ? steps : b.op("i32x4.add", splat(b, "i32", first), steps);
};
/** A mask of the first `n` lanes. */
export const firstLanes = (b: Builder, n: number): Value =>
  b.vector(n > 0 ? -1 : 0, n > 1 ? -1 : 0, n > 2 ? -1 : 0, n > 3 ? -1 : 0);

/** `x / c` of 0 <= x < 2^31 and a constant c > 0, by a multiplication: exact, since c m = 2^s + e with 0 <= e < c <= 2^(s - 31). */
export const magic = (c: number): { readonly multiplier: bigint; readonly shift: number } => {
  const shift = 31 + Math.ceil(Math.log2(c));
  return { multiplier: ((1n << BigInt(shift)) + BigInt(c) - 1n) / BigInt(c), shift };
};
export const divide = (b: Builder, x: Value, c: number): Value => {
  if (Number.isInteger(Math.log2(c))) return b.op("i32.shr_u", x, b.i32(Math.log2(c)));
  const { multiplier, shift } = magic(c);
  const product = b.op("i64.mul", b.op("i64.extend_i32_u", x), b.i64(multiplier));
  return b.op("i32.wrap_i64", b.op("i64.shr_u", product, b.i64(BigInt(shift))));
};
/** The same in every lane. */
export const divideLanes = (b: Builder, x: Value, c: number): Value => {
  if (Number.isInteger(Math.log2(c))) return b.op("i32x4.shr_u", x, b.i32(Math.log2(c)));
  const { multiplier, shift } = magic(c), factor = splatWord(b, Number(BigInt.asIntN(32, multiplier)));
  const half = (name: Opcode) => b.op("i64x2.shr_u", b.op(name, x, factor), b.i32(shift));
  const even = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27];
  return b.shuffle(even, half("i64x2.extmul_low_i32x4_u"), half("i64x2.extmul_high_i32x4_u"));
};

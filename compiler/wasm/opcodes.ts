/** The instructions the kernels use: opcode and type of the result. Numbers from 0xfc00 carry a prefix of 8 bits. */
export type ValType = "i32" | "i64" | "f32" | "f64" | "v128";

// deno-fmt-ignore
const table = {
  "i32.eqz": [0x45, "i32"], "i32.eq": [0x46, "i32"], "i32.ne": [0x47, "i32"], "i32.lt_s": [0x48, "i32"],
  "i32.lt_u": [0x49, "i32"], "i32.gt_s": [0x4a, "i32"], "i32.gt_u": [0x4b, "i32"], "i32.le_s": [0x4c, "i32"],
  "i32.le_u": [0x4d, "i32"], "i32.ge_s": [0x4e, "i32"], "i32.ge_u": [0x4f, "i32"], "f32.eq": [0x5b, "i32"],
  "f32.ne": [0x5c, "i32"], "f32.lt": [0x5d, "i32"], "f32.gt": [0x5e, "i32"], "f32.le": [0x5f, "i32"],
  "f32.ge": [0x60, "i32"], "f64.eq": [0x61, "i32"], "f64.ne": [0x62, "i32"], "f64.lt": [0x63, "i32"],
  "f64.gt": [0x64, "i32"], "f64.le": [0x65, "i32"], "f64.ge": [0x66, "i32"], "i32.add": [0x6a, "i32"],
  "i32.sub": [0x6b, "i32"], "i32.mul": [0x6c, "i32"], "i32.div_s": [0x6d, "i32"], "i32.div_u": [0x6e, "i32"],
  "i32.rem_s": [0x6f, "i32"], "i32.rem_u": [0x70, "i32"], "i32.and": [0x71, "i32"], "i32.or": [0x72, "i32"],
  "i32.xor": [0x73, "i32"], "i32.shl": [0x74, "i32"], "i32.shr_s": [0x75, "i32"], "i32.shr_u": [0x76, "i32"],
  "i64.mul": [0x7e, "i64"], "i64.shr_u": [0x88, "i64"], "f32.abs": [0x8b, "f32"], "f32.neg": [0x8c, "f32"],
  "f32.ceil": [0x8d, "f32"], "f32.floor": [0x8e, "f32"], "f32.trunc": [0x8f, "f32"], "f32.nearest": [0x90, "f32"],
  "f32.sqrt": [0x91, "f32"], "f32.add": [0x92, "f32"], "f32.sub": [0x93, "f32"], "f32.mul": [0x94, "f32"],
  "f32.div": [0x95, "f32"], "f32.min": [0x96, "f32"], "f32.max": [0x97, "f32"], "f64.abs": [0x99, "f64"],
  "f64.neg": [0x9a, "f64"], "f64.ceil": [0x9b, "f64"], "f64.floor": [0x9c, "f64"], "f64.trunc": [0x9d, "f64"],
  "f64.nearest": [0x9e, "f64"], "f64.sqrt": [0x9f, "f64"], "f64.add": [0xa0, "f64"], "f64.sub": [0xa1, "f64"],
  "f64.mul": [0xa2, "f64"], "f64.div": [0xa3, "f64"], "f64.min": [0xa4, "f64"], "f64.max": [0xa5, "f64"],
  "i32.wrap_i64": [0xa7, "i32"], "i64.extend_i32_u": [0xad, "i64"], "f32.convert_i32_s": [0xb2, "f32"],
  "f32.convert_i32_u": [0xb3, "f32"], "f32.demote_f64": [0xb6, "f32"], "f64.convert_i32_s": [0xb7, "f64"],
  "f64.convert_i32_u": [0xb8, "f64"], "f64.promote_f32": [0xbb, "f64"], "i32.reinterpret_f32": [0xbc, "i32"],
  "f32.reinterpret_i32": [0xbe, "f32"], "i32.trunc_sat_f32_s": [0xfc00, "i32"],
  "i32.trunc_sat_f32_u": [0xfc01, "i32"], "i32.trunc_sat_f64_s": [0xfc02, "i32"],
  "i32.trunc_sat_f64_u": [0xfc03, "i32"], "i32x4.splat": [0xfd11, "v128"], "i64x2.splat": [0xfd12, "v128"],
  "f32x4.splat": [0xfd13, "v128"], "f64x2.splat": [0xfd14, "v128"], "i32x4.eq": [0xfd37, "v128"],
  "i32x4.ne": [0xfd38, "v128"], "i32x4.lt_s": [0xfd39, "v128"], "i32x4.lt_u": [0xfd3a, "v128"],
  "i32x4.gt_s": [0xfd3b, "v128"], "i32x4.gt_u": [0xfd3c, "v128"], "i32x4.le_s": [0xfd3d, "v128"],
  "i32x4.le_u": [0xfd3e, "v128"], "i32x4.ge_s": [0xfd3f, "v128"], "i32x4.ge_u": [0xfd40, "v128"],
  "f32x4.eq": [0xfd41, "v128"], "f32x4.ne": [0xfd42, "v128"], "f32x4.lt": [0xfd43, "v128"],
  "f32x4.gt": [0xfd44, "v128"], "f32x4.le": [0xfd45, "v128"], "f32x4.ge": [0xfd46, "v128"],
  "f64x2.eq": [0xfd47, "v128"], "f64x2.ne": [0xfd48, "v128"], "f64x2.lt": [0xfd49, "v128"],
  "f64x2.gt": [0xfd4a, "v128"], "f64x2.le": [0xfd4b, "v128"], "f64x2.ge": [0xfd4c, "v128"],
  "v128.not": [0xfd4d, "v128"], "v128.and": [0xfd4e, "v128"], "v128.andnot": [0xfd4f, "v128"],
  "v128.or": [0xfd50, "v128"], "v128.xor": [0xfd51, "v128"], "v128.bitselect": [0xfd52, "v128"],
  "v128.any_true": [0xfd53, "i32"], "f32x4.demote_f64x2_zero": [0xfd5e, "v128"],
  "f64x2.promote_low_f32x4": [0xfd5f, "v128"], "f32x4.ceil": [0xfd67, "v128"], "f32x4.floor": [0xfd68, "v128"],
  "f32x4.trunc": [0xfd69, "v128"], "f32x4.nearest": [0xfd6a, "v128"], "f64x2.ceil": [0xfd74, "v128"],
  "f64x2.floor": [0xfd75, "v128"], "f64x2.trunc": [0xfd7a, "v128"], "f64x2.nearest": [0xfd94, "v128"],
  "i32x4.extend_low_i16x8_u": [0xfda9, "v128"], "i32x4.abs": [0xfda0, "v128"], "i32x4.neg": [0xfda1, "v128"],
  "i32x4.shl": [0xfdab, "v128"], "i32x4.shr_s": [0xfdac, "v128"], "i32x4.shr_u": [0xfdad, "v128"],
  "i32x4.add": [0xfdae, "v128"], "i32x4.sub": [0xfdb1, "v128"], "i32x4.mul": [0xfdb5, "v128"],
  "i32x4.min_s": [0xfdb6, "v128"], "i32x4.min_u": [0xfdb7, "v128"], "i32x4.max_s": [0xfdb8, "v128"],
  "i32x4.max_u": [0xfdb9, "v128"], "i64x2.extend_low_i32x4_s": [0xfdc7, "v128"], "i64x2.shr_u": [0xfdcd, "v128"],
  "i64x2.extmul_low_i32x4_u": [0xfdde, "v128"], "i64x2.extmul_high_i32x4_u": [0xfddf, "v128"],
  "f32x4.abs": [0xfde0, "v128"], "f32x4.neg": [0xfde1, "v128"], "f32x4.sqrt": [0xfde3, "v128"],
  "f32x4.add": [0xfde4, "v128"], "f32x4.sub": [0xfde5, "v128"], "f32x4.mul": [0xfde6, "v128"],
  "f32x4.div": [0xfde7, "v128"], "f32x4.min": [0xfde8, "v128"], "f32x4.max": [0xfde9, "v128"],
  "f32x4.pmin": [0xfdea, "v128"], "f32x4.pmax": [0xfdeb, "v128"], "f64x2.abs": [0xfdec, "v128"],
  "f64x2.neg": [0xfded, "v128"], "f64x2.sqrt": [0xfdef, "v128"], "f64x2.add": [0xfdf0, "v128"],
  "f64x2.sub": [0xfdf1, "v128"], "f64x2.mul": [0xfdf2, "v128"], "f64x2.div": [0xfdf3, "v128"],
  "f64x2.min": [0xfdf4, "v128"], "f64x2.max": [0xfdf5, "v128"], "f64x2.pmin": [0xfdf6, "v128"],
  "f64x2.pmax": [0xfdf7, "v128"], "i32x4.trunc_sat_f32x4_s": [0xfdf8, "v128"],
  "i32x4.trunc_sat_f32x4_u": [0xfdf9, "v128"], "f32x4.convert_i32x4_s": [0xfdfa, "v128"],
  "f32x4.convert_i32x4_u": [0xfdfb, "v128"], "i32x4.trunc_sat_f64x2_s_zero": [0xfdfc, "v128"],
  "i32x4.trunc_sat_f64x2_u_zero": [0xfdfd, "v128"], "f64x2.convert_low_i32x4_s": [0xfdfe, "v128"],
  "f64x2.convert_low_i32x4_u": [0xfdff, "v128"], "f32x4.relaxed_madd": [0xfd105, "v128"],
  "f32x4.relaxed_nmadd": [0xfd106, "v128"], "i32x4.relaxed_trunc_f32x4_s": [0xfd101, "v128"],
  "i32x4.relaxed_laneselect": [0xfd10b, "v128"], "i64x2.relaxed_laneselect": [0xfd10c, "v128"],
} as const satisfies Record<string, readonly [number, ValType]>;

/** Instructions without immediates. */
export type Opcode = keyof typeof table;

/** Loads and stores: opcode, type of what is loaded, log2 of the bytes touched. With a lane where they end in `_lane`. */
// deno-fmt-ignore
const accesses = {
  "i32.load": [0x28, "i32", 2], "f32.load": [0x2a, "f32", 2], "f64.load": [0x2b, "f64", 3],
  "i32.load16_u": [0x2f, "i32", 1], "i32.store": [0x36, "i32", 2], "f32.store": [0x38, "f32", 2],
  "f64.store": [0x39, "f64", 3], "i32.store16": [0x3b, "i32", 1], "v128.load": [0xfd00, "v128", 4],
  "v128.store": [0xfd0b, "v128", 4], "v128.load32_splat": [0xfd09, "v128", 2],
  "v128.load64_splat": [0xfd0a, "v128", 3], "v128.load32_zero": [0xfd5c, "v128", 2],
  "v128.load64_zero": [0xfd5d, "v128", 3], "v128.load32_lane": [0xfd56, "v128", 2],
  "v128.load64_lane": [0xfd57, "v128", 3], "v128.store16_lane": [0xfd59, "v128", 1],
  "v128.store32_lane": [0xfd5a, "v128", 2], "v128.store64_lane": [0xfd5b, "v128", 3],
} as const satisfies Record<string, readonly [number, ValType, number]>;

export type Access = keyof typeof accesses;

/** Instructions with a lane as immediate. */
// deno-fmt-ignore
const lanes = {
  "i32x4.extract_lane": [0xfd1b, "i32"], "i32x4.replace_lane": [0xfd1c, "v128"],
  "f32x4.extract_lane": [0xfd1f, "f32"], "f32x4.replace_lane": [0xfd20, "v128"],
  "f64x2.extract_lane": [0xfd21, "f64"], "f64x2.replace_lane": [0xfd22, "v128"],
} as const satisfies Record<string, readonly [number, ValType]>;

export type LaneOp = keyof typeof lanes;

/** Unsigned LEB128 of a whole number below 2^53. */
export const unsigned = (n: number): number[] => {
  const out: number[] = [];
  for (; n >= 128; n = Math.floor(n / 128)) out.push((n % 128) | 128);
  return [...out, n];
};
/** Signed LEB128 of a whole number of at most 64 bits. */
export const signed = (value: number | bigint): number[] => {
  let n = BigInt(value);
  const out: number[] = [];
  for (;;) {
    const low = Number(n & 127n);
    n >>= 7n;
    if (n === (low & 64 ? -1n : 0n)) return [...out, low];
    out.push(low | 128);
  }
};

const opcode = (n: number): number[] =>
  n < 0x100 ? [n] : n < 0x10000 ? [n >> 8, ...unsigned(n & 0xff)] : [n >> 12, ...unsigned(n & 0xfff)];
const lane = (name: string, k: number | undefined): number[] => name.endsWith("_lane") ? [k ?? 0] : [];
const bytesOf = new Map(Object.entries(table).map(([name, [n]]) => [name, opcode(n)]));

/** Code and type of the result of an instruction. */
export interface Coded {
  readonly code: readonly number[];
  readonly type: ValType;
}
export const coded = (name: Opcode): Coded => ({ code: bytesOf.get(name)!, type: table[name][1] });
/** The address is the first operand; `offset` is added to it without wrapping around. */
export const codedAccess = (name: Access, offset: number, at?: number): Coded => {
  const [n, type, align] = accesses[name];
  return { code: [...opcode(n), align, ...unsigned(offset), ...lane(name, at)], type };
};
export const codedLane = (name: LaneOp, at: number): Coded => ({
  code: [...opcode(lanes[name][0]), at],
  type: lanes[name][1],
});
/** Bytes `at` of two vectors: 0–15 of the first, 16–31 of the second. */
export const codedShuffle = (at: readonly number[]): Coded => ({ code: [0xfd, 0x0d, ...at], type: "v128" });

const float = (bytes: 4 | 8, value: number): number[] => {
  const view = new DataView(new ArrayBuffer(bytes));
  if (bytes === 4) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return [...new Uint8Array(view.buffer)];
};
export const codedConst = (type: "i32" | "i64" | "f32" | "f64", value: number | bigint): Coded => ({
  type,
  code: type === "i32"
    ? [0x41, ...signed(Number(value) | 0)]
    : type === "i64"
    ? [0x42, ...signed(BigInt.asIntN(64, BigInt(value)))]
    : type === "f32"
    ? [0x43, ...float(4, Number(value))]
    : [0x44, ...float(8, Number(value))],
});
export const codedVector = (words: readonly number[]): Coded => ({
  code: [0xfd, 0x0c, ...new Uint8Array(Int32Array.from(words).buffer)],
  type: "v128",
});

export const typeByte: Readonly<Record<ValType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b };
/** Structured control; `select` takes numbers, vectors through `bitselect`. */
export const control = {
  if: 0x04,
  else: 0x05,
  loop: 0x03,
  end: 0x0b,
  branchIf: 0x0d,
  drop: 0x1a,
  select: 0x1b,
  call: 0x10,
  get: 0x20,
  set: 0x21,
  tee: 0x22,
  empty: 0x40,
} as const; // deno-fmt-ignore

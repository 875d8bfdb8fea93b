import type { DType } from "../../core/dtype.ts";
import { roundHalf } from "./half.ts";
import type { Value } from "./ir.ts";
import type { Opcode } from "./opcodes.ts";
import { type ByOperand, type Row, row, type Spell, type Spelling } from "./spell_scalar.ts";
import { narrow, splatWord } from "./values.ts";

/** What there is no vector instruction for: done lane by lane with the scalar spelling. */
export const lanewise = "lanewise";
export type VectorSpell = Spell | typeof lanewise | null;
export type VectorRow = Readonly<Record<DType, VectorSpell>>;

type Both =
  | "abs"
  | "neg"
  | "ceil"
  | "floor"
  | "trunc"
  | "nearest"
  | "sqrt"
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "min"
  | "max";
const float = (name: Both) => ({ f32: `f32x4.${name}`, f64: `f64x2.${name}` }) as const;
const int = <N extends Opcode | Spell>(name: N) => ({ i32: name, u32: name });
const whole = <N extends Opcode | Spell>(name: N) => ({ i32: name, u32: name, bool: name });
const by = (names: Row, dtypes: readonly DType[]): VectorRow =>
  Object.fromEntries(
    Object.entries(names).map(([d, s]) => [d, dtypes.includes(d as DType) ? lanewise : s]),
  ) as unknown as VectorRow;
const slow = (...dtypes: readonly DType[]): VectorRow => by(row({}), dtypes);

/** Comparisons of f64 give masks of 64 bits, every other mask has 32. */
const narrowed = (name: Opcode): Spell => ({ b }, x, y) => narrow(b, b.op(name, x!, y!));
const ordered = (name: "lt" | "le" | "gt" | "ge"): Row =>
  row({ f32: `f32x4.${name}`, f64: narrowed(`f64x2.${name}`), i32: `i32x4.${name}_s`, u32: `i32x4.${name}_u` });
/** Of masks: -1 is greater than 0 as an unsigned number. */
const equal = (name: "eq" | "ne"): Row =>
  row({ f32: `f32x4.${name}`, f64: narrowed(`f64x2.${name}`), ...whole(`i32x4.${name}`) });
/** By an amount that is the same in every lane. */
const shifted = (name: "i32x4.shl" | "i32x4.shr_s" | "i32x4.shr_u"): Spell => ({ b }, x, amount) =>
  b.op(name, x!, amount!);

/** Lanes: f32 and f16 as f32, f64 in two lanes, i32 and u32, bool as a mask. */
export const vectors: Readonly<Record<ByOperand, VectorRow>> = {
  add: row({ ...float("add"), ...int("i32x4.add") }),
  sub: row({ ...float("sub"), ...int("i32x4.sub") }),
  mul: row({ ...float("mul"), ...int("i32x4.mul") }),
  div: by(row(float("div")), ["i32", "u32"]),
  rem: slow("f32", "f16", "f64", "i32", "u32"),
  min: row({ ...float("min"), i32: "i32x4.min_s", u32: "i32x4.min_u", bool: "v128.and" }),
  max: row({ ...float("max"), i32: "i32x4.max_s", u32: "i32x4.max_u", bool: "v128.or" }),
  neg: row({ ...float("neg"), ...int("i32x4.neg") }),
  abs: row({ ...float("abs"), i32: "i32x4.abs", u32: (_s, x) => x! }),
  floor: row(float("floor")),
  ceil: row(float("ceil")),
  trunc: row(float("trunc")),
  round: row(float("nearest")),
  sqrt: row(float("sqrt")),
  and: row(whole("v128.and")),
  or: row(whole("v128.or")),
  xor: row(whole("v128.xor")),
  not: row(whole("v128.not")),
  shl: slow("i32", "u32"),
  shr: slow("i32", "u32"),
  eq: equal("eq"),
  ne: equal("ne"),
  lt: { ...ordered("lt"), bool: "lanewise" },
  le: { ...ordered("le"), bool: "lanewise" },
  gt: { ...ordered("gt"), bool: "lanewise" },
  ge: { ...ordered("ge"), bool: "lanewise" },
};
/** Shifts of vectors by one number. */
export const vectorShifts: Readonly<Record<"shl" | "shr", Row>> = {
  shl: row(int(shifted("i32x4.shl"))),
  shr: row({ i32: shifted("i32x4.shr_s"), u32: shifted("i32x4.shr_u") }),
};

const same: Spell = (_s, x) => x!;
const one = (name: Opcode): Spell => ({ b }, x) => b.op(name, x!);
const half: Spell = ({ b }, x) => roundHalf(b, x!);
const then = (f: Spell, g: Spell): Spell => (s, x) => g(s, f(s, x!));
const bit: Spell = ({ b }, x) => b.op("v128.and", x!, splatWord(b, 1));
const oneWhere: Spell = ({ b }, x) => b.op("v128.and", x!, splatWord(b, 0x3f800000));
const zero = ({ b }: Spelling): Value => splatWord(b, 0);
const not0 = (name: "f32x4.ne" | "i32x4.ne"): Spell => (s, x) => s.b.op(name, x!, zero(s));

const toF32 = {
  f32: same,
  f16: same,
  f64: one("f32x4.demote_f64x2_zero"),
  i32: one("f32x4.convert_i32x4_s"),
  u32: one("f32x4.convert_i32x4_u"),
  bool: oneWhere,
}; // deno-fmt-ignore
/** To a dtype (first) from a dtype. */
export const vectorConvert: Readonly<Record<DType, Readonly<Record<DType, Spell>>>> = {
  f32: toF32,
  f16: { ...toF32, f32: half, f64: then(toF32.f64, half), i32: then(toF32.i32, half), u32: then(toF32.u32, half) },
  f64: {
    f32: one("f64x2.promote_low_f32x4"), f16: one("f64x2.promote_low_f32x4"), f64: same, i32: one("f64x2.convert_low_i32x4_s"),
    u32: one("f64x2.convert_low_i32x4_u"), bool: then(bit, one("f64x2.convert_low_i32x4_u")),
  }, // deno-fmt-ignore
  i32: {
    f32: one("i32x4.trunc_sat_f32x4_s"), f16: one("i32x4.trunc_sat_f32x4_s"), f64: one("i32x4.trunc_sat_f64x2_s_zero"),
    i32: same, u32: same, bool: bit,
  }, // deno-fmt-ignore
  u32: {
    f32: one("i32x4.trunc_sat_f32x4_u"), f16: one("i32x4.trunc_sat_f32x4_u"), f64: one("i32x4.trunc_sat_f64x2_u_zero"),
    i32: same, u32: same, bool: bit,
  }, // deno-fmt-ignore
  bool: {
    f32: not0("f32x4.ne"), f16: not0("f32x4.ne"), f64: (s, x) => narrow(s.b, s.b.op("f64x2.ne", x!, zero(s))),
    i32: not0("i32x4.ne"), u32: not0("i32x4.ne"), bool: same,
  }, // deno-fmt-ignore
};

import type { DType } from "../../core/dtype.ts";
import type { Basic } from "../../core/scalar.ts";
import type { Builder, Value } from "./ir.ts";
import { roundHalf } from "./half.ts";
import type { MathImport } from "./abi.ts";
import type { Opcode } from "./opcodes.ts";

/** Where instructions are made: functions of f64 are imported. */
export interface Spelling {
  readonly b: Builder;
  readonly math: (name: MathImport, args: readonly Value[]) => Value;
}
/** How an instruction is written; `args` are what the elements are held as. */
export type Spell = (s: Spelling, ...args: readonly Value[]) => Value;
/** For every dtype of the operands: null where the instruction means nothing. */
export type Row = Readonly<Record<DType, Spell | null>>;
export type ByOperand = Exclude<Basic, "select" | "convert" | "bitcast">;

const plain = (name: Opcode): Spell => ({ b }, ...args) => b.op(name, ...args);
type Names = Partial<Record<"f32" | "f64" | "i32" | "u32" | "bool", Opcode | Spell>>;
/** f16 is computed in f32. */
export const row = (names: Names): Row => {
  const of = (d: keyof Names): Spell | null => {
    const n = names[d];
    return n === undefined ? null : typeof n === "string" ? plain(n) : n;
  };
  return { f32: of("f32"), f16: of("f32"), f64: of("f64"), i32: of("i32"), u32: of("u32"), bool: of("bool") };
};
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
const float = (name: Both): Names => ({ f32: `f32.${name}`, f64: `f64.${name}` });
const int = (name: Opcode): Names => ({ i32: name, u32: name });
const whole = (name: Opcode): Names => ({ ...int(name), bool: name });
const less = (name: "lt" | "le" | "gt" | "ge"): Row =>
  row({ f32: `f32.${name}`, f64: `f64.${name}`, i32: `i32.${name}_s`, u32: `i32.${name}_u`, bool: `i32.${name}_u` });
const inverse: Spell = ({ b }, x) => b.op("i32.xor", x!, b.i32(-1));
const pick = (name: Opcode): Spell => ({ b }, x, y) => b.select(b.op(name, x!, y!), x!, y!);

/** x / 0 = x mod 0 = 0, and the least i32 / -1 is itself: nothing traps. */
const signed = (name: "i32.div_s" | "i32.rem_s"): Spell => ({ b }, x, y) => {
  if (y!.constant !== null && y!.constant !== 0 && y!.constant !== -1) return b.op(name, x!, y!);
  // A divisor of 0 or -1 is replaced by 1: the remainder is then 0 as it should be, the quotient is x y.
  const odd = b.op("i32.le_u", b.op("i32.add", y!, b.i32(1)), b.i32(1));
  const safe = b.op(name, x!, b.select(odd, b.i32(1), y!));
  return name === "i32.rem_s" ? safe : b.select(odd, b.op("i32.mul", x!, y!), safe);
};
const unsigned = (name: "i32.div_u" | "i32.rem_u"): Spell => ({ b }, x, y) => {
  if (y!.constant !== null && y!.constant !== 0) return b.op(name, x!, y!);
  const none = b.op("i32.eqz", y!);
  return b.select(none, b.i32(0), b.op(name, x!, b.select(none, b.i32(1), y!)));
};
const remainder: Spell = ({ b, math }, x, y) =>
  b.op("f32.demote_f64", math("rem", [b.op("f64.promote_f32", x!), b.op("f64.promote_f32", y!)]));
const negate: Spell = ({ b }, x) => b.op("i32.sub", b.i32(0), x!);

/** Numbers: f32 and f16 as f32, f64, and i32, u32 and bool as i32. */
export const scalars: Readonly<Record<ByOperand, Row>> = {
  add: row({ ...float("add"), ...int("i32.add") }),
  sub: row({ ...float("sub"), ...int("i32.sub") }),
  mul: row({ ...float("mul"), ...int("i32.mul") }),
  div: row({ ...float("div"), i32: signed("i32.div_s"), u32: unsigned("i32.div_u") }),
  rem: row({
    f32: remainder,
    f64: ({ math }, x, y) => math("rem", [x!, y!]),
    i32: signed("i32.rem_s"),
    u32: unsigned("i32.rem_u"),
  }),
  min: row({ ...float("min"), i32: pick("i32.lt_s"), u32: pick("i32.lt_u"), bool: "i32.and" }),
  max: row({ ...float("max"), i32: pick("i32.gt_s"), u32: pick("i32.gt_u"), bool: "i32.or" }),
  neg: row({ ...float("neg"), i32: negate, u32: negate }),
  abs: row({
    ...float("abs"),
    i32: ({ b }, x) => b.select(b.op("i32.lt_s", x!, b.i32(0)), b.op("i32.sub", b.i32(0), x!), x!),
    u32: (_s, x) => x!,
  }),
  floor: row(float("floor")),
  ceil: row(float("ceil")),
  trunc: row(float("trunc")),
  round: row(float("nearest")),
  sqrt: row(float("sqrt")),
  and: row(whole("i32.and")),
  or: row(whole("i32.or")),
  xor: row(whole("i32.xor")),
  not: row({ i32: inverse, u32: inverse, bool: "i32.eqz" }),
  shl: row(int("i32.shl")),
  shr: row({ i32: "i32.shr_s", u32: "i32.shr_u" }),
  eq: row({ f32: "f32.eq", f64: "f64.eq", ...whole("i32.eq") }),
  ne: row({ f32: "f32.ne", f64: "f64.ne", ...whole("i32.ne") }),
  lt: less("lt"),
  le: less("le"),
  gt: less("gt"),
  ge: less("ge"),
};

const same: Spell = (_s, x) => x!;
const one = (name: Opcode): Spell => ({ b }, x) => b.op(name, x!);
const not0 = (name: "f32.ne" | "f64.ne" | "i32.ne"): Spell => ({ b }, x) =>
  b.op(name, x!, name === "f32.ne" ? b.f32(0) : name === "f64.ne" ? b.f64(0) : b.i32(0));
/** The nearest f16. */
const half: Spell = ({ b }, x) => b.lane("f32x4.extract_lane", 0, roundHalf(b, b.op("f32x4.splat", x!)));
const then = (f: Spell, g: Spell): Spell => (s, x) => g(s, f(s, x!));

const toF32 = {
  f32: same,
  f16: same,
  f64: one("f32.demote_f64"),
  i32: one("f32.convert_i32_s"),
  u32: one("f32.convert_i32_u"),
  bool: one("f32.convert_i32_u"),
}; // deno-fmt-ignore
/** To a dtype (first) from a dtype. Floats to whole numbers truncate and saturate, NaN becomes 0. */
export const scalarConvert: Readonly<Record<DType, Readonly<Record<DType, Spell>>>> = {
  f32: toF32,
  f16: { ...toF32, f32: half, f64: then(one("f32.demote_f64"), half), i32: then(toF32.i32, half), u32: then(toF32.u32, half) },
  f64: {
    f32: one("f64.promote_f32"), f16: one("f64.promote_f32"), f64: same, i32: one("f64.convert_i32_s"),
    u32: one("f64.convert_i32_u"), bool: one("f64.convert_i32_u"),
  }, // deno-fmt-ignore
  i32: { f32: one("i32.trunc_sat_f32_s"), f16: one("i32.trunc_sat_f32_s"), f64: one("i32.trunc_sat_f64_s"), i32: same, u32: same, bool: same },
  u32: { f32: one("i32.trunc_sat_f32_u"), f16: one("i32.trunc_sat_f32_u"), f64: one("i32.trunc_sat_f64_u"), i32: same, u32: same, bool: same },
  bool: { f32: not0("f32.ne"), f16: not0("f32.ne"), f64: not0("f64.ne"), i32: not0("i32.ne"), u32: not0("i32.ne"), bool: same },
};

/** The same bits as another dtype, between f32, i32 and u32. */
export const scalarBitcast = ({ b }: Spelling, from: DType, to: DType, x: Value): Value =>
  from === "f32" && to !== "f32"
    ? b.op("i32.reinterpret_f32", x)
    : from !== "f32" && to === "f32"
    ? b.op("f32.reinterpret_i32", x)
    : x;

import type { DType } from "../../core/dtype.ts";
import { DTypeError } from "../../core/errors.ts";
import type { Acc, Expr, OpExpr } from "../../core/expr.ts";
import { bounds } from "../../core/index_expr.ts";
import { type Basic, type Combine, isSpecial } from "../../core/scalar.ts";
import type { Helper } from "./helper.ts";
import { bare } from "./scope.ts";

/** The dtypes WGSL has. */
export type Spelled = Exclude<DType, "f64">;
/** Where an instruction stands: the node, and what its spelling asks of the module. */
export interface Site {
  readonly node: OpExpr;
  readonly need: (h: Helper) => void;
  /** Whether x / y of f32 is exact to the last place. */
  readonly exactDivision: boolean;
}
type Spell = (args: readonly [string, string, string], site: Site) => string;
type Row = Readonly<Record<Spelled, Spell | null>>;

const infix = (sign: string): Spell => ([x, y]) => `(${x} ${sign} ${y})`;
const prefix = (sign: string): Spell => ([x]) => `(${sign}${x})`;
const call = (name: string): Spell => (args, { node }) => `${name}(${args.slice(0, node.args.length).join(", ")})`;
const helper = (name: Helper): Spell => (args, site) => {
  site.need(name);
  return call(name)(args, site);
};
const row = (float: Spell | null, whole: Spell | null, bool: Spell | null): Row => ({
  f32: float,
  f16: float,
  i32: whole,
  u32: whole,
  bool,
});
const each = (f32: Spell, f16: Spell, i32: Spell, u32: Spell, bool: Spell | null): Row => ({
  f32,
  f16,
  i32,
  u32,
  bool,
});

/** `max(x, 0)` has one operand that can be NaN. */
const extremum = (name: "min" | "max", type: "f32" | "f16"): Spell => (args, site) => {
  const literal = site.node.args.findIndex((a) => a.tag === "lit" && !Number.isNaN(a.value));
  if (literal < 0) return helper(`${name}_${type}`)(args, site);
  site.need(`nan_${type}`);
  const [known, x] = literal === 0 ? [args[0], args[1]] : [args[1], args[0]];
  return `select(${name}(${x}, ${known}), ${x}, nan_${type}(${x}))`;
};
/** A value compared with itself asks whether it is NaN. Of two values `!=` may say no where one is NaN; `==` never says yes. */
const equal = (yes: boolean, type: "f32" | "f16"): Spell => (args, site) => {
  if (site.node.args[0] !== site.node.args[1]) {
    return yes ? `(${args[0]} == ${args[1]})` : `(!(${args[0]} == ${args[1]}))`;
  }
  site.need(`nan_${type}`);
  return `${yes ? "!" : ""}nan_${type}(${args[0]})`;
};
/** What is known not to be negative as u32; what came from there as it was. */
const unsigned = (text: string): string => {
  const inner = text.startsWith("i32(") ? bare(text.slice(3)) : text;
  return inner === text || inner === text.slice(3) ? `u32(${text})` : `(${inner})`;
};
/** By a literal that is neither 0 nor -1, of what is known not to be negative: as u32, which is cheaper. */
const quotient = (sign: "/" | "%", name: Helper): Spell => (args, site) => {
  const [x, y] = site.node.args;
  if (y!.tag !== "lit" || y!.value === 0 || y!.value === -1) return helper(name)(args, site);
  if (x!.dtype === "u32") return infix(sign)(args, site);
  return y!.value > 0 && bounds(x!)[0] >= 0
    ? `i32(${unsigned(args[0])} ${sign} ${y!.value}u)`
    : infix(sign)(args, site);
};
/** The number of places is taken modulo 32. */
const shift = (sign: "<<" | ">>"): Spell => ([x, y], { node }) => {
  const by = node.args[1]!;
  return by.tag === "lit" ? `(${x} ${sign} ${by.value & 31}u)` : `(${x} ${sign} (u32(${y}) & 31u))`;
};
const viaF32 = (name: Helper): Spell => ([x, y], site) => {
  site.need(name);
  return `f16(${name}(f32(${x}), f32(${y})))`;
};
const as = (type: "f32" | "f16", name: Helper): Spell => type === "f32" ? helper(name) : viaF32(name);
const isZero = (e: Expr): boolean => e.tag === "lit" && e.value === 0;
const product = (type: "f32" | "f16"): Spell => (args, site) => {
  const [x, y] = site.node.args;
  if (isZero(y!)) return as(type, "times_zero")(args, site);
  return isZero(x!) ? as(type, "times_zero")([args[1], args[0], ""], site) : infix("*")(args, site);
};
/** x - x is 0, but not of infinities and NaN. */
const nothing = (type: "f32" | "f16", x: string, site: Site): string =>
  as(type, "times_zero")([`abs(${x})`, "0.0", ""], site);
const difference = (type: "f32" | "f16"): Spell => (args, site) =>
  site.node.args[0] === site.node.args[1] ? nothing(type, args[0], site) : infix("-")(args, site);
const isMinus = (e: Expr, x: Expr): boolean => e.tag === "op" && e.op === "neg" && e.args[0] === x;
const sum = (type: "f32" | "f16"): Spell => (args, site) => {
  const [x, y] = site.node.args;
  if (isMinus(y!, x!)) return nothing(type, args[0], site);
  return isMinus(x!, y!) ? nothing(type, args[1], site) : infix("+")(args, site);
};
const divide = (type: "f32" | "f16"): Spell => (args, site) =>
  isZero(site.node.args[1]!)
    ? as(type, "over_zero")(args, site)
    : isZero(site.node.args[0]!)
    ? as(type, "zero_over")(args, site)
    : site.exactDivision || type === "f16"
    ? infix("/")(args, site)
    : helper("div_f32")(args, site);

const toFloat = (type: "f32" | "f16"): Row =>
  row(call(type), call(type), ([x]) => type === "f32" ? `select(0.0f, 1.0f, ${x})` : `select(0.0h, 1.0h, ${x})`);
const toWhole = (type: "i32" | "u32"): Row => ({
  ...row(helper(`f32_to_${type}`), call(type), call(type)),
  f16: ([x], site) => {
    site.need(`f32_to_${type}`);
    return `f32_to_${type}(f32(${x}))`;
  },
});
/** By the dtype converted to, then by the one converted from. */
const conversions: Readonly<Record<Spelled, Row>> = {
  f32: toFloat("f32"),
  f16: toFloat("f16"),
  i32: toWhole("i32"),
  u32: toWhole("u32"),
  bool: each(
    ([x]) => `(!(${x} == 0.0f))`,
    ([x]) => `(!(${x} == 0.0h))`,
    ([x]) => `(${x} != 0i)`,
    ([x]) => `(${x} != 0u)`,
    ([x]) => x,
  ),
};

const floats = (name: string): Row => row(call(name), null, null);

/** How WGSL says each instruction, by the dtype of the operands (of the last for `select`). A missing row does not compile. */
const table: Readonly<Record<Basic, Row>> = {
  add: each(sum("f32"), sum("f16"), infix("+"), infix("+"), null),
  sub: each(difference("f32"), difference("f16"), infix("-"), infix("-"), null),
  mul: each(product("f32"), product("f16"), infix("*"), infix("*"), null),
  div: each(divide("f32"), divide("f16"), quotient("/", "div_i32"), quotient("/", "div_u32"), null),
  rem: each(helper("rem_f32"), viaF32("rem_f32"), quotient("%", "rem_i32"), quotient("%", "rem_u32"), null),
  min: each(extremum("min", "f32"), extremum("min", "f16"), call("min"), call("min"), infix("&")),
  max: each(extremum("max", "f32"), extremum("max", "f16"), call("max"), call("max"), infix("|")),
  neg: each(prefix("-"), prefix("-"), ([x]) => `(0i - ${x})`, ([x]) => `(0u - ${x})`, null),
  abs: each(call("abs"), call("abs"), call("abs"), ([x]) => x, null),
  floor: floats("floor"),
  ceil: floats("ceil"),
  trunc: floats("trunc"),
  round: floats("round"),
  sqrt: floats("sqrt"),
  and: row(null, infix("&"), infix("&")),
  or: row(null, infix("|"), infix("|")),
  xor: row(null, infix("^"), infix("!=")),
  not: row(null, prefix("~"), prefix("!")),
  shl: row(null, shift("<<"), null),
  shr: row(null, shift(">>"), null),
  eq: each(equal(true, "f32"), equal(true, "f16"), infix("=="), infix("=="), infix("==")),
  ne: each(equal(false, "f32"), equal(false, "f16"), infix("!="), infix("!="), infix("!=")),
  lt: row(infix("<"), infix("<"), ([x, y]) => `(!${x} & ${y})`),
  le: row(infix("<="), infix("<="), ([x, y]) => `(!${x} | ${y})`),
  gt: row(infix(">"), infix(">"), ([x, y]) => `(${x} & !${y})`),
  ge: row(infix(">="), infix(">="), ([x, y]) => `(${x} | !${y})`),
  select: row(...triple(([c, x, y]) => `select(${y}, ${x}, ${c})`)),
  convert: row(...triple(([x], site) => convert(x, site))),
  bitcast: row(
    ([x], { node }) => `bitcast<${node.dtype}>(${x})`,
    ([x], { node }) => `bitcast<${node.dtype}>(${x})`,
    null,
  ),
};
function triple(spell: Spell): readonly [Spell, Spell, Spell] {
  return [spell, spell, spell];
}
const convert = (x: string, site: Site): string => {
  const from = site.node.args[0]!.dtype;
  if (from === site.node.dtype) return x;
  return conversions[spelled(site.node.dtype)][spelled(from)]!([x, "", ""], site);
};

/** The dtype as WGSL has it; f64 it has not. */
export const spelled = (dtype: DType): Spelled => {
  if (dtype !== "f64") return dtype;
  throw new DTypeError("WebGPU has no f64: expected f32, got f64. Cast to f32, or use the wasm back end.", {
    op: "webgpu",
    expected: "f32",
    got: "f64",
  });
};

/** An instruction, its operands spelled. */
export const spellOp = (node: OpExpr, args: readonly string[], site: Omit<Site, "node">): string => {
  const at: Site = { ...site, node };
  if (isSpecial(node.op)) throw new Error(`${node.op} of ${spelled(node.dtype)} must be expanded before it is spelled`);
  const dtype = spelled(node.args[node.op === "select" ? 1 : 0]!.dtype), spell = table[node.op][dtype];
  if (spell === null) throw new Error(`${node.op} is not defined for ${dtype}`);
  return spell([args[0] ?? "", args[1] ?? "", args[2] ?? ""], at);
};

/** Two partial results of a reduction put together. */
export const spellCombine = (name: Combine, dtype: DType, x: string, y: string, need: (h: Helper) => void): string => {
  const operand = (id: number): Acc => ({ tag: "acc", id, dtype, depth: 1 });
  return spellOp({ tag: "op", id: -1, dtype, depth: 2, op: name, args: [operand(-2), operand(-3)] }, [x, y], {
    need,
    exactDivision: true,
  });
};

/** Evaluates expressions of basic instructions over many samples at once, in 32-bit arithmetic, as a target would. */
import type { DType } from "../../core/dtype.ts";
import { axis, type Expr, load, type OpExpr, rawOp, visit } from "../../core/expr.ts";
import { type Basic, type Special, special } from "../../core/scalar.ts";
import { expandMath } from "../../compiler/math.ts";

/** `fused`: a product that feeds a sum is not rounded. `flushed`: floats below 2^-126 are 0, as operands and results. */
export type Mode = "plain" | "fused" | "flushed";
export const modes: readonly Mode[] = ["plain", "fused", "flushed"];

type Column = Float32Array | Int32Array | Uint32Array;
const column = (dtype: DType, n: number): Column => {
  if (dtype === "f32") return new Float32Array(n);
  return dtype === "u32" ? new Uint32Array(n) : new Int32Array(n);
};
/** To the nearest whole number, halves to even. */
const nearest = (x: number): number => {
  const r = Math.round(x);
  return r - x === 0.5 && r % 2 !== 0 ? r - 1 : r;
};
const clampInt = (x: number): number => x !== x ? 0 : Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.trunc(x)));

/** One instruction on numbers; storing into a column of the dtype rounds or wraps. */
const scalar: Record<Exclude<Basic, "bitcast" | "convert">, (x: number, y: number, z: number) => number> = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  rem: (x, y) => x % y,
  min: Math.min,
  max: Math.max,
  neg: (x) => -x,
  abs: Math.abs,
  floor: Math.floor,
  ceil: Math.ceil,
  trunc: Math.trunc,
  round: nearest,
  sqrt: Math.sqrt,
  and: (x, y) => x & y,
  or: (x, y) => x | y,
  xor: (x, y) => x ^ y,
  not: (x) => ~x,
  shl: (x, y) => x << y,
  shr: (x, y) => x >> y,
  eq: (x, y) => Number(x === y),
  ne: (x, y) => Number(x !== y),
  lt: (x, y) => Number(x < y),
  le: (x, y) => Number(x <= y),
  gt: (x, y) => Number(x > y),
  ge: (x, y) => Number(x >= y),
  select: (x, y, z) => x !== 0 ? y : z,
};
const meaning = (e: OpExpr): (x: number, y: number, z: number) => number => {
  const of = e.args[0]!.dtype;
  if (e.op === "convert") return of === "f32" && e.dtype === "i32" ? clampInt : (x) => x;
  if (e.op === "mul" && of !== "f32") return Math.imul;
  if (e.op === "shr" && of === "u32") return (x, y) => x >>> y;
  if (e.op === "not" && of === "bool") return (x) => 1 - x;
  const known = scalar[e.op as keyof typeof scalar];
  if (known === undefined) throw new Error(`not a basic instruction: ${e.op}`);
  return known;
};
const MIN = 2 ** -126;
const flush = (x: number): number => Math.abs(x) < MIN ? x * 0 : x;
const bitwise: ReadonlySet<string> = new Set(["bitcast", "select"]);
const isOp = (e: Expr, op: string): e is OpExpr => e.tag === "op" && e.op === op;

/** The values of `root` where load `i` has the values `inputs[i]`. */
export const evaluate = (root: Expr, inputs: readonly Float32Array[], mode: Mode): Float32Array => {
  const n = inputs[0]!.length, columns = new Map<Expr, Column>();
  /** The exact product under a sum, in fused mode. */
  const product = (e: Expr): Float64Array | null => {
    if (mode !== "fused" || e.dtype !== "f32" || !isOp(e, "mul")) return null;
    const x = columns.get(e.args[0]!)!, y = columns.get(e.args[1]!)!;
    return Float64Array.from(x, (v, i) => v * y[i]!);
  };
  const compute = (e: OpExpr): Column => {
    const args = e.args.map((a) => columns.get(a)!), out = column(e.dtype, n);
    if (e.op === "bitcast") return out.constructor === args[0]!.constructor ? args[0]! : recast(out, args[0]!);
    const f = meaning(e), [a, b, c] = args as [Column, Column, Column];
    let x: Column | Float64Array = a, y: Column | Float64Array = b ?? a;
    if (e.op === "add" || e.op === "sub") {
      const left = product(e.args[0]!), right = left === null ? product(e.args[1]!) : null;
      x = left ?? x;
      y = right ?? y;
    }
    const z = c ?? a, floats = mode === "flushed" && !bitwise.has(e.op) && e.args[0]!.dtype === "f32";
    for (let i = 0; i < n; i++) out[i] = floats ? f(flush(x[i]!), flush(y[i]!), z[i]!) : f(x[i]!, y[i]!, z[i]!);
    if (floats && e.dtype === "f32") { for (let i = 0; i < n; i++) out[i] = flush(out[i]!); }
    return out;
  };
  visit([root], (e) => {
    if (e.tag === "lit") columns.set(e, column(e.dtype, n).fill(e.value));
    else if (e.tag === "load") columns.set(e, inputs[e.source]!);
    else if (e.tag === "op") columns.set(e, compute(e));
  });
  return columns.get(root) as Float32Array;
};
const recast = (out: Column, from: Column): Column => {
  new Uint8Array(out.buffer).set(new Uint8Array(from.buffer, from.byteOffset, from.byteLength));
  return out;
};

/** Loads of f32 standing for operands. */
export const operandsOf = (count: number): Expr[] => Array.from({ length: count }, (_, i) => load(i, axis(1), "f32"));
/** The expansion of a special function of operands. */
export const expansionOf = (name: Special): Expr => expandMath([rawOp(name, "f32", operandsOf(special[name]))])[0]!;
/** How many instructions an expression is; a bitcast costs nothing. */
export const count = (root: Expr): number => {
  let ops = 0;
  visit([root], (e) => {
    if (e.tag === "op" && e.op !== "bitcast") ops++;
  });
  return ops;
};

/** Repeatable numbers in 0..1 (mulberry32). */
export const random = (seed: number): () => number => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
};
/** The distance of neighbouring f32 numbers at `x`. */
export const ulp = (x: number): number => 2 ** (Math.floor(Math.log2(Math.max(Math.abs(x), MIN))) - 23);
export const smallest = MIN, greatest = 3.4028234663852886e38;

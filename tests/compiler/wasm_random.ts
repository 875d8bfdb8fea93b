/** Random kernels: every form of expression, over index spaces of odd sizes. */
import { allocate, type Data, type DType, isFloat } from "../../core/dtype.ts";
import { type Axis, axis, convert, type Expr, fold, freshExprs, guard, lit, load, op, rawOp } from "../../core/expr.ts";
import { bounds, iadd, idiv, imod, imul, int, ravel, within } from "../../core/index_expr.ts";
import { basic, type Combine, type Scalar } from "../../core/scalar.ts";
import type { Kernel, KernelBuffer, Store } from "../../compiler/kernel.ts";

/** Whole numbers below 2^32, the same for the same seed. */
export const generator = (seed: number): () => number => {
  let s = seed >>> 0;
  return () => {
    s = (s + 0x9e3779b9) >>> 0;
    let z = s;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
};

export interface Sampled {
  readonly kernel: Kernel;
  readonly inputs: readonly Data[];
}
/**
 * `edges`: all instructions on all sorts of numbers, no folds. `sums`: folds of values that are whole and small, so that any
 * order of summation gives the same.
 */
export type Flavour = "edges" | "sums";

const edges = {
  float: [
    0,
    -0,
    1,
    -1,
    0.5,
    -0.5,
    1.5,
    2.5,
    -2.5,
    3,
    1e-40,
    -1e-40,
    1e38,
    -1e38,
    2 ** 31,
    -(2 ** 31),
    2 ** 32,
    1e10,
    NaN,
    Infinity,
    -Infinity,
    0.1,
    -7.3,
  ],
  int: [0, 1, -1, 2, -2, 3, 7, -7, 31, 32, 33, 100, -2147483648, 2147483647, 65536, -65537, 123456789],
}; // deno-fmt-ignore

const extents = [1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 16, 17, 33];
const byDType: readonly DType[] = ["f32", "f32", "f32", "i32", "u32", "bool", "f64"];
const compares: readonly Scalar[] = ["eq", "ne", "lt", "le", "gt", "ge"];
const floatOnly: readonly Scalar[] = ["floor", "ceil", "trunc", "round", "sqrt"];
const bitwise: readonly Scalar[] = ["and", "or", "xor"];

export const randomKernel = (seed: number, flavour: Flavour): Sampled => {
  freshExprs();
  const next = generator(seed),
    below = (n: number): number => next() % n,
    chance = (p: number): boolean => next() / 2 ** 32 < p;
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const reads: { dtype: DType; length: number }[] = [];
  const types = chance(0.5) ? byDType.filter((d) => d !== "f64") : byDType;

  /** Axes of at most `room` values together. */
  const axesWithin = (count: number, room: number): readonly Axis[] => {
    const made: Axis[] = [];
    for (let left = room; made.length < count; left = Math.floor(left / made.at(-1)!.extent)) {
      made.push(axis(pick(extents.filter((d) => d <= left))));
    }
    return made;
  };
  const index = (axes: readonly Axis[]): Expr => {
    let e: Expr = int(0);
    for (const a of axes) if (chance(0.7)) e = iadd(e, imul(a, pick([1, 1, 1, 2, 3, -1, -2, 5, a.extent])));
    if (chance(0.15)) e = idiv(iadd(e, int(-bounds(e)[0])), pick([2, 3, 4, 7]));
    if (chance(0.15)) e = imod(iadd(e, int(-bounds(e)[0])), pick([2, 3, 5, 8]));
    return e;
  };
  const source = (dtype: DType, length: number): number => {
    const known = reads.findIndex((r) => r.dtype === dtype);
    if (known >= 0 && chance(0.7)) {
      reads[known]!.length = Math.max(reads[known]!.length, length);
      return known;
    }
    return reads.push({ dtype, length }) - 1;
  };
  const read = (dtype: DType, axes: readonly Axis[]): Expr => {
    const e = index(axes), [lo, hi] = bounds(e);
    return load(source(dtype, hi - lo + 1), iadd(e, int(-lo)), dtype);
  };
  /** A load that is only there under its condition. */
  const guarded = (dtype: DType, axes: readonly Axis[], depth: number): Expr => {
    const e = index(axes), [lo, hi] = bounds(e), from = lo + below(hi - lo + 1), to = from + 1 + below(hi - from + 2);
    const element = load(source(dtype, to - from), iadd(e, int(-from)), dtype);
    const value = chance(0.3) && depth > 0 ? combineTwo(dtype, element, expr(dtype, axes, depth - 1)) : element;
    const conditions = chance(0.3) ? op("and", within(e, from, to), expr("bool", axes, 0)) : within(e, from, to);
    return guard(conditions, value, expr(dtype, axes, Math.max(0, depth - 1)));
  };
  const combineTwo = (dtype: DType, x: Expr, y: Expr): Expr =>
    rawOp(dtype === "bool" ? "and" : pick(["add", "min", "max"]), dtype, [x, y]);
  const literal = (dtype: DType): Expr => {
    if (dtype === "bool") return lit(below(2), "bool");
    if (flavour === "sums") return lit(dtype === "u32" ? below(4) : below(7) - 3, dtype);
    const v = pick(isFloat(dtype) ? edges.float : edges.int);
    return lit(dtype === "f32" ? Math.fround(v) : dtype === "u32" ? v >>> 0 : v, dtype);
  };
  const instructions = (dtype: DType): readonly Scalar[] => {
    if (dtype === "bool") return [...bitwise, "not", ...compares, ...compares];
    if (flavour === "sums") return ["add", "sub", "min", "max", "neg"];
    const shared: readonly Scalar[] = ["add", "sub", "mul", "div", "rem", "min", "max", "neg", "abs"];
    return isFloat(dtype) ? [...shared, ...floatOnly] : [...shared, ...bitwise, "not", "shl", "shr"];
  };
  const expr = (dtype: DType, axes: readonly Axis[], depth: number): Expr => {
    if (depth === 0 || chance(0.15)) {
      if (chance(0.15)) return literal(dtype);
      if (chance(0.1) && dtype !== "bool" && axes.length > 0) return convert(pick(axes), dtype);
      return chance(0.25) ? guarded(dtype, axes, 0) : read(dtype, axes);
    }
    if (chance(0.15)) {
      return rawOp("select", dtype, [
        expr("bool", axes, depth - 1),
        expr(dtype, axes, depth - 1),
        expr(dtype, axes, depth - 1),
      ]);
    }
    if (chance(0.12)) return guarded(dtype, axes, depth);
    if (chance(0.12) && !(flavour === "sums" && dtype === "u32")) {
      const from = pick(types.filter((d) => flavour === "edges" || d === "i32" || d === "bool"));
      return convert(expr(from, axes, depth - 1), dtype);
    }
    if (flavour === "sums" && chance(0.25)) return reduce(dtype, axes, depth);
    const name = pick(instructions(dtype));
    const of = compares.includes(name)
      ? pick(types.filter((d) => d !== "bool" || name === "eq" || name === "ne"))
      : dtype;
    const args = Array.from({ length: basic[name as keyof typeof basic] }, () => expr(of, axes, depth - 1));
    return rawOp(name, dtype, args);
  };
  const reduce = (dtype: DType, axes: readonly Axis[], depth: number): Expr => {
    const over = shared.length > 0 && chance(0.5) ? shared : axesWithin(1 + below(2), 70);
    if (over !== shared && chance(0.5)) shared = over;
    const how: readonly Combine[] = dtype === "bool" ? ["and", "or"] : ["add", "add", "max", "min"];
    return fold(pick(how), over, expr(dtype, [...axes, ...over], Math.min(depth - 1, 1)));
  };
  let shared: readonly Axis[] = [];

  const grid = axesWithin(below(4), flavour === "sums" ? 400 : 1500), outs: KernelBuffer[] = [];
  const stores = Array.from({ length: 1 + below(3) }, (): Store => {
    const dtype = pick(types), own = chance(0.2) ? axesWithin(1, 17) : [], all = [...grid, ...own];
    const swapped = all.length > 1 && chance(0.2) ? [...all].reverse() : all;
    const shape = swapped.map((a) => a.extent);
    outs.push({ dtype, length: shape.reduce((n, d) => n * d, 1), access: "write" });
    return { target: outs.length - 1, index: ravel(swapped, shape), value: expr(dtype, all, 1 + below(3)), axes: own };
  });
  const buffers: KernelBuffer[] = [...reads.map((r): KernelBuffer => ({ ...r, access: "read" })), ...outs];
  const inputs = reads.map(({ dtype, length }) => {
    const data = allocate(dtype, length), values = isFloat(dtype) ? edges.float : edges.int;
    for (let i = 0; i < length; i++) {
      data[i] = dtype === "bool"
        ? below(2)
        : flavour === "sums"
        ? below(dtype === "u32" ? 4 : 9) - (dtype === "u32" ? 0 : 4)
        : chance(0.5)
        ? pick(values)
        : below(2000) / 64 - 15;
    }
    return data;
  });
  const kernel = {
    name: `random ${flavour} ${seed}`,
    buffers,
    grid,
    stores: stores.map((s) => ({ ...s, target: s.target + reads.length })),
    contraction: null,
  };
  return { kernel, inputs };
};

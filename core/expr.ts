import type { DType } from "./dtype.ts";
import { basic, type Combine, type Scalar, special } from "./scalar.ts";

/**
 * Scalar expressions: how one element of a result is computed. A directed acyclic graph; equal expressions built since
 * the last `freshExprs()` are one object, so identity is equality and sharing is visible.
 */
export type Expr = LitExpr | Axis | Load | OpExpr | Guard | Fold | Acc;

interface Node {
  /** Unique, increasing from operands to uses. */
  readonly id: number;
  readonly dtype: DType;
  /** How many instructions lie in one another, about. */
  readonly depth: number;
}
export interface LitExpr extends Node {
  readonly tag: "lit";
  readonly value: number;
}
/** An index variable, 0 <= value < extent. Two axes are the same only if they are the same object. */
export interface Axis extends Node {
  readonly tag: "axis";
  readonly extent: number;
}
/** An element of a stored value. `source` names the value, `index` is its row-major position. */
export interface Load extends Node {
  readonly tag: "load";
  readonly source: number;
  readonly index: Expr;
}
export interface OpExpr extends Node {
  readonly tag: "op";
  readonly op: Scalar;
  readonly args: readonly Expr[];
}
/** `value` where `cond` holds, else `other`. Unlike `select`, `value` may only be computed where `cond` holds. */
export interface Guard extends Node {
  readonly tag: "guard";
  readonly cond: Expr;
  readonly value: Expr;
  readonly other: Expr;
}
/** `value` put together by `combine` over every setting of `axes`, in row-major order of `axes`. */
export interface Fold extends Node {
  readonly tag: "fold";
  readonly combine: Combine;
  readonly axes: readonly Axis[];
  readonly value: Expr;
}
/** The finished sum of the contraction of the kernel it stands in. */
export interface Acc extends Node {
  readonly tag: "acc";
}

let next = 0;
/** Known expressions by what they are (the lists), and then by their operands. */
let interned = new Map<string, Map<number | string, Expr>>();

/** Forgets every known expression, so that the tables do not grow with the number of programs compiled. */
export const freshExprs = (): void => {
  interned = new Map();
};

const intern = <E extends Expr>(kind: string, key: number | string, make: (id: number) => E): E => {
  let table = interned.get(kind);
  if (table === undefined) interned.set(kind, table = new Map());
  const known = table.get(key);
  if (known !== undefined) return known as E;
  const e = make(next++);
  table.set(key, e);
  return e;
};
/** Two numbers as one, as long as they are not too large to be. */
const pair = (x: number, y: number): number | string => x < 2 ** 26 && y < 2 ** 26 ? x * 2 ** 26 + y : `${x},${y}`;
const deepest = (es: readonly Expr[]): number => {
  let most = 0;
  for (const e of es) if (e.depth > most) most = e.depth;
  return most;
};

export const lit = (value: number, dtype: DType): LitExpr =>
  intern(dtype, Object.is(value, -0) ? "-0" : value, (id) => ({ tag: "lit", id, dtype, depth: 1, value }));
export const axis = (extent: number): Axis => ({ tag: "axis", id: next++, dtype: "i32", depth: 0, extent });
export const load = (source: number, index: Expr, dtype: DType): Load =>
  intern(
    loadKinds[dtype],
    pair(source, index.id),
    (id) => ({ tag: "load", id, dtype, depth: index.depth + 1, source, index }),
  );
const loadKinds: Readonly<Record<DType, string>> = {
  f16: "load f16",
  f32: "load f32",
  f64: "load f64",
  i32: "load i32",
  u32: "load u32",
  bool: "load bool",
};
export const acc = (dtype: DType): Acc => intern("acc", dtype, (id) => ({ tag: "acc", id, dtype, depth: 1 }));
export const fold = (combine: Combine, axes: readonly Axis[], value: Expr): Expr =>
  axes.length === 0 ? value : intern(
    "fold",
    `${combine},${axes.map((a) => a.id)},${value.id}`,
    (id) => ({ tag: "fold", id, dtype: value.dtype, depth: value.depth + 1, combine, axes, value }),
  );

const isLit = (e: Expr, value: number): boolean => e.tag === "lit" && e.value === value;

/** An instruction without further thought; `op` below is the one to call. */
export const rawOp = (name: Scalar, dtype: DType, args: readonly Expr[]): Expr => {
  const row = rows.get(name)!, [x, y] = args;
  if (args.length !== row.arity) throw new Error(`${name}: expected ${row.arity} operands, got ${args.length}`);
  const key = row.arity === 1 ? x!.id : row.arity === 2 ? pair(x!.id, y!.id) : `${args.map((a) => a.id)}`;
  return intern(row.kinds[dtype], key, (id) => ({
    tag: "op",
    id,
    dtype,
    depth: row.depth + deepest(args),
    op: name,
    args,
  }));
};
/** A special function is spelled in about so many instructions, one in another. */
const SPECIAL = 16;
const rows: ReadonlyMap<
  Scalar,
  { readonly arity: number; readonly depth: number; readonly kinds: Record<DType, string> }
> = new Map(
  Object.entries({ ...basic, ...special }).map(([name, arity]) => {
    const kinds = Object.fromEntries(Object.keys(loadKinds).map((d) => [d, `${name} ${d}`])) as Record<DType, string>;
    return [name as Scalar, { arity, depth: name in special ? SPECIAL : 1, kinds }];
  }),
);

const compares: ReadonlySet<string> = new Set(["eq", "ne", "lt", "le", "gt", "ge"]);

/**
 * An instruction on operands of one dtype. Booleans and selections with a known condition are simplified; the arithmetic
 * of floats is left as it is.
 */
export const op = (name: Exclude<Scalar, "convert" | "bitcast">, ...args: readonly Expr[]): Expr => {
  const [x, y, z] = args;
  if (name === "select") {
    if (x!.tag === "lit") return x!.value !== 0 ? y! : z!;
    if (y === z) return y!;
    return rawOp(name, y!.dtype, args);
  }
  if (x!.dtype === "bool") {
    if (name === "and") {
      if (isLit(x!, 0) || isLit(y!, 0)) return lit(0, "bool");
      if (isLit(x!, 1)) return y!;
      if (isLit(y!, 1) || x === y) return x!;
    }
    if (name === "or") {
      if (isLit(x!, 1) || isLit(y!, 1)) return lit(1, "bool");
      if (isLit(x!, 0)) return y!;
      if (isLit(y!, 0) || x === y) return x!;
    }
    if (name === "not" && x!.tag === "lit") return lit(1 - x!.value, "bool");
  }
  return rawOp(name, compares.has(name) ? "bool" : x!.dtype, args);
};

const small = (e: Expr): boolean => e.tag === "lit" && Number.isInteger(e.value) && Math.abs(e.value) < 65536;

/** By value to another dtype. */
export const convert = (e: Expr, dtype: DType): Expr =>
  e.dtype === dtype
    ? e
    : small(e) && (e as LitExpr).value >= 0 && dtype !== "bool"
    ? lit((e as LitExpr).value, dtype)
    : rawOp("convert", dtype, [e]);
/** By bits to another dtype of the same width. */
export const bitcast = (e: Expr, dtype: DType): Expr => e.dtype === dtype ? e : rawOp("bitcast", dtype, [e]);

/** `value` where `cond` holds (and only computed there), else `other`. */
export const guard = (cond: Expr, value: Expr, other: Expr): Expr =>
  cond.tag === "lit" ? cond.value !== 0 ? value : other : value === other ? value : intern(
    "guard",
    `${cond.id},${value.id},${other.id}`,
    (id) => ({ tag: "guard", id, dtype: value.dtype, depth: deepest([cond, value, other]) + 1, cond, value, other }),
  );

/** The operands of an expression, in order. */
export const operands = (e: Expr): readonly Expr[] => {
  switch (e.tag) {
    case "lit":
    case "axis":
    case "acc":
      return [];
    case "load":
      return [e.index];
    case "op":
      return e.args;
    case "guard":
      return [e.cond, e.value, e.other];
    case "fold":
      return [e.value];
  }
};

/** Calls `f` once for every expression below and including the roots, operands first. */
export const visit = (roots: readonly Expr[], f: (e: Expr) => void): void => {
  const seen = new Set<Expr>();
  const walk = (e: Expr): void => {
    if (seen.has(e)) return;
    seen.add(e);
    operands(e).forEach(walk);
    f(e);
  };
  roots.forEach(walk);
};

import { type Axis, type Expr, visit } from "../../core/expr.ts";
import type { MathImport } from "./abi.ts";
import { analyse, guardConditions, openFolds } from "./analysis.ts";
import type { Builder } from "./ir.ts";
import { type Context, type Env, keyOf, type Val } from "./env.ts";
import { evaluateFold } from "./fold.ts";
import { evaluateGuard } from "./guard.ts";
import { evaluateAxis, evaluateLoad } from "./load.ts";
import { evaluateOp } from "./op.ts";
import { constant, type Width } from "./values.ts";

/** What the functions of one module share. */
export interface Imports {
  /** The functions imported from `math`, numbered as they are first needed. */
  readonly names: MathImport[];
  readonly indexOf: (name: MathImport) => number;
  /** Whether there are the instructions of relaxed SIMD. */
  readonly relaxed: boolean;
}
export const createImports = (relaxed: boolean): Imports => {
  const names: MathImport[] = [];
  return { names, relaxed, indexOf: (name) => names.includes(name) ? names.indexOf(name) : names.push(name) - 1 };
};

export interface ContextOptions {
  readonly b: Builder;
  readonly imports: Imports;
  /** What will be computed. */
  readonly roots: readonly Expr[];
  /** Number of addresses in the arguments. */
  readonly buffers: number;
  readonly width: Width;
  /** Where in scratch memory copies are, loaded under the numbers after those of the buffers. */
  readonly copies?: readonly number[];
  /** What `Acc` is, and the axes it depends on. */
  readonly acc?: { readonly axes: readonly Axis[]; readonly of: (env: Env) => Val };
}

/** Everything that computing expressions in one function needs. */
export const createContext = ({ b, imports, roots, buffers, width, copies = [], acc }: ContextOptions): Context => {
  const analysis = analyse(acc?.axes);
  const evaluate = (e: Expr, env: Env): Val => {
    const seen = env.memo.get(e);
    if (seen !== undefined) return seen;
    // Loads and guards are also shared between copies that agree in the axes they depend on.
    const key = env.family.length > 1 && (e.tag === "load" || e.tag === "guard") ? keyOf(cx, e, env) : null;
    const value = (key === null ? undefined : env.shared.get(key)) ?? compute(e, env);
    if (key !== null) env.shared.set(key, value);
    env.memo.set(e, value);
    return value;
  };
  const compute = (e: Expr, env: Env): Val => {
    const fact = env.known.get(e);
    if (fact !== undefined) return { value: b.i32(fact ? 1 : 0), wide: false };
    switch (e.tag) {
      case "lit":
        return { value: constant(b, e.dtype, e.value), wide: false };
      case "axis":
        return evaluateAxis(cx, e, env);
      case "load":
        return evaluateLoad(cx, e, env);
      case "op":
        return evaluateOp(cx, e, env);
      case "guard":
        return evaluateGuard(cx, e, env);
      case "fold":
        return evaluateFold(cx, e, env);
      case "acc":
        if (acc === undefined) throw new Error("Acc outside a contraction");
        return acc.of(env);
    }
  };
  const cx: Context = {
    b,
    math: (name, args) => b.call(imports.indexOf(name), args),
    width,
    analysis,
    addresses: [
      ...Array.from({ length: buffers }, (_, i) => b.load("i32.load", b.param(0), 4 * i)),
      ...copies.map((at) => b.op("i32.add", b.param(3), b.i32(at))),
    ],
    folds: openFolds(roots),
    waiting: new Set(),
    conditions: guardConditions(roots, analysis.reads),
    evaluate,
    splats: new Map(),
  };
  return cx;
};

/** Two lanes where anything is f64, else four. */
export const widthOf = (roots: readonly Expr[]): Width => {
  let double = false;
  visit(roots, (e) => double ||= e.dtype === "f64");
  return double ? 2 : 4;
};

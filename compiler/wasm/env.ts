import type { DType } from "../../core/dtype.ts";
import type { Axis, Expr, Fold } from "../../core/expr.ts";
import type { Analysis } from "./analysis.ts";
import { inner, type Scope, type Value } from "./ir.ts";
import type { Spelling } from "./spell_scalar.ts";
import { splat, type Width } from "./values.ts";

/** The value of an axis: `base + offset`, and one more for each further lane if it is the axis of the lanes. */
export interface Binding {
  readonly base: Value;
  readonly offset: number;
}
/** Which lanes count. In the others anything may be computed, but nothing is read that is not there. */
export interface Mask {
  /** A mask of 32-bit lanes; null: all. */
  readonly lanes: Value | null;
  /** A number that is 0 where no lane counts; null: the first lane always does. */
  readonly any: Value | null;
  /** Number of first lanes that count, where it is these. */
  readonly count: number | null;
}
/** Where an expression is computed: what its axes are. */
export interface Env {
  readonly bindings: ReadonlyMap<Axis, Binding>;
  /** The axis whose consecutive values are in the lanes. */
  readonly lanes: Axis | null;
  readonly mask: Mask | null;
  /** Conditions that are known here. */
  readonly known: ReadonlyMap<Expr, boolean>;
  readonly memo: Map<Expr, Val>;
  /** The unrolled copies that are computed together with this one, itself included, and what they have in common. */
  family: readonly Env[];
  shared: Map<string, Val>;
}
/** A computed element: a number, or one for each lane. */
export interface Val {
  readonly value: Value;
  readonly wide: boolean;
}
/** What everything that computes expressions shares, for one function. */
export interface Context extends Spelling {
  readonly width: Width;
  readonly analysis: Analysis;
  readonly addresses: readonly Value[];
  /** The folds that may share loops. */
  readonly folds: readonly Fold[];
  /** Copies in scratch memory, by the numbers they are loaded under, that are not there yet. */
  readonly waiting: Set<number>;
  /** Comparisons in guards: loops are cut where they change. */
  readonly conditions: readonly Expr[];
  readonly evaluate: (e: Expr, env: Env) => Val;
  /** The vector loads that do what a load of a number and a splat do. */
  readonly splats: Map<Value, () => Value>;
}

export const emptyEnv: Env = {
  bindings: new Map(),
  lanes: null,
  mask: null,
  known: new Map(),
  memo: new Map(),
  family: [],
  shared: new Map(),
};

type Change = Partial<Omit<Env, "memo" | "family" | "shared">>;
/** An environment like `env`, with nothing computed yet. */
export const derive = (env: Env, change: Change): Env => {
  const made: Env = { ...env, ...change, memo: new Map(), family: [], shared: new Map() };
  made.family = [made];
  return made;
};
export const bind = (env: Env, axis: Axis, base: Value, offset: number, change: Change = {}): Env =>
  derive(env, { bindings: new Map(env.bindings).set(axis, { base, offset }), ...change });
/** Makes a family of environments. */
export const together = (envs: readonly Env[]): readonly Env[] => {
  const shared = new Map<string, Val>();
  for (const e of envs) {
    e.family = envs;
    e.shared = shared;
  }
  return envs;
};
export const bindingOf = (env: Env, axis: Axis): Binding => {
  const found = env.bindings.get(axis);
  if (found === undefined) throw new Error(`an axis of extent ${axis.extent} is used outside its loop`);
  return found;
};

/** Whether a value differs between lanes. */
export const varies = (cx: Context, e: Expr, env: Env): boolean =>
  env.lanes !== null && cx.analysis.free(e).has(env.lanes);
/** An element in vector form. */
export const wide = (cx: Context, v: Val, dtype: DType): Value =>
  v.wide ? v.value : cx.splats.get(v.value)?.() ?? splat(cx.b, dtype, v.value);
/** The mask of values that do not differ between lanes. */
export const narrowMask = (mask: Mask | null): Mask | null =>
  mask === null || mask.any === null ? null : { lanes: null, any: mask.any, count: null };

/** The outermost scope in which `e` can be computed. */
export const placeOf = (cx: Context, e: Expr, env: Env): Scope => {
  let scope = cx.analysis.reads(e) ? cx.b.fence : cx.b.root;
  for (const a of cx.analysis.free(e)) scope = inner(scope, bindingOf(env, a).base.scope);
  for (const v of [env.mask?.lanes, env.mask?.any]) if (v) scope = inner(scope, v.scope);
  return scope;
};
/** Equal keys: equal values of `e`. */
export const keyOf = (cx: Context, e: Expr, env: Env): string => {
  let key = `${e.tag} ${e.id} ${env.lanes?.id} ${env.mask?.lanes?.id} ${env.mask?.any?.id}`;
  for (const a of cx.analysis.freeList(e)) {
    const { base, offset } = bindingOf(env, a);
    key += ` ${a.id}=${base.id}+${offset}`;
  }
  return key;
};

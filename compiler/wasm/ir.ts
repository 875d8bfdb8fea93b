import type { WasmFunction } from "./assembler.ts";
import type { Access, LaneOp, Opcode, ValType } from "./opcodes.ts";

/**
 * Straight-line values and structured control of one Wasm function: what `builder.ts` makes and `print.ts` writes.
 */

/** A value, computed once for every time its scope is entered. */
export interface Value extends Computation {
  readonly id: number;
  readonly scope: Scope;
  /** Of a constant i32. */
  readonly constant: number | null;
}
/** How a value is computed. */
export interface Computation {
  readonly type: ValType;
  /** The instruction, after its operands. */
  readonly code: readonly number[];
  readonly args: readonly Value[];
  /**
   * How it may be written: `constant` and `variable` (a read of a local) wherever they are used; `load` not beyond a
   * store; `pure` anywhere.
   */
  readonly kind: "constant" | "variable" | "load" | "pure";
}
/** The same value, computed in another way from now on. */
export const become = (v: Value, how: Computation): void => void Object.assign(v, how);

/** A local that is assigned more than once. `index` is given for parameters; others are numbered when printed. */
export interface Variable {
  readonly type: ValType;
  readonly index: number | null;
}

/** A sequence of statements; inner scopes are the bodies of loops and branches. */
export interface Scope {
  readonly parent: Scope | null;
  readonly depth: number;
  readonly statements: Statement[];
  /** What has been computed here, by instruction and operands. */
  readonly known: Map<string | number, Value>;
}

export interface Effect {
  readonly code: readonly number[];
  readonly args: readonly Value[];
}
export type Statement =
  | { readonly tag: "let"; readonly value: Value }
  /** All operands are computed before the first store. */
  | { readonly tag: "store"; readonly effects: readonly Effect[] }
  /** All values are computed before the first assignment. */
  | { readonly tag: "set"; readonly targets: readonly Variable[]; readonly values: readonly Value[] }
  | {
    readonly tag: "loop";
    readonly counter: Variable;
    readonly from: Value;
    readonly to: Value;
    readonly step: number;
    /** It is known that from < to. */
    readonly runs: boolean;
    readonly body: Scope;
  }
  | { readonly tag: "if"; readonly condition: Value; readonly then: Scope; readonly otherwise: Scope };

/** The scopes inside a statement. */
export const bodiesOf = (s: Statement): readonly Scope[] =>
  s.tag === "loop" ? [s.body] : s.tag === "if" ? [s.then, s.otherwise] : [];
/** Whether a statement writes memory. */
export const writes = (s: Statement): boolean =>
  s.tag === "store" || bodiesOf(s).some((b) => b.statements.some(writes));

export const newScope = (parent: Scope | null): Scope => ({
  parent,
  depth: parent === null ? 0 : parent.depth + 1,
  statements: [],
  known: new Map(),
});
/** The inner one of two scopes of which one contains the other. */
export const inner = (a: Scope, b: Scope): Scope => a.depth >= b.depth ? a : b;

/** What a loop carries from one round to the next: its first value. */
export interface LoopRange {
  readonly from: Value;
  readonly to: Value;
  readonly step?: number;
}

/**
 * Builds one function. A value is placed in the outermost scope in which its operands are known, and equal values of one scope
 * are one value: so nothing that does not change in a loop is computed in it. Loads stay inside the branch they are asked in.
 */
export interface Builder {
  /** Whether there are the instructions of relaxed SIMD. */
  readonly relaxed: boolean;
  readonly root: Scope;
  /** The scope to which stores, loops and branches are added. */
  readonly here: Scope;
  /** The innermost branch: loads are not moved out of it. */
  readonly fence: Scope;
  param(index: number): Value;
  i32(value: number): Value;
  f32(value: number): Value;
  f64(value: number): Value;
  i64(value: bigint): Value;
  /** A vector constant of four words. */
  vector(...words: readonly number[]): Value;
  op(name: Opcode, ...args: readonly Value[]): Value;
  lane(name: LaneOp, at: number, ...args: readonly Value[]): Value;
  shuffle(at: readonly number[], a: Value, b: Value): Value;
  /** `condition ? whenTrue : whenFalse`, of numbers. */
  select(condition: Value, whenTrue: Value, whenFalse: Value): Value;
  /** A call of imported function `index`. */
  call(index: number, args: readonly Value[]): Value;
  /** A load; `rest` is the vector of which a lane is replaced. `scratch` tells after which scope's entry it may be read. */
  load(name: Access, address: Value, offset: number, lane?: number, rest?: Value): Value;
  loadScratch(name: Access, address: Value, offset: number): Value;
  store(effects: readonly StoreEffect[]): void;
  /**
   * The next value of what the loop around carries as `target`. Inside that loop it is assigned at once, so that fewer values
   * live at a time: nothing made of `target` before may be used after.
   */
  assign(target: Value, value: Value): Value;
  loop(
    range: LoopRange,
    init: readonly Value[],
    body: (i: Value, carried: readonly Value[]) => readonly Value[],
  ): readonly Value[];
  choose(condition: Value, then: () => readonly Value[], otherwise: () => readonly Value[]): readonly Value[];
  /** Loads asked for here are other values than the same ones asked for elsewhere in this scope: none is held for long. */
  apart<T>(build: () => T): T;
  /** Keeps loads in this scope: what they read is written in it, before. */
  fenced(build: () => void): void;
  /** Builds in an outer scope. */
  at<T>(scope: Scope, build: () => T): T;
  finish(name: string): WasmFunction;
}
export interface StoreEffect {
  readonly name: Access;
  readonly address: Value;
  readonly offset: number;
  readonly value: Value;
  readonly lane?: number;
}

import type { ValType } from "./opcodes.ts";

/**
 * Straight-line values and structured control of one Wasm function: what `builder.ts` makes and `print.ts` writes.
 */

/** A value, computed once for every time its scope is entered. */
export interface Value {
  readonly id: number;
  readonly type: ValType;
  /** The instruction, after its operands. */
  readonly code: readonly number[];
  readonly args: readonly Value[];
  readonly scope: Scope;
  /**
   * How it may be written: `constant` and `variable` (a read of a local) wherever they are used; `load` not beyond a
   * store; `pure` anywhere.
   */
  readonly kind: "constant" | "variable" | "load" | "pure";
  /** Of a constant i32. */
  readonly constant: number | null;
}

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

export const newScope = (parent: Scope | null): Scope => ({
  parent,
  depth: parent === null ? 0 : parent.depth + 1,
  statements: [],
  known: new Map(),
});
/** The inner one of two scopes of which one contains the other. */
export const inner = (a: Scope, b: Scope): Scope => a.depth >= b.depth ? a : b;

import type { Axis, Expr } from "../../core/expr.ts";

/** A block of a function: its lines, the axes it binds, and what has a name in it. */
export interface Scope {
  readonly parent: Scope | null;
  readonly lines: string[];
  readonly names: Map<Expr | string, string>;
  readonly binds: ReadonlyMap<Axis, string>;
  /** The block of an `if`: what holds a loop stays in it. */
  readonly branch: boolean;
  /** Loop trips of one run of the block. */
  trips: number;
}
/** A block inside `parent`. */
export const scope = (parent: Scope | null, binds: ReadonlyMap<Axis, string>, branch = false): Scope => ({
  parent,
  lines: [],
  names: new Map(binds),
  binds,
  branch,
  trips: 0,
});
/** The name of a value, in a block or one around it. */
export const find = (key: Expr | string, from: Scope): string | undefined => {
  for (let at: Scope | null = from; at !== null; at = at.parent) {
    const name = at.names.get(key);
    if (name !== undefined) return name;
  }
  return undefined;
};

/** Without the parentheses around the whole. */
export const bare = (text: string): string => {
  if (!text.startsWith("(")) return text;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "(") depth++;
    else if (text[i] === ")" && --depth === 0) return i === text.length - 1 ? text.slice(1, -1) : text;
  }
  return text;
};

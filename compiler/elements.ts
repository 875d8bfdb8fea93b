import { size } from "../core/aval.ts";
import { type Axis, type Expr, load, visit } from "../core/expr.ts";
import { ravel } from "../core/index_expr.ts";
import type { Reader } from "../core/lowering.ts";
import type { Combine } from "../core/scalar.ts";
import type { GraphNode, LoopCall } from "./graph.ts";
import type { Contraction } from "./kernel.ts";
import { type Loops, tripsOver } from "./loops.ts";

/** Stored nodes computed by one kernel, over one index space. */
export interface Group {
  readonly members: Map<GraphNode, Member>;
  /** The index of the space, one expression for each extent of `shape`. */
  readonly index: readonly Expr[];
  readonly shape: readonly number[];
  /** Row-major position in the space. */
  readonly position: Expr;
  readonly contraction: Contraction | null;
  /** Present when the members are the results of a loop, which nothing joins. */
  readonly call: LoopCall | null;
  /** The loops inside a point, shared by whatever runs over the same extents after the same other loops. */
  readonly loops: Map<string, Loops>;
  readonly rows: Map<string, readonly Axis[]>;
}
/** One element at each point of the space, or a row of them. */
export interface Stored {
  readonly value: Expr;
  /** Where the element is in the memory of the node. */
  readonly position: Expr;
  /** The axes of the row. */
  readonly axes: readonly Axis[];
}
/** How a node is computed in its group. */
export interface Member extends Stored {
  /** What is combined with its elements then. */
  readonly update?: Stored & { readonly combine: Combine } | undefined;
  /** So many loops, one after the other, are finished before its value is known. */
  readonly level: number;
}

/** Loop trips of one point. */
export const tripsOf = (g: Group): number =>
  [...g.loops.values()].reduce((n, l) => n + l.trips, 0) +
  [...g.rows.values()].reduce((n, axes) => n + tripsOver(axes.map((a) => a.extent)), 0);

/** Builds elements of nodes: loads of stored ones, expressions of the others. */
export interface Elements {
  readonly of: (node: GraphNode) => Reader;
  readonly value: (node: GraphNode, index: readonly Expr[]) => Expr;
  /** The levels and positions of the members that were read, and whether one was read that is not known at a point. */
  readonly seen: { level: number; aside: boolean; readonly positions: Set<Expr> };
}
/**
 * Elements as the points of a group see them. A member that is one element of each point is known there; a row is computed
 * again, if that is done `times` times at most as often as it has elements. `anywhere`: members are loads, wherever they are.
 */
export const elements = (
  stored: ReadonlySet<GraphNode>,
  home: Group | null,
  times: number,
  anywhere = false,
): Elements => {
  const memo = new Map<string, Expr>(), seen: Elements["seen"] = { level: 0, aside: false, positions: new Set() };
  const of = (node: GraphNode): Reader => ({ at: (i, index) => element(node.inputs[i]!, index) });
  const element = (n: GraphNode, index: readonly Expr[]): Expr => {
    if (!stored.has(n) && n.form.tag !== "input") return value(n, index);
    const position = ravel(index, n.shape), member = home?.members.get(n);
    if (member === undefined) return load(n.id, position, n.dtype);
    if (member.axes.length > 0) {
      if (times > size(n.shape)) seen.aside = true;
      return value(n, index);
    }
    seen.positions.add(position);
    seen.level = Math.max(seen.level, member.level);
    if (!anywhere && position === home!.position) return member.value;
    seen.aside = true;
    return load(n.id, position, n.dtype);
  };
  const value = (n: GraphNode, index: readonly Expr[]): Expr => {
    const key = `${n.id}@${index.map((e) => e.id)}`, known = memo.get(key);
    if (known !== undefined) return known;
    if (n.form.tag !== "map") throw new Error(`node ${n.id} has no expression`);
    const built = n.form.body(of(n), index);
    memo.set(key, built);
    return built;
  };
  return { of, value, seen };
};

/** The expressions a member is made of. */
export const partsOf = ({ value, update }: Member): readonly Expr[] =>
  update === undefined ? [value] : [value, update.position, update.value];

/** Which stored nodes expressions load. */
export const sourcesOf = (exprs: readonly Expr[]): Set<number> => {
  const sources = new Set<number>();
  visit(exprs, (e) => e.tag === "load" && sources.add(e.source));
  return sources;
};

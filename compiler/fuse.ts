import { size } from "../core/aval.ts";
import { acc as accOf, type Axis, axis, type Expr, fold, load, visit } from "../core/expr.ts";
import { int, ravel } from "../core/index_expr.ts";
import { axesOf, axisExprs } from "./axes.ts";
import { type Graph, type GraphNode, refine } from "./graph.ts";
import type { Contraction, Limits } from "./kernel.ts";
import { freeAxes, storedNodes } from "./select.ts";

/** Stored nodes computed by one kernel, over one index space. */
export interface Group {
  readonly nodes: GraphNode[];
  /** The index of the space, one expression for each extent of `shape`. */
  readonly index: readonly Expr[];
  readonly shape: readonly number[];
  /** Row-major position in the space. */
  readonly position: Expr;
  readonly values: Map<GraphNode, Expr>;
  contraction: Contraction | null;
}

/** Cuts a graph into groups, in an order in which they can run. */
export const fuse = (
  g: Graph,
  limits: Limits,
): { readonly groups: readonly Group[]; readonly stored: ReadonlySet<GraphNode> } => {
  const stored = storedNodes(g, limits.buffersPerKernel - 2),
    groups: Group[] = [],
    groupOf = new Map<GraphNode, Group>();
  const reads = new Map<Group, Set<Group>>();
  for (const node of g.nodes) {
    if (!stored.has(node)) continue;
    const home = place(node, g, stored, groupOf, reads, limits);
    const sources = sourcesOf([...home.values.values(), ...operandsOf(home)]);
    if (sources.size + home.nodes.length > limits.buffersPerKernel) {
      throw new Error(
        `An operation with ${sources.size} inputs needs more than the ${limits.buffersPerKernel} buffers a kernel can have here`,
      );
    }
    if (!groupOf.has(home.nodes[0]!)) groups.push(home);
    groupOf.set(node, home);
    note(home, sources, g, groupOf, reads);
  }
  return { groups: order(groups, reads), stored };
};

const operandsOf = (g: Group): readonly Expr[] => g.contraction === null ? [] : [g.contraction.a, g.contraction.b];
/** Which stored nodes expressions load. */
export const sourcesOf = (exprs: readonly Expr[]): Set<number> => {
  const sources = new Set<number>();
  visit(exprs, (e) => e.tag === "load" && sources.add(e.source));
  return sources;
};

/** Joins the group of a producer that the node reads element by element, or makes a group of its own. */
const place = (
  node: GraphNode,
  g: Graph,
  stored: ReadonlySet<GraphNode>,
  groupOf: ReadonlyMap<GraphNode, Group>,
  reads: ReadonlyMap<Group, Set<Group>>,
  limits: Limits,
): Group => {
  const own = alone(node, stored);
  if (node.form.tag !== "map" || size(node.shape) === 0) return own;
  const sources = [...sourcesOf([...own.values.values()])].map((s) => g.nodes[s]!).filter((n) => groupOf.has(n));
  const candidates = [...new Set(sources.toReversed().map((n) => groupOf.get(n)!))];
  for (const home of candidates) {
    if (size(home.shape) !== size(node.shape)) continue;
    const others = sources.filter((n) => groupOf.get(n) !== home).map((n) => groupOf.get(n)!);
    if (needs(others, home, reads)) continue;
    const value = elementwise(node, home, stored);
    if (value === null) continue;
    const all = sourcesOf([...home.values.values(), ...operandsOf(home), value]);
    if (all.size + home.nodes.length + 1 > limits.buffersPerKernel) continue;
    home.nodes.push(node);
    home.values.set(node, value);
    return home;
  }
  return own;
};

/** The value of a node over the space of a group, or null where it needs a value of the group at another position. */
const elementwise = (node: GraphNode, home: Group, stored: ReadonlySet<GraphNode>): Expr | null => {
  let aside = false;
  const element = reader(stored, (n, position) => {
    const value = home.values.get(n);
    if (value === undefined) return null;
    if (position !== home.position) aside = true;
    return value;
  });
  const value = element.value(node, refine(home.index, home.shape, node.shape));
  return aside ? null : value;
};

/** A group of one node. */
const alone = (node: GraphNode, stored: ReadonlySet<GraphNode>): Group => {
  const shape = node.form.tag === "contract" ? node.form.out : node.shape, index = axisExprs(shape);
  const element = reader(stored, () => null);
  const group: Group = {
    nodes: [node],
    index,
    shape,
    position: ravel(index, shape),
    values: new Map(),
    contraction: null,
  };
  if (node.form.tag === "contract") {
    const reduced = axisExprs(node.form.reduced), r = element.of(node);
    const a = node.form.a(r, index, reduced), b = node.form.b(r, index, reduced);
    const [inA, inB] = [freeAxes(a), freeAxes(b)], axes = axesOf(index);
    group.contraction = {
      batch: axes.filter((x) => inA.has(x) === inB.has(x)),
      m: axes.filter((x) => inA.has(x) && !inB.has(x)),
      n: axes.filter((x) => inB.has(x) && !inA.has(x)),
      k: axesOf(reduced),
      a,
      b,
      dtype: node.dtype,
    };
    group.values.set(node, accOf(node.dtype));
  } else group.values.set(node, element.value(node, index));
  return group;
};

/** Builds elements of nodes: loads of stored ones, expressions of the others. */
const reader = (stored: ReadonlySet<GraphNode>, known: (n: GraphNode, position: Expr) => Expr | null) => {
  const memo = new Map<string, Expr>(), loops = new Map<string, readonly Expr[]>();
  const of = (node: GraphNode) => ({
    at: (i: number, index: readonly Expr[]): Expr => element(node.inputs[i]!, index),
  });
  const element = (n: GraphNode, index: readonly Expr[]): Expr => {
    if (stored.has(n) || n.form.tag === "input") {
      const position = ravel(index, n.shape);
      return known(n, position) ?? load(n.id, position, n.dtype);
    }
    return value(n, index);
  };
  const value = (n: GraphNode, index: readonly Expr[]): Expr => {
    const key = `${n.id}@${index.map((e) => e.id)}`;
    const seen = memo.get(key);
    if (seen !== undefined) return seen;
    const built = compute(n, index);
    memo.set(key, built);
    return built;
  };
  const compute = (n: GraphNode, index: readonly Expr[]): Expr => {
    switch (n.form.tag) {
      case "map":
        return n.form.body(of(n), index);
      case "reduce": {
        const key = `${n.id}`, reduced = loops.get(key) ?? n.form.extents.map((d): Expr => d === 1 ? int(0) : axis(d));
        loops.set(key, reduced);
        return fold(n.form.combine, axesOf(reduced) as readonly Axis[], n.form.body(of(n), index, reduced));
      }
      default:
        throw new Error(`node ${n.id} has no expression`);
    }
  };
  return { of, value };
};

/** Takes note of the groups this one reads. */
const note = (
  home: Group,
  sources: ReadonlySet<number>,
  g: Graph,
  groupOf: ReadonlyMap<GraphNode, Group>,
  reads: Map<Group, Set<Group>>,
): void => {
  const mine = reads.get(home) ?? new Set<Group>();
  reads.set(home, mine);
  for (const s of sources) {
    const from = groupOf.get(g.nodes[s]!);
    if (from !== undefined && from !== home) mine.add(from);
  }
};
/** Whether any of the groups needs `home` to run first. */
const needs = (groups: readonly Group[], home: Group, reads: ReadonlyMap<Group, ReadonlySet<Group>>): boolean => {
  const seen = new Set<Group>(groups), stack = [...groups];
  while (stack.length > 0) {
    const g = stack.pop()!;
    if (g === home) return true;
    for (const from of reads.get(g)!) {
      if (seen.has(from)) continue;
      seen.add(from);
      stack.push(from);
    }
  }
  return false;
};

/** An order in which every group runs after those it reads. */
const order = (groups: readonly Group[], reads: ReadonlyMap<Group, ReadonlySet<Group>>): readonly Group[] => {
  const done = new Set<Group>(), out: Group[] = [], stack: (readonly [Group, boolean])[] = [];
  for (const root of groups) {
    stack.push([root, false]);
    while (stack.length > 0) {
      const [g, ready] = stack.pop()!;
      if (ready) out.push(g);
      if (ready || done.has(g)) continue;
      done.add(g);
      stack.push([g, true]);
      for (const from of [...reads.get(g)!].toReversed()) if (!done.has(from)) stack.push([from, false]);
    }
  }
  return out;
};

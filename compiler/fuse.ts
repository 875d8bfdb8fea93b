import { size } from "../core/aval.ts";
import { type Axis, axis, type Expr, fold, load, acc as accOf, visit } from "../core/expr.ts";
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
export const fuse = (g: Graph, limits: Limits): { readonly groups: readonly Group[]; readonly stored: ReadonlySet<GraphNode> } => {
  const forced = new Set<GraphNode>();
  for (;;) {
    const stored = storedNodes(g, forced), groups: Group[] = [], groupOf = new Map<GraphNode, Group>();
    const before = new Map<Group, Set<Group>>();
    let wide: GraphNode | null = null;
    for (const node of g.nodes) {
      if (!stored.has(node)) continue;
      const home = place(node, g, stored, groupOf, before, limits);
      const sources = sourcesOf([...home.values.values(), ...operandsOf(home)]);
      if (sources.size + home.nodes.length > limits.buffersPerKernel) wide ??= widest(node, stored);
      groupOf.set(node, home);
      if (!groups.includes(home)) groups.push(home);
      note(home, sources, g, groupOf, before);
    }
    if (wide === null) return { groups: order(groups, before), stored };
    forced.add(wide);
  }
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
  before: ReadonlyMap<Group, Set<Group>>,
  limits: Limits,
): Group => {
  const own = alone(node, stored);
  if (node.form.tag !== "map" || size(node.shape) === 0) return own;
  const sources = [...sourcesOf([...own.values.values()])].map((s) => g.nodes[s]!).filter((n) => groupOf.has(n));
  const candidates = [...new Set(sources.toReversed().map((n) => groupOf.get(n)!))];
  for (const home of candidates) {
    if (size(home.shape) !== size(node.shape)) continue;
    const others = sources.filter((n) => groupOf.get(n) !== home).map((n) => groupOf.get(n)!);
    if (others.some((o) => o === home || before.get(o)?.has(home))) continue;
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
  const group: Group = { nodes: [node], index, shape, position: ravel(index, shape), values: new Map(), contraction: null };
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
  const of = (node: GraphNode) => ({ at: (i: number, index: readonly Expr[]): Expr => element(node.inputs[i]!, index) });
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

/** Takes note of which groups must run before this one. */
const note = (
  home: Group,
  sources: ReadonlySet<number>,
  g: Graph,
  groupOf: ReadonlyMap<GraphNode, Group>,
  before: Map<Group, Set<Group>>,
): void => {
  const mine = before.get(home) ?? new Set<Group>();
  before.set(home, mine);
  const earlier: Group[] = [];
  for (const s of sources) {
    const from = groupOf.get(g.nodes[s]!);
    if (from !== undefined && from !== home) earlier.push(from, ...before.get(from)!);
  }
  for (const [later, set] of before) {
    if (later === home || set.has(home)) earlier.forEach((e) => e !== later && set.add(e));
  }
};

/** An order in which every group runs after those it reads. */
const order = (groups: readonly Group[], before: ReadonlyMap<Group, ReadonlySet<Group>>): readonly Group[] => {
  const done = new Set<Group>(), out: Group[] = [];
  const run = (g: Group): void => {
    if (done.has(g)) return;
    done.add(g);
    [...groups].filter((o) => before.get(g)!.has(o)).forEach(run);
    out.push(g);
  };
  groups.forEach(run);
  return out;
};

/** The input of a node, not stored yet, that reads the most: storing it makes the kernel narrower. */
const widest = (node: GraphNode, stored: ReadonlySet<GraphNode>): GraphNode => {
  const reads = (n: GraphNode): Set<GraphNode> =>
    stored.has(n) || n.form.tag === "input" ? new Set([n]) : new Set(n.inputs.flatMap((i) => [...reads(i)]));
  const inner = node.inputs.filter((i) => !stored.has(i) && i.form.tag === "map" && i.inputs.length > 0);
  if (inner.length === 0) {
    throw new Error(`An operation with ${node.inputs.length} inputs needs more buffers than a kernel can have on this device`);
  }
  return inner.reduce((a, b) => reads(b).size > reads(a).size ? b : a);
};

import { size } from "../core/aval.ts";
import { type Axis, type Expr, operands, visit } from "../core/expr.ts";
import { isSpecial } from "../core/scalar.ts";
import { axesOf, axisExprs } from "./axes.ts";
import { contractAxes, type Graph, type GraphNode, positions } from "./graph.ts";

/** What an instruction costs, in additions. */
const weight = (e: Expr): number => {
  if (e.tag !== "op") return 0;
  if (isSpecial(e.op)) return 16;
  return e.op === "div" || e.op === "rem" || e.op === "sqrt"
    ? 4
    : e.op === "convert" || e.op === "bitcast" || e.op === "select"
    ? 0.5
    : 1;
};
/** Cost of one element of a node, apart from finding where its inputs are. */
const costOf = (node: GraphNode): number => {
  if (node.form.tag !== "map") return 0;
  const known = costs.get(node.form) ?? computedCost(node, node.form);
  costs.set(node.form, known);
  return known;
};
const costs = new WeakMap<Form, number>(), counts = new WeakMap<Form, readonly [number, number]>();
type Form = GraphNode["form"];
const computedCost = (node: GraphNode, form: Extract<Form, { tag: "map" }>): number => {
  const value = form.body(positions(node.inputs), axisExprs(node.shape));
  let cost = 0;
  visit([value], (e) => cost += e.dtype === "i32" && indexing(e) ? 0 : weight(e));
  return cost;
};
/** Integer arithmetic on axes alone is counted with the loads it serves. */
const indexing = (e: Expr): boolean =>
  e.tag === "axis" || e.tag === "lit" || (e.tag === "op" && operands(e).every(indexing));

const union = <T>(sets: readonly ReadonlySet<T>[]): ReadonlySet<T> =>
  sets.length === 1 ? sets[0]! : new Set(sets.flatMap((s) => [...s]));

/** The axes an expression depends on. */
export const freeAxes = (e: Expr): ReadonlySet<Axis> => {
  const free = new Set<Axis>();
  visit([e], (x) => x.tag === "axis" && free.add(x));
  return free;
};

/** How often a contraction reads its operands, all in all. */
const contractReads = (node: GraphNode): readonly [number, number] => {
  if (node.form.tag !== "contract") return [0, 0];
  const known = counts.get(node.form) ?? countReads(node, node.form);
  counts.set(node.form, known);
  return known;
};
const countReads = (node: GraphNode, form: Extract<Form, { tag: "contract" }>): readonly [number, number] => {
  const index = contractAxes(form),
    reader = positions(node.inputs),
    all = [...axesOf(index.out), ...axesOf(index.reduced)];
  return ([form.a, form.b] as const).map((operand) => {
    const free = freeAxes(operand(reader, index.out, index.reduced));
    return all.reduce((n, a) => free.has(a) ? n * a.extent : n, 1);
  }) as [number, number];
};

/** An inlined expression with more instructions than this is stored, so that kernels stay of readable size. */
const LARGEST = 250;

/**
 * The nodes whose values are stored; the others are computed where they are used. Stored are outputs, reductions and
 * contractions, whatever would cost more to compute again than to write and read back, and whatever makes an expression
 * read more than `widest` values.
 */
export const storedNodes = (g: Graph, widest: number): ReadonlySet<GraphNode> => {
  const outputs = new Set(g.outputs), stored = new Set<GraphNode>(), uses = new Map<GraphNode, GraphNode[]>();
  for (const n of g.nodes) {
    for (const i of new Set(n.inputs)) {
      const known = uses.get(i);
      if (known === undefined) uses.set(i, [n]);
      else known.push(n);
    }
  }
  const heavy = (n: GraphNode) => n.form.tag !== "map" && n.form.tag !== "input";
  // A loop finds what it reads in memory.
  for (const n of g.nodes) {
    if (n.form.tag === "loop") n.inputs.forEach((i) => i.form.tag !== "input" && stored.add(i));
  }
  // From inputs to outputs: what an element costs with everything inlined into it; from outputs to inputs: how often it is read.
  const cost = new Map<GraphNode, number>(), reads = new Map<GraphNode, number>();
  const inlined = (n: GraphNode): number => n.form.tag === "map" && !stored.has(n) ? cost.get(n)! : 0;
  const sources = new Map<GraphNode, ReadonlySet<GraphNode>>();
  const sourcesOf = (n: GraphNode): ReadonlySet<GraphNode> =>
    stored.has(n) || n.form.tag === "input" ? new Set([n]) : sources.get(n)!;
  /** What a node reads; where its inputs read too much together, those that read most are stored. */
  const narrowed = (n: GraphNode): ReadonlySet<GraphNode> => {
    let all = union(n.inputs.map(sourcesOf));
    if (n.form.tag === "loop") return all;
    while (all.size > widest) {
      const inner = n.inputs.filter((i) => i.form.tag === "map" && !stored.has(i) && sourcesOf(i).size > 1);
      if (inner.length === 0) break;
      stored.add(inner.reduce((a, b) => sourcesOf(b).size > sourcesOf(a).size ? b : a));
      all = union(n.inputs.map(sourcesOf));
    }
    return all;
  };
  for (const n of g.nodes) {
    if (heavy(n) || outputs.has(n)) stored.add(n);
    sources.set(n, narrowed(n));
    cost.set(n, costOf(n) + n.inputs.reduce((c, i) => c + inlined(i), 0));
    if (n.form.tag === "map" && cost.get(n)! > LARGEST) stored.add(n);
  }
  for (const n of g.nodes.toReversed()) {
    let total = 0;
    for (const use of uses.get(n) ?? []) {
      const { form } = use;
      if (form.tag === "contract") {
        const [a, b] = contractReads(use);
        total += (use.inputs[0] === n ? a : 0) + (use.inputs[1] === n ? b : 0);
      } else if (form.tag === "loop") total += form.call.length * size(n.shape);
      else if (form.tag === "scatter") total += size(use.shape) / use.shape[form.axis]! * form.updates;
      else if (form.tag === "reduce") total += size(use.shape) * size(form.extents);
      else total += stored.has(use) ? size(use.shape) : reads.get(use) ?? 0;
    }
    reads.set(n, total);
    if (n.form.tag !== "map" || stored.has(n) || n.inputs.length === 0) continue;
    const again = total / Math.max(1, size(n.shape)) - 1;
    if (again > 0 && cost.get(n)! * again > 4 + again) stored.add(n);
  }
  // What was stored since is one more value that its readers read: once more, until nothing is too wide.
  for (let before = -1; before !== stored.size;) {
    before = stored.size;
    for (const n of g.nodes) sources.set(n, narrowed(n));
  }
  return stored;
};

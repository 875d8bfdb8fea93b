import { byteSize } from "../core/dtype.ts";
import { type Expr, fold, freshExprs, guard, load, rawOp } from "../core/expr.ts";
import { size } from "../core/aval.ts";
import { check, type Program } from "../core/program.ts";
import { axesOf } from "./axes.ts";
import { expand } from "./expand.ts";
import { fuse, type Group, sourcesOf } from "./fuse.ts";
import { type GraphNode, graphOf } from "./graph.ts";
import type { Kernel, Launch, Limits, Place, Plan, Store } from "./kernel.ts";
import { simplify } from "./simplify.ts";
import { assignSlots, type NumberedKernel } from "./slots.ts";

/** From a program to kernels, their order and the memory they need. */
export const compilePlan = (program: Program, limits: Limits): Plan => {
  freshExprs();
  const simple = check(simplify(expand(program))), graph = graphOf(simple), { groups } = fuse(graph, limits);
  const outputs = new Map(graph.outputs.map((n, i) => [n.id, i]));
  const readBy = new Map<number, Group[]>();
  for (const g of groups) for (const s of groupSources(g)) readBy.set(s, [...(readBy.get(s) ?? []), g]);
  const written = (g: Group) => g.nodes.filter((n) => outputs.has(n.id) || readBy.get(n.id)?.some((o) => o !== g));
  const kernels = groups.filter((g) => size(g.shape) > 0).map((g) => kernelOf(g, graph.nodes, written(g)));
  const slots = assignSlots(kernels, (id) => graph.nodes[id]!.form.tag === "input" || outputs.has(id), (id) => {
    const n = graph.nodes[id]!;
    return size(n.shape) * byteSize[n.dtype];
  });
  const placeOf = (id: number): Place => {
    const { form } = graph.nodes[id]!, output = outputs.get(id);
    if (form.tag === "input") return { tag: "input", index: form.index };
    return output !== undefined ? { tag: "output", index: output } : { tag: "slot", slot: slots.of.get(id)! };
  };
  const port = (n: { readonly dtype: GraphNode["dtype"]; readonly shape: readonly number[] }) => ({
    dtype: n.dtype,
    length: size(n.shape),
  });
  return {
    inputs: simple.inputs.map((v) => port(v.aval)),
    outputs: graph.outputs.map(port),
    slots: slots.bytes,
    launches: kernels.map(({ kernel, ids }): Launch => ({ kernel, places: ids.map(placeOf) })),
  };
};

const kernelOf = (group: Group, nodes: readonly GraphNode[], written: readonly GraphNode[]): NumberedKernel => {
  const values = written.map((n) => group.values.get(n)!), c = group.contraction;
  const read = [...sourcesOf([...values, ...(c === null ? [] : [c.a, c.b])])];
  const ids = [...read, ...written.map((n) => n.id)], numbers = new Map(ids.map((id, i) => [id, i]));
  const rename = renumber(numbers);
  const stores = written.map((n, i): Store => ({
    target: numbers.get(n.id)!,
    index: group.position,
    value: rename(values[i]!),
    axes: [],
  }));
  const kernel: Kernel = {
    name: nameOf(group, written),
    buffers: ids.map((id, i) => ({
      dtype: nodes[id]!.dtype,
      length: size(nodes[id]!.shape),
      access: i < read.length ? "read" : "write",
    })),
    grid: axesOf(group.index),
    stores,
    contraction: c === null ? null : { ...c, a: rename(c.a), b: rename(c.b) },
  };
  return { kernel, ids };
};
const groupSources = (g: Group): ReadonlySet<number> =>
  sourcesOf([...g.values.values(), ...(g.contraction === null ? [] : [g.contraction.a, g.contraction.b])]);
const nameOf = (g: Group, written: readonly GraphNode[]): string =>
  `${g.contraction !== null ? "contract" : g.nodes.some((n) => n.form.tag === "reduce") ? "reduce" : "map"}${
    g.nodes.length > 1 ? `_${g.nodes.length}` : ""
  }_${g.shape.join("x") || "1"}${written.length > 1 ? `_to${written.length}` : ""}`;

/** The same expressions with the sources of their loads numbered anew. */
const renumber = (numbers: ReadonlyMap<number, number>): (e: Expr) => Expr => {
  const memo = new Map<Expr, Expr>();
  const go = (e: Expr): Expr => {
    const known = memo.get(e);
    if (known !== undefined) return known;
    const made = make(e);
    memo.set(e, made);
    return made;
  };
  const make = (e: Expr): Expr => {
    switch (e.tag) {
      case "lit":
      case "axis":
      case "acc":
        return e;
      case "load":
        return load(numbers.get(e.source)!, go(e.index), e.dtype);
      case "op":
        return rawOp(e.op, e.dtype, e.args.map(go));
      case "guard":
        return guard(go(e.cond), go(e.value), go(e.other));
      case "fold":
        return fold(e.combine, e.axes, go(e.value));
    }
  };
  return go;
};

import { byteSize } from "../core/dtype.ts";
import { type Expr, fold, freshExprs, guard, load, rawOp } from "../core/expr.ts";
import { size } from "../core/aval.ts";
import { note, observed } from "../core/observer.ts";
import { check, type Program, show } from "../core/program.ts";
import { axesOf } from "./axes.ts";
import { bundle } from "./bundle.ts";
import { expand } from "./expand.ts";
import { explain } from "./explain.ts";
import { fuse } from "./fuse.ts";
import { type Graph, type GraphNode, graphOf } from "./graph.ts";
import { type Group, sourcesOf } from "./group.ts";
import { type Kernel, type Launch, type Limits, type Place, type Plan, showKernel, type Store } from "./kernel.ts";
import { simplify } from "./simplify.ts";
import { assignSlots, type NumberedKernel } from "./slots.ts";

/** Bytes that kernels which wait for others may keep alive in any case. */
const SPARE = 16384;

/** From a program to kernels, their order and the memory they need. */
export const compilePlan = (program: Program, limits: Limits): Plan => {
  freshExprs();
  const simple = check(pass("simplify", pass("expand", program, expand), simplify)), graph = graphOf(simple, limits);
  const outputs = new Map(graph.outputs.map((n, i) => [n.id, i]));
  const kernels = observed(5, () => kernelsOf(fuse(graph, limits), graph), (made, start, ms) => ({
    tag: "pass",
    name: "fuse",
    start,
    ms,
    text: () => made.map(({ kernel }) => showKernel(kernel)).join("\n"),
  }));
  for (const k of kernels) {
    note(3, () => ({
      tag: "fusion",
      name: k.kernel.name,
      text: () => explain(k, kernels, graph),
    }));
  }
  const lasting = (id: number): boolean => graph.nodes[id]!.form.tag === "input" || outputs.has(id);
  const bytesOf = (id: number): number => size(graph.nodes[id]!.shape) * byteSize[graph.nodes[id]!.dtype];
  const alone = assignSlots(kernels.map((k) => [k]), lasting, bytesOf).bytes.reduce((n, b) => n + b, 0);
  const launches = bundle(kernels, {
    buffers: limits.buffersPerLaunch,
    spare: Math.max(SPARE, alone / 8),
    bytesOf,
    lasting,
  });
  const slots = assignSlots(launches, lasting, bytesOf);
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
    launches: launches.flatMap((kernels) =>
      kernels.map(({ kernel, ids }, i): Launch => ({ kernel, places: ids.map(placeOf), together: i > 0 }))
    ),
  };
};

const pass = (name: string, given: Program, body: (p: Program) => Program): Program =>
  observed(5, () => body(given), (made, start, ms) => ({ tag: "pass", name, start, ms, text: () => show(made) }));

/** The kernels of groups. From the last to the first: what a group stores is known once it is known what others load. */
const kernelsOf = (groups: readonly Group[], graph: Graph): readonly NumberedKernel[] => {
  const needed = new Set(graph.outputs.map((n) => n.id)), kernels: NumberedKernel[] = [];
  for (const g of groups.toReversed()) {
    const written = [...g.members.keys()].filter((n) => needed.has(n.id));
    if (written.length === 0 || size(g.shape) === 0) continue;
    const made = kernelOf(g, graph.nodes, written);
    made.ids.forEach((id) => needed.add(id));
    kernels.push(made);
  }
  return kernels.toReversed();
};
const kernelOf = (group: Group, nodes: readonly GraphNode[], written: readonly GraphNode[]): NumberedKernel => {
  const members = written.map((n) => group.members.get(n)!), c = group.contraction;
  const read = [...sourcesOf([...members.map((m) => m.value), ...(c === null ? [] : [c.a, c.b])])];
  const ids = [...read, ...written.map((n) => n.id)], numbers = new Map(ids.map((id, i) => [id, i]));
  const rename = renumber(numbers);
  const stores = members.map(({ value, position, axes }, i): Store => ({
    target: numbers.get(written[i]!.id)!,
    index: position,
    value: rename(value),
    axes,
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
const nameOf = (g: Group, written: readonly GraphNode[]): string => {
  const nodes = [...g.members.keys()];
  return `${g.contraction !== null ? "contract" : nodes.some((n) => n.form.tag === "reduce") ? "reduce" : "map"}${
    nodes.length > 1 ? `_${nodes.length}` : ""
  }_${g.shape.join("x") || "1"}${written.length > 1 ? `_to${written.length}` : ""}`;
};

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

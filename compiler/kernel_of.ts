import { size } from "../core/aval.ts";
import { type Expr, fold, guard, load, rawOp } from "../core/expr.ts";
import { iadd, imul } from "../core/index_expr.ts";
import { axesOf } from "./axes.ts";
import type { Graph, GraphNode } from "./graph.ts";
import { type Group, partsOf, sourcesOf, type Stored } from "./elements.ts";
import type { Kernel, Store } from "./kernel.ts";
import { freeAxes } from "./select.ts";
import type { NumberedKernel } from "./slots.ts";

/** The kernel of a group that stores these of its nodes. */
export const kernelOf = (
  group: Group,
  { nodes, stacked, step }: Graph,
  written: readonly GraphNode[],
): NumberedKernel => {
  const members = written.map((n) => group.members.get(n)!), c = group.contraction;
  const read = [...sourcesOf([...members.flatMap(partsOf), ...(c === null ? [] : [c.a, c.b])])];
  const ids = [...read, ...written.map((n) => n.id)], numbers = new Map(ids.map((id, i) => [id, i]));
  // What is stacked lies after what earlier steps have put there.
  const placed = (id: number, index: Expr): Expr =>
    stacked.has(id) ? iadd(index, imul(step!, size(nodes[id]!.shape))) : index;
  const rename = renumber(numbers, placed);
  const stores = members.flatMap((m, i): readonly Store[] => {
    const store = ({ value, position, axes }: Stored): Store => ({
      target: numbers.get(written[i]!.id)!,
      index: placed(written[i]!.id, rename(position)),
      value: rename(value),
      axes,
    });
    return m.update === undefined ? [store(m)] : [store(m), { ...store(m.update), combine: m.update.combine }];
  });
  const contraction = c === null ? null : { ...c, a: rename(c.a), b: rename(c.b) };
  const roots = [
    ...stores.flatMap((s) => [s.index, s.value]),
    ...(contraction === null ? [] : [contraction.a, contraction.b]),
  ];
  const kernel: Kernel = {
    name: nameOf(group, written),
    buffers: ids.map((id, i) => ({
      dtype: nodes[id]!.dtype,
      length: size(nodes[id]!.shape) * (stacked.has(id) ? step!.extent : 1),
      access: i < read.length ? "read" : "write",
    })),
    grid: axesOf(group.index),
    stores,
    contraction,
    ...(step !== null && roots.some((e) => freeAxes(e).has(step)) ? { step } : {}),
  };
  return { kernel, ids };
};
const nameOf = (g: Group, written: readonly GraphNode[]): string => {
  const nodes = [...g.members.keys()];
  return `${g.contraction !== null ? "contract" : formOf(nodes)}${nodes.length > 1 ? `_${nodes.length}` : ""}_${
    g.shape.join("x") || "1"
  }${written.length > 1 ? `_to${written.length}` : ""}`;
};
const formOf = (nodes: readonly GraphNode[]): string => {
  const is = (tag: GraphNode["form"]["tag"]) => nodes.some((n) => n.form.tag === tag);
  return is("scatter") ? "scatter" : is("reduce") ? "reduce" : "map";
};

/** The same expressions with the sources of their loads numbered anew. */
const renumber = (
  numbers: ReadonlyMap<number, number>,
  placed: (id: number, index: Expr) => Expr,
): (e: Expr) => Expr => {
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
        return load(numbers.get(e.source)!, placed(e.source, go(e.index)), e.dtype);
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

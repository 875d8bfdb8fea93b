import { showAval } from "../core/aval.ts";
import type { Graph, GraphNode } from "./graph.ts";
import { combines } from "./kernel.ts";
import { type Numbered, type NumberedKernel, readsOf, writesOf } from "./slots.ts";

/** What was put into a kernel: its operations, what it reads and from whom, what it writes and why that is stored. */
export const explain = ({ kernel, ids }: NumberedKernel, all: readonly Numbered[], graph: Graph): string => {
  const { nodes, outputs, operations } = graph;
  const of = (access: "read" | "write") =>
    ids.filter((_, i) => kernel.buffers[i]!.access === access).map((id) => nodes[id]!);
  const read = of("read"), written = of("write"), counts = new Map<string, number>(), seen = new Set(read);
  const visit = (n: GraphNode): void => {
    if (seen.has(n)) return;
    seen.add(n);
    n.inputs.forEach(visit);
    const name = operations.get(n);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  written.forEach(visit);
  const from = ({ id, form }: GraphNode): string => {
    if (form.tag === "input") return `input ${form.index}`;
    const maker = all.find((n) => writesOf(n).includes(id));
    return `from ${maker === undefined ? "nowhere" : "kernel" in maker ? maker.kernel.name : maker.name}`;
  };
  const readers = (n: GraphNode): number => all.filter((other) => readsOf(other).includes(n.id)).length;
  const why = (n: GraphNode): string => {
    if (outputs.includes(n)) return `output ${outputs.indexOf(n)}`;
    const inside = [...seen], reduces = inside.some((m) => m.form.tag === "reduce" && !read.includes(m));
    const kind = kernel.contraction !== null
      ? "known after a contraction"
      : combines(kernel)
      ? "known after its updates"
      : reduces
      ? "known after a reduction"
      : "dearer to compute again than to keep";
    return `${kind}, read by ${readers(n)} other kernel${readers(n) === 1 ? "" : "s"}`;
  };
  const list = (items: readonly string[]): string => items.length === 0 ? "nothing" : items.join(", ");
  return [
    `computes ${list([...counts].map(([name, n]) => n === 1 ? name : `${n} ${name}`))}`,
    `reads ${list(read.map((n) => `${showAval(n)} (${from(n)})`))}`,
    `writes ${list(written.map((n) => `${showAval(n)} (${why(n)})`))}`,
  ].join("\n");
};

import { size } from "../core/aval.ts";
import { byteSize } from "../core/dtype.ts";
import { axis, freshExprs } from "../core/expr.ts";
import { note, observed } from "../core/observer.ts";
import type { Device } from "../core/primitive.ts";
import { check, type Program, show } from "../core/program.ts";
import { bundle } from "./bundle.ts";
import { expand } from "./expand.ts";
import { explain } from "./explain.ts";
import { fuse } from "./fuse.ts";
import { type Graph, type GraphNode, graphOf, type Inside, type LoopCall } from "./graph.ts";
import type { Group } from "./elements.ts";
import { isRepeat, type Limits, type Place, type Plan, showKernel, type Step } from "./kernel.ts";
import { kernelOf } from "./kernel_of.ts";
import { tidyLoops } from "./loop.ts";
import { simplify } from "./simplify.ts";
import { assignSlots, type NumberedKernel, type NumberedLoop, readsOf } from "./slots.ts";

/** Bytes that kernels which wait for others may keep alive in any case. */
const SPARE = 16384;

/** From a program to kernels, their order and the memory they need. */
export const compilePlan = (program: Program, limits: Limits): Plan => {
  freshExprs();
  const expanded = pass("expand", program, (p) => expand(p, prepared(limits), limits));
  return planOf(check(pass("simplify", expanded, (p) => tidyLoops(simplify(p)))), limits, 0, null);
};
/** A program with nothing in it that stands for something else, and nothing that is not needed. */
const prepared = (device: Device) => (p: Program): Program =>
  check(tidyLoops(simplify(expand(p, prepared(device), device))));

/** The plan of a program, or of the body of a loop that lies in `depth` others. */
const planOf = (program: Program, limits: Limits, depth: number, inside: Inside | null): Plan => {
  const graph = graphOf(program, limits, inside), outputs = new Map(graph.outputs.map((n, i) => [n.id, i]));
  const all = observed(5, () => numberedOf(fuse(graph, limits), graph, limits, depth), (made, start, ms) => ({
    tag: "pass",
    name: "fuse",
    start,
    ms,
    text: () => made.map((n) => "kernel" in n ? showKernel(n.kernel) : n.name).join("\n"),
  }));
  for (const n of all) {
    if ("kernel" in n) note(3, () => ({ tag: "fusion", name: n.kernel.name, text: () => explain(n, all, graph) }));
  }
  const lasting = (id: number): boolean => graph.nodes[id]!.form.tag === "input" || outputs.has(id);
  const bytesOf = (id: number): number => size(graph.nodes[id]!.shape) * byteSize[graph.nodes[id]!.dtype];
  const alone = assignSlots(all.map((n) => [n]), lasting, bytesOf).bytes.reduce((n, b) => n + b, 0);
  const launches = bundle(all, {
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
    inputs: program.inputs.map((v) => port(v.aval)),
    outputs: graph.outputs.map(port),
    slots: slots.bytes,
    steps: launches.flatMap((list) =>
      list.map((n, i): Step =>
        "kernel" in n
          ? { kernel: n.kernel, places: n.ids.map(placeOf), together: i > 0 }
          : repeatOf(n, depth, placeOf, slots.own.get(n)!)
      )
    ),
  };
};

const pass = (name: string, given: Program, body: (p: Program) => Program): Program =>
  observed(5, () => body(given), (made, start, ms) => ({ tag: "pass", name, start, ms, text: () => show(made) }));

/** A loop with the plan of its body. */
interface PlannedLoop extends NumberedLoop {
  readonly call: LoopCall;
  readonly plan: Plan;
}
type Item = NumberedKernel | PlannedLoop;

/** The kernels and loops of groups. From the last to the first: what a group stores is known once it is known what others load. */
const numberedOf = (groups: readonly Group[], graph: Graph, limits: Limits, depth: number): readonly Item[] => {
  const needed = new Set(graph.outputs.map((n) => n.id)), items: Item[] = [];
  for (const g of groups.toReversed()) {
    const written = [...g.members.keys()].filter((n) => needed.has(n.id));
    if (written.length === 0 || size(g.shape) === 0) continue;
    const made = g.call === null ? kernelOf(g, graph, written) : loopOf(g.call, limits, depth);
    readsOf(made).forEach((id) => needed.add(id));
    items.push(made);
  }
  return items.toReversed();
};
const loopOf = (call: LoopCall, limits: Limits, depth: number): PlannedLoop => {
  const plan = planOf(call.body, limits, depth + 1, { loop: call, step: axis(call.length) });
  const bytes = (n: GraphNode): number => size(n.shape) * byteSize[n.dtype];
  return {
    name: `loop of ${call.length}`,
    reads: [...new Set(call.inputs.map((n) => n.id))],
    writes: call.outs.map((n) => n.id),
    // The slots of a step, and a second place for each value that is handed on.
    own: [...plan.slots, ...call.outs.slice(0, call.carry).map(bytes)],
    call,
    plan,
  };
};
/** The steps of a loop with their places in those of the plan around it. What is handed on goes to and fro, and ends in its place. */
const repeatOf = (
  { call, plan }: PlannedLoop,
  depth: number,
  placeOf: (id: number) => Place,
  own: readonly number[],
): Step => {
  const slot = (i: number): Place => ({ tag: "slot", slot: own[i]! });
  const written = (i: number, odd: boolean): Place =>
    (call.length - 1) % 2 === (odd ? 1 : 0) ? placeOf(call.outs[i]!.id) : slot(plan.slots.length + i);
  const outer = (p: Place): Place => {
    switch (p.tag) {
      case "slot":
        return slot(p.slot);
      case "carried":
        return { ...p, first: outer(p.first), even: outer(p.even), odd: outer(p.odd) };
      case "output":
        return p.index < call.carry
          ? {
            tag: "carried",
            depth,
            first: written(p.index, false),
            even: written(p.index, false),
            odd: written(p.index, true),
          }
          : placeOf(call.outs[p.index]!.id);
      case "input": {
        const given = placeOf(call.inputs[p.index]!.id), i = p.index - call.consts;
        return i < 0 || i >= call.carry
          ? given
          : { tag: "carried", depth, first: given, even: written(i, true), odd: written(i, false) };
      }
    }
  };
  const moved = (s: Step): Step =>
    isRepeat(s) ? { ...s, body: s.body.map(moved) } : { ...s, places: s.places.map(outer) };
  return { length: call.length, reverse: call.reverse, body: plan.steps.map(moved) };
};

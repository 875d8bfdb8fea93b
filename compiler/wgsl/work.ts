import type { Kernel, KernelBuffer } from "../kernel.ts";
import { rootsOf } from "./flat.ts";
import { geometry } from "./geometry.ts";
import { Module } from "./module.ts";
import type { Scope } from "./scope.ts";
import { type Stage, stage } from "./stage.ts";
import type { Target } from "./target.ts";

/** A kernel without contraction, ready to be written. */
export interface Work {
  /** As it is written. */
  readonly kernel: Kernel;
  /** For people. */
  readonly how: string;
  /** Invocations its workgroups should have. */
  readonly invocations: number;
  readonly workgroups: (invocations: number) => number;
  /** Writes what an invocation `l` of the workgroup with this number does. */
  readonly write: (module: Module, workgroup: string, invocations: number) => Scope;
}

/** A dispatch that does one work. */
export const alone = (work: Work, target: Target): Stage => {
  const { kernel, how, invocations } = work,
    module = new Module(kernel.buffers, target, rootsOf(kernel), kernel.stores, kernel.step);
  const { workgroups, index } = geometry(work.workgroups(invocations), target.maxWorkgroups);
  const { lines, trips } = work.write(module, index, invocations);
  return stage(kernel, how, module.text(invocations, lines), workgroups, trips);
};

/** A dispatch that does several works on the same buffers, each in workgroups of its own. */
export const together = (works: readonly Work[], buffers: readonly KernelBuffer[], target: Target): Stage => {
  const roots = works.flatMap(({ kernel }) => rootsOf(kernel)), stores = works.flatMap(({ kernel }) => kernel.stores);
  // All of one dispatch are in the same loop.
  const step = works.find(({ kernel }) => kernel.step !== undefined)?.kernel.step;
  const module = new Module(buffers, target, roots, stores, step);
  const invocations = Math.max(...works.map((w) => w.invocations));
  let first = 0, trips = 0;
  const branches = works.map((work, i) => {
    const scope = work.write(module, "w", invocations), from = first;
    module.fn(`fn part${i}(w: u32, l: u32)`, scope.lines);
    trips = Math.max(trips, scope.trips);
    first += work.workgroups(invocations);
    return `if (n < ${first}u) { part${i}(n - ${from}u, l); }`;
  });
  const { workgroups, index } = geometry(first, target.maxWorkgroups);
  const entry = [`let n = ${index};`, ...branches.map((b, i) => i === 0 ? b : `else ${b}`)];
  const name = works.map(({ kernel }) => kernel.name).join(" | ");
  return stage({ ...works[0]!.kernel, name, buffers, step }, "", module.text(invocations, entry), workgroups, trips);
};

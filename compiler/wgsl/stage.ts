import type { Kernel } from "../kernel.ts";
import type { Target } from "./target.ts";

/** One dispatch. */
export interface Stage {
  /** For people: the kernel, and how it is done. */
  readonly label: string;
  readonly code: string;
  readonly workgroups: readonly [number, number, number];
  /** What is bound, in order. */
  readonly bindings: readonly Binding[];
  /** Loop trips of one invocation. */
  readonly trips: number;
  /** Whether the step of the loop it is dispatched in is bound after everything else. */
  readonly step: boolean;
}
export interface Binding {
  /** A buffer of the kernel, or scratch memory that lives for this kernel only. */
  readonly from: "kernel" | "scratch";
  readonly index: number;
  readonly access: "read" | "write";
}
/** A kernel as WGSL: dispatches in order, and the bytes of each scratch buffer. */
export interface Spelling {
  readonly stages: readonly Stage[];
  readonly scratch: readonly number[];
}

/** A dispatch that binds the buffers of a kernel as they are. */
export const stage = (
  kernel: Kernel,
  how: string,
  code: string,
  workgroups: Stage["workgroups"],
  trips: number,
): Stage => ({
  label: how === "" ? kernel.name : `${kernel.name} (${how})`,
  code,
  workgroups,
  bindings: kernel.buffers.map((b, index) => ({ from: "kernel", index, access: b.access })),
  trips,
  step: kernel.step !== undefined,
});

/** Refuses a shader that some drivers would silently leave unfinished. */
export const checkTrips = (s: Stage, target: Target): Stage => {
  if (s.trips <= target.maxTrips) return s;
  throw new Error(
    `${s.label}: an invocation makes ${s.trips} loop trips, and this driver ends it after ${target.maxTrips}: ` +
      "split the reduction into stages before it is spelled",
  );
};

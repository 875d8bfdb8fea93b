import type { Kernel } from "../kernel.ts";
import { Body } from "./body.ts";
import { flatten, rootsOf } from "./flat.ts";
import { type Busy, byFours } from "./fours.ts";
import type { Target } from "./target.ts";
import type { Work } from "./work.ts";

/** Invocations in a workgroup: few where there are few points, so that all cores of a software adapter have some. */
const workgroupOf = (points: number, { adapter }: Target): number =>
  adapter === "gpu" ? points >= 65536 ? 256 : 64 : points >= 1024 ? 64 : 8;

const hardware: Busy = { fours: 65536, lines: Infinity }, software: Busy = { fours: 256, lines: 64 };
/** One invocation for each point of the grid, or for four; folds are loops. */
export const pointwise = (k: Kernel, target: Target): Work => {
  const { kernel, points, position } = byFours(flatten(k), target.adapter === "gpu" ? hardware : software);
  const roots = rootsOf(kernel);
  return {
    kernel,
    how: "",
    invocations: Math.min(target.maxInvocations, workgroupOf(points, target)),
    workgroups: (invocations) => Math.ceil(points / invocations),
    write: (module, workgroup, invocations) => {
      const body = new Body(module, roots, new Map(position === null ? [] : [[position, "g"]]));
      body.root.lines.push(`let t = ${workgroup} * ${invocations}u + l;`, `if (t >= ${points}u) { return; }`);
      if (position !== null) body.root.lines.push("let g = i32(t);");
      body.stores(kernel.stores, body.root);
      return body.root;
    },
  };
};

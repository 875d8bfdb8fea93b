import { size } from "../../core/aval.ts";
import { type Axis, axis, type Expr } from "../../core/expr.ts";
import { int, unravel } from "../../core/index_expr.ts";
import type { Kernel } from "../kernel.ts";
import { Body } from "./body.ts";
import { geometry } from "./geometry.ts";
import { Module } from "./module.ts";
import { rewriting } from "./rewrite.ts";
import { type Stage, stage } from "./stage.ts";
import type { Target } from "./target.ts";

/** The expressions a kernel without a contraction is made of. */
export const rootsOf = (k: Kernel): readonly Expr[] => k.stores.flatMap((s) => [s.index, s.value]);
export const extentsOf = (axes: readonly Axis[]): readonly number[] => axes.map((a) => a.extent);

/** The index of each axis, given the row-major position in their space. */
export const along = (axes: readonly Axis[], position: Expr): readonly (readonly [Axis, Expr])[] => {
  const index = unravel(position, extentsOf(axes));
  return axes.map((a, i) => [a, index[i]!] as const);
};

/** A kernel whose grid is one axis: the row-major position in it. */
export interface Flat {
  readonly kernel: Kernel;
  readonly points: number;
  /** Null where there is one point. */
  readonly position: Axis | null;
}
/** `loops`: loops in loops, too, become one. */
export const flatten = (k: Kernel, loops = false): Flat => {
  const points = size(extentsOf(k.grid)), position = points > 1 ? axis(points) : null;
  const rewrite = rewriting({ axes: new Map(along(k.grid, position ?? int(0))), flat: loops });
  const stores = k.stores.map((s) => ({ ...s, index: rewrite(s.index), value: rewrite(s.value) }));
  return { kernel: { ...k, grid: position === null ? [] : [position], stores }, points, position };
};

/** Invocations in a workgroup: few where there are few points, so that all cores of a software adapter have some. */
const workgroupOf = (points: number, { adapter }: Target): number =>
  adapter === "gpu" ? points >= 65536 ? 256 : 64 : points >= 1024 ? 64 : 8;

/** One invocation for each point of the grid; folds are loops. */
export const pointwise = (k: Kernel, target: Target): Stage => {
  const { kernel, points, position } = flatten(k), roots = rootsOf(kernel);
  const module = new Module(kernel.buffers, target, roots);
  const invocations = Math.min(target.maxInvocations, workgroupOf(points, target));
  const { workgroups, index } = geometry(Math.ceil(points / invocations), target.maxWorkgroups);
  const body = new Body(module, roots, new Map(position === null ? [] : [[position, "g"]]));
  body.root.lines.push(`let t = ${index} * ${invocations}u + l;`, `if (t >= ${points}u) { return; }`);
  if (position !== null) body.root.lines.push("let g = i32(t);");
  body.stores(kernel.stores, body.root);
  return stage(k, "", module.text(invocations, body.root.lines), workgroups, body.root.trips);
};

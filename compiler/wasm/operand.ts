import { type Axis, type Expr, visit } from "../../core/expr.ts";
import type { Contraction, Kernel } from "../kernel.ts";
import { type Analysis, stepAlong } from "./analysis.ts";
import type { DirectPlan } from "./direct.ts";
import type { GemmPlan } from "./gemm.ts";
import type { Schedule } from "./plain.ts";

/** A way to do a contraction of f32, and the time it should take: in cycles of one core. */
export interface Choice {
  readonly contraction: Contraction;
  readonly time: number;
  readonly tasks: number;
  readonly how:
    | { readonly tag: "gemm"; readonly plan: GemmPlan }
    | { readonly tag: "direct"; readonly plan: DirectPlan }
    | { readonly tag: "dot"; readonly plan: Schedule };
}
export type Chooser = (kernel: Kernel, c: Contraction, analysis: Analysis) => Choice | null;

export const volume = (axes: readonly Axis[]): number => axes.reduce((n, a) => n * a.extent, 1);

/** Whether an operand has parts that are not always computed, or loops. */
export const guarded = (e: Expr): boolean => {
  let found = false;
  visit([e], (x) => found ||= x.tag === "guard" || x.tag === "fold");
  return found;
};
/** Instructions that an operand takes besides its loads and their indices. */
export const instructions = (e: Expr): number => {
  let count = 0;
  visit([e], (x) => count += x.tag === "op" && x.dtype !== "i32" ? 1 : 0);
  return count;
};
/** How an operand moves along an axis: the largest step of its loads, null where it is not regular. */
export const stepOf = (e: Expr, axis: Axis | undefined, { free }: Analysis): number | null => {
  if (axis === undefined || !free(e).has(axis)) return 0;
  let step: number | null = 0;
  visit([e], (x) => {
    if (x.tag !== "load" || !free(x.index).has(axis) || step === null) return;
    const own = stepAlong(x.index, axis, free);
    step = own === null ? null : Math.abs(own) > Math.abs(step) ? own : step;
  });
  return step;
};

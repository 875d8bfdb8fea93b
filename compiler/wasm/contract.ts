import type { Axis } from "../../core/expr.ts";
import type { Contraction, Kernel } from "../kernel.ts";
import { analyse } from "./analysis.ts";
import { widthOf } from "./evaluate.ts";
import { type Choice, volume } from "./operand.ts";
import { planDirect } from "./plan_direct.ts";
import { planDot } from "./plan_dot.ts";
import { planGemm } from "./plan_gemm.ts";

/** Whether it is of numbers that are held as f32, there are some to sum, and nothing in the kernel is f64. */
const inSingle = (k: Kernel, c: Contraction): boolean =>
  (c.dtype === "f32" || c.dtype === "f16") && volume(c.k) > 0 &&
  widthOf([c.a, c.b, ...k.stores.flatMap((s) => [s.index, s.value])]) === 4;

/** The way to do a contraction of f32 or f16 that should take the least time; null where none applies. */
export const chooseContraction = (kernel: Kernel, c: Contraction): Choice | null => {
  return choices(kernel, c).reduce<Choice | null>((x, y) => x === null || duration(y) < duration(x) ? y : x, null);
};
/** All the ways there are: panels, dot products, tiles with each axis in the lanes, with the operands in either role. */
export const choices = (kernel: Kernel, c: Contraction): readonly Choice[] => {
  if (!inSingle(kernel, c)) return [];
  const analysis = analyse(), swapped: Contraction = { ...c, m: c.n, n: c.m, a: c.b, b: c.a };
  return [c, swapped].flatMap((x) =>
    [planGemm, ...x.n.map(planDirect), ...(x === c ? [planDot] : [])].flatMap((plan) => plan(kernel, x, analysis) ?? [])
  );
};
/** Time with threads in mind: few tasks leave some of them without work, if there is enough of it. */
export const duration = ({ time, tasks }: Choice): number =>
  time > 300_000 ? time * (1 + 1 / Math.max(1, tasks)) : time;

/** Sums longer than this over few elements are cut into slices. */
const longSum = 4096, fewElements = 65536, slices = 16;

/** Along which axis a sum should be cut, and into how many, if at all. */
export const sliced = (kernel: Kernel, c: Contraction): { readonly axis: Axis; readonly slices: number } | null => {
  const axis = c.k.find((a) => a.extent > 1);
  if (axis === undefined || !inSingle(kernel, c) || volume(c.k) < longSum || volume(kernel.grid) > fewElements) {
    return null;
  }
  const divisor = Array.from({ length: slices }, (_, i) => slices - i).find((d) => axis.extent % d === 0)!;
  if (divisor >= 4 || divisor === axis.extent) return { axis, slices: divisor };
  return axis.extent >= 256 ? { axis, slices } : null;
};

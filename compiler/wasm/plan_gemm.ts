import type { Axis, Expr } from "../../core/expr.ts";
import { gemmPlan } from "./gemm.ts";
import { type Chooser, guarded, stepOf, volume } from "./operand.ts";
import { boxCount } from "./tile.ts";

/** Cycles of one multiplication and addition of a number, once everything lies in panels. */
const each = 1 / 6.4;

/** Packed panels: always possible where the last axis of the grid is one of the columns. */
export const planGemm: Chooser = (kernel, c, analysis) => {
  const last = kernel.grid.at(-1);
  if (last === undefined || c.n.at(-1) !== last) return null;
  const plan = gemmPlan(c), { m, n, k } = plan, [down, across] = [boxCount(m), boxCount(n)];
  const [rows, columns, deep] = [volume(c.m), volume(c.n), volume(c.k)];
  const height = Math.ceil(m.length / 4) * 4 * down, wide = Math.ceil(n.length / 8) * 8 * across;
  const element = (e: Expr, axis: Axis | undefined): number => {
    const step = stepOf(e, axis, analysis);
    return (step !== null && Math.abs(step) <= 1 ? 0.6 : 2.2) * (guarded(e) ? 3 : 1);
  };
  const fastest = (e: Expr, p: Axis | undefined, q: Axis | undefined) => Math.min(element(e, p), element(e, q));
  const packing = columns * deep * down * fastest(c.b, n.axes.at(-1), k.axes.at(-1)) +
    rows * deep * across * fastest(c.a, m.axes.at(-1), k.axes.at(-1));
  const time = volume(c.batch) * (height * wide * deep * each + packing + height * wide * (0.7 + 0.4 * boxCount(k)));
  return { contraction: c, time, tasks: volume(c.batch) * down * across, how: { tag: "gemm", plan } };
};

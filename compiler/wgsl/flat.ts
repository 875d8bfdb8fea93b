import { size } from "../../core/aval.ts";
import { type Axis, axis, type Expr } from "../../core/expr.ts";
import { int, unravel } from "../../core/index_expr.ts";
import type { Kernel } from "../kernel.ts";
import { flatFold, rewriting } from "./rewrite.ts";

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
  const axes = new Map(along(k.grid, position ?? int(0)));
  const rewrite = rewriting(loops ? { axes, fold: flatFold } : { axes });
  const stores = k.stores.map((s) => ({ ...s, index: rewrite(s.index), value: rewrite(s.value) }));
  return { kernel: { ...k, grid: position === null ? [] : [position], stores }, points, position };
};

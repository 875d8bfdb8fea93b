import { acc, type Axis, axis, convert, type Expr, fold, guard, lit, load, rawOp } from "../../core/expr.ts";
import { iadd, ilt, imul, int, ravel } from "../../core/index_expr.ts";
import type { Contraction, Kernel } from "../kernel.ts";
import { replaceAcc, substitute } from "./rewrite.ts";

/** Two kernels for one: partial sums into a temporary buffer, and their sum with what the stores make of it. */
export interface Halves {
  readonly partial: Kernel;
  readonly whole: Kernel;
  readonly tempBytes: number;
}

/** The contraction as the plain sum that it is. */
export const withoutContraction = (k: Kernel): Kernel => {
  const c = k.contraction;
  return c === null ? k : replaceAcc(k, fold("add", c.k, rawOp("mul", c.dtype, [c.a, c.b])));
};

/** Cuts the sum over `over` into `slices` sums: more tasks, and smaller sums. */
export const splitContraction = (k: Kernel, c: Contraction, over: Axis, slices: number): Halves => {
  const length = Math.ceil(over.extent / slices), s = axis(slices), r = axis(length), t = axis(slices);
  const place = iadd(imul(s, length), r), exact = length * slices === over.extent;
  const cut = (e: Expr): Expr => {
    const moved = substitute(e, new Map<Expr, Expr>([[over, place]]));
    return exact ? moved : guard(ilt(place, int(over.extent)), moved, lit(0, e.dtype));
  };
  const extents = k.grid.map((a) => a.extent), points = extents.reduce((n, d) => n * d, 1), temp = k.buffers.length;
  const buffers = [...k.buffers, { dtype: "f32", length: slices * points, access: "write" } as const];
  const sum = fold("add", [t], load(temp, ravel([t, ...k.grid], [slices, ...extents]), "f32"));
  return {
    partial: {
      name: `${k.name}_partial`,
      buffers,
      grid: [s, ...k.grid],
      stores: [{ target: temp, index: ravel([s, ...k.grid], [slices, ...extents]), value: acc(c.dtype), axes: [] }],
      contraction: { ...c, batch: [s, ...c.batch], k: c.k.map((a) => a === over ? r : a), a: cut(c.a), b: cut(c.b) },
    },
    whole: { ...replaceAcc(k, convert(sum, c.dtype)), buffers },
    tempBytes: 4 * slices * points,
  };
};

import { acc, type Axis, axis, convert, type Expr, fold, guard, lit, load, rawOp } from "../../core/expr.ts";
import { iadd, ilt, imul, int, ravel } from "../../core/index_expr.ts";
import type { Contraction, Kernel } from "../kernel.ts";
import { replaceAcc, substitute } from "./rewrite.ts";

/** Two kernels for one: partial sums into a temporary buffer, and their sum with what the stores make of it. */
export interface Halves {
  readonly partial: Kernel;
  readonly whole: Kernel;
  /** Elements of the temporary buffer. */
  readonly temp: number;
}

/** The contraction as the plain sum that it is. */
export const withoutContraction = (k: Kernel): Kernel => {
  const c = k.contraction;
  return c === null ? k : replaceAcc(k, fold("add", c.k, rawOp("mul", c.dtype, [c.a, c.b])));
};

/**
 * Cuts the sum over `over` into `slices` sums: more tasks, and smaller sums. If `taken` elements of a temporary buffer are in
 * use, it is the last buffer of the kernel.
 */
export const splitContraction = (k: Kernel, c: Contraction, over: Axis, slices: number, taken = 0): Halves => {
  const each = Math.ceil(over.extent / slices), s = axis(slices), r = axis(each), t = axis(slices);
  const place = iadd(imul(s, each), r), exact = each * slices === over.extent;
  const cut = (e: Expr): Expr => {
    const moved = substitute(e, new Map<Expr, Expr>([[over, place]]));
    return exact ? moved : guard(ilt(place, int(over.extent)), moved, lit(0, e.dtype));
  };
  const extents = k.grid.map((a) => a.extent), points = extents.reduce((n, d) => n * d, 1);
  const given = taken > 0 ? k.buffers.slice(0, -1) : k.buffers, temp = given.length, length = taken + slices * points;
  const buffers = [...given, { dtype: "f32", length, access: "write" } as const];
  const at = (slice: Axis): Expr => iadd(ravel([slice, ...k.grid], [slices, ...extents]), int(taken));
  const sum = fold("add", [t], load(temp, at(t), "f32"));
  return {
    partial: {
      name: `${k.name}_partial`,
      buffers,
      grid: [s, ...k.grid],
      stores: [{ target: temp, index: at(s), value: acc(c.dtype), axes: [] }],
      contraction: { ...c, batch: [s, ...c.batch], k: c.k.map((a) => a === over ? r : a), a: cut(c.a), b: cut(c.b) },
    },
    whole: { ...replaceAcc(k, convert(sum, c.dtype)), buffers },
    temp: length,
  };
};

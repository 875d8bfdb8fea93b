import { size } from "../../core/aval.ts";
import { acc, type Axis, axis, convert, type Expr, fold, guard, lit, load } from "../../core/expr.ts";
import { iadd, ilt, imul, int, ravel } from "../../core/index_expr.ts";
import type { DType } from "../../core/dtype.ts";
import type { Contraction, Kernel, KernelBuffer } from "../kernel.ts";
import { along, extentsOf } from "./flat.ts";
import { rewriting } from "./rewrite.ts";

/** A contraction in two kernels: sums over parts of k, put down one after the other, and their sum. */
export interface Split {
  readonly first: Kernel;
  readonly second: Kernel;
  /** The buffer of the partial sums: the last one of both kernels. */
  readonly scratch: KernelBuffer;
}

/** Cuts the sum of a contraction into about `wanted` parts. What the first kernel stores, the second loads. */
export const splitContraction = (k: Kernel, c: Contraction, wanted: number): Split => {
  const { parts, inner, position, total } = cut(c.k, wanted);
  const dtype: DType = c.dtype === "f16" ? "f32" : c.dtype, points = size(extentsOf(k.grid));
  const rewrite = rewriting({ axes: new Map(position) }), zero = lit(0, dtype);
  // Past the end of k both operands are 0: one alone could meet an infinity of the other.
  const operand = (side: Expr): Expr => {
    const e = convert(rewrite(side), dtype);
    return total === null ? e : guard(ilt(total.at, int(total.end)), e, zero);
  };
  const scratch: KernelBuffer = { dtype, length: parts.extent * points, access: "write" };
  const at = iadd(imul(parts, points), ravel(k.grid, extentsOf(k.grid))), target = k.buffers.length;
  const first: Kernel = {
    ...k,
    name: `${k.name}_parts`,
    buffers: [...k.buffers, scratch],
    grid: [parts, ...k.grid],
    stores: [{ target, index: at, value: acc(dtype), axes: [] }],
    contraction: { ...c, batch: [parts, ...c.batch], k: inner, a: operand(c.a), b: operand(c.b), dtype },
  };
  const whole = convert(fold("add", [parts], load(target, at, dtype)), c.dtype), finish = rewriting({ acc: whole });
  const second: Kernel = {
    ...k,
    name: `${k.name}_sum`,
    buffers: [...k.buffers, { ...scratch, access: "read" }],
    grid: k.grid,
    stores: k.stores.map((s) => ({ ...s, index: finish(s.index), value: finish(s.value) })),
    contraction: null,
  };
  return { first, second, scratch };
};

interface Cut {
  readonly parts: Axis;
  /** The axes of k inside a part. */
  readonly inner: readonly Axis[];
  /** The axes of k, given part and place in it. */
  readonly position: readonly (readonly [Axis, Expr])[];
  /** Where the last part is shorter: the position that must stay below the end. */
  readonly total: { readonly at: Expr; readonly end: number } | null;
}
/** Along as few of the first axes as are long enough together: along one alone there is nothing to divide. */
const cut = (k: readonly Axis[], wanted: number): Cut => {
  const counts = k.map((_, i) => size(extentsOf(k.slice(0, i + 1)))), enough = counts.findIndex((n) => n >= wanted);
  const outer = enough < 0 ? k : k.slice(0, enough + 1), extent = size(extentsOf(outer));
  const length = Math.max(1, Math.ceil(extent / wanted)),
    parts = axis(Math.ceil(extent / length)),
    place = axis(length);
  const at = iadd(imul(parts, length), place);
  return {
    parts,
    inner: [place, ...k.slice(outer.length)],
    position: along(outer, at),
    total: parts.extent * length === extent ? null : { at, end: extent },
  };
};

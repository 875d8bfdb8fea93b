import { convert, type Expr, load } from "../../core/expr.ts";
import { iadd, int, ravel } from "../../core/index_expr.ts";
import type { Contraction, Kernel } from "../kernel.ts";
import { analyse } from "./analysis.ts";
import { guarded } from "./operand.ts";
import { stage, type Staged } from "./stage.ts";

/** Kernels that lay out operands in a temporary buffer, and the kernel that reads them from there. */
export interface Prepared {
  readonly copies: readonly Kernel[];
  readonly kernel: Kernel;
  /** Elements of the temporary buffer; it comes after the others. */
  readonly length: number;
}

/** A copy may be this many times as large as what it is made of. */
const mostGrowth = 4;

/**
 * A contraction whose operands with conditions, or folds, are computed before, each element once: of a convolution that is
 * padded the image with its padding, so that all the rest is as if there were none. Null where there is nothing to prepare, or
 * it would take too much memory.
 */
export const prepare = (k: Kernel, c: Contraction): Prepared | null => {
  const analysis = analyse(), temp = k.buffers.length, made: { readonly staged: Staged; readonly at: number }[] = [];
  let length = 0;
  const [a, b] = [c.a, c.b].map((e): Expr => {
    if (!guarded(e)) return e;
    const grid = k.grid.filter((x) => analysis.free(e).has(x));
    const staged = stage(e, { analysis, grid, summed: c.k, lanes: null, source: temp }), at = length;
    made.push({ staged, at });
    length += Math.ceil(staged.length / 16) * 16 + 16;
    return convert(load(temp, iadd(staged.index, int(at)), "f32"), c.dtype);
  });
  const given = k.buffers.reduce((n, x) => n + (x.access === "read" ? x.length : 0), 0);
  if (made.length === 0 || length > mostGrowth * given) return null;
  const buffers = [...k.buffers, { dtype: "f32", length, access: "write" } as const];
  return {
    copies: made.map(({ staged: { axes, value }, at }, i): Kernel => ({
      name: `${k.name}_operand${i}`,
      buffers,
      grid: axes,
      stores: [{
        target: temp,
        index: iadd(ravel(axes, axes.map((x) => x.extent)), int(at)),
        value: convert(value, "f32"),
        axes: [],
      }],
      contraction: null,
    })),
    kernel: { ...k, buffers, contraction: { ...c, a: a!, b: b! } },
    length,
  };
};

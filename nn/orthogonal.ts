import { extents, type Tensor } from "../core/tensor.ts";
import { div, sub } from "../ops/arithmetic.ts";
import { equal, where } from "../ops/comparison.ts";
import { matmul } from "../ops/contraction.ts";
import type { AnyFloat } from "../ops/pointwise.ts";
import { iota, zeros } from "../ops/source.ts";
import { norm } from "../ops/statistics.ts";
import { expandDims, transpose } from "../ops/structure.ts";
import { scan } from "../transforms/loop.ts";

type Step = (carry: Tensor, x: { readonly row: Tensor; readonly at: Tensor }) => readonly [Tensor, null];
const loop = scan as unknown as (step: Step, carry: Tensor, xs: Parameters<Step>[1]) => readonly [Tensor, null];

/** Rows made orthogonal to each other and of length 1, one after the other; there are at most as many as columns. */
export const orthonormal = (rows: Tensor): Tensor => {
  const [n, width] = extents(rows), places = iota([n!, 1], 0, "i32") as Tensor;
  /** A row less its parts along those that are done; those that are not are 0 yet. */
  const without = (v: Tensor, done: Tensor): Tensor => sub(v, matmul(matmul(v, transpose(done)) as Tensor, done));
  const step: Step = (done, { row, at }) => {
    const v = without(without(expandDims(row, 0) as Tensor, done), done); // twice: what rounding left is taken away too
    const unit = div(v, norm(v as AnyFloat)) as Tensor;
    return [where(equal(places, at) as Tensor<[], "bool">, unit, done) as Tensor, null];
  };
  return loop(step, zeros([n!, width!]), { row: rows, at: iota([n!], 0, "i32") })[0];
};

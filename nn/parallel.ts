/** `parallel`: any number of branches on one input, whose results meet element by element. */
import { ShapeError } from "../core/errors.ts";
import type { Known, Out } from "../core/pipe.ts";
import {
  type AnyFail,
  type Dim,
  type Fail,
  type Show,
  showShape,
  type Unify,
  unify,
  type Within,
} from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import { add, div, mul } from "../ops/arithmetic.ts";
import { maximum } from "../ops/comparison.ts";
import { stack } from "../ops/slice.ts";
import { branching, needBranches } from "./branches.ts";
import { children } from "./children.ts";
import { type Layer, layer, type LayerFields, type Layers } from "./layer.ts";
import type { BranchTree, Label } from "./sequential.ts";

/** How results meet: their sum, product, maximum or mean, or all of them along a new first axis. */
export type Meeting = "add" | "multiply" | "max" | "mean" | "stack";
/** The type of `parallel`. The trees stand before `~out` as in `Sequential`. */
export interface Parallel<M extends Meeting, L extends Layers> extends Layer {
  readonly kind: "parallel";
  readonly branches: L;
  readonly "~params": BranchTree<"params", L, this["~in"]>;
  readonly "~state": BranchTree<"state", L, this["~in"]>;
  readonly "~outputs": BranchTree<"outputs", L, this["~in"]>;
  readonly "~out": Met<M, L, ParallelOut<L, this["~in"]>>;
  readonly "~has": L[number]["~has"];
}
type Met<M, L extends Layers, O> = O extends AnyFail ? O
  : M extends "stack" ? O extends readonly unknown[] ? [L["length"], ...O] : never
  : O;
type ParallelOut<L extends Layers, I, Acc = undefined, N extends readonly 0[] = []> = N["length"] extends Known<L>
  ? number extends L["length"] ? Dim[] : Acc
  : Out<L[N["length"]], I> extends infer O ? O extends AnyFail ? Within<Label<L[N["length"]], `${N["length"]}`>, O>
    : Acc extends undefined ? ParallelOut<L, I, O, [...N, 0]>
    : [Unify<Acc, O>] extends [infer U] ? [U] extends [never] ? Fail<
          `parallel: branch ${Label<L[N["length"]], `${N["length"]}`>} gives ${Show<O>}, the branches before it ${Show<
            Acc
          >}`
        >
      : ParallelOut<L, I, U, [...N, 0]>
    : never
  : never;

const meet: Readonly<Record<Meeting, (outs: readonly Tensor[]) => Tensor>> = {
  add: (outs) => outs.reduce((a, b) => add(a, b)),
  multiply: (outs) => outs.reduce((a, b) => mul(a, b)),
  max: (outs) => outs.reduce((a, b) => maximum(a, b)),
  mean: (outs) => div(outs.reduce((a, b) => add(a, b)), outs.length),
  stack: (outs) => stack(outs, 1) as Tensor,
};

/**
 * Runs branches on one input; their results, of one shape, meet as is said. `[...s] -> [...t]`, with "stack" `[n, ...t]`: several
 * results of one input, in order. `parallel("max", linear(8), linear(8))` is maxout (Goodfellow et al. 2013). The variables of a
 * branch are at its name or place.
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([16], nn.parallel("max", nn.linear(8), nn.linear(8))).output); // [ 8 ]
 * ```
 */
export const parallel = <const M extends Meeting, L extends Layers>(meeting: M, ...branches: L): Parallel<M, L> => {
  needBranches("parallel", branches);
  const list = children(branches);
  const fields = branching(list, {
    shape: (out) => {
      const one = list.slice(1).reduce((acc, { label }, i) => {
        const next = out(i + 1), both = unify(acc, next);
        if (both !== null) return both;
        const sentence = `branch ${label} gives ${showShape(next)}, the branches before it ${showShape(acc)}`;
        throw new ShapeError(`parallel: ${sentence}`, {
          op: "parallel",
          expected: showShape(acc),
          got: showShape(next),
        });
      }, out(0));
      return meeting === "stack" ? [list.length, ...one] : one;
    },
    values: meet[meeting],
  });
  return layer({ kind: "parallel", branches, ...fields } as unknown as LayerFields<Parallel<M, L>>);
};

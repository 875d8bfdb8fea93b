/** The last part of every optimizer: how far to go. */
import { mapTree, type Tree } from "../../core/tree.ts";
import { add, mul } from "../../ops/arithmetic.ts";
import { cast } from "../../ops/cast.ts";
import { scalar } from "../../ops/source.ts";
import { needPositive } from "./checks.ts";
import type { Scalar, Schedule } from "./schedule.ts";
import { each, type GradientTransformation, type OptimizerState, type Updated } from "./transformation.ts";

/**
 * -rate g: what is added to the parameters. The rate may follow a schedule; its state is the number of the step. Throws
 * `RangeError` for a rate below 0.
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const optimizer = optim.chain(optim.momentum(0.9), optim.scaleByLearningRate(0.1));
 * ```
 */
export const scaleByLearningRate = (rate: number | Schedule): GradientTransformation => {
  if (typeof rate === "number") {
    needPositive("scaleByLearningRate", "a rate", rate);
    return each((g) => mul(g!, -rate));
  }
  return {
    init: () => scalar(0),
    update: <P>(gradients: P, state: OptimizerState<P>): Updated<P> => {
      const step = state as Tree as Scalar, factor = mul(rate(step), -1);
      return [mapTree((g) => mul(g!, cast(factor, g!.dtype)), gradients), add(step, 1) as Tree as OptimizerState<P>];
    },
  };
};

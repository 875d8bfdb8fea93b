/** Parameters that shrink. */
import { add, mul } from "../../ops/arithmetic.ts";
import { needPositive } from "./checks.ts";
import { each, type GradientTransformation } from "./transformation.ts";

/**
 * g + rate p: the gradient of L2 regularization before what scales it, decoupled weight decay after. (Loshchilov and Hutter
 * 2019, Decoupled weight decay regularization)
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const decoupled = optim.chain(optim.scaleByAdam(), optim.addDecayedWeights(0.01), optim.scaleByLearningRate(0.001));
 * ```
 */
export const addDecayedWeights = (rate: number): GradientTransformation => {
  needPositive("addDecayedWeights", "a rate", rate);
  return each((g, p) => add(g!, mul(p!, rate)));
};

/** L2 regularization as a part of `chain`: nothing for a rate of 0. */
export const regularized = (rate: number): readonly GradientTransformation[] =>
  rate === 0 ? [] : [addDecayedWeights(rate)];

/** Stochastic gradient descent, with PyTorch's conventions. */
import { mapTree, type Tree } from "../../core/tree.ts";
import { add, mul } from "../../ops/arithmetic.ts";
import { scalar, zeros } from "../../ops/source.ts";
import { extents, type Tensor } from "../../core/tensor.ts";
import type { Schedule } from "./schedule.ts";
import { chain, each, type GradientTransformation, type OptimizerState, type Updated } from "./transformation.ts";

/** g + rate p: the gradient of L2 regularization. */
export const addDecayedWeights = (rate: number): GradientTransformation => each((g, p) => add(g!, mul(p!, rate)));

/** v' = decay v + g, starting from 0; gives v', or g + decay v' in Nesterov's form. (Sutskever et al. 2013) */
export const momentum = (
  decay: number,
  { nesterov = false }: { readonly nesterov?: boolean } = {},
): GradientTransformation => ({
  init: <P>(params: P) => mapTree((p) => zeros(extents(p!), p!.dtype), params) as OptimizerState<P>,
  update: <P>(gradients: P, state: OptimizerState<P>): Updated<P> => {
    const velocity = mapTree((g, v) => add(mul(v!, decay), g!), gradients, state);
    const updates = nesterov ? mapTree((g, v) => add(g!, mul(v!, decay)), gradients, velocity) : velocity;
    return [updates, velocity as OptimizerState<P>];
  },
});

/** -rate g: what is added to the parameters. The rate may follow a schedule; its state is the number of the step. */
export const scaleByLearningRate = (rate: number | Schedule): GradientTransformation =>
  typeof rate === "number" ? each((g) => mul(g!, -rate)) : {
    init: () => scalar(0),
    update: <P>(gradients: P, state: OptimizerState<P>): Updated<P> => {
      const step = state as Tree as Tensor<[], "f32">, factor = mul(rate(step), -1);
      return [mapTree((g) => mul(g!, factor), gradients), add(step, 1) as Tree as OptimizerState<P>];
    },
  };

/** Options of `sgd`. */
export interface SgdConfig {
  readonly momentum?: number;
  readonly nesterov?: boolean;
  /** L2 regularization, added to the gradient. */
  readonly weightDecay?: number;
}
/**
 * Stochastic gradient descent: g = gradient + weightDecay p; v = momentum v + g; p = p - rate v, or p - rate (g + momentum v)
 * with Nesterov. `sgd(cosineSchedule(0.1, steps), { momentum: 0.9 })`
 */
export const sgd = (rate: number | Schedule, config: SgdConfig = {}): GradientTransformation => {
  const { momentum: decay = 0, nesterov = false, weightDecay = 0 } = config;
  return chain(
    ...(weightDecay === 0 ? [] : [addDecayedWeights(weightDecay)]),
    ...(decay === 0 ? [] : [momentum(decay, { nesterov })]),
    scaleByLearningRate(rate),
  );
};

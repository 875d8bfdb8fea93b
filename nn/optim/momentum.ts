/** Momentum. */
import { extents, type Tensor } from "../../core/tensor.ts";
import { mapTree, type Tree } from "../../core/tree.ts";
import { optionsOf } from "../../core/options.ts";
import { add, mul } from "../../ops/arithmetic.ts";
import { cast } from "../../ops/cast.ts";
import { scalar, zeros } from "../../ops/source.ts";
import { needPositive } from "./checks.ts";
import { constant, type Scalar, type Schedule } from "./schedule.ts";
import type { GradientTransformation, OptimizerState, Updated } from "./transformation.ts";

/** Options of `momentum`. */
export interface MomentumConfig {
  /** Looks one step ahead. */
  readonly nesterov?: boolean;
  /** The part of every gradient but the first that is left out; 0 unless given. */
  readonly dampening?: number;
}
interface State {
  readonly velocity: Tree;
  /** The weight of the next gradient: 1, and 1 - dampening after the first step. */
  readonly weight: Scalar;
  /** The number of steps so far. */
  readonly count: Scalar;
}

/**
 * v' = decay v + (1 - dampening) g, where the first gradient is taken whole; gives v', or g + decay v' in Nesterov's form. The
 * decay may follow a schedule. (Sutskever et al. 2013; PyTorch: SGD) Throws `RangeError` for dampening with Nesterov.
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const optimizer = optim.chain(optim.momentum(0.9, { nesterov: true }), optim.scaleByLearningRate(0.1));
 * ```
 */
export const momentum = (
  decay: number | Schedule,
  config: MomentumConfig = {},
): GradientTransformation => {
  const { nesterov = false, dampening = 0 } = optionsOf("momentum", config, { nesterov: true, dampening: true });
  if (nesterov && dampening !== 0) throw new RangeError("momentum: Nesterov's form goes without dampening");
  if (typeof decay === "number") needPositive("momentum", "a decay", decay);
  const still = <P>(params: P): P => mapTree((p) => zeros(extents(p!), p!.dtype), params);
  type Factor = number | Scalar;
  const times = (x: Tensor, f: Factor): Tensor => typeof f === "number" ? mul(x, f) : mul(x, cast(f, x.dtype));
  const move = <P>(gradients: P, velocity: unknown, factor: Factor, weight: Factor): readonly [P, P] => {
    const own = (g: Tensor) => weight === 1 ? g : times(g, weight);
    const next = mapTree((g, v) => add(times(v!, factor), own(g!)), gradients, velocity);
    return [nesterov ? mapTree((g, v) => add(g!, times(v!, factor)), gradients, next) : next, next];
  };
  if (typeof decay === "number" && dampening === 0) {
    return {
      init: <P>(params: P) => still(params) as OptimizerState<P>,
      update: <P>(gradients: P, state: OptimizerState<P>) => move(gradients, state, decay, 1) as Updated<P>,
    };
  }
  return {
    init: <P>(params: P): OptimizerState<P> => ({
      velocity: still(params) as Tree,
      weight: scalar(1),
      count: scalar(0),
    }),
    update: <P>(gradients: P, state: OptimizerState<P>): Updated<P> => {
      const { velocity, weight, count } = state as Tree as unknown as State;
      const [updates, next] = move(gradients, velocity, typeof decay === "number" ? decay : decay(count), weight);
      return [updates, { velocity: next as Tree, weight: constant(count, 1 - dampening), count: add(count, 1) }];
    },
  };
};

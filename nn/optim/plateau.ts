/** A learning rate that falls when a metric stops getting better. */
import type { Tensor } from "../../core/tensor.ts";
import { optionsOf } from "../../core/options.ts";
import { add, mul, sub } from "../../ops/arithmetic.ts";
import { and, greater, less, maximum, where } from "../../ops/comparison.ts";
import { scalar } from "../../ops/source.ts";
import { needCount, needPositive } from "./checks.ts";
import type { Scalar } from "./schedule.ts";

/** Options of `reduceOnPlateau`. */
export interface PlateauConfig {
  /** Whether less is better, the default, or more. */
  readonly mode?: "min" | "max";
  /** What the rate is multiplied by; 0.1 unless given. */
  readonly factor?: number;
  /** How many times the metric may be no better before the rate falls; 10 unless given. */
  readonly patience?: number;
  /** By how much a better metric must be better; 0.0001 unless given. */
  readonly threshold?: number;
  /** Whether that is a part of the best metric, the default, or a difference. */
  readonly thresholdMode?: "relative" | "absolute";
  /** How many times after a fall the metric is not counted as worse; 0 unless given. */
  readonly cooldown?: number;
  /** The rate falls no further; 0 unless given. */
  readonly least?: number;
  /** The rate stays where it would fall by no more; 1e-8 unless given. */
  readonly epsilon?: number;
}
/** What `reduceOnPlateau` keeps: a tree of tensors without axes. */
export interface PlateauState {
  /** The rate in force. */
  readonly rate: Scalar;
  /** The best metric so far. */
  readonly best: Scalar;
  /** How many times in a row it was no better. */
  readonly bad: Scalar;
  /** How many times are left of the cooldown. */
  readonly cooling: Scalar;
}
/** A rate that follows a metric. */
export interface Plateau {
  /** Before the first metric. */
  init(): PlateauState;
  /** After one more metric: `f32[]`. */
  update(metric: Scalar, state: PlateauState): PlateauState;
}

/**
 * The rate, times `factor` whenever the metric was no better than the best more than `patience` times in a row. The state is
 * a tree to be handed from step to step; its rate goes to an optimizer as a schedule that ignores the step. NaN is no better.
 * (PyTorch: ReduceLROnPlateau)
 *
 * @example
 * ```ts
 * import { jit, optim, square, sub, type Tensor, valueAndGrad } from "@pullback/pullback";
 * type Params = Tensor<[], "f32">;
 * const plateau = optim.reduceOnPlateau(0.1, { patience: 2 });
 * const step = jit((params: Params, state: optim.OptimizerState<Params>, p: optim.PlateauState) => {
 *   const [loss, gradient] = valueAndGrad((x: Params) => square(sub(x, 3)))(params);
 *   const [update, next] = optim.sgd(() => p.rate).update(gradient, state, params);
 *   return [optim.applyUpdates(params, update), next, plateau.update(loss, p)] as const;
 * });
 * ```
 */
export const reduceOnPlateau = (rate: number, config: PlateauConfig = {}): Plateau => {
  optionsOf("reduceOnPlateau", config, {
    ...{ mode: true, factor: true, patience: true, threshold: true, thresholdMode: true } as const,
    ...{ cooldown: true, least: true, epsilon: true } as const,
  });
  const { mode = "min", factor = 0.1, patience = 10, threshold = 1e-4, thresholdMode = "relative" } = config;
  const { cooldown = 0, least = 0, epsilon = 1e-8 } = config;
  if (!(factor >= 0 && factor < 1)) {
    throw new RangeError(`reduceOnPlateau: expected a factor of at least 0 and below 1, got ${factor}`);
  }
  needCount("reduceOnPlateau", "patience", patience, 0);
  needCount("reduceOnPlateau", "cooldown", cooldown, 0);
  needPositive("reduceOnPlateau", "a threshold", threshold);
  const toward = mode === "min" ? -threshold : threshold;
  const better = (metric: Scalar, best: Scalar): Tensor<[], "bool"> => {
    const bar = thresholdMode === "relative" ? mul(best, 1 + toward) : add(best, toward);
    return mode === "min" ? less(metric, bar) : greater(metric, bar);
  };
  return {
    init: () => ({
      rate: scalar(rate),
      best: scalar(mode === "min" ? Infinity : -Infinity),
      bad: scalar(0),
      cooling: scalar(0),
    }),
    update: (metric, state) => {
      const improved = better(metric, state.best), cooling = greater(state.cooling, 0);
      const bad: Scalar = where(improved, 0, where(cooling, 0, add(state.bad, 1)));
      const falls = greater(bad, patience), lower = maximum(mul(state.rate, factor), least);
      return {
        rate: where(and(falls, greater(sub(state.rate, lower), epsilon)), lower, state.rate),
        best: where(improved, metric, state.best),
        bad: where(falls, 0, bad),
        cooling: where(falls, cooldown, where(cooling, sub(state.cooling, 1), 0)),
      };
    },
  };
};

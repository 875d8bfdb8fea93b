/** Stochastic gradient descent, with PyTorch's conventions. */
import { optionsOf } from "../../core/options.ts";
import { scaleByLearningRate } from "./learning_rate.ts";
import { momentum } from "./momentum.ts";
import type { Schedule } from "./schedule.ts";
import { chain, type GradientTransformation } from "./transformation.ts";
import { regularized } from "./weight_decay.ts";

/** Options of `sgd`. */
export interface SgdConfig {
  /** What is kept of the velocity at every step, fixed or by a schedule; 0 unless given. */
  readonly momentum?: number | Schedule;
  /** Looks one step ahead. */
  readonly nesterov?: boolean;
  /** The part of every gradient but the first that the velocity leaves out; 0 unless given. */
  readonly dampening?: number;
  /** L2 regularization, added to the gradient. */
  readonly weightDecay?: number;
}
const names = { momentum: true, nesterov: true, dampening: true, weightDecay: true } as const;
/**
 * Stochastic gradient descent: g = gradient + weightDecay p; v = momentum v + (1 - dampening) g; p = p - rate v, or
 * p - rate (g + momentum v) with Nesterov. (Sutskever et al. 2013; PyTorch: SGD)
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const optimizer = optim.sgd(optim.cosineSchedule(0.1, 1000), { momentum: 0.9 });
 * ```
 */
export const sgd = (rate: number | Schedule, config: SgdConfig = {}): GradientTransformation => {
  const { momentum: decay = 0, nesterov = false, dampening = 0, weightDecay = 0 } = optionsOf("sgd", config, names);
  return chain(
    ...regularized(weightDecay),
    ...(decay === 0 ? [] : [momentum(decay, { nesterov, dampening })]),
    scaleByLearningRate(rate),
  );
};

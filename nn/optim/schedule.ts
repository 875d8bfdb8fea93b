/** Learning rates that change with the step. */
import type { Tensor } from "../../core/tensor.ts";
import { add, div, mul, sub } from "../../ops/arithmetic.ts";
import { less, maximum, minimum, where } from "../../ops/comparison.ts";
import { cos } from "../../ops/trigonometry.ts";

type Scalar = Tensor<[], "f32">;
/** The learning rate of a step; steps count from 0. Written with tensor operations, so that it can be traced. */
export type Schedule = (step: Scalar) => Scalar;

/** The same at every step. */
export const constantSchedule = (rate: number): Schedule => (step) => add(mul(step, 0), rate) as Tensor as Scalar;

/** Options of `cosineSchedule`. */
export interface CosineConfig {
  /** The rate at the end; 0 unless given. */
  readonly final?: number;
  /** Steps of linear growth from 0 before the cosine; none unless given. They count as part of `steps`. */
  readonly warmup?: number;
}
/**
 * Half a cosine from `rate` at step 0 to `final` at step `steps` and after:
 * final + (rate - final) (1 + cos(π t / steps)) / 2. (Loshchilov and Hutter 2017, SGDR, equation 5, without restarts)
 */
export const cosineSchedule = (rate: number, steps: number, config: CosineConfig = {}): Schedule => {
  const { final = 0, warmup = 0 } = config;
  return (step) => {
    const t = minimum(maximum(sub(step, warmup), 0), steps - warmup);
    const wave = add(cos(mul(t, Math.PI / Math.max(steps - warmup, 1)) as Tensor as Scalar), 1);
    const cosine = add(mul(wave, (rate - final) / 2), final);
    const value = warmup === 0 ? cosine : where(less(step, warmup), mul(div(add(step, 1), warmup), rate), cosine);
    return value as Tensor as Scalar;
  };
};

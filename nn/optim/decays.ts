/** Schedules that multiply the rate by a factor again and again. */
import { mul } from "../../ops/arithmetic.ts";
import { greaterEqual, where } from "../../ops/comparison.ts";
import { floorDivide } from "../../ops/division.ts";
import { pow } from "../../ops/exponential.ts";
import { needCount, needPositive } from "./checks.ts";
import { constant, type Scalar, type Schedule } from "./schedule.ts";

/**
 * By a factor at every step: rate factor^t. (PyTorch: ExponentialLR)
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const schedule = optim.exponentialSchedule(0.1, 0.9);
 * ```
 */
export const exponentialSchedule = (rate: number, factor: number): Schedule => {
  needPositive("exponentialSchedule", "a factor", factor);
  return (step) => mul(pow(factor, step), rate);
};

/**
 * By a factor every so many steps: rate factor^floor(t / every). (PyTorch: StepLR)
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const schedule = optim.stepSchedule(0.1, 30, 0.1);
 * ```
 */
export const stepSchedule = (rate: number, every: number, factor: number): Schedule => {
  needCount("stepSchedule", "every", every);
  needPositive("stepSchedule", "a factor", factor);
  return (step) => mul(pow(factor, floorDivide(step, every)), rate);
};

/**
 * By a factor at each milestone: rate factor^(number of milestones ≤ t); one that is listed twice counts twice.
 * (PyTorch: MultiStepLR)
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const schedule = optim.multistepSchedule(0.1, [30, 60, 80], 0.1);
 * ```
 */
export const multistepSchedule = (rate: number, milestones: readonly number[], factor: number): Schedule => {
  const ordered = [...milestones].sort((a, b) => a - b);
  return (step) =>
    ordered.reduce(
      (before: Scalar, milestone, i) => where(greaterEqual(step, milestone), rate * factor ** (i + 1), before),
      constant(step, rate),
    );
};

/** Learning rates that change with the step, and what all of them are made of. */
import type { Tensor } from "../../core/tensor.ts";
import { optionsOf } from "../../core/options.ts";
import { add, div, mul, sub } from "../../ops/arithmetic.ts";
import { clamp } from "../../ops/between.ts";
import { greaterEqual, less, where } from "../../ops/comparison.ts";
import { needCount } from "./checks.ts";

/** A number as a tensor: a step, a rate. */
export type Scalar = Tensor<[], "f32">;
/**
 * The learning rate of a step; steps count from 0: `f32[] -> f32[]`. Written with tensor operations, so that a compiled step
 * takes its own number as a value and is compiled once. In f32 steps are exact up to 2^24.
 *
 * @example
 * ```ts
 * import { add, div, optim } from "@pullback/pullback";
 * const inverse: optim.Schedule = (step) => div(0.1, add(step, 1));
 * ```
 */
export type Schedule = (step: Scalar) => Scalar;

/** Options of `constantSchedule`. */
export interface ConstantConfig {
  /** What the rate is multiplied by in the first steps; 1 unless given. */
  readonly factor?: number;
  /** How many steps those are; none unless given. */
  readonly steps?: number;
}
/**
 * The same at every step, except for the first ones where they have a factor: `rate factor` for t < steps, then `rate`.
 * (PyTorch: ConstantLR)
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const schedule = optim.constantSchedule(0.1, { factor: 0.25, steps: 4 });
 * ```
 */
export const constantSchedule = (rate: number, config: ConstantConfig = {}): Schedule => {
  const { factor = 1, steps = 0 } = optionsOf("constantSchedule", config, { factor: true, steps: true });
  return (step) => steps === 0 ? constant(step, rate) : where(less(step, steps), constant(step, rate * factor), rate);
};

/** A rate, fixed or not, as a schedule. */
export const toSchedule = (rate: number | Schedule): Schedule =>
  typeof rate === "number" ? constantSchedule(rate) : rate;

/** A number that depends on nothing, as a value of the trace that `step` belongs to. */
export const constant = (step: Scalar, value: number): Scalar => add(mul(step, 0), value);

/** The part of the way from `start` to `end`: 0 before, 1 after, in proportion between. */
export const progress = (step: Scalar, start: number, end: number): Scalar =>
  end > start ? clamp(div(sub(step, start), end - start), 0, 1) : where(less(step, end), constant(step, 0), 1);

/** from + (to - from) part */
export const between = (from: number, to: number, part: Scalar): Scalar => add(mul(part, to - from), from);

/**
 * One schedule after another: schedule i from its milestone on, counting its steps from there. There is one milestone less
 * than schedules. (PyTorch: SequentialLR) Throws `RangeError` where milestones are missing or do not grow.
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const schedule = optim.sequentialSchedule([optim.linearSchedule(0.01, 0.1, 5), optim.cosineSchedule(0.1, 20)], [5]);
 * ```
 */
export const sequentialSchedule = (schedules: readonly Schedule[], milestones: readonly number[]): Schedule => {
  const [first, ...others] = schedules;
  if (
    first === undefined || others.length !== milestones.length ||
    milestones.some((m, i) => i > 0 && !(m > milestones[i - 1]!))
  ) {
    throw new RangeError(
      `sequentialSchedule: expected one growing milestone before each schedule but the first, got ${schedules.length} schedules and [${milestones}]`,
    );
  }
  return (step) =>
    others.reduce((before: Scalar, schedule, i) => {
      const start = milestones[i]!;
      // Steps before the start are not its own: it sees its first one there, which no rule divides by.
      const own = where(less(step, start), constant(step, 0), sub(step, start));
      return where(greaterEqual(step, start), schedule(own), before);
    }, first(step));
};

/**
 * Steps of linear growth before another schedule: `then(0) (t + 1) / steps` for t < steps, then `then(t - steps)`.
 * (Goyal et al. 2017, section 2.2)
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const schedule = optim.warmupSchedule(500, optim.exponentialSchedule(0.1, 0.999));
 * ```
 */
export const warmupSchedule = (steps: number, then: number | Schedule): Schedule => {
  needCount("warmupSchedule", "steps", steps, 0);
  const schedule = toSchedule(then);
  if (steps === 0) return schedule;
  return sequentialSchedule([(step) => mul(schedule(constant(step, 0)), div(add(step, 1), steps)), schedule], [steps]);
};

/**
 * A rate times a factor of your own: rate f(t). (PyTorch: LambdaLR)
 *
 * @example
 * ```ts
 * import { add, div, optim, sqrt } from "@pullback/pullback";
 * const schedule = optim.lambdaSchedule(0.1, (step) => div(1, sqrt(add(step, 1))));
 * ```
 */
export const lambdaSchedule = (rate: number, factor: Schedule): Schedule => (step) => mul(factor(step), rate);

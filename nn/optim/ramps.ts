/** Schedules that go from one rate to another and stay there. */
import { optionsOf } from "../../core/options.ts";
import { div, mul, square, sub } from "../../ops/arithmetic.ts";
import { cos } from "../../ops/trigonometry.ts";
import { pow } from "../../ops/exponential.ts";
import { remainder } from "../../ops/division.ts";
import { needCount } from "./checks.ts";
import { between, progress, type Scalar, type Schedule, warmupSchedule } from "./schedule.ts";

/**
 * In a straight line: from + (to - from) min(t / steps, 1). (PyTorch: LinearLR)
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const schedule = optim.linearSchedule(0.01, 0.1, 6);
 * ```
 */
export const linearSchedule = (from: number, to: number, steps: number): Schedule => {
  needCount("linearSchedule", "steps", steps, 0);
  return (step) => between(from, to, progress(step, 0, steps));
};

/** Options of `polynomialSchedule`. */
export interface PolynomialConfig {
  /** 1 unless given: a straight line. */
  readonly power?: number;
  /** The rate at the end; 0 unless given. */
  readonly final?: number;
}
/**
 * A power of what is left: final + (rate - final) (1 - min(t / steps, 1))^power. (PyTorch: PolynomialLR)
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const schedule = optim.polynomialSchedule(0.1, 12, { power: 2 });
 * ```
 */
export const polynomialSchedule = (rate: number, steps: number, config: PolynomialConfig = {}): Schedule => {
  needCount("polynomialSchedule", "steps", steps, 0);
  const { power = 1, final = 0 } = optionsOf("polynomialSchedule", config, { power: true, final: true });
  return (step) => between(final, rate, pow(sub(1, progress(step, 0, steps)), power));
};

/** (1 + cos(π part)) / 2, written as cos²(π part / 2), which loses nothing near its end. */
export const halfCosine = (part: Scalar): Scalar => square(cos(mul(part, Math.PI / 2)));

/** Options of `cosineSchedule`. */
export interface CosineConfig {
  /** The rate at the end; 0 unless given. */
  readonly final?: number;
  /** Steps of linear growth from 0 before the cosine; none unless given. They count as part of `steps`. */
  readonly warmup?: number;
  /** After the last step: stay at the final rate, the default, or go back up and down on the same cosine, as PyTorch does. */
  readonly after?: "stay" | "return";
}
/**
 * Half a cosine from `rate` at step 0 to `final` at step `steps`: final + (rate - final) (1 + cos(π t / steps)) / 2.
 * (Loshchilov and Hutter 2017, SGDR, equation 5, without restarts)
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const schedule = optim.cosineSchedule(0.1, 1000, { warmup: 50 });
 * ```
 */
export const cosineSchedule = (rate: number, steps: number, config: CosineConfig = {}): Schedule => {
  optionsOf("cosineSchedule", config, { final: true, warmup: true, after: true });
  const { final = 0, warmup = 0, after = "stay" } = config, length = Math.max(steps - warmup, 1);
  needCount("cosineSchedule", "steps", steps, 0);
  return warmupSchedule(warmup, (step) => {
    const part = after === "stay" ? progress(step, 0, length) : div(remainder(step, 2 * length), length);
    return between(final, rate, halfCosine(part));
  });
};

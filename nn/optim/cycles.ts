/** Schedules that go up and down: restarts, cycles, and one cycle. */
import { optionsOf } from "../../core/options.ts";
import { add, div, mul, sub } from "../../ops/arithmetic.ts";
import { greaterEqual, lessEqual, where } from "../../ops/comparison.ts";
import { floorDivide, remainder } from "../../ops/division.ts";
import { pow } from "../../ops/exponential.ts";
import { needCount, needPositive } from "./checks.ts";
import { halfCosine } from "./ramps.ts";
import { between, constant, progress, type Scalar, type Schedule } from "./schedule.ts";

/** Steps beyond this one are not told apart in f32. */
const lastStep = 2 ** 24;

/** Options of `cosineRestartsSchedule`. */
export interface CosineRestartsConfig {
  /** How many times as long as the one before each period is; 1 unless given. */
  readonly growth?: number;
  /** The rate at the end of each period; 0 unless given. */
  readonly final?: number;
}
/**
 * Half a cosine from `rate` down to `final`, and again from the top after `period` steps; every period is `growth` times as
 * long as the one before: final + (rate - final) (1 + cos(π t / T)) / 2, t steps into a period of T. (Loshchilov and Hutter
 * 2017, SGDR, equation 5; PyTorch: CosineAnnealingWarmRestarts) Throws `RangeError` for a growth that is no whole number.
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const schedule = optim.cosineRestartsSchedule(0.1, 5, { growth: 2 });
 * ```
 */
export const cosineRestartsSchedule = (rate: number, period: number, config: CosineRestartsConfig = {}): Schedule => {
  const { growth = 1, final = 0 } = optionsOf("cosineRestartsSchedule", config, { growth: true, final: true });
  needCount("cosineRestartsSchedule", "a period", period);
  needCount("cosineRestartsSchedule", "growth", growth);
  if (growth === 1) return (step) => between(final, rate, halfCosine(div(remainder(step, period), period)));
  // Where each period starts and how long it is, exactly: a logarithm would be off by one at a start.
  const periods: { readonly start: number; readonly length: number }[] = [];
  for (let start = 0, length = period; start < lastStep; start += length, length *= growth) {
    periods.push({ start, length });
  }
  return (step) => {
    const choose = (of: (p: typeof periods[number]) => number): Scalar =>
      periods.reduce(
        (before: Scalar, p) => where(greaterEqual(step, p.start), of(p), before),
        constant(step, of(periods[0]!)),
      );
    return between(final, rate, halfCosine(div(sub(step, choose((p) => p.start)), choose((p) => p.length))));
  };
};

/** Options of `cyclicSchedule`. */
export interface CyclicConfig {
  /** Steps from low to high; 2000 unless given. */
  readonly up?: number;
  /** Steps from high to low; as many as up unless given. */
  readonly down?: number;
  /** Whether all cycles are as high, each half as high as the one before, or lower by a factor at every step. */
  readonly mode?: "triangular" | "triangular2" | "expRange";
  /** The factor of "expRange"; 1 unless given. */
  readonly factor?: number;
}
/**
 * Straight up from `low` to `high` and down again, for ever: low + (high - low) height scale, with the scale 1, 2^-cycle or
 * factor^t. `low` may be above `high`: so a momentum goes down while the rate goes up. (Smith 2017, Cyclical learning rates;
 * PyTorch: CyclicLR)
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const schedule = optim.cyclicSchedule(0.01, 0.1, { up: 4, down: 6, mode: "triangular2" });
 * ```
 */
export const cyclicSchedule = (low: number, high: number, config: CyclicConfig = {}): Schedule => {
  optionsOf("cyclicSchedule", config, { up: true, down: true, mode: true, factor: true });
  const { up = 2000, mode = "triangular", factor = 1 } = config, { down = up } = config;
  needCount("cyclicSchedule", "up", up);
  needCount("cyclicSchedule", "down", down);
  needPositive("cyclicSchedule", "a factor", factor);
  const scales: Readonly<Record<typeof mode, (step: Scalar) => Scalar | 1>> = {
    triangular: () => 1,
    triangular2: (step) => pow(0.5, floorDivide(step, up + down)),
    expRange: (step) => pow(factor, step),
  };
  return (step) => {
    const into = remainder(step, up + down);
    const height: Scalar = where(lessEqual(into, up), div(into, up), div(sub(up + down, into), down));
    return add(mul(mul(height, scales[mode](step)), high - low), low);
  };
};

/** Options of `oneCycleSchedule`. */
export interface OneCycleConfig {
  /** At the first step; peak / 25 unless given. */
  readonly initial?: number;
  /** At the last step and after; initial / 10,000 unless given. */
  readonly final?: number;
  /** The part of all steps that goes up; 0.3 unless given. */
  readonly rise?: number;
  /** By half a cosine, the default, or in a straight line. */
  readonly anneal?: "cosine" | "linear";
  /** Down to the initial value in as many steps as up, and only then to the final one. */
  readonly threePhase?: boolean;
}
/**
 * Up from `initial` to `peak` and down to `final` at step `steps - 1`. Momentum goes the other way with the same function:
 * `oneCycleSchedule(0.85, steps, { initial: 0.95, final: 0.95 })`. (Smith and Topin 2018, Super-convergence; PyTorch:
 * OneCycleLR)
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const schedule = optim.oneCycleSchedule(0.4, 1000, { anneal: "linear" });
 * ```
 */
export const oneCycleSchedule = (peak: number, steps: number, config: OneCycleConfig = {}): Schedule => {
  optionsOf("oneCycleSchedule", config, { initial: true, final: true, rise: true, anneal: true, threePhase: true });
  const { initial = peak / 25, rise = 0.3, anneal = "cosine", threePhase = false } = config;
  const { final = initial / 10_000 } = config;
  needCount("oneCycleSchedule", "steps", steps);
  if (!(rise >= 0 && rise <= 1)) throw new RangeError(`oneCycleSchedule: expected a rise from 0 to 1, got ${rise}`);
  const top = rise * steps - 1, last = steps - 1;
  const phases = threePhase
    ? [[0, top, initial, peak], [top, 2 * top, peak, initial], [2 * top, last, initial, final]] as const
    : [[0, top, initial, peak], [top, last, peak, final]] as const;
  return (step) =>
    phases.map(([start, end, from, to]) => {
      const part = progress(step, start, end);
      return { end, value: anneal === "linear" ? between(from, to, part) : between(to, from, halfCosine(part)) };
    }).reduceRight(
      (after: Scalar | null, { end, value }) => after === null ? value : where(lessEqual(step, end), value, after),
      null,
    )!;
};

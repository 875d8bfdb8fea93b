/** Learning-rate schedules at their key steps, compiled once for all steps, and the rate that follows a metric. */
import { describe, expect, test } from "bun:test";
import type { Tensor } from "../../core/tensor.ts";
import * as optim from "../../nn/optim/mod.ts";
import { add, div } from "../../ops/arithmetic.ts";
import { read } from "../../ops/create.ts";
import { sqrt } from "../../ops/exponential.ts";
import { scalar } from "../../ops/source.ts";
import { jit } from "../../transforms/jit.ts";
import { onDevices } from "../support/backends.ts";
import { compute, given } from "./support.ts";

/** Each schedule with rates at some steps. */
const table: Readonly<Record<string, readonly [optim.Schedule, Readonly<Record<number, number>>]>> = {
  constant: [optim.constantSchedule(0.3), { 0: 0.3, 1000: 0.3 }],
  "constant with a factor": [optim.constantSchedule(0.4, { factor: 0.25, steps: 4 }), {
    0: 0.1,
    3: 0.1,
    4: 0.4,
    99: 0.4,
  }],
  step: [optim.stepSchedule(1, 3, 0.5), { 0: 1, 2: 1, 3: 0.5, 5: 0.5, 6: 0.25, 41: 2 ** -13, 42: 2 ** -14 }],
  multistep: [optim.multistepSchedule(1, [8, 3, 8], 0.5), { 2: 1, 3: 0.5, 7: 0.5, 8: 0.125, 99: 0.125 }],
  exponential: [optim.exponentialSchedule(2, 0.5), { 0: 2, 1: 1, 10: 2 ** -9 }],
  linear: [optim.linearSchedule(0.2, 1, 4), { 0: 0.2, 1: 0.4, 4: 1, 5: 1 }],
  "linear without steps": [optim.linearSchedule(0.2, 1, 0), { 0: 1, 1: 1 }],
  polynomial: [optim.polynomialSchedule(1, 4, { power: 2, final: 0 }), { 0: 1, 2: 0.25, 4: 0, 9: 0 }],
  "polynomial to a final rate": [optim.polynomialSchedule(1, 4, { final: 0.5 }), { 0: 1, 2: 0.75, 4: 0.5, 9: 0.5 }],
  cosine: [optim.cosineSchedule(1, 6, { final: 0.2 }), { 0: 1, 2: 0.8, 3: 0.6, 4: 0.4, 6: 0.2, 9: 0.2 }],
  "cosine that returns": [optim.cosineSchedule(1, 6, { after: "return" }), {
    0: 1,
    3: 0.5,
    6: 0,
    9: 0.5,
    12: 1,
    6006: 0,
  }],
  "cosine with restarts": [optim.cosineRestartsSchedule(1, 4), {
    0: 1,
    2: 0.5,
    3: (1 - Math.SQRT1_2) / 2,
    4: 1,
    400: 1,
    402: 0.5,
  }],
  "cosine with longer restarts": [
    optim.cosineRestartsSchedule(1, 2, { growth: 3, final: 0.5 }),
    { 0: 1, 1: 0.75, 2: 1, 5: 0.75, 8: 1, 17: 0.75, 26: 1, 53: 0.75, 80: 1, 242: 1, 728: 1 },
  ],
  cyclic: [optim.cyclicSchedule(1, 3, { up: 2, down: 4 }), { 0: 1, 1: 2, 2: 3, 3: 2.5, 6: 1, 8: 3, 602: 3 }],
  "cyclic of falling height": [optim.cyclicSchedule(1, 3, { up: 2, mode: "triangular2" }), {
    0: 1,
    2: 3,
    4: 1,
    6: 2,
    10: 1.5,
  }],
  "cyclic of shrinking range": [optim.cyclicSchedule(0, 1, { up: 2, mode: "expRange", factor: 0.5 }), {
    1: 0.25,
    2: 0.25,
    4: 0,
    6: 2 ** -6,
  }],
  "one cycle": [
    optim.oneCycleSchedule(1, 21, { initial: 0.2, final: 0, rise: 5 / 21 }),
    { 0: 0.2, 2: 0.6, 4: 1, 12: 0.5, 20: 0, 30: 0 },
  ],
  "one cycle in straight lines": [
    optim.oneCycleSchedule(1, 21, { initial: 0.2, final: 0, rise: 5 / 21, anneal: "linear" }),
    { 0: 0.2, 1: 0.4, 4: 1, 8: 0.75, 20: 0 },
  ],
  "one cycle of three phases": [
    optim.oneCycleSchedule(1, 21, { initial: 0.2, final: 0.1, rise: 5 / 21, threePhase: true, anneal: "linear" }),
    { 0: 0.2, 4: 1, 6: 0.6, 8: 0.2, 14: 0.15, 20: 0.1, 21: 0.1 },
  ],
  "one cycle of its own defaults": [optim.oneCycleSchedule(1, 10), { 0: 0.04, 2: 1, 9: 4e-6 }],
  "one cycle without a rise": [optim.oneCycleSchedule(1, 5, { rise: 0, final: 0, anneal: "linear" }), { 0: 0.8, 4: 0 }],
  lambda: [optim.lambdaSchedule(0.5, (step) => div(1, sqrt(add(step, 1)))), { 0: 0.5, 3: 0.25, 99: 0.05 }],
  "warm-up": [optim.warmupSchedule(4, optim.exponentialSchedule(1, 0.5)), { 0: 0.25, 3: 1, 4: 1, 5: 0.5, 7: 0.125 }],
  "warm-up to a fixed rate": [optim.warmupSchedule(4, 0.1), { 0: 0.025, 3: 0.1, 4: 0.1, 9: 0.1 }],
  sequential: [
    optim.sequentialSchedule([
      optim.constantSchedule(1),
      optim.linearSchedule(2, 4, 2),
      optim.exponentialSchedule(8, 0.5),
    ], [3, 6]),
    { 0: 1, 2: 1, 3: 2, 4: 3, 5: 4, 6: 8, 8: 2 },
  ],
};

describe("schedules", () => {
  for (const [name, [schedule, rates]] of Object.entries(table)) {
    test(`${name}: its rates at key steps`, () => {
      const got = compute(() => Object.keys(rates).map((k) => schedule(scalar(Number(k))))).flatMap((t) => t.values);
      Object.values(rates).forEach((want, i) =>
        expect(Math.abs(got[i]! - want)).toBeLessThanOrEqual(1e-9 * Math.abs(want) + 1e-12)
      );
      expect(got.length).toBe(Object.keys(rates).length);
    });
  }
  onDevices("are compiled once, and right in f32", async () => {
    let traces = 0;
    const every = jit((step: Tensor<[], "f32">) => {
      traces++;
      return Object.values(table).map(([schedule]) => schedule(step));
    });
    const names = Object.keys(table), wrong: string[] = [];
    for (const step of [0, 1, 2, 3, 4, 5, 6, 8, 12, 17, 20, 41, 42, 53, 80, 242, 728]) {
      const want = compute((t) => names.map((n) => table[n]![0](t as Tensor<[], "f32">)), given([], [step])).map((t) =>
        t.values[0]!
      );
      const got = (await Promise.all(every(scalar(step)).map((t) => read(t)))) as unknown as number[];
      names.forEach((n, i) =>
        Math.abs(got[i]! - want[i]!) <= 2e-6 * Math.abs(want[i]!) + 1e-6 ||
        wrong.push(`${n} at ${step}: ${got[i]}, not ${want[i]}`)
      );
    }
    expect(wrong).toEqual([]);
    expect(traces).toBe(1);
  });
  test("arguments out of their range are refused", () => {
    expect(() => optim.stepSchedule(1, 0, 0.5)).toThrow(
      "stepSchedule: expected every to be a whole number of at least 1, got 0",
    );
    expect(() => optim.exponentialSchedule(1, -0.5)).toThrow(RangeError);
    expect(() => optim.cosineRestartsSchedule(1, 4, { growth: 1.5 })).toThrow("growth to be a whole number");
    expect(() => optim.cyclicSchedule(0, 1, { up: 0 })).toThrow(RangeError);
    expect(() => optim.oneCycleSchedule(1, 10, { rise: 2 })).toThrow("a rise from 0 to 1");
    expect(() => optim.sequentialSchedule([optim.constantSchedule(1)], [3])).toThrow("got 1 schedules and [3]");
    expect(() => optim.sequentialSchedule([1, 2, 3].map((r) => optim.constantSchedule(r)), [3, 3])).toThrow(RangeError);
  });
});

/** The rate after each metric. */
const follow = (plateau: optim.Plateau, metrics: readonly number[]): readonly number[] =>
  compute(() => {
    let state = plateau.init();
    return metrics.map((m) => (state = plateau.update(scalar(m), state)).rate);
  }).flatMap((t) => t.values);

describe("reduceOnPlateau", () => {
  const base = { factor: 0.5, patience: 1 };
  test("falls when the metric was no better more than `patience` times in a row", () =>
    expect(follow(optim.reduceOnPlateau(1, base), [3, 3, 3, 3, 3, 2, 2, 1, 1])).toEqual([
      1,
      1,
      0.5,
      0.5,
      0.25,
      0.25,
      0.25,
      0.25,
      0.25,
    ]));
  test("wants more with mode max", () =>
    expect(follow(optim.reduceOnPlateau(1, { ...base, mode: "max" }), [1, 2, 3, 2, 2, 4])).toEqual([
      1,
      1,
      1,
      1,
      0.5,
      0.5,
    ]));
  test("asks for the threshold, as a part or a difference", () => {
    expect(follow(optim.reduceOnPlateau(1, { ...base, threshold: 0.1 }), [10, 9.5, 9.2])).toEqual([1, 1, 0.5]);
    expect(follow(optim.reduceOnPlateau(1, { ...base, threshold: 0.1 }), [10, 9.5, 8.9])).toEqual([1, 1, 1]);
    expect(follow(optim.reduceOnPlateau(1, { ...base, threshold: 0.1, thresholdMode: "absolute" }), [10, 9.95, 9.8]))
      .toEqual([1, 1, 1]);
  });
  test("counts nothing while it cools down", () =>
    expect(follow(optim.reduceOnPlateau(1, { factor: 0.5, patience: 0, cooldown: 2 }), [1, 1, 1, 1, 1, 1])).toEqual([
      1,
      0.5,
      0.5,
      0.5,
      0.25,
      0.25,
    ]));
  test("stops at the least rate, and for changes too small", () => {
    expect(follow(optim.reduceOnPlateau(1, { factor: 0.5, patience: 0, least: 0.3 }), [1, 1, 1, 1])).toEqual([
      1,
      0.5,
      0.3,
      0.3,
    ]);
    expect(follow(optim.reduceOnPlateau(1, { factor: 0.5, patience: 0, epsilon: 0.3 }), [1, 1, 1, 1])).toEqual([
      1,
      0.5,
      0.5,
      0.5,
    ]);
  });
  test("takes NaN for no better", () =>
    expect(follow(optim.reduceOnPlateau(1, base), [3, NaN, NaN, 2])).toEqual([1, 1, 0.5, 0.5]));
  onDevices("drives an optimizer within one compiled step", async () => {
    const plateau = optim.reduceOnPlateau(1, { factor: 0.5, patience: 0 });
    let traces = 0;
    const step = jit(
      (
        p: Tensor<[], "f32">,
        state: optim.OptimizerState<Tensor<[], "f32">>,
        now: optim.PlateauState,
        metric: Tensor<[], "f32">,
      ) => {
        traces++;
        const [update, next] = optim.sgd(() => now.rate).update(scalar(1) as Tensor<[], "f32">, state, p);
        return [optim.applyUpdates(p, update), next, plateau.update(metric, now)] as const;
      },
    );
    let p = scalar(0) as Tensor<[], "f32">, state = optim.sgd(() => scalar(0)).init(p), now = plateau.init();
    for (const metric of [2, 1, 1, 1]) [p, state, now] = step(p, state, now, scalar(metric));
    // Rates 1, 1, 1, 1/2 are in force; the last metric lowers it once more.
    expect(await read(p) as unknown as number).toBe(-3.5);
    expect(await read(now.rate) as unknown as number).toBe(0.25);
    expect(traces).toBe(1);
  });
});

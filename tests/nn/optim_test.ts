import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { isLeft } from "../../core/either.ts";
import type { Tensor } from "../../core/tensor.ts";
import { decodeTensors, type TensorFile } from "../../datasets/mod.ts";
import * as optim from "../../nn/optim/mod.ts";
import { scalar } from "../../ops/source.ts";
import { testShared } from "../support/skips.ts";
import { compute, type Given, given } from "./support.ts";

type Params = { readonly w: Tensor; readonly v: Tensor };

/** The parameters after each step of an optimizer that is fed the given gradients. */
const trajectory = (
  optimizer: optim.GradientTransformation,
  start: readonly [Given, Given],
  gradients: readonly (readonly [Given, Given])[],
) =>
  compute(
    (...xs) => {
      let params: Params = { w: xs[0]!, v: xs[1]! }, state = optimizer.init(params);
      return gradients.map((_, i) => {
        const [updates, next] = optimizer.update({ w: xs[2 + 2 * i]!, v: xs[3 + 2 * i]! }, state, params);
        params = optim.applyUpdates(params, updates);
        state = next;
        return params;
      });
    },
    ...start,
    ...gradients.flat(),
  ).map((t) => t.values);

const near = (got: readonly number[], want: ArrayLike<number>, rtol: number, atol: number): void => {
  expect(got.length).toBe(want.length);
  got.forEach((x, i) => expect(Math.abs(x - want[i]!)).toBeLessThanOrEqual(atol + rtol * Math.abs(want[i]!)));
};

describe("sgd", () => {
  const open = (path: string): TensorFile => {
    const file = decodeTensors(readFileSync(path), path);
    if (isLeft(file)) throw new Error(file.left.message);
    return file.right;
  };
  const cases = {
    "sgd/lr0.1": [0.1, {}],
    "sgd/lr0.1_weight_decay0.2": [0.1, { weightDecay: 0.2 }],
    "sgd/lr0.05_momentum0.9_weight_decay0.01": [0.05, { momentum: 0.9, weightDecay: 0.01 }],
    "sgd/lr0.05_momentum0.9_nesterovTrue": [0.05, { momentum: 0.9, nesterov: true }],
    "sgd/lr0.05_momentum0.8_nesterovTrue_weight_decay0.1": [0.05, { momentum: 0.8, nesterov: true, weightDecay: 0.1 }],
  } as const;
  for (const [name, [rate, config]] of Object.entries(cases)) {
    testShared("golden/optim/optimisers.safetensors")(`${name} goes the way of PyTorch's for 20 steps`, (path) => {
      const { tensors } = open(path);
      const rows = (of: string) => {
        const { shape, data } = tensors.get(`${name}/out/${of}`)!, size = shape.slice(1).reduce((n, d) => n * d, 1);
        return Array.from(
          { length: shape[0]! },
          (_, i) => given(shape.slice(1), Array.from(data.subarray(i * size, (i + 1) * size) as Float32Array)),
        );
      };
      const w = rows("W"), v = rows("v"), gw = rows("grad_W"), gv = rows("grad_v");
      const steps = Array.from({ length: 20 }, (_, i) => [gw[i]!, gv[i]!] as const);
      const got = trajectory(optim.sgd(rate, config), [w[0]!, v[0]!], steps);
      for (let i = 0; i < 20; i++) {
        near(got[2 * i]!, w[i + 1]!.values, 1e-4, 1e-6);
        near(got[2 * i + 1]!, v[i + 1]!.values, 1e-4, 1e-6);
      }
    });
  }
  test("follows a schedule, counting its own steps", () => {
    const one = given([1], [1]), zero = given([1], [0]);
    const got = trajectory(optim.sgd(optim.cosineSchedule(1, 2)), [zero, zero], [[one, one], [one, one], [one, one]]);
    near(got.flat(), [-1, -1, -1.5, -1.5, -1.5, -1.5], 1e-12, 1e-12);
  });
  test("chain passes updates on from left to right", () => {
    const chained = optim.chain(optim.addDecayedWeights(0.5), optim.momentum(0.5), optim.scaleByLearningRate(0.1));
    const x = given([1], [2]), g = given([1], [1]);
    const got = trajectory(chained, [x, x], [[g, g], [g, g]]);
    // 2 - 0.1 (1 + 0.5 * 2) = 1.8, then 1.8 - 0.1 (0.5 * 2 + 1 + 0.5 * 1.8) = 1.51
    near(got.flat(), [1.8, 1.8, 1.51, 1.51], 1e-12, 1e-12);
  });
});

describe("schedules", () => {
  const rates = (schedule: optim.Schedule, steps: number): number[] =>
    compute(() => Array.from({ length: steps }, (_, i) => schedule(scalar(i)))).flatMap((t) => t.values);
  testShared("golden/optim/schedules.json")(
    "cosineSchedule is PyTorch's until its last step, and stays there",
    (path) => {
      const file = JSON.parse(readFileSync(path, "utf8")) as {
        schedules: { name: string; args: { T_max: number; eta_min: number }; base_lr: number; lr: number[] }[];
      };
      const found = file.schedules.filter((s) => s.name === "cosine");
      expect(found.length).toBeGreaterThan(0);
      for (const { args, base_lr, lr } of found) {
        const got = rates(optim.cosineSchedule(base_lr, args.T_max, { final: args.eta_min }), lr.length);
        near(got, lr.map((r, i) => i <= args.T_max ? r : args.eta_min), 1e-9, 1e-12);
      }
    },
  );
  test("a warmup grows in equal steps to the rate, and the cosine takes the steps that are left", () => {
    const got = rates(optim.cosineSchedule(1, 6, { warmup: 2 }), 8);
    const wave = (t: number) => (1 + Math.cos(Math.PI * t / 4)) / 2;
    near(got, [0.5, 1, wave(0), wave(1), wave(2), wave(3), 0, 0], 1e-12, 1e-12);
    near(rates(optim.constantSchedule(0.3), 3), [0.3, 0.3, 0.3], 1e-12, 0);
  });
});

/** Optimizers and clipping without anyone else's numbers: they find minima, and single steps have closed forms. */
import { describe, expect, test } from "bun:test";
import { aval } from "../../core/aval.ts";
import { evaluate } from "../../core/evaluate.ts";
import type { Tensor } from "../../core/tensor.ts";
import { trace } from "../../core/trace.ts";
import { flatten, unflatten } from "../../core/tree.ts";
import * as optim from "../../nn/optim/mod.ts";
import { mul, sub } from "../../ops/arithmetic.ts";
import { read, tensor } from "../../ops/create.ts";
import { full, scalar } from "../../ops/source.ts";
import { jit } from "../../transforms/jit.ts";
import { onDevices } from "../support/backends.ts";
import { compute, given } from "./support.ts";

const optimizers: Readonly<Record<string, optim.GradientTransformation>> = {
  "sgd": optim.sgd(0.3),
  "sgd with momentum": optim.sgd(0.05, { momentum: 0.8 }),
  "sgd with Nesterov's momentum": optim.sgd(0.05, { momentum: 0.8, nesterov: true }),
  "sgd with dampening": optim.sgd(0.2, { momentum: 0.8, dampening: 0.5 }),
  "sgd with a schedule of momentum": optim.sgd(0.05, { momentum: optim.linearSchedule(0.5, 0.9, 50) }),
  "adam": optim.adam(optim.cosineSchedule(0.3, 400)),
  "adam with amsgrad": optim.adam(optim.cosineSchedule(0.3, 400), { amsgrad: true }),
  "adamw": optim.adamw(optim.cosineSchedule(0.3, 400), { weightDecay: 0 }),
  "rmsprop": optim.rmsprop(optim.cosineSchedule(0.1, 400), { decay: 0.9 }),
  "rmsprop with momentum": optim.rmsprop(optim.cosineSchedule(0.05, 400), { momentum: 0.8 }),
  "centered rmsprop": optim.rmsprop(optim.cosineSchedule(0.05, 400), { decay: 0.9, centered: true, epsilon: 1e-3 }),
  "adagrad": optim.adagrad(1),
  "adagrad with a falling rate": optim.adagrad(1, { rateDecay: 0.001, initial: 0.1 }),
  "adadelta": optim.adadelta(1, { epsilon: 1e-2 }),
  "adamax": optim.adamax(optim.cosineSchedule(0.3, 400)),
  "radam": optim.radam(optim.cosineSchedule(0.3, 400)),
};
const stiffness = [1, 0.5, 2], center = [1, -2, 0.5];

/** Steps from 0 along the gradients of Σ stiffness (p - center)² / 2, in double precision. */
const descend = (optimizer: optim.GradientTransformation, steps: number): readonly number[] => {
  const shapes = [aval([3], "f32"), aval([3], "f32"), aval([3], "f32")] as const;
  const zero = { p: full([3], 0) };
  const start = trace(() => flatten(optimizer.init(zero)).leaves, []).program;
  const structure = flatten(optimizer.init(zero)).structure;
  const kept = start.outputs.map((v) => v.aval);
  const { program } = trace((a, c, p, ...state) => {
    const [updates, next] = optimizer.update({ p: mul(a!, sub(p!, c!)) }, unflatten(structure, state), { p: p! });
    return flatten([optim.applyUpdates({ p: p! }, updates), next]).leaves;
  }, [...shapes, ...kept]);
  let now: readonly ArrayLike<number>[] = [[0, 0, 0], ...evaluate(start, [])];
  for (let k = 0; k < steps; k++) now = evaluate(program, [stiffness, center, ...now]);
  return Array.from(now[0]!);
};

describe("on a quadratic bowl", () => {
  for (const [name, optimizer] of Object.entries(optimizers)) {
    test(`${name} finds the bottom`, () => {
      const found = descend(optimizer, 400);
      found.forEach((x, i) => expect(Math.abs(x - center[i]!)).toBeLessThan(5e-3));
    });
  }
  onDevices("every optimizer goes the way it goes in double precision", async () => {
    const a = tensor(stiffness), c = tensor(center);
    for (const [name, optimizer] of Object.entries(optimizers)) {
      const step = jit((p: Tensor, state: optim.OptimizerState<{ p: Tensor }>) => {
        const [updates, next] = optimizer.update({ p: mul(a, sub(p, c)) as Tensor }, state, { p });
        return [optim.applyUpdates({ p }, updates).p, next] as const;
      });
      let p = tensor([0, 0, 0]) as Tensor, state = optimizer.init({ p });
      for (let k = 0; k < 8; k++) [p, state] = step(p, state);
      const want = descend(optimizer, 8), got = Array.from(await read(p) as unknown as ArrayLike<number>);
      const off = got.map((x, i) => Math.abs(x - want[i]!) / (1e-6 + Math.abs(want[i]!)));
      expect(`${name} ${off.every((x) => x < 2e-5)} ${got.length}`).toBe(`${name} true 3`);
    }
  });
});

/** Updates of an optimizer for given gradients, one after another, at the parameters `p`. */
const updates = (optimizer: optim.GradientTransformation, gradients: readonly number[], p = 0): readonly number[] =>
  compute(() => {
    let state = optimizer.init({ p: scalar(p) });
    return gradients.map((g) => {
      const [update, next] = optimizer.update({ p: scalar(g) }, state, { p: scalar(p) });
      state = next;
      return update.p;
    });
  }).flatMap((t) => t.values);
const close = (got: readonly number[], want: readonly number[], rtol = 1e-9): void => {
  expect(got.length).toBe(want.length);
  got.forEach((x, i) => expect(Math.abs(x - want[i]!)).toBeLessThanOrEqual(rtol * Math.abs(want[i]!) + 1e-12));
};

describe("single steps", () => {
  test("dampening takes the first gradient whole", () =>
    close(updates(optim.sgd(1, { momentum: 0.5, dampening: 0.75 }), [4, 4, 4]), [-4, -3, -2.5]));
  test("momentum follows its schedule", () =>
    close(updates(optim.momentum((step) => mul(step, 0.25) as typeof step), [1, 1, 1, 1]), [1, 1.25, 1.625, 2.21875]));
  test("adam moves by the rate at first, whatever the size of the gradient", () =>
    close([...updates(optim.adam(0.1), [1e-4]), ...updates(optim.adam(0.1), [-1e4])], [-0.1 / (1 + 1e-4), 0.1], 1e-8));
  test("a constant gradient leaves Adam's pace alone", () =>
    close(updates(optim.adam(0.1, { betas: [0.5, 0.75], epsilon: 0 }), [2, 2, 2]), [-0.1, -0.1, -0.1]));
  test("amsgrad remembers the largest second moment", () => {
    // v = g²/2, then half of it and nothing new; whole after 1 - 2^-t.
    const plain = updates(optim.adam(1, { betas: [0, 0.5], epsilon: 0 }), [2, 1]);
    const kept = updates(optim.adam(1, { betas: [0, 0.5], epsilon: 0, amsgrad: true }), [2, 1]);
    close(plain, [-1, -1 / Math.sqrt(1.5 / 0.75)]);
    close(kept, [-1, -1 / Math.sqrt(2 / 0.75)]);
  });
  test("adamw shrinks parameters without a gradient, adam turns decay into a gradient", () => {
    close(updates(optim.adamw(0.1, { weightDecay: 0.2 }), [0], 5), [-0.1 * 0.2 * 5]);
    close(updates(optim.adam(0.1, { weightDecay: 0.2, epsilon: 0 }), [0], 5), [-0.1]);
  });
  test("rmsprop divides by the root mean square, centered by the deviation", () => {
    close(updates(optim.rmsprop(1, { decay: 0.75, epsilon: 0 }), [3]), [-2]);
    // m = g/4, v = g²/4 - g²/16
    close(updates(optim.rmsprop(1, { decay: 0.75, epsilon: 0, centered: true }), [3]), [-1 / Math.sqrt(3 / 16)]);
  });
  test("adagrad divides by the root of the sum", () =>
    close(updates(optim.adagrad(1, { epsilon: 0, rateDecay: 0.5 }), [3, 4]), [-1, -0.8 / 1.5]));
  test("adadelta starts from its epsilon", () => {
    const first = Math.sqrt(1e-6) / Math.sqrt(0.4 + 1e-6) * 2;
    const second = Math.sqrt(0.1 * first ** 2 + 1e-6) / Math.sqrt(0.76 + 1e-6) * 2;
    close(updates(optim.adadelta(1), [2, 2]), [-first, -second]);
  });
  test("adamax divides by the largest gradient, which fades", () =>
    close(updates(optim.adamax(1, { betas: [0, 0.5], epsilon: 0 }), [4, 1, 1]), [-1, -0.5, -1]));
  test("radam is momentum in its first five steps", () => {
    const found = updates(optim.radam(0.1, { betas: [0.9, 0.999], epsilon: 0 }), [3, 3, 3, 3, 3, 3]);
    close(found.slice(0, 5), [-0.3, -0.3, -0.3, -0.3, -0.3]);
    expect(Math.abs(found[5]!)).toBeLessThan(0.1);
  });
  onDevices("radam's rectification keeps its digits in f32", async () => {
    for (const beta of [0.9, 0.999, 0.9999]) {
      const t = scaleByLength(beta),
        update = jit((count: Tensor) => {
          const one = { p: scalar(1) };
          const state = { first: one, second: one, count } as unknown as optim.OptimizerState<typeof one>;
          return optim.scaleByRadam({ betas: [0, beta], epsilon: 0 }).update(one, state, one)[0].p;
        });
      for (const step of [1, 4, 5, 6, 7, 20, 100, 900, 1100, 20_000, 1_000_000]) {
        const got = await read(update(scalar(step - 1))) as unknown as number;
        expect(Math.abs(got / t(step) - 1)).toBeLessThan(2e-5);
      }
    }
  });
  /** r √(1 - βᵗ) by its definition, or 1, in double precision. */
  const scaleByLength = (beta: number) => (t: number): number => {
    const longest = 2 / (1 - beta) - 1, weight = -Math.expm1(t * Math.log(beta));
    const length = longest - 2 * t * beta ** t / weight;
    if (length <= 5) return 1;
    return Math.sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)) *
      Math.sqrt(weight);
  };
});

describe("trees", () => {
  test("every leaf keeps its dtype, and schedules reach all of them", () => {
    for (const make of [optim.adam, optim.radam, optim.adamax, optim.adagrad, optim.rmsprop, optim.sgd]) {
      const optimizer = optim.chain(optim.clipByGlobalNorm(1), make(optim.linearSchedule(0.1, 0.2, 3)));
      const params = { a: full([2], 1), b: [full([1], 1, "f64"), full([3], 1, "f16")] };
      const { program } = trace(() => {
        const [updates, state] = optimizer.update(params, optimizer.init(params), params);
        return flatten(optim.applyUpdates(params, optimizer.update(updates, state, params)[0])).leaves;
      }, []);
      expect(program.outputs.map((v) => v.aval.dtype)).toEqual(["f32", "f64", "f16"]);
    }
  });
  test("gradients of another tree are refused", () => {
    const optimizer = optim.scaleByAdam(), state = optimizer.init({ a: scalar(1) });
    expect(() => optimizer.update({ b: scalar(1) }, state as never, { b: scalar(1) })).toThrow(
      "are not those of the optimizer's parameters",
    );
  });
});

describe("clipping", () => {
  const clip = (by: optim.GradientTransformation, a: readonly number[], b: readonly number[]) =>
    compute((x, y) => by.update({ x, y }, {}, { x, y })[0], given([a.length], a), given([b.length], b)).flatMap((t) =>
      t.values
    );
  test("bounds the norm of all together, and keeps the direction", () => {
    const got = clip(optim.clipByGlobalNorm(2), [3, 0], [4, -12]);
    expect(Math.hypot(...got)).toBeLessThanOrEqual(2);
    close(got, [6 / 13, 0, 8 / 13, -24 / 13], 1e-6);
  });
  test("leaves small gradients as they are", () =>
    expect(clip(optim.clipByGlobalNorm(20), [3, 0], [4, -12])).toEqual([3, 0, 4, -12]));
  test("knows other norms", () => {
    close(clip(optim.clipByGlobalNorm(6, { p: Infinity }), [3, 0], [4, -12]), [1.5, 0, 2, -6], 1e-6);
    close(clip(optim.clipByGlobalNorm(1, { p: 1 }), [3, 1], [4, -12]), [0.15, 0.05, 0.2, -0.6], 1e-6);
    const cube = compute((x) => optim.globalNorm([x, x], { p: 3 }), given([2], [-1, 2]));
    close(cube[0]!.values, [Math.cbrt(18)]);
  });
  test("no gradient stays 0, and no parameters have norm 0", () => {
    expect(clip(optim.clipByGlobalNorm(1), [0], [0])).toEqual([0, 0]);
    expect(compute(() => optim.globalNorm({}))[0]!.values).toEqual([0]);
  });
  test("by value bounds every element, and keeps NaN", () =>
    expect(clip(optim.clipByValue(0.5), [3, -0.25], [NaN, -Infinity])).toEqual([0.5, -0.25, NaN, -0.5]));
});

describe("settings out of their range are refused", () => {
  const wrong: Readonly<Record<string, () => unknown>> = {
    "a rate": () => optim.adam(-1),
    "betas": () => optim.adam(0.1, { betas: [0.9, 1] }),
    "an epsilon": () => optim.radam(0.1, { epsilon: NaN }),
    "a decay": () => optim.rmsprop(0.1, { decay: 1.5 }),
    "dampening": () => optim.sgd(0.1, { momentum: 0.9, nesterov: true, dampening: 0.1 }),
    "a norm": () => optim.clipByGlobalNorm(-1),
    "a power": () => optim.globalNorm([], { p: 0 }),
    "a limit": () => optim.clipByValue(-1),
    "an initial sum": () => optim.adagrad(0.1, { initial: -1 }),
  };
  for (const [what, make] of Object.entries(wrong)) test(what, () => expect(make).toThrow(RangeError));
});

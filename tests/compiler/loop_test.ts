/** Loops stay loops: how many kernels they are, what is taken out of them, and that they compute the same on every device. */
import { describe, expect, test } from "bun:test";
import { compilePlan } from "../../compiler/compile.ts";
import { isRepeat, launchCount, launchesOf, type Plan } from "../../compiler/kernel.ts";
import {
  add,
  cast,
  forLoop,
  grad,
  less,
  makeProgram,
  matmul,
  mul,
  type Program,
  scan,
  sin,
  square,
  sum,
  tanh,
  type Tensor,
  vmap,
  whileLoop,
  zeros,
} from "../../mod.ts";
import { limits } from "../support/interpreter.ts";
import { onEveryDevice } from "./devices.ts";

type F = Tensor<number[], "f32">;
const of = (f: (...xs: F[]) => unknown, ...shapes: number[][]): Program =>
  makeProgram(f)(...shapes.map((s) => zeros(s) as F));
const planOf = (p: Program): Plan => compilePlan(p, limits);
const loops = (plan: Plan) => plan.steps.filter(isRepeat);

/** h' = sin((h w + x u) / 5) for every entry of xs, giving all h² too. */
const recurrent = (w: F, u: F, xs: F, h: F): [F, F] =>
  scan(
    (c: F, x: F) => {
      const next = sin(mul(add(matmul(c, w), matmul(x, u)), 0.2)) as F;
      return [next, square(next)] as const;
    },
    h,
    xs as never,
  ) as unknown as [F, F];
const loss = (...args: [F, F, F, F]) => {
  const [h, ys] = recurrent(...args);
  return add(sum(square(h)), sum(mul(ys, ys))) as Tensor<[], "f32">;
};
const shapes = (t: number) => [[5, 5], [4, 5], [t, 3, 4], [3, 5]];
const gradients = (t: number): Program =>
  of((w, u, xs, h) => grad((a: readonly [F, F, F, F]) => loss(...a))([w, u, xs, h]), ...shapes(t));

describe("a loop", () => {
  test("has the kernels of one step, however long it is", () => {
    const [short, long] = [planOf(gradients(40)), planOf(gradients(4000))];
    expect(launchesOf(long.steps).length).toBe(launchesOf(short.steps).length);
    expect(loops(long).map((l) => [l.length, l.reverse])).toEqual([[4000, false], [4000, true]]);
    expect(launchCount(long.steps)).toBeGreaterThan(4000);
  });
  test("becomes its steps where it is short", () => {
    const p = of((x) => forLoop(0, 8, (_, c: F) => add(mul(c, 0.5), 1) as F, x), [6]);
    expect(loops(planOf(p))).toEqual([]);
    expect(planOf(p).steps.length).toBe(1);
  });
  test("computes no results that nobody asks for", () => {
    const all = planOf(of((w, u, xs, h) => recurrent(w, u, xs, h), ...shapes(100)));
    const last = planOf(of((w, u, xs, h) => recurrent(w, u, xs, h)[0], ...shapes(100)));
    expect(last.slots.reduce((n, b) => n + b, 0)).toBeLessThanOrEqual(all.slots.reduce((n, b) => n + b, 0));
    expect(launchesOf(last.steps).flatMap((l) => l.kernel.buffers).some((b) => b.length === 100 * 15)).toBe(false);
  });
  test("hands on nothing that stays as it is, and is given constants as such", () => {
    const p = of((x) => {
      const step = ([a, b]: readonly [F, F], y: F) => [[tanh(add(mul(a, b), y)) as F, b], null] as const;
      return scan(step, [x, mul(x, 2) as F] as const, zeros([200, 6]) as never)[0];
    }, [6]);
    const [loop] = loops(planOf(p)), [launch] = launchesOf(loop!.body);
    expect(launchesOf(loop!.body)).toHaveLength(1);
    expect(launch!.kernel.buffers.map((b) => b.access)).toEqual(["read", "read", "write"]);
  });
  test("keeps for its derivative what differs from step to step, not what they share", () => {
    const bytes = planOf(gradients(1000)).slots.reduce((n, b) => n + b, 0);
    // For each step some values of 3 x 5, and no copy of the weights of 5 x 5.
    expect(bytes).toBeLessThan(1000 * 4 * 15 * 6);
  });
});

onEveryDevice("loops", {
  "forward": of((w, u, xs, h) => recurrent(w, u, xs, h), ...shapes(31)),
  "gradients, an odd number of steps": gradients(31),
  "gradients, an even number of steps": gradients(30),
  "backwards": of(
    (x, xs) =>
      scan(
        (c: F, e: F) => {
          const next = sin(add(mul(c, 0.7), e)) as F;
          return [next, mul(next, e)] as const;
        },
        x,
        xs as never,
        { reverse: true },
      ) as unknown as F[],
    [4],
    [70, 4],
  ),
  "without entries": of((x) => forLoop(3, 90, (i, c: F) => add(tanh(c), mul(cast(i, "f32"), 0.01)) as F, x), [4]),
  "one in another": of(
    (x, w) =>
      grad((a: F) =>
        sum(forLoop(0, 20, (i, c: F) => {
          const inner = forLoop(0, 25, (j, d: F) => add(mul(tanh(d), 0.9), mul(cast(j, "f32"), 0.01)) as F, c);
          return add(matmul(inner, w), mul(cast(i, "f32"), 0.1)) as F;
        }, a)) as Tensor<[], "f32">
      )(x),
    [3, 4],
    [4, 4],
  ),
  "until something holds": of(
    (x) =>
      whileLoop((c: F) => less(sum(square(c)), 50) as Tensor<[], "bool">, (c: F) => mul(c, 1.1) as F, x, { max: 60 }),
    [4],
  ),
  "of a batch": of(
    (xs, h) =>
      vmap((x: F, c: F) =>
        scan(
          (a: F, e: F) => {
            const next = tanh(add(a, e)) as F;
            return [next, next] as const;
          },
          c,
          x as never,
        ) as unknown as F[]
      )(xs as never, h as never),
    [3, 50, 4],
    [3, 4],
  ),
  "that swap what they hand on": of(
    (x, y) =>
      forLoop(
        0,
        41,
        (_, [a, b]: readonly [F, F]) => [b, add(mul(a, 0.5), b) as F] as const,
        [x, y] as const,
      ) as unknown as F[],
    [4],
    [4],
  ),
});

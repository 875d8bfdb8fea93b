import { describe, expect, test } from "bun:test";
import { item, mul, scalar, sub, type Tensor } from "../../mod.ts";
import { type Course, fit, type FitOptions } from "../../examples/support/fit.ts";

type Scalar = Tensor<[], "f32">;
/** Newton's way to the root of `batch`, as training: the loss is how far the square is off. */
const step = (state: Scalar, batch: number): readonly [Scalar, Scalar] => {
  const loss = sub(mul(state, state), batch);
  return [sub(state, mul(loss, 0.1)), mul(loss, loss)];
};
const options = (more: Partial<FitOptions<Scalar, number>> = {}): FitOptions<Scalar, number> => ({
  epochs: 3,
  steps: 20,
  batch: 1,
  batches: (epoch) => Array.from({ length: 20 }, (_, i) => 1 + epoch + i % 3),
  step,
  save: () => Promise.resolve(),
  ...more,
});
const fresh = (): Course<Scalar> => ({ state: scalar(1), losses: [], seconds: 0 });

describe("fit", () => {
  test("gives the loss of every step and the last state, and saves after every epoch", async () => {
    const saved: number[] = [];
    const save = (course: Course<Scalar>) => Promise.resolve(void saved.push(course.losses.length));
    const end = await fit(fresh(), options({ save }));
    let state = 1;
    const losses = [0, 1, 2].flatMap((epoch) => [...options().batches(epoch)]).map((batch) => {
      const off = state * state - batch;
      state -= 0.1 * off;
      return off * off;
    });
    expect(end.losses).toHaveLength(60);
    end.losses.forEach((loss, i) => expect(loss).toBeCloseTo(losses[i]!, 4));
    expect(await item(end.state)).toBeCloseTo(state, 4);
    expect(saved).toEqual([20, 40, 60]);
  });

  test("goes on from the middle of an epoch as if it had never stopped", async () => {
    const whole = await fit(fresh(), options());
    let [state, losses] = [scalar(1) as Scalar, [] as number[]];
    for (const batch of [...options().batches(0), ...options().batches(1)].slice(0, 33)) {
      const [next, loss] = step(state, batch);
      state = next;
      losses = [...losses, await item(loss)];
    }
    const rest = await fit({ state, losses, seconds: 5 }, options());
    expect(rest.losses).toEqual(whole.losses);
    expect(await item(rest.state)).toBe(await item(whole.state));
    expect(rest.seconds).toBeGreaterThan(5);
  });

  test("does nothing where all is done", async () => {
    const end = await fit(fresh(), options());
    const refuse = () => {
      throw new Error("a step was taken");
    };
    expect((await fit(end, options({ step: refuse }))).losses).toEqual(end.losses);
  });

  test("stops where a loss is no number, and says at which step", async () => {
    const wild = (state: Scalar, batch: number) => step(mul(state, 1e10), batch);
    await expect(fit(fresh(), options({ step: wild }))).rejects.toThrow(
      "The loss of step 1 is Infinity: try a smaller learning rate",
    );
  });
});

import { describe, expect, test } from "bun:test";
import { add, item, jit, mul, run, scalar, square, sub } from "../../mod.ts";
import { fit, type Output, type Position } from "../../training/mod.ts";
import { failureOf, type Options, options, type Scalar, step } from "./support.ts";

describe("fit", () => {
  test("gives the loss of every step and the last state", async () => {
    const end = await run(fit(options()));
    let state = 1;
    const losses = [0, 1, 2].flatMap((epoch) => [...options().batches(epoch) as number[]]).map((batch) => {
      const off = state * state - batch;
      state -= 0.1 * off;
      return off * off;
    });
    expect(end).toMatchObject({ step: 60, ending: "finished", best: null, evaluations: [] });
    expect(end.losses.loss).toHaveLength(60);
    end.losses.loss.forEach((loss, i) => expect(loss).toBeCloseTo(losses[i]!, 4));
    expect(await item(end.state)).toBeCloseTo(state, 4);
  });

  test("takes batches that come later, and no more of them than there are steps", async () => {
    const batches = async function* (epoch: number) {
      for (let i = 0;; i++) yield await Promise.resolve(1 + epoch + i % 3);
    };
    const end = await run(fit(options({ batches })));
    expect(end.losses).toEqual((await run(fit(options()))).losses);
  });

  test("tells a step where it is, so that it can make a key of that", async () => {
    const seen: number[][] = [];
    const note: Options["step"] = (state, batch, { epoch, step: taken }) => {
      seen.push([epoch, taken]);
      return step(state, batch);
    };
    await run(fit(options({ epochs: 2, steps: 2, step: note })));
    expect(seen).toEqual([[0, 0], [0, 1], [1, 2], [1, 3]]);
  });

  test("gives a jit what it declares: the position only to one that declares or has fixed it", async () => {
    const task = { epochs: 3, steps: 2, batch: 1, batches: () => [scalar(4), scalar(4)], progress: null };
    const towards = (x: Scalar, target: Scalar) => {
      const off = sub(x, target);
      return [sub(x, mul(off, 0.5)), { loss: square(off) }] as const;
    };
    const expected = [16, 4, 1, 0.25, 0.0625, 0.015625];
    const end = await run(fit({ ...task, state: scalar(0), step: jit(towards, { donate: [0] }) }));
    expect(end.losses.loss).toEqual(expected);
    expect((await run(fit({ ...task, state: scalar(0), step: jit(jit(towards)) }))).losses.loss).toEqual(expected);
    const rest = jit((...given: [Scalar, Scalar]) => towards(...given));
    expect((await run(fit({ ...task, state: scalar(0), step: rest }))).losses.loss).toEqual(expected);

    const alone = jit((x: Scalar) => towards(x, scalar(4)));
    const none = { ...task, batches: () => [null, null], state: scalar(0), step: alone };
    expect((await run(fit(none))).losses.loss).toEqual(expected);

    const fixed = jit((x: Scalar, _: Scalar, at: Position) => [x, { loss: scalar(at.step) }] as const, { static: [2] });
    expect((await run(fit({ ...task, state: scalar(0), step: fixed }))).losses.loss).toEqual([0, 1, 2, 3, 4, 5]);
    const open = jit((x: Scalar, _: Scalar, at: Position) => [x, { loss: scalar(at.step) }] as const);
    await expect(fit({ ...task, state: scalar(0), step: open })()).rejects.toThrow(
      "argument 3.epoch: expected a tensor",
    );
  });

  test("keeps several losses by name, of two players in one state", async () => {
    type Game = { readonly x: Scalar; readonly y: Scalar };
    const play = jit(({ x, y }: Game) => {
      const game: Game = { x: sub(x, mul(y, 0.5)), y: add(y, mul(x, 0.5)) };
      return [game, { first: mul(x, y), second: square(y) }] as const;
    });
    const end = await run(
      fit({
        state: { x: scalar(1), y: scalar(1) },
        epochs: 1,
        steps: 3,
        batch: 1,
        batches: () => [0, 0, 0],
        step: (game: Game) => play(game),
        progress: null,
      }),
    );
    const typed: readonly number[] = end.losses.second;
    expect(end.losses).toEqual({ first: [1, 0.75, -0.4375], second: [1, 2.25, 3.0625] });
    expect(typed[1]).toBe(2.25);
  });

  test("says so when an epoch has too few batches, or counts are none", async () => {
    await expect(fit(options({ batches: () => [1, 2] }))()).rejects.toThrow(
      "fit: batches(0) gave 2 batches, expected 20",
    );
    expect(() => fit(options({ epochs: 0 }))).toThrow("fit: epochs must be a whole number of at least 1, got 0");
    expect(() => fit(options({ evaluateEvery: 1.5 }))).toThrow("fit: evaluateEvery must be a whole number");
    expect(() => fit(options({ watch: { metric: "off", better: "lower" } }))).toThrow("fit: watch needs evaluate");
  });

  test("refuses losses and metrics whose names change", async () => {
    const other = (state: Scalar, batch: number, { step: taken }: { step: number }) => {
      const [next, { loss }] = step(state, batch);
      return [next, taken < 3 ? { loss } : { lost: loss }] as unknown as ReturnType<Options["step"]>;
    };
    await expect(fit(options({ step: other }))()).rejects.toThrow("step gave the losses lost, before them loss");
    const evaluate = (_: Scalar, { epoch }: { epoch: number }) =>
      Promise.resolve({ [`off${epoch || ""}`]: 1 } as never);
    await expect(fit(options({ evaluate }))()).rejects.toThrow("gave the metrics off1, before them off");
    await expect(fit(options({ evaluate, watch: { metric: "on" as "off", better: "lower" } }))()).rejects.toThrow(
      "the metric on is watched, evaluate gives off",
    );
  });

  test("knows the batches, the losses and the metrics by what the functions give", async () => {
    const end = await run(fit({
      state: { x: scalar(1) },
      epochs: 1,
      steps: 1,
      batch: 1,
      batches: (epoch) => [epoch, 2],
      step: (state, batch) => [state, { loss: scalar(batch.toFixed(3).length) }],
      evaluate: async ({ x }, at) => ({ twice: at.step + await item(x) }),
      watch: { metric: "twice", better: "higher" },
      progress: null,
    }));
    const [loss, twice]: [readonly number[], number | undefined] = [end.losses.loss, end.best?.metrics.twice];
    // @ts-expect-error there is no such metric
    const none = end.best?.metrics.thrice;
    expect([loss, twice, none]).toEqual([[5], 2, undefined]);
  });

  test("stops where a loss is no number, and says at which step", async () => {
    const wild: Options["step"] = (state, batch, { step: taken }) => step(taken < 2 ? state : mul(state, 1e30), batch);
    expect(await failureOf(options({ step: wild }))).toEqual({
      _tag: "Diverged",
      step: 3,
      loss: "loss",
      value: Infinity,
      message: "The loss of step 3 is Infinity: try a smaller learning rate",
    });
  });

  test("hands through what a step throws", async () => {
    const broken = () => {
      throw new RangeError("broken");
    };
    await expect(fit(options({ step: broken }))()).rejects.toThrow("broken");
  });
});

describe("evaluation", () => {
  /** How far the state is from the root of 2: it falls to step 40, where batches grow, and rises then. */
  const evaluate = async (state: Scalar) => ({ off: Math.abs(await item(state) - Math.SQRT2) });
  const watch = { metric: "off", better: "lower" } as const;

  test("comes after every epoch or every so many steps, and is told", async () => {
    const told: unknown[] = [];
    const on = { evaluation: (e: { step: number }, best: boolean) => told.push([e.step, best]) };
    const end = await run(fit(options({ evaluate, watch, on })));
    expect(end.evaluations.map((e) => e.step)).toEqual([20, 40, 60]);
    expect(told).toEqual([[20, true], [40, false], [60, false]]);
    const often = await run(fit(options({ evaluate, evaluateEvery: 7 })));
    expect(often.evaluations.map((e) => e.step)).toEqual([7, 14, 21, 28, 35, 42, 49, 56]);
    expect(often.best).toBeNull();
  });

  test("keeps a copy of the best state, even where steps use up the memory of theirs", async () => {
    const donating = jit((state: Scalar, batch: Scalar) => step(state, batch as never), { donate: [0] });
    const end = await run(
      fit(options({ evaluate, watch, evaluateEvery: 5, step: (s, b) => donating(s, scalar(b)) })),
    );
    const lowest = Math.min(...end.evaluations.map((e) => e.metrics.off));
    expect(end.best!.metrics.off).toBe(lowest);
    expect((await evaluate(end.best!.state)).off).toBe(lowest);
    expect((await evaluate(end.state)).off).toBeGreaterThan(lowest);
  });

  test("ends training when nothing got better for so many evaluations", async () => {
    const end = await run(fit(options({ evaluate, watch: { ...watch, patience: 2 }, evaluateEvery: 5, epochs: 9 })));
    const best = end.evaluations.findIndex((e) => e.step === end.best!.step);
    expect(end.ending).toBe("stalled");
    expect(end.evaluations.length - 1 - best).toBe(2);
    expect(end.step).toBe(end.evaluations.at(-1)!.step);
  });

  test("is shown between the lines of progress", async () => {
    const written: string[] = [];
    const progress: Output = { write: (text) => written.push(text) };
    await run(fit(options({ evaluate, watch, progress, epochs: 1 })));
    expect(written).toHaveLength(6);
    expect(written[4]).toMatch(/^epoch 1, step 20: off \d\.\d{4}, the best so far\n$/);
    expect(written[5]).toMatch(/^epoch 1\/1 {2}20\/20 {2}loss \d\.\d{4} {2}off \d\.\d{4} {2}.*ETA 0:00\n$/);
  });
});

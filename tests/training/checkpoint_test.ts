import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { add, item, random, run, scalar, type Tensor } from "../../mod.ts";
import { loadTensors } from "../../datasets/mod.ts";
import { fit } from "../../training/mod.ts";
import { failureOf, type Options, options, type Scalar, step, stopBefore } from "./support.ts";

const folder = mkdtempSync(join(tmpdir(), "pullback-fit-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newPath = () => `${folder}/${files++}/checkpoint.safetensors`;

describe("a checkpoint", () => {
  const recipe = { rate: 0.1, data: "roots" };
  const evaluate = async (state: Scalar) => ({ off: Math.abs(await item(state) - Math.SQRT2) });
  const watched = { evaluate, evaluateEvery: 5, watch: { metric: "off", better: "lower" } } as const;

  test.each([1, 20, 33, 40, 59])("of training stopped in step %d goes on as if it had never stopped", async (at) => {
    const path = newPath();
    const whole = await run(fit(options(watched)));
    const stopped = await run(fit(options({ ...watched, ...stopBefore(at), checkpoint: { path, recipe } })));
    expect(stopped).toMatchObject({ step: at, ending: "interrupted" });
    const kept = Number((await run(loadTensors(path))).metadata.get("seconds"));
    expect(kept).toBeGreaterThan(0);
    const started: number[] = [];
    const rest = await run(
      fit(options({
        ...watched,
        checkpoint: { path, recipe, resume: true },
        on: { start: (course) => started.push(course.step) },
      })),
    );
    expect(started).toEqual([at]);
    expect(rest.losses).toEqual(whole.losses);
    expect(rest.evaluations).toEqual(whole.evaluations);
    expect(rest.best!.step).toBe(whole.best!.step);
    expect(await item(rest.best!.state)).toBe(await item(whole.best!.state));
    expect(await item(rest.state)).toBe(await item(whole.state));
    expect(rest.seconds).toBeGreaterThan(kept);
  });

  test("is written at the beginning, then so often, and at the end", async () => {
    const path = newPath(), steps: (string | undefined)[] = [];
    const stepOnDisk = async () => (await run(loadTensors(path))).metadata.get("step");
    const note: Options["step"] = (state, batch) => step(state, batch);
    await run(
      fit(options({
        epochs: 1,
        step: note,
        batches: async function* () {
          for (let i = 0; i < 20; i++) {
            steps.push(await stepOnDisk());
            yield 1;
          }
        },
        checkpoint: { path, every: 8 },
      })),
    );
    expect(steps.map(Number)).toEqual([...Array(8).fill(0), ...Array(8).fill(8), ...Array(4).fill(16)]);
    expect(await stepOnDisk()).toBe("20");
  });

  test("of a crash is the last one that was written", async () => {
    const path = newPath();
    const crash: Options["step"] = (state, batch, { step: taken }) => {
      if (taken === 27) throw new Error("the power failed");
      return step(state, batch);
    };
    await expect(fit(options({ step: crash, checkpoint: { path } }))()).rejects.toThrow("the power failed");
    const rest = await run(fit(options({ checkpoint: { path, resume: true } })));
    expect(rest.losses).toEqual((await run(fit(options()))).losses);
  });

  test("of finished or stalled training gives what was found, without a step", async () => {
    const path = newPath();
    const stop = { ...watched, watch: { ...watched.watch, patience: 2 } };
    const refuse = () => {
      throw new Error("a step was taken");
    };
    const done = await run(fit(options({ ...stop, checkpoint: { path } })));
    const again = await run(fit(options({ ...stop, step: refuse, checkpoint: { path, resume: true } })));
    expect(again).toMatchObject({ ending: "stalled", step: done.step, losses: done.losses });
    const all = newPath();
    await run(fit(options({ checkpoint: { path: all } })));
    expect((await run(fit(options({ step: refuse, checkpoint: { path: all, resume: true } })))).step).toBe(60);
  });

  test("keeps trees of every dtype, keys among them, bit by bit", async () => {
    const path = newPath();
    type State = { readonly key: Tensor<[2], "u32">; readonly sum: Scalar };
    const walk = ({ key, sum }: State, _: number, { step: taken }: { step: number }) => {
      const drawn = random.normal(random.foldIn(key, taken), []);
      return [{ key: random.split(key)[0], sum: add(sum, drawn) }, { loss: drawn }] as const;
    };
    const all = (more: object) =>
      fit({
        state: { key: random.key(3), sum: scalar(0) } as State,
        epochs: 1,
        steps: 6,
        batch: 1,
        batches: () => [1, 2, 3, 4, 5, 6],
        step: walk as never,
        progress: null,
        ...more,
      });
    const whole = await run(all({}));
    const stop = new AbortController();
    const halt = (state: State, batch: number, at: { step: number }) => {
      if (at.step === 3) stop.abort();
      return walk(state, batch, at);
    };
    await run(all({ step: halt, signal: stop.signal, checkpoint: { path } }));
    const rest = await run(all({ checkpoint: { path, resume: true } }));
    expect(rest.losses).toEqual(whole.losses);
    expect(await item(rest.state.sum)).toBe(await item(whole.state.sum));
  });

  test("is refused where it is missing, of another recipe, or of another state", async () => {
    const path = newPath();
    const resume = { path, recipe, resume: true };
    expect(await failureOf(options({ checkpoint: resume }))).toMatchObject({
      _tag: "MissingFile",
      message: `There is no ${path} to go on from: start anew, or check the path`,
    });
    await run(fit(options({ checkpoint: { path, recipe } })));
    expect(await failureOf(options({ checkpoint: { ...resume, recipe: { ...recipe, rate: 0.2 } } }))).toEqual({
      _tag: "MismatchedRecipe",
      path,
      name: "rate",
      expected: "0.2",
      got: "0.1",
      message: `${path} has rate 0.1, not 0.2: go on with its options, or start anew`,
    });
    const { rate: _, ...fewer } = recipe;
    expect(await failureOf(options({ checkpoint: { ...resume, recipe: fewer } }))).toEqual({
      _tag: "MismatchedRecipe",
      path,
      name: "rate",
      expected: "unknown",
      got: "0.1",
      message: `${path} has rate 0.1, of which the recipe says nothing: go on with its options, or start anew`,
    });
    expect(await failureOf(options({ checkpoint: resume, epochs: 2 }))).toEqual({
      _tag: "MismatchedRecipe",
      path,
      name: "steps",
      expected: "40",
      got: "60",
      message: `${path} has taken 60 steps, more than the 40 asked for: ask for more epochs, or start anew`,
    });
    const shorter = options({ checkpoint: resume, steps: 10 });
    expect((await failureOf(shorter)).message).toContain("has steps_per_epoch 20, not 10");
    const other = { ...options({ checkpoint: resume }), state: { w: scalar(1) } as never };
    expect(await failureOf(other)).toMatchObject({
      _tag: "MismatchedWeights",
      missing: ["state.w"],
      surplus: ["state"],
    });
  });

  test("where no file can be written fails before anything is learned", async () => {
    const refuse = () => {
      throw new Error("a step was taken");
    };
    const path = `${newPath()}/x`;
    await run(fit(options({ checkpoint: { path: path.slice(0, -2) } })));
    expect((await failureOf(options({ step: refuse, checkpoint: { path } })))._tag).toBe("FileFailed");
  });
});

/** The loop of training: steps on a device, losses fetched now and then, progress, evaluation, checkpoints, Ctrl-C. */
import { left, right, type TaskEither, unwrap } from "../core/either.ts";
import { type PullbackError, UnhandledFailure } from "../core/failure.ts";
import { optionsOf } from "../core/options.ts";
import { loadCourse, type Recipe, saveCourse } from "./checkpoint.ts";
import type { Course, Ending, Evaluation, Watch } from "./course.ts";
import { host, interrupt, turn } from "./interrupt.ts";
import { type Every, isDue, judge } from "./judge.ts";
import { argumentsTaken } from "../transforms/jit.ts";
import { type Losses, lossLog } from "./losses.ts";
import { type Output, progressBar, showValues } from "./progress.ts";

/** Where in the course something happens. */
export interface Position {
  /** The epoch it belongs to, counted from 0. */
  readonly epoch: number;
  /** Steps taken before it, in all epochs together. */
  readonly step: number;
}

/** A course on a disk, to go on from after Ctrl-C or a crash. */
export interface CheckpointOptions {
  /** The file. */
  readonly path: string;
  /** What decides the course, such as the data set, the rate and the seed: it must be the same to go on. */
  readonly recipe?: Recipe;
  /** Go on from the file, instead of from the state that is given. Default false. */
  readonly resume?: boolean;
  /** How often it is written, besides at the beginning, at the end and on Ctrl-C. Default: after every epoch. */
  readonly every?: Every;
}

/** Called as training goes; each is waited for. The state of a course may be used up by the next step: do not keep it. */
export interface Callbacks<S, K extends string, M extends string> {
  /** Before the first step, with what was read from the checkpoint on `resume`. */
  readonly start?: (course: Course<S, K, M>) => unknown;
  /** After an epoch, its evaluation included, before the checkpoint. */
  readonly epoch?: (course: Course<S, K, M>) => unknown;
  /** After an evaluation; `best` says whether nothing was better so far. */
  readonly evaluation?: (evaluation: Evaluation<M>, best: boolean) => unknown;
}

/** What is to be done. `S` is the state, `B` a batch; `K` names the losses, `M` the metrics. */
export interface FitOptions<S, B, K extends string, M extends string = string> {
  /** All that a step needs and changes: a tree of parameters, of what the optimizer remembers, of running statistics. */
  readonly state: S;
  /** Passes over the examples. */
  readonly epochs: number;
  /** Steps of one epoch. */
  readonly steps: number;
  /** Examples of one step, for the pace that is shown. */
  readonly batch: number;
  /**
   * The batches of an epoch, counted from 0: at least as many as there are steps, and the same whenever they are asked for.
   * What decides them, such as a seed for the shuffle, comes from `epoch` alone.
   */
  readonly batches: (epoch: number) => Iterable<B> | AsyncIterable<B>;
  /**
   * One step, as a rule a `jit`; it may use up the memory of the state it is given. A `jit` gets what it declares: one of two
   * parameters is called without the position, whose numbers are no tensors.
   */
  readonly step: (state: S, batch: B, at: Position) => readonly [state: S, losses: Losses<K>];
  /** Measures a state, on examples held back. */
  readonly evaluate?: (state: S, at: Position) => Promise<Readonly<Record<M, number>>>;
  /** How often it is measured. Default: after every epoch. */
  readonly evaluateEvery?: Every;
  /** Which metric decides about the best state, and about stopping early. */
  readonly watch?: Watch<NoInfer<M>>;
  /** Where the course is kept. */
  readonly checkpoint?: CheckpointOptions;
  /** What else is to happen. */
  readonly on?: Callbacks<S, NoInfer<K>, NoInfer<M>>;
  /** Where progress is shown; `null` for nowhere. Default: standard error. */
  readonly progress?: Output | null;
  /** Ends the training like Ctrl-C. */
  readonly signal?: AbortSignal;
}

/** A course that has ended, and why. */
export interface Fitted<S, K extends string = string, M extends string = string> extends Course<S, K, M> {
  /** Why. */
  readonly ending: Ending;
}

/** So many losses are fetched at once. */
const readEvery = 16;
/** Milliseconds after which signals are looked for. */
const turnEvery = 100;

const check = ({ epochs, steps, batch, evaluate, evaluateEvery = 1, watch, checkpoint }:
  & {
    readonly [K in "epochs" | "steps" | "batch"]: number;
  }
  & Pick<FitOptions<never, never, never>, "evaluateEvery" | "checkpoint">
  & { evaluate?: unknown; watch?: unknown }) => {
  const counts = { epochs, steps, batch, evaluateEvery, "checkpoint.every": checkpoint?.every ?? 1 };
  for (const [name, count] of Object.entries(counts)) {
    if (count !== "epoch" && !(Number.isSafeInteger(count) && count >= 1)) {
      throw new RangeError(`fit: ${name} must be a whole number of at least 1, got ${count}`);
    }
  }
  if (watch !== undefined && evaluate === undefined) throw new TypeError("fit: watch needs evaluate");
};

const names = {
  ...{ state: true, epochs: true, steps: true, batch: true, batches: true, step: true } as const,
  ...{ evaluate: true, evaluateEvery: true, watch: true, checkpoint: true } as const,
  ...{ on: true, progress: true, signal: true } as const,
} as const;
/** The step with no argument that a `jit` would have to refuse since its function does not declare it. */
const stepOf = <S, B, K extends string>(step: FitOptions<S, B, K>["step"]): FitOptions<S, B, K>["step"] => {
  const taken = argumentsTaken(step) ?? 3;
  if (taken > 2) return step;
  // Of a function that declares none, as one made by vmap, nothing is known: it is given what can be tensors.
  return taken === 1
    ? (state) => (step as (state: S) => ReturnType<typeof step>)(state)
    : (state, batch) => (step as (state: S, batch: B) => ReturnType<typeof step>)(state, batch);
};
const nowhere: Output = { write: () => {} };

const course = async <S, B, K extends string, M extends string>(
  options: FitOptions<S, B, K, M>,
): Promise<Fitted<S, K, M>> => {
  const { epochs, steps, batch, evaluate, evaluateEvery = "epoch", watch, checkpoint, on = {} } = options;
  const recipe = { ...checkpoint?.recipe, steps_per_epoch: steps };
  const fresh = { state: options.state, step: 0, losses: {}, evaluations: [], best: null, seconds: 0 };
  const from =
    (checkpoint?.resume === true
      ? unwrap(await loadCourse(checkpoint.path, options.state, recipe, epochs * steps)())
      : fresh) as unknown as Course<S, K, M>;

  const now = () => performance.now(), began = now();
  const output = options.progress === null ? nowhere : options.progress ?? host?.stderr ?? nowhere;
  const progress = progressBar({ epochs, steps, batch, output, now });
  const log = lossLog<K>(from.losses), judged = judge<S, M>(from.evaluations, from.best, watch);
  const next = stepOf(options.step);
  using stop = interrupt(options.signal);
  let { state, step } = from, turned = began, saved = -1;

  const stand = (): Course<S, K, M> => {
    const { evaluations, best } = judged;
    return { state, step, losses: log.read, evaluations, best, seconds: from.seconds + (now() - began) / 1000 };
  };
  const save = async (): Promise<void> => {
    if (checkpoint === undefined || saved === step) return;
    unwrap(await saveCourse(checkpoint.path, stand(), recipe)());
    saved = step;
  };
  /** What is due after a step: reading, measuring, saving. Gives what was read, to be shown. */
  const look = async (epoch: number): Promise<Readonly<Record<string, number>> | undefined> => {
    const [measures, saves] = [evaluateEvery, checkpoint?.every ?? "epoch"].map((every) => isDue(every, step, steps));
    const ends = step % steps === 0;
    if (!measures && !saves && !ends && step % readEvery !== 0) return undefined;
    let values = await log.fetch();
    if (measures && evaluate !== undefined) {
      const metrics = await evaluate(state, { epoch, step });
      const best = await judged.add(step, metrics, state);
      values = { ...values, ...metrics };
      progress.note(`epoch ${epoch + 1}, step ${step}: ${showValues(metrics)}${best ? ", the best so far" : ""}`);
      await on.evaluation?.({ step, metrics }, best);
    }
    if (ends) await on.epoch?.(stand());
    if (saves) await save();
    return values;
  };

  try {
    await on.start?.(stand());
    // Before anything is learned: a folder that cannot be written is better told now.
    await save();
    for (let epoch = Math.floor(step / steps); epoch < epochs && !stop.came && !judged.stalled; epoch++) {
      const first = step - epoch * steps;
      let at = 0;
      for await (const examples of options.batches(epoch)) {
        if (++at <= first) continue;
        const [after, losses] = next(state, examples, { epoch, step });
        state = after;
        step++;
        log.add(losses);
        progress.step(epoch + 1, at, await look(epoch));
        if (now() - turned > turnEvery) {
          await turn();
          turned = now();
        }
        if (at === steps || stop.came || judged.stalled) break;
      }
      if (at < steps && !stop.came && !judged.stalled) {
        throw new RangeError(`fit: batches(${epoch}) gave ${at} batches, expected ${steps}`);
      }
    }
    await log.fetch();
    await save();
  } finally {
    progress.close();
  }
  const ending = step >= epochs * steps ? "finished" : judged.stalled ? "stalled" : "interrupted";
  return { ...stand(), ending };
};

/**
 * Trains from the state that is given, or from a checkpoint, to the end, until Ctrl-C, or until nothing gets better. Going on
 * from a checkpoint gives the same numbers, bit for bit, as never having stopped.
 *
 * Throws `RangeError` when a count is no whole number of at least 1 or an epoch has too few batches, `TypeError` when the
 * names of losses or metrics change; what a step or a callback throws comes through.
 *
 * @returns left `Diverged` where a loss is not finite, `MismatchedRecipe` or `MismatchedWeights` where the checkpoint is
 * another's or came further than it is to go, `MissingFile`, `CorruptFile`, `PermissionDenied` or `FileFailed`.
 *
 * @example
 * ```ts
 * import { mul, run, scalar, square, sub, type Tensor } from "@pullback/pullback";
 * import { fit } from "@pullback/pullback/training";
 * const step = (x: Tensor<[], "f32">, target: number) => {
 *   const off = sub(x, target);
 *   return [sub(x, mul(off, 0.5)), { loss: square(off) }] as const;
 * };
 * const end = await run(fit({ state: scalar(0), epochs: 2, steps: 3, batch: 1, batches: () => [4, 4, 4], step }));
 * console.log(end.losses.loss); // [ 16, 4, 1, 0.25, 0.0625, 0.015625 ]
 * ```
 */
export const fit = <S, B, K extends string, M extends string>(
  options: FitOptions<S, B, K, M>,
): TaskEither<PullbackError, Fitted<S, K, M>> => {
  optionsOf<FitOptions<S, B, K, M>>("fit", options, names);
  if (options.checkpoint !== undefined) {
    optionsOf("fit: checkpoint", options.checkpoint, { path: true, recipe: true, resume: true, every: true });
  }
  if (options.watch !== undefined) {
    optionsOf("fit: watch", options.watch, { metric: true, better: true, patience: true, margin: true });
  }
  if (options.on !== undefined) optionsOf("fit: on", options.on, { start: true, epoch: true, evaluation: true });
  check(options);
  return async () => {
    try {
      return right(await course(options));
    } catch (thrown) {
      if (thrown instanceof UnhandledFailure) return left(thrown.failure);
      throw thrown;
    }
  };
};

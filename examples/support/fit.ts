/** The loop of training: steps on a device, losses fetched now and then, progress, checkpoints, Ctrl-C. */
import process from "node:process";
import { dataOf, type Tensor } from "../../mod.ts";
import { progressBar } from "./progress.ts";
import { interrupt, Trouble, turn } from "./script.ts";

/** How far training has come; whole between two steps. */
export interface Course<S> {
  /** All that the next step needs: a tree of parameters and whatever the optimizer remembers. */
  readonly state: S;
  /** Of every step so far. */
  readonly losses: readonly number[];
  /** Time it took. */
  readonly seconds: number;
}

/** What is to be done. */
export interface FitOptions<S, B> {
  readonly epochs: number;
  /** Steps of one epoch. */
  readonly steps: number;
  /** Examples of one step. */
  readonly batch: number;
  /** The batches of an epoch, counted from 0: as many as there are steps, and the same whenever they are asked for. */
  readonly batches: (epoch: number) => Iterable<B>;
  /** One step; it may use up the memory of the state it is given. */
  readonly step: (state: S, batch: B) => readonly [state: S, loss: Tensor<[], "f32">];
  /** Called after every epoch, and when training is interrupted. */
  readonly save: (course: Course<S>) => Promise<void>;
}

/** So many losses are fetched at once: waiting for a device after every step can cost more than the step. */
const readEvery = 16;
/** Milliseconds after which signals are looked for. */
const turnEvery = 100;

/**
 * Trains from where `from` stands to the end, or until Ctrl-C. What it gives has then been saved. Going on from there gives
 * the same numbers as never having stopped.
 *
 * Throws `Trouble` where a loss is not finite.
 */
export const fit = async <S, B>(from: Course<S>, options: FitOptions<S, B>): Promise<Course<S>> => {
  const { epochs, steps, batch, batches, step, save } = options;
  const now = () => performance.now();
  const progress = progressBar({ epochs, steps, batch, output: process.stderr, now });
  const losses = [...from.losses], began = now();
  let state = from.state, taken = losses.length, unread: Tensor<[], "f32">[] = [], turned = began;
  using stop = interrupt();

  const read = async (): Promise<void> => {
    for (const [loss] of await dataOf(unread)) losses.push(loss!);
    unread = [];
    const bad = losses.findIndex((loss) => !Number.isFinite(loss));
    if (bad >= 0) throw new Trouble(`The loss of step ${bad + 1} is ${losses[bad]}: try a smaller learning rate`);
  };
  const course = (): Course<S> => ({ state, losses, seconds: from.seconds + (now() - began) / 1000 });

  try {
    for (let epoch = Math.floor(taken / steps); epoch < epochs && !stop.came; epoch++) {
      let at = 0;
      for (const examples of batches(epoch)) {
        if (epoch * steps + ++at <= taken) continue;
        const [next, loss] = step(state, examples);
        state = next;
        unread.push(loss);
        taken++;
        const due = taken % readEvery === 0 || at === steps;
        if (due) await read();
        progress.step(epoch + 1, at, due ? losses.at(-1) : undefined);
        if (now() - turned > turnEvery) {
          await turn();
          turned = now();
        }
        if (stop.came) break;
      }
      await read();
      await save(course());
    }
  } finally {
    progress.close();
  }
  return course();
};

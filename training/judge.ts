/** Evaluations in the course of training: when they are due, what they find, and the copy of the best state. */
import { engine } from "../core/engine.ts";
import { extents } from "../core/tensor.ts";
import { flatten, unflatten } from "../core/tree.ts";
import { dataOf } from "../ops/create.ts";
import { type Best, bestOf, type Evaluation, isStalled, type Watch } from "./course.ts";

/** After so many steps, or after every epoch. */
export type Every = number | "epoch";

/** Whether something that is to happen `every` so often happens after `step` steps, with `steps` in an epoch. */
export const isDue = (every: Every, step: number, steps: number): boolean =>
  step % (every === "epoch" ? steps : every) === 0;

/** A tree of the same values in memory of their own, so that a step that donates the others leaves these. */
export const copyTree = async <S>(tree: S): Promise<S> => {
  const { leaves, structure } = flatten(tree);
  const data = await dataOf(leaves);
  return unflatten<S>(structure, leaves.map((x, i) => engine().hold(data[i]!, { shape: extents(x), dtype: x.dtype })));
};

/** Keeps the evaluations of a course. */
export interface Judge<S, M extends string> {
  /** All so far. */
  readonly evaluations: readonly Evaluation<M>[];
  /** See `Course`. */
  readonly best: Best<S, M> | null;
  /** Whether the watched metric has not become better for too long. */
  readonly stalled: boolean;
  /** Adds what was measured of `state`; gives whether it is the best so far. */
  readonly add: (step: number, metrics: Readonly<Record<M, number>>, state: S) => Promise<boolean>;
}

/** Throws `TypeError` where an evaluation gives other names than the ones before it, or not the one that is watched. */
const checkNames = (names: readonly string[], earlier: Evaluation | undefined, watch: Watch | undefined): void => {
  const before = earlier === undefined ? names : Object.keys(earlier.metrics);
  if (names.toSorted().join() !== before.toSorted().join()) {
    throw new TypeError(`fit: evaluate gave the metrics ${names.join(", ")}, before them ${before.join(", ")}`);
  }
  if (watch !== undefined && !names.includes(watch.metric)) {
    throw new TypeError(`fit: the metric ${watch.metric} is watched, evaluate gives ${names.join(", ") || "none"}`);
  }
};

/** A judge that goes on from what was found before. */
export const judge = <S, M extends string>(
  before: readonly Evaluation<M>[],
  bestBefore: Best<S, M> | null,
  watch: Watch<M> | undefined,
): Judge<S, M> => {
  const evaluations = [...before];
  let best = bestBefore;
  return {
    evaluations,
    get best() {
      return best;
    },
    get stalled() {
      return isStalled(evaluations, watch);
    },
    add: async (step, metrics, state) => {
      checkNames(Object.keys(metrics), evaluations[0], watch);
      evaluations.push({ step, metrics });
      if (watch === undefined || bestOf(evaluations, watch) !== evaluations.length - 1) return false;
      best = { step, metrics, state: await copyTree(state) };
      return true;
    },
  };
};

/** How far training has come, and what is decided by that alone: which evaluation was the best, and when to give up. */

/** What an evaluation found. */
export interface Evaluation<M extends string = string> {
  /** Steps taken before it. */
  readonly step: number;
  /** What was measured, by name. */
  readonly metrics: Readonly<Record<M, number>>;
}

/** The evaluation that was the best so far, and the state it was made of. */
export interface Best<S, M extends string = string> extends Evaluation<M> {
  /** A copy, whatever later steps do with their memory. */
  readonly state: S;
}

/** Why training ended: all steps were taken, Ctrl-C or a signal came, or the metric no longer got better. */
export type Ending = "finished" | "interrupted" | "stalled";

/** How far training has come; whole between two steps. `K` names the losses, `M` the metrics. */
export interface Course<S, K extends string = string, M extends string = string> {
  /** All that the next step needs: a tree of parameters and whatever the optimizer remembers. */
  readonly state: S;
  /** Steps taken. */
  readonly step: number;
  /** Of every step so far, by name; without names before the first step. */
  readonly losses: Readonly<Record<K, readonly number[]>>;
  /** In their order. */
  readonly evaluations: readonly Evaluation<M>[];
  /** By the metric that is watched; null where none is, or nothing was measured yet. */
  readonly best: Best<S, M> | null;
  /** Time it took. */
  readonly seconds: number;
}

/** Which metric decides what is best, and how long nothing better is put up with. */
export interface Watch<M extends string = string> {
  /** Its name among those that `evaluate` gives. */
  readonly metric: M;
  /** Whether a higher value is better. */
  readonly better: "higher" | "lower";
  /** So many evaluations in a row without a new best end the training. Default: never. */
  readonly patience?: number;
  /** By so much a value must be better to count. Default 0. */
  readonly margin?: number;
}

/** Whether `value` is better than `best` by more than the margin; NaN never is, and anything is better than NaN. */
export const isBetter = (value: number, best: number, { better, margin = 0 }: Watch): boolean => {
  if (Number.isNaN(value)) return false;
  if (Number.isNaN(best)) return true;
  return better === "higher" ? value > best + margin : value < best - margin;
};

/** Place of the best evaluation, the first among equals, or -1 where there is none. */
export const bestOf = (evaluations: readonly Evaluation[], watch: Watch): number => {
  let best = -1;
  for (const [i, { metrics }] of evaluations.entries()) {
    const value = metrics[watch.metric]!;
    if (best < 0 || isBetter(value, evaluations[best]!.metrics[watch.metric]!, watch)) best = i;
  }
  return best;
};

/** Whether the last `patience` evaluations brought nothing better. */
export const isStalled = (evaluations: readonly Evaluation[], watch: Watch | undefined): boolean =>
  watch?.patience !== undefined && evaluations.length - 1 - bestOf(evaluations, watch) >= watch.patience &&
  evaluations.length > 0;

/** Optimizers, gradient clipping and learning-rate schedules by their names in PyTorch. */
import { type GradientTransformation, sgd } from "../../../nn/optim/mod.ts";
import type { Args } from "../layout.ts";
import type { Any } from "./row.ts";
import { Unknown } from "../job.ts";

/** Refuses a setting that the library does not have, instead of leaving it out. */
const without = (args: Args, names: readonly string[]): void => {
  for (const n of names) if (args[n]) throw new Unknown(`no optimizer of the library has ${n}: ${args[n]}`);
};

/** From an optimizer's name to the library's, with settings from the arguments. */
export const optimizers: Readonly<Record<string, (args: Args) => GradientTransformation>> = {
  sgd: (args) => {
    without(args, ["dampening"]);
    return sgd(args.lr, { momentum: args.momentum ?? 0, nesterov: args.nesterov ?? false, weightDecay: args.weight_decay ?? 0 });
  },
};
/** Clipping: from a tree of gradients to the clipped tree, and to other outputs by name. */
export const clippings: Readonly<Record<string, (args: Args) => (gradients: Any) => { readonly clipped: Any; readonly [output: string]: Any }>> = {};

/** Rates of steps 0, 1, …, in double precision, and momenta where a schedule has them. */
export interface Rates {
  readonly lr: readonly number[];
  readonly momentum?: readonly number[];
}
/** `series` are further numbers of the case, such as the metrics that a schedule watches. */
export type ScheduleRow = (base: number, args: Args, steps: number, series: Args) => Rates;
export const schedules: Readonly<Record<string, ScheduleRow>> = {};
export const scheduleOf = (name: string): ScheduleRow => {
  const row = schedules[name];
  if (row === undefined) throw new Unknown(`no row in the table for the schedule ${name}`);
  return row;
};

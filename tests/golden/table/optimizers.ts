/** Optimizers, gradient clipping and learning-rate schedules by their names in PyTorch. */
import { aval } from "../../../core/aval.ts";
import { evaluate } from "../../../core/evaluate.ts";
import { trace } from "../../../core/trace.ts";
import { flatten } from "../../../core/tree.ts";
import * as optim from "../../../nn/optim/mod.ts";
import type { Args } from "../layout.ts";
import { formula } from "./formula.ts";
import type { Any } from "./row.ts";
import { Unknown } from "../job.ts";

type Optimizer = (args: Args) => optim.GradientTransformation;
/** The settings under the library's names; a setting without one is refused unless it is off. */
const renamed = (args: Args, names: Readonly<Record<string, string>>): Any =>
  Object.fromEntries(
    Object.entries(args).flatMap(([n, value]) => {
      const own = names[n];
      if (own !== undefined) return [[own, value]];
      if (n !== "lr" && value) throw new Unknown(`the table has no setting ${n}: ${JSON.stringify(value)}`);
      return [];
    }),
  );
const row = (make: (rate: number, config: Any) => optim.GradientTransformation, names: Readonly<Record<string, string>>): Optimizer => (args) =>
  make(args.lr, renamed(args, { weight_decay: "weightDecay", ...names }));
const moments = { betas: "betas", eps: "epsilon" };

/** From an optimizer's name to the library's, with settings from the arguments. */
export const optimizers: Readonly<Record<string, Optimizer>> = {
  sgd: row(optim.sgd, { momentum: "momentum", dampening: "dampening", nesterov: "nesterov" }),
  adam: row(optim.adam, { ...moments, amsgrad: "amsgrad" }),
  adamw: row(optim.adamw, { ...moments, amsgrad: "amsgrad" }),
  rmsprop: row(optim.rmsprop, { alpha: "decay", eps: "epsilon", momentum: "momentum", centered: "centered" }),
  adagrad: row(optim.adagrad, { lr_decay: "rateDecay", eps: "epsilon", initial_accumulator_value: "initial" }),
  adadelta: row(optim.adadelta, { rho: "decay", eps: "epsilon" }),
  adamax: row(optim.adamax, moments),
  radam: row(optim.radam, moments),
};
/** Clipping: from a tree of gradients to the clipped tree, and to other outputs by name. */
export const clippings: Readonly<Record<string, (args: Args) => (gradients: Any) => { readonly clipped: Any; readonly [output: string]: Any }>> = {
  clip_grad_norm: ({ max_norm, norm_type = 2 }) => (gradients) => {
    const p = Number(norm_type), [clipped] = optim.clipByGlobalNorm(max_norm, { p }).update(gradients, {}, gradients);
    return { clipped, norm: optim.globalNorm(gradients, { p }) };
  },
  clip_grad_value: ({ clip_value }) => (gradients) => ({ clipped: optim.clipByValue(clip_value).update(gradients, {}, gradients)[0] }),
};

/** Rates of steps 0, 1, …, in double precision, and momenta where a schedule has them. */
export interface Rates {
  readonly lr: readonly number[];
  readonly momentum?: readonly number[];
}
/** `series` are further numbers of the case, such as the metrics that a schedule watches. */
export type ScheduleRow = (base: number, args: Args, steps: number, series: Args) => Rates;

/** Runs `f` of scalars in double precision, which no back end but the reference evaluator has. */
const inDoubles = (f: (...xs: Any[]) => unknown, inputs: number): (...xs: number[]) => readonly number[] => {
  const { program } = trace((...xs) => flatten(f(...xs)).leaves, Array.from({ length: inputs }, () => aval([], "f32")));
  return (...xs) => evaluate(program, xs.map((x) => [x])).map((v) => v[0]!);
};
const values = (schedule: optim.Schedule, steps: number): readonly number[] => {
  const rate = inDoubles(schedule, 1);
  return Array.from({ length: steps }, (_, k) => rate(k)[0]!);
};

/** The rate, and for those that have one, the momentum, by the name of the schedule. */
type Maker = (base: number, args: Args) => optim.Schedule;
const cyclic = ({ step_size_up = 2000, step_size_down = step_size_up, mode = "triangular", gamma = 1 }: Args): optim.CyclicConfig => ({
  up: step_size_up, down: step_size_down, mode: mode === "exp_range" ? "expRange" : mode, factor: gamma,
});
const oneCycle = ({ pct_start = 0.3, anneal_strategy = "cos", three_phase = false }: Args): optim.OneCycleConfig => ({
  rise: pct_start, anneal: anneal_strategy === "cos" ? "cosine" : "linear", threePhase: three_phase,
});
const makers: Readonly<Record<string, Maker>> = {
  constant: (base, { factor = 1 / 3, total_iters = 5 }) => optim.constantSchedule(base, { factor, steps: total_iters }),
  step: (base, { step_size, gamma = 0.1 }) => optim.stepSchedule(base, step_size, gamma),
  multistep: (base, { milestones, gamma = 0.1 }) => optim.multistepSchedule(base, milestones, gamma),
  exponential: (base, { gamma }) => optim.exponentialSchedule(base, gamma),
  linear: (base, { start_factor = 1 / 3, end_factor = 1, total_iters = 5 }) =>
    optim.linearSchedule(base * start_factor, base * end_factor, total_iters),
  polynomial: (base, { total_iters = 5, power = 1 }) => optim.polynomialSchedule(base, total_iters, { power }),
  cosine: (base, { T_max, eta_min = 0 }) => optim.cosineSchedule(base, T_max, { final: eta_min, after: "return" }),
  cosine_warm_restarts: (base, { T_0, T_mult = 1, eta_min = 0 }) => optim.cosineRestartsSchedule(base, T_0, { growth: T_mult, final: eta_min }),
  lambda: (base, { factor }) => optim.lambdaSchedule(base, formula(factor, "k")),
  sequential: (base, { first, then, milestones }) =>
    optim.sequentialSchedule([first, then].map(({ name, ...args }) => maker(name)(base, args)), milestones),
  cyclic: (_base, args) => optim.cyclicSchedule(args.base_lr, args.max_lr, cyclic(args)),
  one_cycle: (_base, args) => {
    const { max_lr, total_steps, div_factor = 25, final_div_factor = 1e4 } = args, initial = max_lr / div_factor;
    return optim.oneCycleSchedule(max_lr, total_steps, { ...oneCycle(args), initial, final: initial / final_div_factor });
  },
};
const momenta: Readonly<Record<string, (args: Args) => optim.Schedule>> = {
  cyclic: (args) => optim.cyclicSchedule(args.max_momentum ?? 0.9, args.base_momentum ?? 0.8, cyclic(args)),
  one_cycle: (args) => {
    const { base_momentum = 0.85, max_momentum = 0.95, total_steps } = args;
    return optim.oneCycleSchedule(base_momentum, total_steps, { ...oneCycle(args), initial: max_momentum, final: max_momentum });
  },
};
const maker = (name: string): Maker => {
  const found = makers[name];
  if (found === undefined) throw new Unknown(`no row in the table for the schedule ${name}`);
  return found;
};

const plateau: ScheduleRow = (base, args, steps, { metrics }) => {
  const { mode = "min", factor = 0.1, patience = 10, threshold = 1e-4, threshold_mode = "rel", cooldown = 0, min_lr = 0, eps = 1e-8 } = args;
  const { init, update } = optim.reduceOnPlateau(base, {
    mode, factor, patience, threshold, cooldown, thresholdMode: threshold_mode === "rel" ? "relative" : "absolute", least: min_lr, epsilon: eps,
  });
  const names = ["rate", "best", "bad", "cooling"] as const;
  const next = inDoubles((metric, ...state) => {
    const after = update(metric, Object.fromEntries(names.map((n, i) => [n, state[i]])) as Any);
    return names.map((n) => after[n]);
  }, 5);
  const lr: number[] = [];
  let state = inDoubles(() => names.map((n) => init()[n]), 0)();
  for (let k = 0; k < steps; k++) {
    lr.push(state[0]!);
    state = next(metrics[k], ...state);
  }
  return { lr };
};

export const scheduleOf = (name: string): ScheduleRow => {
  if (name === "reduce_on_plateau") return plateau;
  const make = maker(name);
  return (base, args, steps, series) => ({
    lr: values(make(base, args), steps),
    ...(series.momentum === undefined || momenta[name] === undefined ? {} : { momentum: values(momenta[name](args), steps) }),
  });
};

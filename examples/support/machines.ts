/** Restricted Boltzmann machines, learned one on top of the other with what the lessons share: progress, checkpoints, Ctrl-C. */
import { jit, optim, random, type Tensor, tensor } from "../../mod.ts";
import type { Batch } from "../../datasets/mod.ts";
import type { Rbm, RbmParams } from "../../models/mod.ts";
import type { CheckpointOptions } from "../../training/mod.ts";
import { stage } from "./stages.ts";

/** Pictures as vectors of their pixels. */
export type Flat = Tensor<[number, 784], "f32">;
type Machine = Rbm<number, number>;
type MachineParams = RbmParams<number, number>;
/** What a step of a machine changes. */
interface Learning {
  readonly params: MachineParams;
  readonly optimizer: optim.OptimizerState<MachineParams>;
  readonly key: random.Key;
}

/** How examples come: so many steps of `size` in each of the epochs; and where the course of a stage is kept. */
export interface Course {
  readonly epochs: number;
  readonly steps: number;
  readonly size: number;
  readonly seed: number;
  readonly batchesOf: (epoch: number) => Iterable<Batch<28, 28>>;
  readonly checkpoint: (stage: string) => CheckpointOptions;
}

/** The pictures of a batch. */
export const flat = ({ images, labels }: Batch<28, 28>): Flat => tensor(images, [labels.length, 784]);
/** A step of contrastive divergence for a machine that stands on others. */
const machineStep = (machine: Machine, below: readonly Machine[], optimizer: optim.GradientTransformation) =>
  jit((state: Learning, under: readonly MachineParams[], x: Flat) => {
    const [next, now] = random.split(state.key, 2);
    const seen = below.reduce((v, m, i) => m.hiddenMeans(under[i]!, v), x as Tensor<[number, number], "f32">);
    const { gradients, error } = machine.contrastiveDivergence(state.params, seen, now);
    const [updates, memory] = optimizer.update(gradients, state.optimizer, state.params);
    return [{ params: optim.applyUpdates(state.params, updates), optimizer: memory, key: next }, { error }] as const;
  }, { donate: [0, 2], name: "machine" });

/**
 * Learns machines one on top of the other by contrastive divergence, and prints how well the last pass of each rebuilt what it saw;
 * null where Ctrl-C ended it.
 */
export const pretrain = async (
  machines: readonly Machine[],
  start: readonly MachineParams[],
  { epochs, steps, size, seed, batchesOf, checkpoint }: Course,
): Promise<{ readonly learned: readonly MachineParams[]; readonly seconds: number } | null> => {
  const learned: MachineParams[] = [];
  let seconds = 0;
  for (const [i, machine] of machines.entries()) {
    // Numbers without bounds need smaller steps than units between 0 and 1.
    const optimizer = optim.sgd(machine.units === "gaussian" ? 1e-3 : 0.1, { momentum: 0.9, weightDecay: 2e-4 });
    const step = machineStep(machine, machines.slice(0, i), optimizer), below = [...learned];
    const end = await stage({
      state: { params: start[i]!, optimizer: optimizer.init(start[i]!), key: random.key(seed + 1 + i) } as Learning,
      epochs,
      steps,
      batch: size,
      batches: batchesOf,
      step: (state: Learning, batch: Batch<28, 28>) => step(state, below, flat(batch)),
      checkpoint: checkpoint(`machine-${i + 1}`),
    }, { first: i === 0 });
    if (end.ending === "interrupted") return null;
    learned.push(end.state.params);
    seconds += end.seconds;
    const last = end.losses.error.slice(-steps).reduce((a, b) => a + b, 0) / steps;
    console.log(`machine ${machine.visible}-${machine.hidden}: squared error of a unit ${last.toFixed(4)}`);
  }
  return { learned, seconds };
};

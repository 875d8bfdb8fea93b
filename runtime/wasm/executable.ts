import {
  isRepeat,
  type Kernel,
  launchCount,
  launchesOf,
  placeAt,
  type Plan,
  type Repeat,
  type Step,
  stepAt,
} from "../../compiler/kernel.ts";
import { type Traffic, trafficOf } from "../../compiler/traffic.ts";
import { stepInMemory } from "../../compiler/wasm/step.ts";
import { type Observer, observer } from "../../core/observer.ts";
import type { DeviceBuffer, Executable } from "../backend.ts";
import { alignment } from "./allocator.ts";
import type { Buffers } from "./buffers.ts";
import { replaceable } from "./donation.ts";
import type { Loaded } from "./load.ts";
import type { Heap } from "./memory.ts";
import { type Pool, smallCost } from "./threads.ts";

/** What executables of one backend work with. */
export interface Machine {
  readonly heap: Heap;
  readonly buffers: Buffers;
  readonly pool: Pool;
  readonly load: (kernel: Kernel) => Loaded;
  /** The address of memory for what a run needs besides its values; all runs use the same. */
  readonly workspace: (bytes: number) => number;
}

interface Ready {
  readonly name: string;
  readonly loaded: Loaded;
  readonly traffic: Traffic;
  /** For each argument of the kernel the number of what lies there; given the rounds of loops, where it moves with those. */
  readonly args: Int32Array | ((rounds: readonly number[]) => Int32Array);
}
interface Rounds {
  readonly repeat: Repeat;
  readonly body: readonly (Ready | Rounds)[];
}

const aligned = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;
/** Bytes from the beginning of a value in the workspace to the next: room is left after it, as after every value. */
const spaced = (bytes: number): number => aligned(bytes) + alignment;

/** Makes a plan ready to run. */
export const createExecutable = (plan: Plan, machine: Machine): Executable => {
  const { heap, buffers, pool } = machine;
  const kernels = new Map(launchesOf(plan.steps).map((l) => [l, stepInMemory(l.kernel)]));
  const loaded = new Map([...kernels].map(([l, k]) => [l, machine.load(k)]));
  const largest = (of: (l: Loaded) => number): number => [...loaded.values()].reduce((n, l) => Math.max(n, of(l)), 0);

  // The workspace: arguments, scratch memory of each thread, the temporary, slots.
  const firstOutput = plan.inputs.length,
    firstSlot = firstOutput + plan.outputs.length,
    temporary = firstSlot + plan.slots.length,
    stepWord = temporary + 1;
  const argsBytes = [...kernels.values()].reduce((n, k) => Math.max(n, (k.buffers.length + 1) * 4), 0);
  const stride = spaced(largest((l) => l.scratchBytes));
  const scratchAt = spaced(argsBytes), tempAt = scratchAt + stride * pool.threads;
  const slotsAt: number[] = [], stepAddress = tempAt + spaced(largest((l) => l.tempBytes));
  let workspaceBytes = stepAddress + spaced(4);
  for (const bytes of plan.slots) {
    slotsAt.push(workspaceBytes);
    workspaceBytes += spaced(bytes);
  }

  const numberOf = (p: ReturnType<typeof placeAt>): number =>
    p.tag === "input" ? p.index : p.tag === "output" ? firstOutput + p.index : firstSlot + p.slot;
  const readied = (s: Step): Ready | Rounds => {
    if (isRepeat(s)) return { repeat: s, body: s.body.map(readied) };
    const extra = s.kernel.step === undefined ? [temporary] : [stepWord, temporary];
    const args = (rounds: readonly number[]) =>
      Int32Array.of(...s.places.map((p) => numberOf(placeAt(p, rounds))), ...extra);
    return {
      name: s.kernel.name,
      loaded: loaded.get(s)!,
      traffic: trafficOf(s.kernel),
      args: s.places.some((p) => p.tag === "carried") ? args : args([]),
    };
  };
  const steps = plan.steps.map(readied);
  const addresses = new Float64Array(stepWord + 1), replaces = replaceable(plan);

  const launch = (
    { loaded: { module, phases, shareable }, args: given }: Ready,
    at: number,
    rounds: readonly number[],
  ): void => {
    const words = heap.words(), args = typeof given === "function" ? given(rounds) : given;
    for (let i = 0; i < args.length; i++) words[(at >>> 2) + i] = addresses[args[i]!]!;
    for (let phase = 0; phase < phases.length; phase++) {
      const { tasks, cost } = phases[phase]!;
      if (tasks === 0) continue;
      if (shareable && tasks > 1 && cost >= smallCost) {
        pool.run({ module, phase, args: at, tasks, scratch: at + scratchAt, stride, cost });
      } else module.phases[phase]!(at | 0, 0, tasks, (at + scratchAt) | 0);
    }
  };

  /** The same, telling the observer. */
  const watched = (step: Ready, at: number, rounds: readonly number[], o: Observer): void => {
    const start = o.now();
    pool.watch(true);
    launch(step, at, rounds);
    pool.watch(false);
    const ms = o.now() - start;
    o.take({ tag: "kernel", name: step.name, backend: "wasm", start, ms, ...step.traffic, threads: pool.helped() });
  };

  /** Memory for the outputs: that of donated inputs where it may be, else new. */
  const place = (
    inputs: readonly DeviceBuffer[],
    donated: ReadonlySet<number>,
    fresh: DeviceBuffer[],
  ): readonly DeviceBuffer[] => {
    const free = new Set([...donated].filter((i) => inputs.indexOf(inputs[i]!) === inputs.lastIndexOf(inputs[i]!)));
    return plan.outputs.map(({ dtype, length }, o) => {
      const reused = free.size === 0 ? undefined : replaces[o]!.find((i) => free.delete(i));
      if (reused !== undefined) return inputs[reused]!;
      const b = buffers.create(dtype, length);
      fresh.push(b);
      return b;
    });
  };

  return {
    kernels: launchCount(plan.steps),
    run(inputs, donated) {
      if (inputs.length !== plan.inputs.length) {
        throw new Error(`expected ${plan.inputs.length} inputs, got ${inputs.length}`);
      }
      inputs.forEach((b, i) => addresses[i] = buffers.address(b));
      const fresh: DeviceBuffer[] = [];
      let running = "";
      try {
        const outputs = place(inputs, donated, fresh);
        outputs.forEach((b, i) => addresses[firstOutput + i] = buffers.address(b));
        const at = machine.workspace(workspaceBytes), o = observer();
        slotsAt.forEach((offset, i) => addresses[firstSlot + i] = at + offset);
        addresses[temporary] = at + tempAt;
        addresses[stepWord] = at + stepAddress;
        const go = (all: readonly (Ready | Rounds)[], rounds: readonly number[]): void => {
          for (const s of all) {
            if ("repeat" in s) {
              for (let round = 0; round < s.repeat.length; round++) {
                const inside = [...rounds, round], now = stepAt(s.repeat, round);
                for (const one of s.body) {
                  // A loop inside has left its own step there.
                  heap.words()[(at + stepAddress) >>> 2] = now;
                  go([one], inside);
                }
              }
              continue;
            }
            running = s.name;
            if (o.level < 2) launch(s, at, rounds);
            else watched(s, at, rounds, o);
          }
        };
        go(steps, []);
        const kept = new Set(outputs);
        for (const b of new Set(inputs.filter((_, i) => donated.has(i)))) if (!kept.has(b)) b.dispose();
        return outputs;
      } catch (thrown) {
        fresh.forEach((b) => b.dispose());
        if (running === "") throw thrown;
        throw new Error(`kernel ${running} failed: ${thrown instanceof Error ? thrown.message : thrown}`, {
          cause: thrown,
        });
      }
    },
  };
};

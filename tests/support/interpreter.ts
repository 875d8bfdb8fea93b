import { allocate } from "../../core/dtype.ts";
import { compilePlan } from "../../compiler/compile.ts";
import { isRepeat, type Launch, type Limits, placeAt, type Step, stepAt } from "../../compiler/kernel.ts";
import { interpret } from "../../compiler/interpret.ts";
import type { Data, DType } from "../../core/dtype.ts";
import type { Program } from "../../core/program.ts";

/** A device that can do little. */
export const limits: Limits = {
  buffersPerKernel: 10,
  buffersPerLaunch: 10,
  points: 16,
  trips: 65535,
  updates: Infinity,
};

/** Runs a program through the compiler, and its kernels with plain numbers. */
export const runCompiled = (
  program: Program,
  inputs: readonly ArrayLike<number>[],
  buffersPerKernel = limits.buffersPerKernel,
): readonly ArrayLike<number>[] => {
  const plan = compilePlan(program, { ...limits, buffersPerKernel });
  const fill = (dtype: DType, data: ArrayLike<number>): Data => {
    const out = allocate(dtype, data.length);
    for (let i = 0; i < data.length; i++) out[i] = data[i]!;
    return out;
  };
  const ins = plan.inputs.map((p, i) => fill(p.dtype, inputs[i]!)),
    outs = plan.outputs.map((p) => allocate(p.dtype, p.length));
  // A slot holds values of several types in turn; each kernel sees it as its own.
  const slots = plan.slots.map((bytes) => new ArrayBuffer(Math.ceil(bytes / 8) * 8));
  const launch = ({ kernel, places }: Launch, rounds: readonly number[], step: number): void =>
    interpret(
      kernel,
      places.map((given, i) => {
        const p = placeAt(given, rounds);
        if (p.tag === "input") return ins[p.index]!;
        if (p.tag === "output") return outs[p.index]!;
        const { dtype, length } = kernel.buffers[i]!,
          view = allocate(dtype, 0).constructor as new (b: ArrayBuffer, o: number, n: number) => Data;
        return new view(slots[p.slot]!, 0, length);
      }),
      step,
    );
  const run = (steps: readonly Step[], rounds: readonly number[], step: number): void => {
    for (const s of steps) {
      if (!isRepeat(s)) launch(s, rounds, step);
      else for (let round = 0; round < s.length; round++) run(s.body, [...rounds, round], stepAt(s, round));
    }
  };
  run(plan.steps, [], 0);
  return outs;
};

import { compilePlan } from "../../compiler/compile.ts";
import type { Limits } from "../../compiler/kernel.ts";
import { spelled } from "../../compiler/wgsl/scalar.ts";
import { loopLimits } from "../../compiler/wgsl/target.ts";
import { isLeft, right, type TaskEither } from "../../core/either.ts";
import type { DeviceUnavailable } from "../../core/failure.ts";
import type { Backend } from "../backend.ts";
import { createExecutable } from "./executable.ts";
import { createMachine, type Machine, type WebGpuOptions } from "./machine.ts";
import { readTuned } from "./tuned_file.ts";
import { asGpuValue } from "./values.ts";

export type { WebGpuOptions };

/** What kernels may ask of a device. A contraction that is cut into parts needs one buffer more than its kernel. */
export const webgpuLimits = ({ maxBuffers, target }: Machine): Limits => {
  const buffers = Math.max(3, maxBuffers - 1);
  return { buffersPerKernel: buffers, buffersPerLaunch: buffers, ...loopLimits(target) };
};

/**
 * Runs programs on a GPU through WebGPU: every kernel is a compute shader, every run of a program one submit. Where there is
 * no adapter, or none that computes, the failure is a `DeviceUnavailable` that says what to install.
 */
export const webgpuBackend = (options: WebGpuOptions = {}): TaskEither<DeviceUnavailable, Backend> => async () => {
  const made = await createMachine({ tuned: readTuned, ...options });
  if (isLeft(made)) return made;
  const machine = made.right, { values, health, target } = machine;
  const limits = webgpuLimits(machine);
  return right({
    name: "webgpu",
    description: machine.description,
    supports: (dtype) => dtype !== "f64" && (dtype !== "f16" || target.f16),
    compile: (program) => createExecutable(compilePlan(program, limits), machine),
    upload: (data, aval) => {
      health.check();
      spelled(aval.dtype);
      return values.upload(data, aval);
    },
    download: async (buffers) => {
      health.check();
      try {
        return await machine.readBack(buffers.map(asGpuValue));
      } finally {
        health.check();
      }
    },
    memory: () => values.memory(),
    close: () => {
      health.retire();
      machine.device.destroy();
      return Promise.resolve();
    },
  });
};

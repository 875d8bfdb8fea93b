/** Running single kernels on a WebGPU device, and comparing them with what the interpreter makes of them. */
import { afterAll, expect } from "bun:test";
import { allocate, type Data } from "../../core/dtype.ts";
import { isLeft } from "../../core/either.ts";
import { interpret } from "../../compiler/interpret.ts";
import type { Kernel, Place, Plan } from "../../compiler/kernel.ts";
import { spell } from "../../compiler/wgsl/spell.ts";
import type { Variant } from "../../compiler/wgsl/variant.ts";
import { createExecutable } from "../../runtime/webgpu/executable.ts";
import { createMachine, type Machine, type WebGpuOptions } from "../../runtime/webgpu/machine.ts";

/** A device for the tests of one file. */
export const openMachine = async (options: WebGpuOptions = {}): Promise<Machine> => {
  const made = await createMachine(options);
  if (isLeft(made)) throw new Error(made.left.message);
  return made.right;
};
/** Deno must not exit while the device is at work; destroying it first makes llvmpipe abort now and then. */
export const restAfter = (): void => afterAll(() => new Promise<void>((resolve) => setTimeout(resolve, 150)));

/** One kernel as a plan: what it reads are the inputs, what it writes the outputs. */
export const planOf = (kernel: Kernel): Plan => {
  const ports = (access: "read" | "write") => kernel.buffers.filter((b) => b.access === access);
  const counts = { read: 0, write: 0 };
  const places = kernel.buffers.map((b): Place => ({
    tag: b.access === "read" ? "input" : "output",
    index: counts[b.access]++,
  }));
  return { inputs: ports("read"), outputs: ports("write"), slots: [], steps: [{ kernel, places }] };
};

/** What a kernel writes on the device, given what it reads. */
export const runKernel = async (
  machine: Machine,
  kernel: Kernel,
  inputs: readonly Data[],
  variant?: Variant,
): Promise<readonly Data[]> => {
  const spelled = (k: Kernel) => spell(k, machine.target, variant);
  const ports = kernel.buffers.filter((b) => b.access === "read");
  const given = inputs.map((data, i) => machine.values.upload(data, { shape: [data.length], dtype: ports[i]!.dtype }));
  const outputs = createExecutable(planOf(kernel), machine, spelled).run(given, new Set(given.map((_, i) => i)));
  const data = await machine.readBack(outputs as Parameters<Machine["readBack"]>[0]);
  outputs.forEach((b) => b.dispose());
  machine.health.check();
  return data;
};

/** What the interpreter makes of a kernel. */
export const interpretKernel = (kernel: Kernel, inputs: readonly Data[]): readonly Data[] => {
  let next = 0;
  const buffers = kernel.buffers.map((b) => b.access === "read" ? inputs[next++]! : allocate(b.dtype, b.length));
  interpret(kernel, buffers);
  return buffers.filter((_, i) => kernel.buffers[i]!.access === "write");
};

/** Compares arrays element by element: equal, or within `relative` of the larger magnitude. NaN equals NaN. */
export const expectClose = (got: Data, want: Data, relative: number, what = ""): void => {
  expect(got.length).toBe(want.length);
  for (let i = 0; i < want.length; i++) {
    const [g, w] = [got[i]!, want[i]!], scale = Math.max(Math.abs(g), Math.abs(w));
    const same = g === w || (Number.isNaN(g) && Number.isNaN(w)) || Math.abs(g - w) <= relative * scale;
    if (!same) throw new Error(`${what} element ${i}: expected ${w}, got ${g}`);
  }
};

/** Runs kernels as modules, on a memory of their own, and with the interpreter. */
import { allocate, byteSize, type Data } from "../../core/dtype.ts";
import { doubles } from "../../core/math.ts";
import { interpret } from "../../compiler/interpret.ts";
import type { Kernel } from "../../compiler/kernel.ts";
import { emitKernel } from "../../compiler/wasm/emit.ts";

/** How the tasks of a phase are handed out: the ranges that are run, in order. */
export type Ranges = (tasks: number) => readonly (readonly [number, number])[];
export const allAtOnce: Ranges = (tasks) => [[0, tasks]];
export const oneByOneBackwards: Ranges = (tasks) =>
  Array.from({ length: tasks }, (_, i) => [tasks - 1 - i, tasks - i] as const);
export const inThrees: Ranges = (tasks) =>
  Array.from({ length: Math.ceil(tasks / 3) }, (_, i) => [3 * i, Math.min(3 * i + 3, tasks)] as const);

const poison = 0xa5, gap = 128;
type Phase = (args: number, begin: number, end: number, scratch: number) => void;

/** What the kernel stores, for what it reads: one array for each buffer, read ones as given. */
export const runKernel = (kernel: Kernel, inputs: readonly Data[], ranges: Ranges = allAtOnce): readonly Data[] => {
  const made = emitKernel(kernel, { shared: true });
  if (!WebAssembly.validate(made.bytes)) new WebAssembly.Module(made.bytes);
  let end = 4096;
  const take = (bytes: number): number => {
    const at = end;
    end = Math.ceil((end + bytes + gap) / 64) * 64;
    return at;
  };
  const places = kernel.buffers.map((b) => take(b.length * byteSize[b.dtype]));
  const temp = take(made.tempBytes), scratch = take(made.scratchBytes), args = take(4 * places.length + 4);
  const memory = new WebAssembly.Memory({ initial: Math.ceil(end / 65536) + 1, maximum: 65536, shared: true });
  const bytes = new Uint8Array(memory.buffer).fill(poison);
  const view = (i: number): Data => {
    const { dtype, length } = kernel.buffers[i]!,
      of = allocate(dtype, 0).constructor as new (b: ArrayBufferLike, at: number, n: number) => Data;
    return new of(memory.buffer, places[i]!, length);
  };
  kernel.buffers.forEach((b, i) => b.access === "read" && view(i).set(inputs[i]! as Float32Array));
  new Int32Array(memory.buffer, args, places.length + 1).set([...places, temp]);
  const math = { ...doubles, rem: (x: number, y: number) => x % y };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(made.bytes), { env: { memory }, math });
  for (const p of made.phases) {
    for (const [from, to] of ranges(p.tasks)) (exports[p.export] as Phase)(args, from, to, scratch);
  }
  // Nothing but the buffers to be written, the scratch memory and the temporary may have changed.
  const written = [
    ...kernel.buffers.flatMap((b, i) => b.access === "write" ? [[places[i]!, b.length * byteSize[b.dtype]]] : []),
    [temp, made.tempBytes],
    [scratch, made.scratchBytes],
  ];
  const results = kernel.buffers.map((_, i) => view(i).slice());
  for (const [at, length] of written) bytes.fill(poison, at, at! + length!);
  kernel.buffers.forEach((b, i) =>
    b.access === "read" && bytes.fill(poison, places[i]!, places[i]! + b.length * byteSize[b.dtype])
  );
  bytes.fill(poison, args, args + 4 * places.length + 4);
  const stray = bytes.findIndex((x) => x !== poison);
  if (stray >= 0) throw new Error(`${kernel.name}: wrote at ${stray}, outside of its buffers (${places})`);
  return results;
};

/** The same by the interpreter. */
export const interpretKernel = (kernel: Kernel, inputs: readonly Data[]): readonly Data[] => {
  const data = kernel.buffers.map((b, i) => b.access === "read" ? inputs[i]! : allocate(b.dtype, b.length));
  const halves = data.map((d, i) =>
    kernel.buffers[i]!.dtype === "f16" ? Float16Array.from(new Float16Array(d.buffer.slice(0) as ArrayBuffer)) : d
  );
  interpret(kernel, halves as unknown as readonly Data[]);
  return halves.map((d, i) =>
    kernel.buffers[i]!.dtype === "f16" ? new Uint16Array((d as Float16Array).buffer) : d as Data
  );
};

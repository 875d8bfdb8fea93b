/** Runs kernels as modules, on a memory of their own, and with the interpreter. */
import { allocate, byteSize, type Data } from "../../core/dtype.ts";
import { doubles } from "../../core/math.ts";
import { interpret } from "../../compiler/interpret.ts";
import type { Kernel, KernelBuffer } from "../../compiler/kernel.ts";
import type { WasmKernel } from "../../compiler/wasm/abi.ts";
import { assemble } from "../../compiler/wasm/assembler.ts";
import { createBuilder } from "../../compiler/wasm/builder.ts";
import { emitKernel } from "../../compiler/wasm/emit.ts";
import { createImports, type Imports } from "../../compiler/wasm/evaluate.ts";
import type { PhaseCode } from "../../compiler/wasm/phase.ts";
import { hasRelaxed } from "../../runtime/wasm/relaxed.ts";

/** How the tasks of a phase are handed out: the ranges that are run, in order. */
export type Ranges = (tasks: number) => readonly (readonly [number, number])[];
export const allAtOnce: Ranges = (tasks) => [[0, tasks]];
export const oneByOneBackwards: Ranges = (tasks) =>
  Array.from({ length: tasks }, (_, i) => [tasks - 1 - i, tasks - i] as const);
export const inThrees: Ranges = (tasks) =>
  Array.from({ length: Math.ceil(tasks / 3) }, (_, i) => [3 * i, Math.min(3 * i + 3, tasks)] as const);

export interface RunOptions {
  readonly ranges?: Ranges;
  readonly shared?: boolean;
  /** Write buffers that are the same memory as a read buffer: [written, read]. */
  readonly inPlace?: readonly (readonly [number, number])[];
}

/** What lies in memory that is nobody's: NaN, -1, and what is written over it shows. */
const poison = 0xff, gap = 128;
type Phase = (args: number, begin: number, end: number, scratch: number) => void;

const page = 65536;
let kept: readonly { readonly memory: WebAssembly.Memory; readonly shared: boolean }[] = [];
/** A memory of so many bytes or a few more: one that was used before where it fits, since some engines collect garbage for each. */
const memoryOf = (bytes: number, shared: boolean): WebAssembly.Memory => {
  const pages = Math.ceil(bytes / page);
  const fits = kept.find((k) => k.shared === shared && k.memory.buffer.byteLength / page === pages);
  if (fits !== undefined) return fits.memory;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: page, shared });
  kept = [{ memory, shared }, ...kept].slice(0, 4);
  return memory;
};

/** Runs a module: gives one array for each buffer. Throws where anything but the buffers to be written has changed. */
export const runModule = (
  made: WasmKernel,
  buffers: readonly KernelBuffer[],
  inputs: readonly Data[],
  options: RunOptions = {},
): readonly Data[] => {
  const { ranges = allAtOnce, shared = true, inPlace = [] } = options;
  let end = 4096;
  const taken: (readonly [at: number, bytes: number])[] = [];
  const take = (bytes: number): number => {
    taken.push([end, bytes]);
    end = Math.ceil((end + bytes + gap) / 64) * 64;
    return taken.at(-1)![0];
  };
  const places = buffers.map((b) => take(b.length * byteSize[b.dtype]));
  for (const [written, read] of inPlace) places[written] = places[read]!;
  const temp = take(made.tempBytes), scratch = take(made.scratchBytes), args = take(4 * places.length + 4);
  const memory = memoryOf(end + page, shared);
  const bytes = new Uint8Array(memory.buffer).fill(poison);
  const view = (i: number): Data => {
    const { dtype, length } = buffers[i]!;
    const of = allocate(dtype, 0).constructor as new (b: ArrayBufferLike, at: number, n: number) => Data;
    return new of(memory.buffer, places[i]!, length);
  };
  buffers.forEach((b, i) => b.access === "read" && view(i).set(inputs[i]! as Float32Array));
  new Int32Array(memory.buffer, args, places.length + 1).set([...places, temp]);
  const math = { ...doubles, rem: (x: number, y: number) => x % y };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(made.bytes), { env: { memory }, math });
  for (const p of made.phases) {
    for (const [from, to] of ranges(p.tasks)) (exports[p.export] as Phase)(args, from, to, scratch);
  }
  const results = buffers.map((_, i) => view(i).slice());
  const unchanged = (i: number) =>
    buffers[i]!.access === "write" || inPlace.some(([, read]) => read === i) || same(results[i]!, inputs[i]!);
  const changed = buffers.findIndex((_, i) => !unchanged(i));
  if (changed >= 0) throw new Error(`buffer ${changed} is only read, but was changed`);
  for (const [at, length] of taken) bytes.fill(poison, at, at + length);
  const stray = bytes.findIndex((x) => x !== poison);
  if (stray >= 0) throw new Error(`wrote at ${stray}, outside of its buffers (${places})`);
  return results;
};
const same = (x: Data, y: Data): boolean => x.every((v, i) => Object.is(v, y[i]!) || (v !== v && y[i]! !== y[i]!));

/** What the kernel stores, for what it reads: one array for each buffer, read ones as given. */
export const runKernel = (kernel: Kernel, inputs: readonly Data[], options: RunOptions = {}): readonly Data[] =>
  runModule(
    emitKernel(kernel, { shared: options.shared ?? true, relaxed: hasRelaxed() }),
    kernel.buffers,
    inputs,
    options,
  );

/** A module of phases emitted one by one, without relaxed SIMD unless it is asked for and there. */
export const moduleOf = (
  emit: (imports: Imports) => readonly PhaseCode[],
  { temp = 0, relaxed = false } = {},
): WasmKernel => {
  const imports = createImports(relaxed && hasRelaxed()), phases = emit(imports);
  const two = ["pow", "atan2", "rem"];
  const bytes = assemble({
    shared: true,
    imports: imports.names.map((name) => ({ name, arity: two.includes(name) ? 2 : 1 })),
    functions: phases.map((p) => p.code),
  });
  return {
    bytes,
    phases: phases.map(({ code, tasks, cost }) => ({ export: code.name, tasks, cost })),
    tempBytes: 4 * temp,
    scratchBytes: Math.max(...phases.map((p) => p.scratchBytes)),
    functions: imports.names,
    key: "",
  };
};

/** Whether the engine rounds a product before it adds it, in the instruction that leaves that open. */
export const engineFuses = (): boolean => {
  if (!hasRelaxed()) return false;
  const b = createBuilder(true), of = (x: number) => b.op("f32x4.splat", b.f32(x)), near = of(1 + 2 ** -12);
  const value = b.op("f32x4.relaxed_madd", near, near, of(-1 - 2 ** -11));
  b.store([{ name: "v128.store", address: b.param(0), offset: 0, value }]);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
  const module = new WebAssembly.Module(assemble({ shared: true, imports: [], functions: [b.finish("run0")] }));
  (new WebAssembly.Instance(module, { env: { memory } }).exports["run0"] as Phase)(64, 0, 0, 0);
  return new Float32Array(memory.buffer)[16] !== 0;
};

/** The same by the interpreter. */
export const interpretKernel = (kernel: Kernel, inputs: readonly Data[]): readonly Data[] => {
  const isHalf = (i: number) => kernel.buffers[i]!.dtype === "f16";
  const data = kernel.buffers.map((b, i) => {
    const own = b.access === "read" ? inputs[i]! : allocate(b.dtype, b.length);
    return isHalf(i) ? new Float16Array(own.slice().buffer as ArrayBuffer) : own;
  });
  interpret(kernel, data as unknown as readonly Data[]);
  return data.map((d, i) => isHalf(i) ? new Uint16Array(d.buffer as ArrayBuffer) : d as Data);
};

/** The first place where a module and the interpreter differ in what they store, or null. */
export const difference = (
  kernel: Kernel,
  inputs: readonly Data[],
  results: readonly Data[],
  right = interpretKernel(kernel, inputs),
): string | null => {
  for (const [i, buffer] of kernel.buffers.entries()) {
    if (buffer.access === "read") continue;
    const [got, wanted] = [results[i]!, right[i]!];
    const at = wanted.findIndex((v, p) => !Object.is(v, got[p]!) && (v === v || got[p]! === got[p]!));
    if (at >= 0) return `b${i}[${at}] is ${got[at]}, should be ${wanted[at]}`;
  }
  return null;
};

import { inBasics } from "../basics.ts";
import { inTurn } from "../in_turn.ts";
import { combines, type Contraction, type Kernel } from "../kernel.ts";
import type { WasmKernel, WasmOptions } from "./abi.ts";
import { assemble } from "./assembler.ts";
import { chooseContraction, duration, sliced } from "./contract.ts";
import { emitDirect } from "./direct.ts";
import { createImports, type Imports } from "./evaluate.ts";
import { emitGemm } from "./gemm.ts";
import { mergeAxes } from "./merge.ts";
import type { Choice } from "./operand.ts";
import type { PhaseCode } from "./phase.ts";
import { emitPlain, plainSchedule, type Schedule } from "./plain.ts";
import { prepare } from "./prepare.ts";
import { winograd } from "./winograd.ts";
import { splitContraction, withoutContraction } from "./split.ts";
import { emitUpdates } from "./updates.ts";

/** A WebAssembly module for one kernel; `abi.ts` says how it is run. */
export const emitKernel = (kernel: Kernel, { shared, relaxed }: WasmOptions): WasmKernel => {
  const imports = createImports(relaxed), { steps, temp } = sequence(mergeAxes(inBasics(kernel)));
  const phases = steps.map((s, i) => emitStep(s, imports, `run${i}`));
  const arity = (name: string) => name === "pow" || name === "atan2" || name === "rem" ? 2 : 1;
  const bytes = assemble({
    shared,
    imports: imports.names.map((name) => ({ name, arity: arity(name) })),
    functions: phases.map((p) => p.code),
  });
  return {
    bytes,
    phases: phases.map(({ code, tasks, cost }) => ({ export: code.name, tasks, cost })),
    tempBytes: 4 * temp,
    scratchBytes: Math.max(0, ...phases.map((p) => p.scratchBytes)),
    functions: imports.names,
    key: digest(bytes),
  };
};

/** A kernel with the way to do its contraction, or to walk its grid if that is known. */
interface Phase {
  readonly kernel: Kernel;
  readonly choice: Choice | null;
  readonly schedule?: Schedule;
}
/** Kernels that are run one after the other for one. */
interface Sequence {
  readonly steps: readonly Phase[];
  /** Elements of the temporary buffer that comes after the others. */
  readonly temp: number;
  /** Cycles, where there is a contraction. */
  readonly time: number;
}
/** Cycles that it takes to write elements of a copy and to read them again: from near by, or from far away. */
const copying = (elements: number): number => elements * (elements <= 131072 ? 2 : 5);

const sequence = (k: Kernel): Sequence => {
  if (k.grid.some((a) => a.extent === 0)) return { steps: [], temp: 0, time: 0 };
  if (combines(k)) {
    const { start, updates } = inTurn(k), steps = [start, updates].map((s) => ({ kernel: mergeAxes(s), choice: null }));
    return { steps, temp: 0, time: 0 };
  }
  if (k.contraction === null) return { steps: [{ kernel: k, choice: null }], temp: 0, time: 0 };
  const plain = inSlices(k, k.contraction, 0), prepared = prepare(k, k.contraction);
  if (prepared === null) return plain;
  const kernel = mergeAxes(prepared.kernel), rest = inSlices(kernel, kernel.contraction!, prepared.length);
  const time = rest.time + copying(prepared.length);
  if (time >= plain.time) return plain;
  const copies = prepared.copies.map((copy) => ({ kernel: mergeAxes(copy), choice: null }));
  return { steps: [...copies, ...rest.steps], temp: rest.temp, time };
};
/**
 * A contraction: with fewer products if it is a convolution for which that is worth it, or with its sum cut into slices where that
 * is better; `taken`: elements of the temporary buffer in use.
 */
const inSlices = (k: Kernel, c: Contraction, taken: number): Sequence => {
  const whole = byDefinition(k, c, taken), made = winograd(k, c, taken);
  if (made === null) return whole;
  const products = single(mergeAxes(made.products), made.temp), time = products.time + made.time;
  if (time > worthFewer * whole.time) return whole;
  const kernel = mergeAxes(made.result), schedule = { lanes: kernel.grid.at(-1) ?? null, unroll: new Map() };
  const copies = [made.image, made.weights].map((x) => ({ kernel: mergeAxes(x), choice: null }));
  return { steps: [...copies, ...products.steps, { kernel, choice: null, schedule }], temp: made.temp, time };
};
/** Fewer products, more roundings: only where it takes at most this part of the time. */
const worthFewer = 0.8;
const byDefinition = (k: Kernel, c: Contraction, taken: number): Sequence => {
  const cut = sliced(k, c);
  if (cut === null) return single(k, taken);
  const { partial, whole, temp } = splitContraction(k, c, cut.axis, cut.slices, taken);
  const { steps, time } = single(mergeAxes(partial), 0);
  return { steps: [...steps, { kernel: mergeAxes(whole), choice: null }], temp, time };
};
const single = (k: Kernel, temp: number): Sequence => {
  const choice = chooseContraction(k, k.contraction!);
  return { steps: [{ kernel: k, choice }], temp, time: choice === null ? Infinity : duration(choice) };
};
const emitStep = ({ kernel: k, choice, schedule }: Phase, imports: Imports, name: string): PhaseCode => {
  if (combines(k)) return emitUpdates(k, imports, name);
  if (choice === null) {
    const plain = withoutContraction(k);
    return emitPlain(plain, imports, schedule ?? plainSchedule(plain), name);
  }
  const { contraction, how, time } = choice, cost = Math.ceil(time * 3);
  switch (how.tag) {
    case "gemm":
      return emitGemm(k, contraction, how.plan, cost, imports, name);
    case "direct":
      return emitDirect(k, contraction, how.plan, cost, imports, name);
    case "dot":
      return emitPlain(withoutContraction(k), imports, how.plan, name);
  }
};

/** 128 bits of four FNV-1a sums with different starts, and the length. */
const digest = (bytes: Uint8Array): string => {
  const sums = [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b];
  for (const byte of bytes) for (let i = 0; i < 4; i++) sums[i] = Math.imul(sums[i]! ^ byte, 0x01000193 + 2 * i);
  return `${bytes.length.toString(36)}-${sums.map((s) => (s >>> 0).toString(16).padStart(8, "0")).join("")}`;
};

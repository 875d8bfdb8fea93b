import { inBasics } from "../basics.ts";
import type { Kernel } from "../kernel.ts";
import type { WasmKernel, WasmOptions } from "./abi.ts";
import { assemble } from "./assembler.ts";
import { chooseContraction, sliced } from "./contract.ts";
import { emitDirect } from "./direct.ts";
import { createImports, type Imports } from "./evaluate.ts";
import { emitGemm } from "./gemm.ts";
import { mergeAxes } from "./merge.ts";
import type { PhaseCode } from "./phase.ts";
import { emitPlain, plainSchedule } from "./plain.ts";
import { splitContraction, withoutContraction } from "./split.ts";

/** A WebAssembly module for one kernel; `abi.ts` says how it is run. */
export const emitKernel = (kernel: Kernel, { shared }: WasmOptions): WasmKernel => {
  const imports = createImports(), { kernels, tempBytes } = launches(mergeAxes(inBasics(kernel)));
  const phases = kernels.map((k, i) => emitPhase(k, imports, `run${i}`));
  const arity = (name: string) => name === "pow" || name === "atan2" || name === "rem" ? 2 : 1;
  const bytes = assemble({
    shared,
    imports: imports.names.map((name) => ({ name, arity: arity(name) })),
    functions: phases.map((p) => p.code),
  });
  return {
    bytes,
    phases: phases.map(({ code, tasks, cost }) => ({ export: code.name, tasks, cost })),
    tempBytes,
    scratchBytes: Math.max(0, ...phases.map((p) => p.scratchBytes)),
    functions: imports.names,
    key: digest(bytes),
  };
};

/** The kernels that are run for one. */
const launches = (k: Kernel): { readonly kernels: readonly Kernel[]; readonly tempBytes: number } => {
  if (k.grid.some((a) => a.extent === 0)) return { kernels: [], tempBytes: 0 };
  const cut = k.contraction === null ? null : sliced(k, k.contraction);
  if (cut === null) return { kernels: [k], tempBytes: 0 };
  const { partial, whole, tempBytes } = splitContraction(k, k.contraction!, cut.axis, cut.slices);
  return { kernels: [mergeAxes(partial), mergeAxes(whole)], tempBytes };
};
const emitPhase = (k: Kernel, imports: Imports, name: string): PhaseCode => {
  const choice = k.contraction === null ? null : chooseContraction(k, k.contraction);
  if (choice === null) {
    const plain = withoutContraction(k);
    return emitPlain(plain, imports, plainSchedule(plain), name);
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

import type { WasmKernel, WasmPhase } from "../../compiler/wasm/abi.ts";
import { type Kernel, showKernel } from "../../compiler/kernel.ts";
import { note } from "../../core/observer.ts";
import { emitKernel } from "../../compiler/wasm/emit.ts";
import { kernelKey } from "../../compiler/kernel_key.ts";
import { link, longFunctions, workersHave } from "./link.ts";
import type { Heap } from "./memory.ts";
import { hasRelaxed } from "./relaxed.ts";
import type { Linked } from "./threads.ts";

/** A kernel that can be launched. */
export interface Loaded {
  readonly module: Linked;
  readonly phases: readonly WasmPhase[];
  readonly tempBytes: number;
  readonly scratchBytes: number;
  /** Whether workers can run it. */
  readonly shareable: boolean;
}

/**
 * Turns kernels into machine code. Equal kernels are emitted once, and kernels with the same code share it, for as long as
 * the backend lives.
 */
export const createLoader = (heap: Heap): (kernel: Kernel) => Loaded => {
  const modules = new Map<string, Linked>(), known = new Map<string, Loaded>();
  const options = { shared: heap.shared, relaxed: hasRelaxed() };
  const load = (kernel: Kernel): Loaded => {
    const { bytes, key, functions, phases, tempBytes, scratchBytes } = emitKernel(kernel, options);
    note(4, () => ({
      tag: "code",
      name: kernel.name,
      text: () =>
        [showKernel(kernel), ...phases.map((p) => `${p.export}: ${p.tasks} tasks`), `${bytes.length} bytes of Wasm`]
          .join("\n"),
    }));
    const shareable = heap.shared && workersHave(functions);
    const module = modules.get(key) ?? place(heap, bytes, modules.size, shareable);
    modules.set(key, module);
    if (module.phases.length !== phases.length) {
      throw new Error(`kernel ${kernel.name}: expected ${phases.length} functions`);
    }
    return { module, phases, tempBytes, scratchBytes, shareable };
  };
  return (kernel) => {
    const text = kernelKey(kernel), loaded = known.get(text) ?? load(kernel);
    known.set(text, loaded);
    return loaded;
  };
};

const place = (heap: Heap, bytes: WasmKernel["bytes"], id: number, shareable: boolean): Linked => {
  const phases = link(new WebAssembly.Module(bytes), heap.memory, longFunctions), length = bytes.length;
  if (!shareable) return { id, address: 0, length, phases };
  const address = heap.allocate(length);
  heap.bytes().set(bytes, address);
  return { id, address, length, phases };
};

import { compilePlan } from "../../compiler/compile.ts";
import type { Limits } from "../../compiler/kernel.ts";
import type { Backend } from "../backend.ts";
import { createBuffers } from "./buffers.ts";
import { controlBytes } from "./control.ts";
import { threadCount } from "./cores.ts";
import { createExecutable, type Machine } from "./executable.ts";
import { link } from "./link.ts";
import { createLoader } from "./load.ts";
import { createHeap, type Heap } from "./memory.ts";
import { createPool } from "./threads.ts";

export interface WasmOptions {
  /** Threads to work with, the calling one included; without it `PULLBACK_THREADS`, else one for each core. */
  readonly threads?: number;
}

/** What kernels may ask of a thread. */
export const wasmLimits: Limits = {
  buffersPerKernel: 64,
  buffersPerLaunch: Infinity,
  points: 16,
  trips: Infinity,
  updates: Infinity,
};

/** Memory that grows to the largest request and is the same for all. */
const createWorkspace = (heap: Heap): (bytes: number) => number => {
  let address: number | null = null, size = 0;
  return (bytes) => {
    if (address !== null && bytes <= size) return address;
    if (address !== null) heap.free(address);
    address = null;
    address = heap.allocate(bytes);
    size = bytes;
    return address;
  };
};

/** A memory, its threads and its kernels, none yet. `patience`: milliseconds of work before the first worker starts. */
export const createMachine = (threads: number, patience?: number): Machine => {
  const heap = createHeap({ reserved: controlBytes });
  const pool = createPool({ heap, threads, link, ...(patience === undefined ? {} : { patience }) });
  return { heap, pool, buffers: createBuffers(heap), load: createLoader(heap), workspace: createWorkspace(heap) };
};

/**
 * Runs programs in WebAssembly with SIMD, on all cores where memory can be shared. A run returns when it is done. Results
 * do not depend on the number of threads. RangeError when `threads` is not a positive integer, or when 4 GiB are full.
 */
export const wasmBackend = (options: WasmOptions = {}): Backend => {
  const machine = createMachine(threadCount(options.threads)), { buffers, pool } = machine;
  return {
    name: "wasm",
    description: `WebAssembly SIMD, ${pool.threads === 1 ? "1 thread" : `${pool.threads} threads`}`,
    supports: () => true,
    compile: (program) => createExecutable(compilePlan(program, wasmLimits), machine),
    upload: buffers.upload,
    download: (values) => new Promise((done) => done(values.map(buffers.download))),
    memory: buffers.memory,
    close: () => Promise.resolve(pool.close()),
  };
};

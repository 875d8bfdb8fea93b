/**
 * What the Wasm runtime is given for one kernel, and what it has to keep.
 *
 * The module imports `env.memory` (at most 65536 pages; shared or not as asked) and, for each name in `functions`,
 * `math.<name>`: a function of one or two f64 (`pow`, `atan2` and `rem` take two) that gives an f64. It exports one function
 * for each phase, `(args: i32, begin: i32, end: i32, scratch: i32) -> ()`.
 *
 * - `args` is the address of an array of addresses (i32): one for each buffer of the kernel, in order, then one of
 *   `tempBytes` bytes that nobody else uses during the launch (anything where that is 0).
 * - `scratch` is the address of `scratchBytes` bytes that no other thread uses during the call.
 * - Addresses are multiples of 16 and at least 1024; 64 bytes before and after every buffer are inside the memory.
 *   They are read at times, never counted on and never written.
 * - The phases run one after the other: all tasks of one before any task of the next. The tasks 0 … `tasks` - 1 of a
 *   phase run in any order, in any ranges `begin..end` (half open), on any threads: the results are the same, bit for bit.
 * - A write buffer may be the same memory as a read buffer of the same dtype when every load of that buffer in the kernel has
 *   the index of the store of its grid point, and updates of that buffer load nothing of it.
 */
export interface WasmKernel {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly phases: readonly WasmPhase[];
  readonly tempBytes: number;
  readonly scratchBytes: number;
  /** The functions imported from `math`. */
  readonly functions: readonly MathImport[];
  /** Equal keys: equal bytes. */
  readonly key: string;
}

export interface WasmPhase {
  /** The exported function. */
  readonly export: string;
  readonly tasks: number;
  /** Rough number of elementary operations of all tasks together (a vector instruction is one). */
  readonly cost: number;
}

/** The special functions of f64 under their names, and `rem`: `x % y` of JavaScript. */
export type MathImport = import("../../core/scalar.ts").Special | "rem";

export interface WasmOptions {
  /** Whether the memory is shared. */
  readonly shared: boolean;
  /** Whether the engine has relaxed SIMD: sums of products are then rounded once for each product where the machine can. */
  readonly relaxed: boolean;
}

/** `emitKernel` of `compiler/wasm/emit.ts`. */
export type EmitKernel = (kernel: import("../kernel.ts").Kernel, options: WasmOptions) => WasmKernel;

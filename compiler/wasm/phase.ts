import type { WasmFunction } from "./assembler.ts";

/** One function of a module and how often it is to be run. */
export interface PhaseCode {
  readonly code: WasmFunction;
  readonly tasks: number;
  readonly cost: number;
  /** Scratch memory it needs. */
  readonly scratchBytes: number;
}

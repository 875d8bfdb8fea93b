import type { Aval } from "../core/aval.ts";
import type { Data, DType } from "../core/dtype.ts";
import type { Program } from "../core/program.ts";

/** Memory on a device that holds one value. `dispose` gives it back; only its owner calls it, once. */
export interface DeviceBuffer {
  readonly dtype: DType;
  readonly length: number;
  readonly bytes: number;
  dispose(): void;
}

/** A program made ready for a device. */
export interface Executable {
  /**
   * Starts the program on its inputs (captured values first) and returns its outputs at once; work on a device is in
   * order, so an output may be an input of the next call before it is finished. The memory of inputs marked in `donated`
   * may be reused for outputs: a donated buffer that was reused comes back as an output, the others are disposed.
   */
  run(inputs: readonly DeviceBuffer[], donated: ReadonlySet<number>): readonly DeviceBuffer[];
  /** Kernels started by one run. */
  readonly kernels: number;
}

export interface Memory {
  /** Bytes and number of live buffers that hold values. */
  readonly bytes: number;
  readonly buffers: number;
}

/** What executes programs: WebGPU, Wasm, or the reference evaluator. */
export interface Backend {
  readonly name: "webgpu" | "wasm" | "reference";
  /** A line for people: adapter or threads. */
  readonly description: string;
  readonly supports: (dtype: DType) => boolean;
  compile(program: Program): Executable;
  upload(data: Data, aval: Aval): DeviceBuffer;
  /** Copies values back, all in one go; in order with everything started before. */
  download(buffers: readonly DeviceBuffer[]): Promise<readonly Data[]>;
  memory(): Memory;
  /** Releases the device, its threads and its memory. */
  close(): Promise<void>;
}

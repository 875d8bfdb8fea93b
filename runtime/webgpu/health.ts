import { type PullbackError, UnhandledFailure } from "../../core/failure.ts";

/** What a device reported on the side. WebGPU says nothing when a command fails; this does, at the next call. */
export interface Health {
  /** Throws what went wrong: once for a refused command, always for a lost device. */
  check(): void;
  /** From now on the loss of the device is no failure. */
  retire(): void;
}

/** Listens to a device. */
export const watch = (device: GPUDevice): Health => {
  let lost: PullbackError | null = null, refused: Error | null = null, retired = false;
  device.lost.then((info) => {
    const why = info.message === "" ? info.reason ?? "unknown" : info.message;
    lost = {
      _tag: "DeviceLost",
      backend: "webgpu",
      message: retired
        ? "The WebGPU device was closed: open the back end again."
        : `The WebGPU device was lost (${why}), and the values on it with it: start again, or use the wasm back end.`,
    };
  });
  device.addEventListener("uncapturederror", (event) => {
    const { error } = event as GPUUncapturedErrorEvent, message = error.message;
    refused ??= error instanceof GPUOutOfMemoryError
      ? new UnhandledFailure({
        _tag: "OutOfMemory",
        bytes: 0,
        message: `WebGPU ran out of memory: ${message}. Use a smaller batch.`,
      })
      : new Error(`WebGPU refused a command: ${message}`);
  });
  return {
    check: () => {
      if (lost !== null) throw new UnhandledFailure(lost);
      const error = refused;
      refused = null;
      if (error !== null) throw error;
    },
    retire: () => {
      retired = true;
    },
  };
};

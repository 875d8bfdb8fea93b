/** Tests on every back end that this runtime has; where one is missing they are skipped with the reason. */
import { run, setBackend } from "../../mod.ts";
import { noWebGpu, testUnless } from "./skips.ts";

/** The back ends that run compiled kernels. */
export type Device = "wasm" | "webgpu";
const reasons: Readonly<Record<Device, string | null>> = { wasm: null, webgpu: await noWebGpu() };

/** Declares a test once for each back end, named after it; the body runs with that back end in use. */
export const onDevices = (name: string, body: (device: Device) => unknown, timeout = 120_000): void => {
  for (const device of ["wasm", "webgpu"] as const) {
    testUnless(reasons[device])(`${name} on ${device}`, async () => {
      await run(setBackend(device));
      await body(device);
    }, timeout);
  }
};

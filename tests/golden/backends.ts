/** The back ends by name. */
import { isLeft } from "../../core/either.ts";
import { install } from "../../core/engine.ts";
import type { Backend } from "../../runtime/backend.ts";
import { Runtime } from "../../runtime/engine.ts";

const open: Readonly<Record<string, () => Promise<Backend>>> = {
  reference: async () => (await import("../../runtime/reference/backend.ts")).referenceBackend(),
  wasm: async () => (await import("../../runtime/wasm/backend.ts")).wasmBackend(),
  webgpu: async () => {
    const found = await (await import("../../runtime/webgpu/backend.ts")).webgpuBackend()();
    if (isLeft(found)) throw new Error(found.left.message);
    return found.right;
  },
};
export const backendNames: readonly string[] = Object.keys(open);

/** Opens a back end of its own. Throws where it cannot be had. */
export const openBackend = (name: string): Promise<Backend> => {
  const opener = open[name];
  if (opener === undefined) throw new Error(`there is no back end ${name}: ${backendNames.join(", ")}`);
  return opener();
};
/** Runs everything from now on on a back end; gives it back, to be closed. Throws where it cannot be had. */
export const useBackend = async (name: string): Promise<Backend> => {
  const backend = await openBackend(name), runtime = new Runtime(() => Promise.resolve(backend));
  await runtime.ready();
  install(runtime);
  return backend;
};

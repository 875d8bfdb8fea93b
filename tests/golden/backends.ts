/** The back ends by name. */
import { type BackendInfo, type BackendName, run, setBackend } from "../../mod.ts";

export const backendNames: readonly BackendName[] = ["reference", "wasm", "webgpu"];
/** The back end of this name. Throws where there is none. */
export const backendNamed = (name: string): BackendName => {
  const found = backendNames.find((n) => n === name);
  if (found === undefined) throw new Error(`there is no back end ${name}: ${backendNames.join(", ")}`);
  return found;
};

/** Runs everything from now on on a back end. Throws where it cannot be had. */
export const useBackend = (name: BackendName): Promise<BackendInfo> => run(setBackend(name));

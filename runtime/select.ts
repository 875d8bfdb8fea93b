import { type Either, isLeft, left, right, type TaskEither } from "../core/either.ts";
import { environment } from "../core/environment.ts";
import type { PullbackError } from "../core/failure.ts";
import type { Backend } from "./backend.ts";
import { Runtime } from "./engine.ts";
import { referenceBackend } from "./reference/backend.ts";
import { wasmBackend } from "./wasm/backend.ts";
import { webgpuBackend } from "./webgpu/backend.ts";

/** The back ends by name: a GPU, WebAssembly on all cores, and the slow evaluator that the others are compared with. */
export type BackendName = "webgpu" | "wasm" | "reference";
const names: readonly BackendName[] = ["webgpu", "wasm", "reference"];

/** What is in use. */
export interface BackendInfo {
  readonly name: BackendName;
  /** The adapter, or the number of threads. */
  readonly description: string;
}

/** Opens a back end of this name. */
const open = async (name: BackendName): Promise<Either<PullbackError, Backend>> => {
  switch (name) {
    case "webgpu":
      return await webgpuBackend()();
    case "wasm":
      return right(wasmBackend());
    case "reference":
      return right(referenceBackend());
    default:
      return left(unknownBackend(name, `There is no back end "${name}": choose ${names.join(", ")}.`));
  }
};
const unknownBackend = (backend: string, message: string): PullbackError => ({
  _tag: "DeviceUnavailable",
  backend,
  message,
});

/** `PULLBACK_BACKEND` if it is set; else hardware WebGPU; else Wasm. */
const standard = async (): Promise<Either<PullbackError, Backend>> => {
  const wish = environment("PULLBACK_BACKEND");
  if (wish !== undefined) {
    const known = names.find((n) => n === wish);
    const message = `PULLBACK_BACKEND is "${wish}": set it to ${names.join(", ")}, or leave it unset.`;
    return known === undefined ? left(unknownBackend(wish, message)) : await open(known);
  }
  const gpu = await webgpuBackend({ hardwareOnly: true })();
  return isLeft(gpu) ? await open("wasm") : gpu;
};

const unwrap = (found: Either<PullbackError, Backend>): Backend => {
  if (isLeft(found)) throw new Error(found.left.message, { cause: found.left });
  return found.right;
};
/** The one engine of the library. */
export const runtime: Runtime = new Runtime(async () => unwrap(await standard()));

const info = (b: Backend): BackendInfo => ({ name: b.name, description: b.description });
const opened = new Map<BackendName, Backend>();

/**
 * Chooses where programs run from now on. Values made before stay where they are and cannot be used on another back end.
 * A back end that cannot be had is a `DeviceUnavailable` that says what to install.
 *
 * @example
 * ```ts
 * import { run, setBackend } from "@pullback/pullback";
 * const { description } = await run(setBackend("wasm"));
 * ```
 */
export const setBackend = (name: BackendName): TaskEither<PullbackError, BackendInfo> => async () => {
  const known = opened.get(name);
  const found = known === undefined ? await open(name) : right(known);
  if (isLeft(found)) return found;
  opened.set(name, found.right);
  runtime.use(found.right);
  return right(info(found.right));
};

/** The back end in use; the first call finds the default one. */
export const backend: TaskEither<PullbackError, BackendInfo> = async () => {
  if (runtime.current !== null) return right(info(runtime.current));
  const found = await standard();
  if (isLeft(found)) return found;
  opened.set(found.right.name, found.right);
  runtime.use(found.right);
  return right(info(found.right));
};

/** Bytes and number of values live on the device in use. */
export const memory = (): { readonly bytes: number; readonly buffers: number } => runtime.memory();

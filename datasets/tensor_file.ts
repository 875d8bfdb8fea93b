/** safetensors files on a disk. */
import { isLeft, type TaskEither } from "../core/either.ts";
import type { PullbackError } from "../core/failure.ts";
import { readFile, writeFile } from "./files.ts";
import { decodeTensors, encodeTensors, type StoredTensor, type TensorFile } from "./safetensors.ts";

/**
 * Reads a safetensors file.
 *
 * @returns left `MissingFile`, `CorruptFile`, `PermissionDenied` or `FileFailed`.
 */
export const loadTensors = (path: string): TaskEither<PullbackError, TensorFile> => async () => {
  const bytes = await readFile(path)();
  return isLeft(bytes) ? bytes : decodeTensors(bytes.right, path);
};

/**
 * Writes a safetensors file whole or not at all: a crash leaves the file that was there before.
 *
 * Throws as `encodeTensors` does, when it is called. Left `PermissionDenied` or `FileFailed`.
 *
 * @example
 * ```ts
 * import { run, saveTensors } from "@pullback/pullback/datasets";
 * await run(saveTensors("out/w.safetensors", [["w", { dtype: "f32", shape: [1], data: Float32Array.of(1) }]]));
 * ```
 */
export const saveTensors = (
  path: string,
  tensors: Iterable<readonly [name: string, tensor: StoredTensor]>,
  metadata: Readonly<Record<string, string>> = {},
): TaskEither<PullbackError, void> => writeFile(path, encodeTensors(tensors, metadata));

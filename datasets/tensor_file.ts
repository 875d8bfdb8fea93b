/** safetensors files on a disk. */
import { isLeft, right, type TaskEither } from "../core/either.ts";
import type { PullbackError } from "../core/failure.ts";
import { type OpenFile, openFile, readFile, writeFile } from "./files.ts";
import { decodeTensor, decodeTensors, encodeTensors, type StoredTensor, type TensorFile } from "./safetensors.ts";
import { headerBytes, parseTable, type TableEntry, type TensorTable } from "./safetensors_table.ts";

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

/** A safetensors file of which only the header has been read. */
export interface OpenTensors extends TensorTable, AsyncDisposable {
  /** The elements of one tensor. */
  readonly read: (entry: TableEntry) => TaskEither<PullbackError, StoredTensor>;
}
/**
 * Opens a safetensors file: its header is read and compared with the size of the file; tensors are read one at a time. It
 * is closed at the end of an `await using` scope.
 *
 * @returns left `MissingFile`, `CorruptFile`, `PermissionDenied` or `FileFailed`.
 */
export const openTensors = (path: string): TaskEither<PullbackError, OpenTensors> => async () => {
  const opened = await openFile(path)();
  if (isLeft(opened)) return opened;
  const file = opened.right, table = await readTable(file, path)();
  if (isLeft(table)) {
    await file[Symbol.asyncDispose]();
    return table;
  }
  const read: OpenTensors["read"] = (entry) => async () => {
    const raw = await file.read(entry.begin, entry.end)();
    return isLeft(raw) ? raw : decodeTensor(raw.right, entry, path);
  };
  return right({ ...table.right, read, [Symbol.asyncDispose]: () => file[Symbol.asyncDispose]() });
};
const readTable = (file: OpenFile, path: string): TaskEither<PullbackError, TensorTable> => async () => {
  const first = await file.read(0, Math.min(8, file.size))();
  if (isLeft(first)) return first;
  const length = headerBytes(first.right, file.size, path);
  if (isLeft(length)) return length;
  const header = await file.read(8, 8 + length.right)();
  return isLeft(header) ? header : parseTable(header.right, file.size, path);
};

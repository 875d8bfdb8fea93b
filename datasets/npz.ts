/** NumPy's files on a disk: .npy holds one array, .npz several by name, in a zip archive. */
import { isLeft, left, right, type TaskEither } from "../core/either.ts";
import type { PullbackError } from "../core/failure.ts";
import { optionsOf } from "../core/options.ts";
import { readFile, writeFile } from "./files.ts";
import { decodeNpy, encodeNpy } from "./npy.ts";
import type { StoredTensor } from "./safetensors.ts";
import { unzip, zip } from "./zip.ts";

/** Arrays by name, as `numpy.savez` writes them. */
export type Npz = ReadonlyMap<string, StoredTensor>;

/** How an .npz file is written. */
export interface NpzOptions {
  /** Deflate the members, as `numpy.savez_compressed` does. Default false. */
  readonly compressed?: boolean;
}

const ending = ".npy";

/**
 * Decodes an .npz file. `path` is only for messages.
 *
 * @returns left `CorruptFile`: no zip archive, or one that is damaged; a member that is no .npy file.
 */
export const decodeNpz = (bytes: Uint8Array<ArrayBuffer>, path: string): TaskEither<PullbackError, Npz> => async () => {
  const members = await unzip(bytes, path);
  if (isLeft(members)) return members;
  const out = new Map<string, StoredTensor>();
  for (const { name, bytes } of members.right) {
    if (!name.endsWith(ending)) {
      return left({
        _tag: "CorruptFile",
        path,
        message: `${path}: the member ${JSON.stringify(name)} is no .npy file`,
      });
    }
    const array = decodeNpy(bytes, `${path}/${name}`);
    if (isLeft(array)) return array;
    out.set(name.slice(0, -ending.length), array.right);
  }
  return right(out);
};

/**
 * Encodes arrays by name, in their order; the same arrays always give the same bytes.
 *
 * Rejects with `ShapeError` or `TypeError` as `encodeNpy` throws, with `TypeError` when a name comes twice, with `RangeError`
 * beyond 4 GiB.
 *
 * @example
 * ```ts
 * import { encodeNpz } from "@pullback/pullback/datasets";
 * const bytes = await encodeNpz([["w", { dtype: "f32", shape: [1], data: Float32Array.of(1) }]], { compressed: true });
 * ```
 */
export const encodeNpz = async (
  arrays: Iterable<readonly [name: string, array: StoredTensor]>,
  options: NpzOptions = {},
): Promise<Uint8Array<ArrayBuffer>> => {
  const { compressed = false } = optionsOf("encodeNpz", options, { compressed: true });
  const members = Array.from(arrays, ([name, array]) => ({ name: name + ending, bytes: encodeNpy(array) }));
  return await zip(members, compressed);
};

/**
 * Reads an .npz file.
 *
 * @returns left `MissingFile`, `CorruptFile`, `PermissionDenied` or `FileFailed`.
 */
export const loadNpz = (path: string): TaskEither<PullbackError, Npz> => async () => {
  const bytes = await readFile(path)();
  return isLeft(bytes) ? bytes : await decodeNpz(bytes.right, path)();
};

/**
 * Writes an .npz file whole or not at all.
 *
 * @returns left `PermissionDenied` or `FileFailed`; rejects as `encodeNpz` does.
 */
export const saveNpz = (
  path: string,
  arrays: Iterable<readonly [name: string, array: StoredTensor]>,
  options: NpzOptions = {},
): TaskEither<PullbackError, void> =>
async () => await writeFile(path, await encodeNpz(arrays, options))();

/**
 * Reads an .npy file.
 *
 * @returns left `MissingFile`, `CorruptFile`, `PermissionDenied` or `FileFailed`.
 */
export const loadNpy = (path: string): TaskEither<PullbackError, StoredTensor> => async () => {
  const bytes = await readFile(path)();
  return isLeft(bytes) ? bytes : decodeNpy(bytes.right, path);
};

/**
 * Writes an .npy file whole or not at all.
 *
 * Throws as `encodeNpy` does, when it is called. Left `PermissionDenied` or `FileFailed`.
 */
export const saveNpy = (path: string, array: StoredTensor): TaskEither<PullbackError, void> =>
  writeFile(path, encodeNpy(array));

/** Tensors spread over several safetensors files, with or without an index. */
import { isLeft, left, right, type TaskEither } from "../core/either.ts";
import type { PullbackError } from "../core/failure.ts";
import { folderOf, readFile } from "./files.ts";
import { quoted } from "./safetensors_header.ts";
import type { TableEntry } from "./safetensors_table.ts";
import { type OpenTensors, openTensors } from "./tensor_file.ts";

/** A tensor of one of the files. */
export interface ShardEntry extends TableEntry {
  readonly read: () => ReturnType<OpenTensors["read"]>;
}
/** Files that hold the tensors of one model; only their headers have been read. */
export interface Shards extends AsyncDisposable {
  /** What messages call them. */
  readonly path: string;
  readonly tensors: ReadonlyMap<string, ShardEntry>;
}

const corrupt = (path: string, message: string): PullbackError => ({
  _tag: "CorruptFile",
  path,
  message: `${path}: ${message}`,
});

/** The `weight_map` of an index: which file, beside the index, holds which tensor. */
const parseIndex = (bytes: Uint8Array, path: string): ReadonlyMap<string, string> | PullbackError => {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return corrupt(path, "the index is not JSON");
  }
  const map = typeof json === "object" && json !== null && "weight_map" in json ? json.weight_map : null;
  if (typeof map !== "object" || map === null) return corrupt(path, 'the index has no "weight_map"');
  const wrong = Object.entries(map).find(([, file]) =>
    typeof file !== "string" || !/^[^/\\]+\.safetensors$/.test(file)
  );
  if (wrong !== undefined) return corrupt(path, `${quoted(wrong[0])} is said to lie in ${quoted(String(wrong[1]))}`);
  return new Map(Object.entries(map as Readonly<Record<string, string>>));
};

/** Opens all, or closes those that were opened. */
const openAll = (paths: readonly string[]): TaskEither<PullbackError, readonly OpenTensors[]> => async () => {
  const files: OpenTensors[] = [];
  for (const path of paths) {
    const opened = await openTensors(path)();
    if (isLeft(opened)) {
      await closeAll(files);
      return opened;
    }
    files.push(opened.right);
  }
  return right(files);
};
const closeAll = async (files: readonly OpenTensors[]): Promise<void> => {
  for (const file of files) await file[Symbol.asyncDispose]();
};

/** The tensors of all files by name; a name that two files hold is a failure. */
const joined = (paths: readonly string[], files: readonly OpenTensors[]): Shards["tensors"] | PullbackError => {
  const tensors = new Map<string, ShardEntry>();
  for (const [i, file] of files.entries()) {
    for (const entry of file.entries) {
      if (tensors.has(entry.name)) return corrupt(paths[i]!, `${quoted(entry.name)} is in a file before it as well`);
      tensors.set(entry.name, { ...entry, read: () => file.read(entry) });
    }
  }
  return tensors;
};

/**
 * Opens one file, the files of a list, or those that an index `*.index.json` names, which must hold what it says. They are
 * closed at the end of an `await using` scope.
 *
 * @returns left `MissingFile`, `CorruptFile`, `PermissionDenied` or `FileFailed`.
 */
export const openShards = (source: string | readonly string[]): TaskEither<PullbackError, Shards> => async () => {
  let paths = typeof source === "string" ? [source] : source, index: ReadonlyMap<string, string> | null = null;
  const named = paths.join(", ");
  if (typeof source === "string" && source.endsWith(".json")) {
    const bytes = await readFile(source)();
    if (isLeft(bytes)) return bytes;
    const parsed = parseIndex(bytes.right, source);
    if (!(parsed instanceof Map)) return left(parsed as PullbackError);
    index = parsed;
    paths = [...new Set(parsed.values())].map((file) => `${folderOf(source)}/${file}`);
  }
  const opened = await openAll(paths)();
  if (isLeft(opened)) return opened;
  const files = opened.right, tensors = joined(paths, files);
  const close = () => closeAll(files);
  const fail = async (failure: PullbackError) => {
    await close();
    return left(failure);
  };
  if (!(tensors instanceof Map)) return await fail(tensors as PullbackError);
  for (const [name, file] of index ?? []) {
    if (!tensors.has(name)) return await fail(corrupt(named, `no file holds ${quoted(name)}`));
    const holds = files[paths.indexOf(`${folderOf(source as string)}/${file}`)]!.entries.some((e) => e.name === name);
    if (!holds) return await fail(corrupt(source as string, `${quoted(name)} is said to lie in ${quoted(file)}`));
  }
  return right({ path: named, tensors, [Symbol.asyncDispose]: close });
};

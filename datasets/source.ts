/** Where the files of a published data set come from: an offline folder, the cache, a mirror; each is compared with its hash. */
import { type Either, isLeft, left, right } from "../core/either.ts";
import type { PullbackError } from "../core/failure.ts";
import { gunzip, sha256 } from "./bytes.ts";
import { download, type DownloadOptions, type PublishedFile } from "./download.ts";
import { fileSize, readFile, writeFile } from "./files.ts";
import { cacheFolder, environment } from "./host.ts";

/** What is known of a set of files before any is fetched. */
export interface Publication {
  /** Name of the set, of its folder in the cache and of the sub-folder looked for in an offline folder. */
  readonly name: string;
  /** Other sub-folders that are looked for in an offline folder. */
  readonly folders?: readonly string[];
  /** What messages call its files. `the four files of mnist` */
  readonly contents: string;
  /** URLs of folders with the files, best first. */
  readonly mirrors: readonly string[];
}

/** Where a published set is taken from. */
export interface FetchOptions extends DownloadOptions {
  /** Folder that holds the files, or a folder with the name of the set that does. Nothing else is looked at then. */
  readonly dir?: string;
  /** Folder for downloaded files; `false` for none. Default: `PULLBACK_CACHE`, else the platform's cache folder. */
  readonly cache?: string | false;
  /** URLs of folders with the files, tried in turn, instead of the published ones. `[]` to stay off the network. */
  readonly mirrors?: readonly string[];
}

/** The names of `FetchOptions`. */
export const fetchNames = {
  ...{ dir: true, cache: true, mirrors: true } as const,
  ...{ progress: true, patience: true, signal: true } as const,
} as const;
/** The content of a file. */
export type Bytes = Uint8Array<ArrayBuffer>;
/** Fetches a file and compares it with what was published. */
export type Obtain = (file: PublishedFile) => Promise<Either<PullbackError, Bytes>>;

/** A file as it was published, or `CorruptFile`. */
export const readPublished = async (path: string, file: PublishedFile): Promise<Either<PullbackError, Bytes>> => {
  const read = await readFile(path, file)();
  if (isLeft(read)) return read;
  const digest = await sha256(read.right);
  if (digest === file.sha256) return read;
  const message = `${path} is not the published file: SHA-256 ${digest}, expected ${file.sha256}; fetch it again`;
  return left({ _tag: "CorruptFile", path, message });
};

/** The path of the first file of this name in `dir` or its usual sub-folders, or null. */
export const locate = async (
  dir: string,
  set: Publication,
  name: string,
): Promise<Either<PullbackError, string | null>> => {
  for (const folder of [dir, `${dir}/${set.name}`, ...(set.folders ?? []).map((inside) => `${dir}/${inside}`)]) {
    const path = `${folder}/${name}`;
    const size = await fileSize(path)();
    if (isLeft(size)) return size;
    if (size.right !== null) return right(path);
  }
  return right(null);
};

/** The failure of a folder without the file `name`. */
export const notIn = (dir: string, set: Publication, name: string): Either<PullbackError, never> => {
  const message = `There is no ${name} in ${dir} or ${dir}/${set.name}: put ${set.contents} there`;
  return left({ _tag: "MissingFile", path: `${dir}/${name}`, message });
};

const fromFolder = (dir: string, set: Publication): Obtain => async (file) => {
  const path = await locate(dir, set, file.name);
  if (isLeft(path)) return path;
  return path.right === null ? notIn(dir, set, file.name) : await readPublished(path.right, file);
};

/** `train-labels` for `train-labels.gz`. */
const unpackedName = (name: string): string => name.replace(/\.gz$/, "");
/**
 * What the published gzip file unpacks to, `size` bytes, from a folder: from the file itself, from one that was compressed anew, or
 * from one that is not compressed, under the published name or without its `.gz`.
 */
export const unpackedIn = async (
  dir: string,
  set: Publication,
  file: PublishedFile & { readonly content: string },
  size: number,
): Promise<Either<PullbackError, Bytes>> => {
  const packed = await locate(dir, set, file.name);
  if (isLeft(packed)) return packed;
  const plain = packed.right === null ? await locate(dir, set, unpackedName(file.name)) : packed;
  if (isLeft(plain)) return plain;
  const path = plain.right;
  if (path === null) return notIn(dir, set, file.name);
  const read = await readFile(path)();
  if (isLeft(read)) return read;
  const compressed = read.right[0] === 0x1f && read.right[1] === 0x8b;
  const bytes = compressed ? await gunzip(read.right, size, path)() : read;
  const digest = isLeft(bytes) ? null : await sha256(bytes.right);
  if (digest === file.content) return bytes;
  const found = digest === null ? `damaged, SHA-256 ${await sha256(read.right)}` : `SHA-256 ${digest}`;
  const message = `${path} does not hold the published data: ${found}, expected ${file.content}; fetch it again`;
  return left({ _tag: "CorruptFile", path, message });
};

const fromMirrors = (set: Publication, options: FetchOptions): Obtain => async (file) => {
  const bytes = await download(file, options.mirrors ?? set.mirrors, options)();
  if (!isLeft(bytes) || bytes.left._tag !== "DownloadFailed") return bytes;
  const advice = `or give the folder with ${set.contents} as \`dir\` or in PULLBACK_DATA`;
  return left({ ...bytes.left, message: `${bytes.left.message}, ${advice}` });
};

/** A damaged or missing file in the cache is fetched again; a cache that cannot be written costs only the next download. */
const fromCache = (folder: string, otherwise: Obtain, options: FetchOptions): Obtain => async (file) => {
  const path = `${folder}/${file.name}`;
  const kept = await readPublished(path, file);
  if (!isLeft(kept)) return kept;
  const bytes = await otherwise(file);
  if (isLeft(bytes)) return bytes;
  const written = await writeFile(path, bytes.right)();
  if (isLeft(written)) options.progress?.({ _tag: "NotCached", file: file.name, reason: written.left.message });
  return bytes;
};

/** The offline folder that was asked for, if one was. */
export const offlineFolder = (options: FetchOptions): string | undefined => options.dir ?? environment("PULLBACK_DATA");

/** Where the files of a set come from: `dir`, else the folder `PULLBACK_DATA` names, else the cache, else the mirrors. */
export const obtainFor = (set: Publication, options: FetchOptions): Obtain => {
  const dir = offlineFolder(options);
  if (dir !== undefined) return fromFolder(dir, set);
  const cache = options.cache ?? cacheFolder() ?? false;
  const mirrors = fromMirrors(set, options);
  return cache === false ? mirrors : fromCache(`${cache}/${set.name}`, mirrors, options);
};

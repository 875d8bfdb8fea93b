/**
 * Image sets that were published as four IDX files: where the files come from (an offline folder, the cache, a mirror) and
 * how they become examples.
 */
import { type Either, isLeft, left, right, type TaskEither } from "../core/either.ts";
import type { PullbackError } from "../core/failure.ts";
import { gunzip, sha256 } from "./bytes.ts";
import { download, type DownloadOptions, type PublishedFile } from "./download.ts";
import { fileSize, readFile, writeFile } from "./files.ts";
import { cacheFolder, environment } from "./host.ts";
import { decodeIdxImages, decodeIdxLabels } from "./idx.ts";
import type { Examples, ImageSet } from "./image_set.ts";

/** One half of a published set: its files and how many examples they hold. */
export interface PublishedHalf {
  /** How many examples. */
  readonly count: number;
  /** IDX file of pictures, compressed with gzip. */
  readonly images: PublishedFile;
  /** IDX file of labels, compressed with gzip. */
  readonly labels: PublishedFile;
}

/** All that is known of a published set before it is fetched. */
export interface PublishedSet<H extends number = number, W extends number = number> {
  /** Name of the set, of its folder in the cache and of the sub-folder looked for in an offline folder. */
  readonly name: string;
  /** Rows of a picture. */
  readonly height: H;
  /** Pixels of a row. */
  readonly width: W;
  /** What the labels stand for. */
  readonly classes: readonly string[];
  /** To learn from. */
  readonly train: PublishedHalf;
  /** To be judged by. */
  readonly test: PublishedHalf;
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

type Bytes = Uint8Array<ArrayBuffer>;
type Obtain = (file: PublishedFile) => Promise<Either<PullbackError, Bytes>>;

/** A file as it was published, or `CorruptFile`. */
const readPublished = async (path: string, file: PublishedFile): Promise<Either<PullbackError, Bytes>> => {
  const read = await readFile(path, file)();
  if (isLeft(read)) return read;
  const digest = await sha256(read.right);
  if (digest === file.sha256) return read;
  const message = `${path} is not the published file: SHA-256 ${digest}, expected ${file.sha256}; fetch it again`;
  return left({ _tag: "CorruptFile", path, message });
};

/** The folder among `dir` and its usual sub-folders that holds `file`. */
const findFolder = async (
  dir: string,
  set: PublishedSet,
  file: PublishedFile,
): Promise<Either<PullbackError, string>> => {
  for (const folder of [dir, `${dir}/${set.name}`, `${dir}/${set.name.toUpperCase()}/raw`]) {
    const size = await fileSize(`${folder}/${file.name}`)();
    if (isLeft(size)) return size;
    if (size.right !== null) return right(folder);
  }
  const message = `There is no ${file.name} in ${dir} or ${dir}/${set.name}: put the four files of ${set.name} there`;
  return left({ _tag: "MissingFile", path: `${dir}/${file.name}`, message });
};

const fromFolder = (dir: string, set: PublishedSet): Obtain => async (file) => {
  const folder = await findFolder(dir, set, file);
  return isLeft(folder) ? folder : await readPublished(`${folder.right}/${file.name}`, file);
};

const fromMirrors = (set: PublishedSet, options: FetchOptions): Obtain => async (file) => {
  const bytes = await download(file, options.mirrors ?? set.mirrors, options)();
  if (!isLeft(bytes) || bytes.left._tag !== "DownloadFailed") return bytes;
  const advice = `or give the folder with the four files of ${set.name} as \`dir\` or in PULLBACK_DATA`;
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

const obtainFor = (set: PublishedSet, options: FetchOptions): Obtain => {
  const dir = options.dir ?? environment("PULLBACK_DATA");
  if (dir !== undefined) return fromFolder(dir, set);
  const cache = options.cache ?? cacheFolder() ?? false;
  const mirrors = fromMirrors(set, options);
  return cache === false ? mirrors : fromCache(`${cache}/${set.name}`, mirrors, options);
};

const half = async <H extends number, W extends number>(
  set: PublishedSet<H, W>,
  { count, images, labels }: PublishedHalf,
  obtain: Obtain,
): Promise<Either<PullbackError, Examples<H, W>>> => {
  const inflated = async (file: PublishedFile, size: number): Promise<Either<PullbackError, Bytes>> => {
    const packed = await obtain(file);
    return isLeft(packed) ? packed : await gunzip(packed.right, size, file.name)();
  };
  const { height, width } = set;
  const imageBytes = await inflated(images, 16 + count * height * width);
  if (isLeft(imageBytes)) return imageBytes;
  const decoded = decodeIdxImages(imageBytes.right, images.name, { count, height, width });
  if (isLeft(decoded)) return decoded;
  const labelBytes = await inflated(labels, 8 + count);
  if (isLeft(labelBytes)) return labelBytes;
  const labelled = decodeIdxLabels(labelBytes.right, labels.name, set.classes.length, { count });
  if (isLeft(labelled)) return labelled;
  return right({ images: decoded.right.pixels, labels: labelled.right, count, height, width });
};

/**
 * Fetches, checks, unpacks and decodes a published set. The files come from `dir`, else the folder `PULLBACK_DATA` names,
 * else the cache, else the mirrors; what was downloaded is kept in the cache.
 *
 * @returns left `MissingFile`, `CorruptFile`, `DownloadFailed`, `PermissionDenied`, `FileFailed` or `Aborted`.
 */
export const fetchSet = <H extends number, W extends number>(
  set: PublishedSet<H, W>,
  options: FetchOptions = {},
): TaskEither<PullbackError, ImageSet<H, W>> =>
async () => {
  const obtain = obtainFor(set, options);
  const train = await half(set, set.train, obtain);
  if (isLeft(train)) return train;
  const test = await half(set, set.test, obtain);
  if (isLeft(test)) return test;
  return right({ name: set.name, train: train.right, test: test.right, classes: set.classes });
};

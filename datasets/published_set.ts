/** Image sets that were published as four IDX files, and how these become examples. */
import { type Either, isLeft, right, type TaskEither } from "../core/either.ts";
import type { PullbackError } from "../core/failure.ts";
import { optionsOf } from "../core/options.ts";
import { gunzip } from "./bytes.ts";
import type { PublishedFile } from "./download.ts";
import { decodeIdxImages, decodeIdxLabels } from "./idx.ts";
import type { Examples, ImageSet } from "./image_set.ts";
import {
  type Bytes,
  fetchNames,
  type FetchOptions,
  obtainFor,
  offlineFolder,
  type Publication,
  unpackedIn,
} from "./source.ts";

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
  /** Other sub-folders that are looked for in an offline folder. */
  readonly folders?: readonly string[];
  /** URLs of folders with the files, best first. */
  readonly mirrors: readonly string[];
}

const half = async <H extends number, W extends number>(
  set: PublishedSet<H, W>,
  { count, images, labels }: PublishedHalf,
  publication: Publication,
  options: FetchOptions,
): Promise<Either<PullbackError, Examples<H, W>>> => {
  const obtain = obtainFor(publication, options), dir = offlineFolder(options);
  const inflated = async (file: PublishedFile, size: number): Promise<Either<PullbackError, Bytes>> => {
    const { content } = file;
    if (dir !== undefined && content !== undefined) {
      return await unpackedIn(dir, publication, { ...file, content }, size);
    }
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
  return right({ images: decoded.right.pixels, labels: labelled.right, count, channels: 1, height, width });
};

/**
 * Fetches, checks, unpacks and decodes a published set. The files come from `dir`, else the folder `PULLBACK_DATA` names,
 * else the cache, else the mirrors; what was downloaded is kept in the cache. In a folder, files whose `content` is known may have
 * been compressed anew or unpacked, with or without `.gz` in their names.
 *
 * @returns left `MissingFile`, `CorruptFile`, `DownloadFailed`, `PermissionDenied`, `FileFailed` or `Aborted`.
 */
export const fetchSet = <H extends number, W extends number>(
  set: PublishedSet<H, W>,
  options: FetchOptions = {},
): TaskEither<PullbackError, ImageSet<H, W>> => {
  optionsOf("fetchSet", options, fetchNames);
  return async () => {
    const publication = { ...set, contents: `the four files of ${set.name}` };
    const train = await half(set, set.train, publication, options);
    if (isLeft(train)) return train;
    const test = await half(set, set.test, publication, options);
    if (isLeft(test)) return test;
    return right({ name: set.name, train: train.right, test: test.right, classes: set.classes });
  };
};

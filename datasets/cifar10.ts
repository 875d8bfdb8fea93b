/** CIFAR-10, from its published archive, from the files in it, or from an excerpt of these. */
import { type Either, isLeft, left, right, type TaskEither } from "../core/either.ts";
import type { PullbackError } from "../core/failure.ts";
import { optionsOf } from "../core/options.ts";
import { gunzip, sha256 } from "./bytes.ts";
import { cifar10Classes, decodeCifar10, recordBytes } from "./cifar10_records.ts";
import type { PublishedFile } from "./download.ts";
import { readFile } from "./files.ts";
import type { ImageSet } from "./image_set.ts";
import {
  type Bytes,
  fetchNames,
  type FetchOptions,
  locate,
  notIn,
  obtainFor,
  offlineFolder,
  type Publication,
} from "./source.ts";
import { untar } from "./tar.ts";

/** Which part of CIFAR-10 is wanted. */
export interface Cifar10Options extends FetchOptions {
  /**
   * `whole`: 50,000 pictures to learn from and 10,000 to be judged by. `excerpt`: the first 10,000 and the first 2,000 of
   * them. Left out: the whole, or from a folder that has no more the excerpt; the name of the set says which.
   */
  readonly part?: "whole" | "excerpt";
}

/** A file of records. Its hash is that of the records, whether they are compressed with gzip or not. */
export interface RecordFile {
  readonly name: string;
  readonly count: number;
  readonly sha256: string;
}
/** All that is known of the files before one is fetched. */
export interface Cifar10Files {
  /** Holds `train` and `test`, in a folder or not. */
  readonly archive: PublishedFile;
  /** To learn from. */
  readonly train: readonly RecordFile[];
  /** To be judged by. */
  readonly test: RecordFile;
  /** The first records of `test` alone. */
  readonly testStart: RecordFile;
}
const batch = (name: string, hash: string, count = 10_000): RecordFile => ({ name, count, sha256: hash });

/** CIFAR-10 as it was published in 2009. */
export const cifar10Files: Cifar10Files = {
  archive: {
    name: "cifar-10-binary.tar.gz",
    bytes: 170_052_171,
    sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
  },
  train: [
    batch("data_batch_1.bin", "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
    batch("data_batch_2.bin", "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
    batch("data_batch_3.bin", "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
    batch("data_batch_4.bin", "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
    batch("data_batch_5.bin", "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
  ],
  test: batch("test_batch.bin", "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"),
  testStart: batch(
    "test_batch_first2000.bin",
    "a365c883b8727b5960b1f88c468d807bb5487294a2fb9b0aa2fb8a93024384c3",
    2_000,
  ),
};
const publication: Publication = {
  name: "cifar-10",
  folders: ["cifar-10-batches-bin"],
  contents: `${cifar10Files.archive.name} or the files in it`,
  mirrors: ["https://www.cs.toronto.edu/~kriz/"],
};

/** Files to learn from, and those of which the first that is there is to be judged by; how many records of each count. */
interface Part {
  readonly name: string;
  readonly train: readonly RecordFile[];
  readonly test: readonly RecordFile[];
  readonly counts: readonly [train: number, test: number];
}
const partOf = ({ train, test, testStart }: Cifar10Files, part: "whole" | "excerpt"): Part => {
  if (part === "whole") {
    const count = train.reduce((sum, file) => sum + file.count, 0);
    return { name: publication.name, train, test: [test], counts: [count, test.count] };
  }
  const counts = [train[0]!.count, testStart.count] as const;
  const [first, last] = counts.map((count) => count.toLocaleString("en"));
  return {
    name: `cifar-10, the first ${first} and ${last}`,
    train: train.slice(0, 1),
    test: [test, testStart],
    counts,
  };
};

interface Records {
  readonly path: string;
  readonly bytes: Bytes;
}
const decode = (
  { counts, name }: Part,
  train: readonly Records[],
  test: Records,
): Either<PullbackError, ImageSet<32, 32, 3>> => {
  const learned = decodeCifar10(train, counts[0]);
  if (isLeft(learned)) return learned;
  const judged = decodeCifar10([test], counts[1]);
  if (isLeft(judged)) return judged;
  return right({ name, train: learned.right, test: judged.right, classes: cifar10Classes });
};

const fromArchive = async (
  part: Part,
  { archive, test }: Cifar10Files,
  options: FetchOptions,
): Promise<Either<PullbackError, ImageSet<32, 32, 3>>> => {
  const packed = await obtainFor(publication, options)(archive);
  if (isLeft(packed)) return packed;
  const wanted = [...part.train, test].map(({ name, count }) => [name, count * recordBytes] as const);
  const files = await untar(packed.right, new Map(wanted), archive.name)();
  if (isLeft(files)) return files;
  const inside = ({ name }: RecordFile) => ({ path: `${archive.name}/${name}`, bytes: files.right.get(name)! });
  return decode(part, part.train.map(inside), inside(test));
};

/** Where a file of records lies in a folder, as it is or compressed, or null. */
const place = async (dir: string, { name }: RecordFile): Promise<Either<PullbackError, string | null>> => {
  const plain = await locate(dir, publication, name);
  return isLeft(plain) || plain.right !== null ? plain : await locate(dir, publication, `${name}.gz`);
};

const readRecords = async (path: string, file: RecordFile): Promise<Either<PullbackError, Records>> => {
  const size = file.count * recordBytes;
  const packed = path.endsWith(".gz");
  const read = await readFile(path, packed ? undefined : { bytes: size })();
  if (isLeft(read)) return read;
  const bytes = packed ? await gunzip(read.right, size, path)() : read;
  if (isLeft(bytes)) return bytes;
  const digest = await sha256(bytes.right);
  if (digest === file.sha256) return right({ path, bytes: bytes.right });
  const message = `${path} does not hold the published records: SHA-256 ${digest}, expected ${file.sha256}`;
  return left({ _tag: "CorruptFile", path, message });
};

/** The part from files of records in a folder; null where one of them is missing. */
const fromFolder = async (
  part: Part,
  dir: string,
): Promise<Either<PullbackError, ImageSet<32, 32, 3>> | null> => {
  const found: (readonly [string, RecordFile])[] = [];
  for (const choices of [...part.train.map((file) => [file]), part.test]) {
    let path: string | null = null;
    for (const file of choices) {
      if (path !== null) break;
      const at = await place(dir, file);
      if (isLeft(at)) return at;
      path = at.right;
      if (path !== null) found.push([path, file]);
    }
    if (path === null) return null;
  }
  const records: Records[] = [];
  for (const [path, file] of found) {
    const read = await readRecords(path, file);
    if (isLeft(read)) return read;
    records.push(read.right);
  }
  return decode(part, records.slice(0, -1), records.at(-1)!);
};

/** A set of these files, as `cifar10` says. */
export const fetchCifar10 =
  (files: Cifar10Files, options: Cifar10Options): TaskEither<PullbackError, ImageSet<32, 32, 3>> => async () => {
    const dir = offlineFolder(options);
    if (dir === undefined) return await fromArchive(partOf(files, options.part ?? "whole"), files, options);
    const archive = await locate(dir, publication, files.archive.name);
    if (isLeft(archive)) return archive;
    for (const name of options.part === undefined ? ["whole", "excerpt"] as const : [options.part]) {
      const part = partOf(files, name);
      const found = await fromFolder(part, dir) ??
        (archive.right === null ? null : await fromArchive(part, files, options));
      if (found !== null) return found;
    }
    return notIn(dir, publication, files.archive.name);
  };

/**
 * CIFAR-10: 32x32 pictures in red, green and blue of ten classes, 50,000 to learn from and 10,000 to be judged by, in the
 * published order.
 *
 * The published archive comes from `options.dir`, else the folder `PULLBACK_DATA` names, else the cache, else its page
 * (170 MB, once). In a folder the files of the archive do as well, as they are or compressed with gzip, and so does an excerpt:
 * `data_batch_1.bin` with `test_batch_first2000.bin`. All is compared with the published SHA-256.
 *
 * @returns left `MissingFile`, `CorruptFile`, `DownloadFailed`, `PermissionDenied`, `FileFailed`
 * or `Aborted`. Throws `TypeError` for an option that there is not, and nothing else.
 *
 * Krizhevsky: Learning multiple layers of features from tiny images. University of Toronto, 2009.
 *
 * @example
 * ```ts
 * import { cifar10, run } from "@pullback/pullback/datasets";
 * const { train, classes } = await run(cifar10({ dir: "data", part: "excerpt" }));
 * console.log(train.count, classes[train.labels[0]!]); // 10000 frog
 * ```
 */
export const cifar10 = (options: Cifar10Options = {}): TaskEither<PullbackError, ImageSet<32, 32, 3>> =>
  fetchCifar10(cifar10Files, optionsOf("cifar10", options, { ...fetchNames, part: true }));

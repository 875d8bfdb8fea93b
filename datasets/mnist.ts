import type { TaskEither } from "../core/either.ts";
import type { PullbackError } from "../core/failure.ts";
import { optionsOf } from "../core/options.ts";
import type { ImageSet } from "./image_set.ts";
import { fetchSet, type PublishedSet } from "./published_set.ts";
import { fetchNames, type FetchOptions } from "./source.ts";

/** The four files of MNIST as they were published in 1998, and who serves them. */
export const mnistFiles: PublishedSet<28, 28> = {
  name: "mnist",
  folders: ["MNIST/raw"],
  height: 28,
  width: 28,
  classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  train: {
    count: 60_000,
    images: {
      name: "train-images-idx3-ubyte.gz",
      bytes: 9_912_422,
      sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
      content: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    },
    labels: {
      name: "train-labels-idx1-ubyte.gz",
      bytes: 28_881,
      sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
      content: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    },
  },
  test: {
    count: 10_000,
    images: {
      name: "t10k-images-idx3-ubyte.gz",
      bytes: 1_648_877,
      sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
      content: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    },
    labels: {
      name: "t10k-labels-idx1-ubyte.gz",
      bytes: 4_542,
      sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
      content: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
  },
  mirrors: [
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://raw.githubusercontent.com/fgnt/mnist/master/",
  ],
};

/**
 * MNIST: 60,000 handwritten digits to learn from, 10,000 to be judged by, 28x28 grey pixels, in the published order.
 *
 * The files come from `options.dir`, else the folder `PULLBACK_DATA` names (either the folder with the four files or the
 * one above it), else the cache, else the mirrors (11.6 MB, once). Each is compared with its published SHA-256; in a folder they
 * may be unpacked, or compressed by another program, as long as they hold the same digits.
 *
 * @returns left `MissingFile`, `CorruptFile`, `DownloadFailed`, `PermissionDenied`, `FileFailed`
 * or `Aborted`. Throws `TypeError` for an option that there is not, and nothing else.
 *
 * LeCun, Bottou, Bengio, Haffner: Gradient-based learning applied to document recognition. Proc. IEEE 86(11), 1998.
 *
 * @example
 * ```ts
 * import { mnist, run } from "@pullback/pullback/datasets";
 * const { train } = await run(mnist({ dir: "data/mnist" }));
 * console.log(train.count, train.labels[0]); // 60000 5
 * ```
 */
export const mnist = (options: FetchOptions = {}): TaskEither<PullbackError, ImageSet<28, 28>> =>
  fetchSet(mnistFiles, optionsOf("mnist", options, fetchNames));

import type { TaskEither } from "../core/either.ts";
import type { PullbackError } from "../core/failure.ts";
import { optionsOf } from "../core/options.ts";
import type { ImageSet } from "./image_set.ts";
import { fetchSet, type PublishedSet } from "./published_set.ts";
import { fetchNames, type FetchOptions } from "./source.ts";

/** The four files of Fashion-MNIST as they were published in 2017, and who serves them. */
export const fashionMnistFiles: PublishedSet<28, 28> = {
  name: "fashion-mnist",
  folders: ["FashionMNIST/raw"],
  height: 28,
  width: 28,
  classes: [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
  ],
  train: {
    count: 60_000,
    images: {
      name: "train-images-idx3-ubyte.gz",
      bytes: 26_421_880,
      sha256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
      content: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    },
    labels: {
      name: "train-labels-idx1-ubyte.gz",
      bytes: 29_515,
      sha256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
      content: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    },
  },
  test: {
    count: 10_000,
    images: {
      name: "t10k-images-idx3-ubyte.gz",
      bytes: 4_422_102,
      sha256: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
      content: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    },
    labels: {
      name: "t10k-labels-idx1-ubyte.gz",
      bytes: 5_148,
      sha256: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
      content: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    },
  },
  mirrors: [
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
  ],
};

/**
 * Fashion-MNIST: 60,000 pictures of clothes to learn from, 10,000 to be judged by, 28x28 grey pixels, in the published
 * order; made to take the place of MNIST, and harder. The files are found, checked and kept as those of `mnist` (30.9 MB).
 *
 * @returns left `MissingFile`, `CorruptFile`, `DownloadFailed`, `PermissionDenied`, `FileFailed`
 * or `Aborted`. Throws `TypeError` for an option that there is not, and nothing else.
 *
 * Xiao, Rasul, Vollgraf: Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms. 2017.
 *
 * @example
 * ```ts
 * import { fashionMnist, run } from "@pullback/pullback/datasets";
 * const { train, classes } = await run(fashionMnist({ dir: "data/fashion-mnist" }));
 * console.log(classes[train.labels[0]!]); // Ankle boot
 * ```
 */
export const fashionMnist = (options: FetchOptions = {}): TaskEither<PullbackError, ImageSet<28, 28>> =>
  fetchSet(fashionMnistFiles, optionsOf("fashionMnist", options, fetchNames));

/** ISBI 2012: slices of a brain under the electron microscope, and where its cells end. */
import { type Either, isLeft, left, right, type TaskEither } from "../core/either.ts";
import type { PullbackError } from "../core/failure.ts";
import { optionsOf } from "../core/options.ts";
import type { PublishedFile } from "./download.ts";
import { isbi2012Files } from "./isbi2012_files.ts";
import { type MaskedExamples, maskedRange, type MaskSet } from "./mask_set.ts";
import { decodePng } from "./png.ts";
import { fetchNames, type FetchOptions, obtainFor, type Publication } from "./source.ts";

/** How the 30 slices are divided. */
export interface Isbi2012Options extends FetchOptions {
  /** So many slices from the beginning of the stack are learned from, the others judge. Default 24. */
  readonly train?: number;
}

const side = 512;
const publication: Publication = {
  name: "isbi-2012",
  folders: ["membrane", "data/membrane"],
  contents: "the folder train with image/0.png to image/29.png and label/0.png to label/29.png",
  mirrors: ["https://raw.githubusercontent.com/zhixuhao/unet/master/data/membrane/"],
};

/** Values of a grey file of 512x512 pixels, put into `out` at `at`; `value` says what each becomes, or null. */
const readInto = async (
  out: Uint8Array,
  at: number,
  file: PublishedFile,
  bytes: Uint8Array,
  value: (grey: number) => number | null,
): Promise<Either<PullbackError, void>> => {
  const decoded = await decodePng(bytes, file.name)();
  if (isLeft(decoded)) return decoded;
  const { width, height, channels, values } = decoded.right;
  const corrupt = (what: string) =>
    left<PullbackError>({ _tag: "CorruptFile", path: file.name, message: `${file.name}: ${what}` });
  if (width !== side || height !== side || channels !== 1 || values instanceof Uint16Array) {
    return corrupt(`expected 512x512 grey values of 8 bits, got ${width}x${height} and ${channels} channels`);
  }
  for (let i = 0; i < values.length; i++) {
    const v = value(values[i]!);
    if (v === null) return corrupt(`pixel ${i} of the mask is ${values[i]}, not 0 or 255`);
    out[at + i] = v;
  }
  return right(undefined);
};

/** All slices of these files, in their order. */
export const fetchSlices = async (
  files: typeof isbi2012Files,
  options: FetchOptions,
): Promise<Either<PullbackError, MaskedExamples<512, 512>>> => {
  const obtain = obtainFor(publication, options);
  const count = files.images.length, area = side * side;
  const images = new Uint8Array(count * area), masks = new Uint8Array(count * area);
  for (let i = 0; i < count; i++) {
    for (const kind of ["images", "labels"] as const) {
      const file = files[kind][i]!, bytes = await obtain(file);
      if (isLeft(bytes)) return bytes;
      const done = kind === "images"
        ? await readInto(images, i * area, file, bytes.right, (grey) => grey)
        : await readInto(masks, i * area, file, bytes.right, (grey) => grey === 0 ? 0 : grey === 255 ? 1 : null);
      if (isLeft(done)) return done;
    }
  }
  return right({ images, masks, count, channels: 1, height: side, width: side });
};

/**
 * ISBI 2012: 30 slices of the nerve cord of a fly larva, 512x512 grey pixels each, with a mask that says whether a pixel is
 * membrane (0) or cell (1). Neighbours in the stack are alike, so it is divided by index and not at random.
 *
 * The 60 files are found, checked and kept as those of `mnist` (6.5 MB); in a folder they lie as `train/image/0.png` and
 * `train/label/0.png`.
 *
 * Throws `RangeError` when `train` is not a whole number from 1 to 29.
 *
 * @returns left `MissingFile`, `CorruptFile`, `DownloadFailed`, `PermissionDenied`, `FileFailed` or `Aborted`.
 *
 * Arganda-Carreras et al.: Crowdsourcing the creation of image segmentation algorithms for connectomics. Frontiers in
 * Neuroanatomy 9, 2015.
 *
 * @example
 * ```ts
 * import { isbi2012, run } from "@pullback/pullback/datasets";
 * const { train, test } = await run(isbi2012({ dir: "data" }));
 * console.log(train.count, test.count); // 24 6
 * ```
 */
export const isbi2012 = (options: Isbi2012Options = {}): TaskEither<PullbackError, MaskSet<512, 512>> => {
  const { train = 24 } = optionsOf("isbi2012", options, { ...fetchNames, train: true });
  if (!Number.isInteger(train) || train < 1 || train > 29) {
    throw new RangeError(`isbi2012: train must be a whole number from 1 to 29, got ${train}`);
  }
  return async () => {
    const all = await fetchSlices(isbi2012Files, options);
    if (isLeft(all)) return all;
    const slices = all.right;
    return right({
      name: "isbi-2012",
      train: maskedRange(slices, 0, train),
      test: maskedRange(slices, train, slices.count),
      classes: ["membrane", "cell"],
    });
  };
};

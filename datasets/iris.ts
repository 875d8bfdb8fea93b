/** Iris: measurements of flowers. */
import { type Either, isLeft, left, right, type TaskEither } from "../core/either.ts";
import type { CorruptFile, PullbackError } from "../core/failure.ts";
import { optionsOf } from "../core/options.ts";
import type { PublishedFile } from "./download.ts";
import { fetchNames, type FetchOptions, obtainFor } from "./source.ts";
import type { Vectors } from "./vectors.ts";

/** The table as it is published. */
export const irisFile: PublishedFile = {
  name: "iris.csv",
  bytes: 2_734,
  sha256: "f13ffa8fdd56fd8e6c8d16d4081a3fbd3114bcd0aae4256c43205169cd9d1449",
};

/** Flowers of three species. */
export interface IrisSet {
  /** `iris` */
  readonly name: string;
  /** In centimetres, and the species of each. */
  readonly data: Vectors<4>;
  /** What the values of a vector are. */
  readonly features: readonly [string, string, string, string];
  /** What the labels stand for. */
  readonly classes: readonly string[];
}

/**
 * Decodes the table: a line with the counts of flowers and of values and the names of the species, then a line for every flower.
 * `path` is for messages.
 *
 * @returns left `CorruptFile` with the offset of the line that is wrong.
 */
export const decodeIris = (text: string, path: string): Either<CorruptFile, IrisSet> => {
  const corrupt = (offset: number, message: string): Either<CorruptFile, never> =>
    left({ _tag: "CorruptFile", path, offset, message: `${path}: ${message}, at byte ${offset}` });
  const lines = text.replace(/\n$/, "").split("\n");
  const [counted, width, ...classes] = lines[0]!.split(",");
  const count = lines.length - 1;
  if (width !== "4" || classes.length === 0) return corrupt(0, "the first line is not COUNT,4,SPECIES,...");
  if (counted !== String(count)) return corrupt(0, `the first line says ${counted} flowers, ${count} follow`);
  const features = new Float32Array(4 * count), labels = new Int32Array(count);
  let offset = lines[0]!.length + 1;
  for (const [i, line] of lines.slice(1).entries()) {
    const values = line.split(",").map((cell) => /^\d+(\.\d+)?$/.test(cell) ? Number(cell) : NaN), label = values[4]!;
    if (values.length !== 5 || values.some(Number.isNaN) || !(label in classes)) {
      return corrupt(offset, `line ${i + 2} is not four numbers and a species below ${classes.length}`);
    }
    features.set(values.slice(0, 4), 4 * i);
    labels[i] = label;
    offset += line.length + 1;
  }
  return right({
    name: "iris",
    data: { features, labels, count, dimensions: 4 },
    features: ["sepal length", "sepal width", "petal length", "petal width"],
    classes,
  });
};

/**
 * Iris: 150 flowers of three species, sorted by species, with the length and the width of their sepals and petals. The file is
 * found, checked and kept as those of `mnist`; in a folder it may also lie in `sklearn`.
 *
 * @returns left `MissingFile`, `CorruptFile`, `DownloadFailed`, `PermissionDenied`, `FileFailed`
 * or `Aborted`. Throws `TypeError` for an option that there is not, and nothing else.
 *
 * Fisher: The use of multiple measurements in taxonomic problems. Annals of Eugenics 7(2), 1936.
 *
 * @example
 * ```ts
 * import { iris, run } from "@pullback/pullback/datasets";
 * const { data, classes } = await run(iris({ dir: "data" }));
 * console.log(data.count, classes[data.labels[0]!]); // 150 setosa
 * ```
 */
export const iris = (options: FetchOptions = {}): TaskEither<PullbackError, IrisSet> => {
  optionsOf("iris", options, fetchNames);
  return async () => {
    const mirrors = ["https://raw.githubusercontent.com/scikit-learn/scikit-learn/main/sklearn/datasets/data/"];
    const set = { name: "iris", folders: ["sklearn"], contents: irisFile.name, mirrors };
    const bytes = await obtainFor(set, options)(irisFile);
    return isLeft(bytes) ? bytes : decodeIris(new TextDecoder().decode(bytes.right), irisFile.name);
  };
};

/** What the logits of a classifier say, in words. */
import { ShapeError } from "../core/errors.ts";
import { type Dim, showShape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { softmax } from "../ops/activation.ts";
import { dataOf } from "../ops/create.ts";
import { topk } from "../ops/sort.ts";

/** The ten digits. */
export const digitLabels = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;
/** The classes of CIFAR-10. */
export const cifar10Labels = [
  ...["airplane", "automobile", "bird", "cat", "deer"] as const,
  ...["dog", "frog", "horse", "ship", "truck"] as const,
] as const;
/** The classes of pixels of Pascal VOC, the background first. (Everingham et al. 2010) */
export const vocLabels = [
  ...["background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus"] as const,
  ...["car", "cat", "chair", "cow", "diningtable", "dog", "horse"] as const,
  ...["motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor"] as const,
] as const;
/** The labels as what is known of a model, if it has so many classes. */
export const labelled = (labels: readonly string[], classes: number): { readonly labels?: readonly string[] } =>
  classes === labels.length ? { labels } : {};

/** A class that a classifier takes into account. */
export interface Guess<L extends string = string> {
  readonly label: L;
  /** Its index among the labels. */
  readonly index: number;
  /** By softmax. */
  readonly probability: number;
}

/**
 * The `k` most probable classes of each example, most probable first: `await topLabels(logits, names, 5)`.
 * `f32[n,c]`, c labels. Throws `ShapeError` where there is not one label for each class.
 */
export const topLabels = async <const L extends string>(
  logits: Tensor<readonly [Dim, Dim], "f32">,
  labels: readonly L[],
  k = 5,
): Promise<readonly (readonly Guess<L>[])[]> => {
  const shape = extents(logits), [rows, classes] = shape;
  if (shape.length !== 2 || classes !== labels.length) {
    const expected = `logits [n, ${labels.length}], a column for each label`, got = showShape(shape);
    throw new ShapeError(`topLabels: expected ${expected}, got ${got}`, { op: "topLabels", expected, got });
  }
  const shown = Math.min(k, classes);
  const { values, indices } = topk(softmax(logits as Tensor as Tensor<number[], "f32">, -1), shown);
  const [probabilities, at] = await dataOf([values as Tensor, indices as Tensor]);
  return Array.from({ length: rows! }, (_, row) =>
    Array.from({ length: shown }, (_, i): Guess<L> => {
      const index = at![row * shown + i]!;
      return { label: labels[index]!, index, probability: probabilities![row * shown + i]! };
    }));
};

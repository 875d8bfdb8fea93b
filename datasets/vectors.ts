/** Labelled vectors in memory: what every data set of measurements or of points gives. */

/** Vectors with their labels: value `(i, k)` is `features[i * dimensions + k]`, `labels[i]` is an index into the classes. */
export interface Vectors<D extends number = number> {
  /** All values. */
  readonly features: Float32Array<ArrayBuffer>;
  /** One for each vector. */
  readonly labels: Int32Array<ArrayBuffer>;
  /** How many vectors. */
  readonly count: number;
  /** Values of a vector. */
  readonly dimensions: D;
}

/**
 * The vectors at these indices, in their order.
 *
 * `{f32[count,d], i32[count]} -> {f32[n,d], i32[n]}`
 *
 * Throws `RangeError` when an index is not below the count.
 *
 * @example
 * ```ts
 * import { iris, run, selectVectors, shuffled } from "@pullback/pullback/datasets";
 * const { data } = await run(iris({ dir: "data" }));
 * const order = shuffled(data.count, 0);
 * const [train, test] = [selectVectors(data, order.subarray(0, 100)), selectVectors(data, order.subarray(100))];
 * ```
 */
export const selectVectors = <D extends number>(from: Vectors<D>, indices: ArrayLike<number>): Vectors<D> => {
  const { dimensions } = from, count = indices.length;
  const features = new Float32Array(count * dimensions), labels = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const index = indices[row]!;
    if (!(index >= 0 && index < from.count && Number.isInteger(index))) {
      throw new RangeError(`selectVectors: index ${index} is not below ${from.count}`);
    }
    features.set(from.features.subarray(index * dimensions, (index + 1) * dimensions), row * dimensions);
    labels[row] = from.labels[index]!;
  }
  return { features, labels, count, dimensions };
};

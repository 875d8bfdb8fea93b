/** Principal components: the best that a linear code of a given width can do. */
import { add, dataOf, jit, matmul, sub, sum, type Tensor, tensor, transpose, zeros } from "../../mod.ts";
import { batches, type Examples } from "../../datasets/mod.ts";

/** Means and products of examples: `mean[i]` of number i, `covariance[i * size + j]` of numbers i and j. */
export interface Moments {
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
}

/** The moments of `count` examples, of their sum `f[size]` and the sum of the products of their numbers `f[size, size]`. */
export const momentsOf = (sum: ArrayLike<number>, products: ArrayLike<number>, count: number): Moments => {
  const size = sum.length, mean = Float64Array.from(sum, (v) => v / count);
  const covariance = Float64Array.from(products, (v, k) => v / count - mean[Math.floor(k / size)]! * mean[k % size]!);
  return { mean, covariance };
};

/** Makes rows of length `size` orthogonal and of length 1, in order (Gram and Schmidt, modified); a row of 0 stays. */
const orthonormalize = (rows: Float64Array, size: number): void => {
  for (let a = 0; a < rows.length; a += size) {
    for (let b = 0; b < a; b += size) {
      let dot = 0;
      for (let i = 0; i < size; i++) dot += rows[a + i]! * rows[b + i]!;
      for (let i = 0; i < size; i++) rows[a + i]! -= dot * rows[b + i]!;
    }
    let length = 0;
    for (let i = 0; i < size; i++) length += rows[a + i]! ** 2;
    const factor = length === 0 ? 0 : 1 / Math.sqrt(length);
    for (let i = 0; i < size; i++) rows[a + i]! *= factor;
  }
};

/**
 * The `width` directions in which examples differ most, by orthogonal iteration: multiply by the covariance and make orthogonal
 * again, so often that the error of what is rebuilt is exact to four digits. `f64[width * size]`, a direction after the other.
 * (Golub and Van Loan, Matrix computations, section 7.3)
 */
export const principalDirections = ({ mean, covariance }: Moments, width: number, rounds = 40): Float64Array => {
  const size = mean.length;
  let rows = new Float64Array(width * size);
  // Any start will do that is not orthogonal to what is looked for.
  for (let k = 0; k < rows.length; k++) rows[k] = Math.sin(1 + 12.9898 * k * k);
  for (let round = 0; round < rounds; round++) {
    orthonormalize(rows, size);
    const next = new Float64Array(rows.length);
    for (let row = 0; row < rows.length; row += size) {
      for (let i = 0; i < size; i++) {
        const factor = rows[row + i]!;
        if (factor === 0) continue;
        for (let j = 0; j < size; j++) next[row + j]! += factor * covariance[i * size + j]!;
      }
    }
    rows = next;
  }
  orthonormalize(rows, size);
  return rows;
};

type Flat = Tensor<[number, 784], "f32">;
type Products = Tensor<[784, 784], "f32">;

/** A function that rebuilds pictures from their `width` principal components, those of the examples. `f32[n,784] -> f32[n,784]` */
export const principalComponents = async (
  examples: Examples<28, 28>,
  width: number,
): Promise<(x: Flat) => Flat> => {
  const gather = jit(
    (total: Tensor<[784], "f32">, products: Products, x: Flat) =>
      [add(total, sum(x, 0)), add(products, matmul(transpose(x), x))] as const,
    { donate: [0, 1, 2] },
  );
  let sums: readonly [Tensor<[784], "f32">, Products] = [zeros([784]), zeros([784, 784])];
  for (const { images, labels } of batches(examples, { size: 1000 })) {
    sums = gather(...sums, tensor(images, [labels.length, 784]));
  }
  const [total, products] = await dataOf(sums);
  const moments = momentsOf(total as Float32Array, products as Float32Array, examples.count);
  const mean = tensor(Float32Array.from(moments.mean), [784]);
  const directions = tensor(Float32Array.from(principalDirections(moments, width)), [width, 784]);
  return jit((x: Flat): Flat => add(matmul(matmul(sub(x, mean), transpose(directions)), directions), mean));
};

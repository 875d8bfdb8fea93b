/**
 * Initializers: how parameters begin. Those that scale with the number of inputs and outputs of a unit keep the size of
 * activations (and of gradients) from layer to layer.
 */
import type { Tensor } from "../core/tensor.ts";
import { mul } from "../ops/arithmetic.ts";
import { type Key, normal as drawNormal, uniform as drawUniform } from "../ops/random.ts";
import { truncatedNormal as drawTruncated } from "../ops/distributions.ts";
import { full } from "../ops/source.ts";
import { reshape, transpose } from "../ops/structure.ts";
import { orthonormal } from "./orthogonal.ts";

/** Inputs and outputs of one unit: for a convolution, channels of a group times the area of the kernel. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}
/** Draws a parameter. */
export type Initializer = (key: Key, shape: readonly number[], fans: Fans) => Tensor;

/** Every entry `value`. */
export const constant = (value: number): Initializer => (_key, shape) => full(shape, value);
/** Zeros. */
export const zeros: Initializer = constant(0);
/** Ones. */
export const ones: Initializer = constant(1);
/** Uniform in [low, high). */
export const uniform = (low: number, high: number): Initializer => (key, shape) => drawUniform(key, shape, low, high);
/** Normal of mean 0 and the given deviation. */
export const normal = (deviation: number): Initializer => (key, shape) => mul(drawNormal(key, shape), deviation);

/** Normal of mean 0 and the given deviation, without what is beyond `bound` deviations: 2 unless given. */
export const truncatedNormal = (deviation: number, bound = 2): Initializer => (key, shape) =>
  mul(drawTruncated(key, -bound, bound, shape), deviation);

type Variance = (fans: Fans) => number;
/** Uniform of a variance that depends on the fans: bounds ±√(3 variance). */
const uniformOf = (variance: Variance): Initializer => (key, shape, fans) => {
  const bound = Math.sqrt(3 * variance(fans));
  return drawUniform(key, shape, -bound, bound);
};
const normalOf = (variance: Variance): Initializer => (key, shape, fans) =>
  mul(drawNormal(key, shape), Math.sqrt(variance(fans)));

const lecun: Variance = ({ fanIn }) => 1 / fanIn;
const glorot: Variance = ({ fanIn, fanOut }) => 2 / (fanIn + fanOut);
const he: Variance = ({ fanIn }) => 2 / fanIn;

/** Variance 1 / fanIn, uniform. (LeCun et al. 1998, Efficient BackProp, section 4.6) */
export const lecunUniform: Initializer = uniformOf(lecun);
/** Variance 1 / fanIn, normal. (LeCun et al. 1998, Efficient BackProp, section 4.6) */
export const lecunNormal: Initializer = normalOf(lecun);
/** Variance 2 / (fanIn + fanOut), uniform. (Glorot and Bengio 2010, equation 16) */
export const glorotUniform: Initializer = uniformOf(glorot);
/** Variance 2 / (fanIn + fanOut), normal. (Glorot and Bengio 2010, equation 12) */
export const glorotNormal: Initializer = normalOf(glorot);
/** Variance 2 / fanIn, uniform: for rectified units. (He et al. 2015, Delving deep into rectifiers, equation 10) */
export const heUniform: Initializer = uniformOf(he);
/** Variance 2 / fanIn, normal: for rectified units. (He et al. 2015, Delving deep into rectifiers, equation 10) */
export const heNormal: Initializer = normalOf(he);

/**
 * Rows (or, where there are more rows than columns, columns) of length `gain` at right angles, in a random direction: of a kernel all
 * but its first axis are columns. Gradients keep their size through layers of them. (Saxe et al. 2013)
 */
export const orthogonal = (gain = 1): Initializer => (key, shape) => {
  const [rows = 1, ...rest] = shape, columns = rest.reduce((a, d) => a * d, 1), wide = columns >= rows;
  if (rows * columns === 0) return full(shape, 0);
  const drawn = drawNormal(key, wide ? [rows, columns] : [columns, rows]) as Tensor, basis = orthonormal(drawn);
  return reshape(mul(wide ? basis : transpose(basis), gain) as Tensor, shape) as Tensor;
};

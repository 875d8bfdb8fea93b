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

/**
 * Every entry `value`.
 *
 * @example
 * ```ts
 * import { nn, random, read } from "@pullback/pullback";
 * const net = nn.model([2], nn.named("out", nn.linear(1, { weightInit: nn.init.constant(0.5), bias: false })));
 * console.log(await read(net.init(random.key(0)).params.out.weight)); // [ [ 0.5, 0.5 ] ]
 * ```
 */
export const constant = (value: number): Initializer => (_key, shape) => full(shape, value);
/**
 * Zeros.
 *
 * @example
 * ```ts
 * import { nn, random, read } from "@pullback/pullback";
 * const net = nn.model([2], nn.named("out", nn.linear(1, { weightInit: nn.init.zeros, bias: false })));
 * console.log(await read(net.init(random.key(0)).params.out.weight)); // [ [ 0, 0 ] ]
 * ```
 */
export const zeros: Initializer = constant(0);
/**
 * Ones.
 *
 * @example
 * ```ts
 * import { nn, random, read } from "@pullback/pullback";
 * const net = nn.model([2], nn.named("out", nn.linear(1, { weightInit: nn.init.ones, bias: false })));
 * console.log(await read(net.init(random.key(0)).params.out.weight)); // [ [ 1, 1 ] ]
 * ```
 */
export const ones: Initializer = constant(1);
/**
 * Uniform in [low, high).
 *
 * @example
 * ```ts
 * import { abs, item, max, nn, random } from "@pullback/pullback";
 * const net = nn.model([300], nn.named("out", nn.linear(200, { weightInit: nn.init.uniform(-0.1, 0.1) })));
 * const weight = net.init(random.key(0)).params.out.weight;
 * console.log((await item(max(abs(weight)))).toFixed(3)); // 0.100
 * ```
 */
export const uniform = (low: number, high: number): Initializer => (key, shape) => drawUniform(key, shape, low, high);
/**
 * Normal of mean 0 and the given deviation.
 *
 * @example
 * ```ts
 * import { item, nn, random, std } from "@pullback/pullback";
 * const net = nn.model([300], nn.named("out", nn.linear(200, { weightInit: nn.init.normal(0.02) })));
 * const weight = net.init(random.key(0)).params.out.weight;
 * console.log((await item(std(weight))).toFixed(3)); // 0.020
 * ```
 */
export const normal = (deviation: number): Initializer => (key, shape) => mul(drawNormal(key, shape), deviation);

/**
 * Normal of mean 0 and the given deviation, without what is beyond `bound` deviations: 2 unless given.
 *
 * @example
 * ```ts
 * import { abs, item, max, nn, random } from "@pullback/pullback";
 * const net = nn.model([300], nn.named("out", nn.linear(200, { weightInit: nn.init.truncatedNormal(0.02) })));
 * const weight = net.init(random.key(0)).params.out.weight;
 * console.log((await item(max(abs(weight)))).toFixed(3)); // 0.040
 * ```
 */
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

/**
 * Variance 1 / fanIn, uniform. (LeCun et al. 1998, Efficient BackProp, section 4.6)
 *
 * @example
 * ```ts
 * import { abs, item, max, nn, random } from "@pullback/pullback";
 * const net = nn.model([300], nn.named("out", nn.linear(200, { weightInit: nn.init.lecunUniform })));
 * const weight = net.init(random.key(0)).params.out.weight;
 * console.log((await item(max(abs(weight)))).toFixed(3)); // 0.100
 * ```
 */
export const lecunUniform: Initializer = uniformOf(lecun);
/**
 * Variance 1 / fanIn, normal. (LeCun et al. 1998, Efficient BackProp, section 4.6)
 *
 * @example
 * ```ts
 * import { item, nn, random, std } from "@pullback/pullback";
 * const net = nn.model([300], nn.named("out", nn.linear(200, { weightInit: nn.init.lecunNormal })));
 * const weight = net.init(random.key(0)).params.out.weight;
 * console.log((await item(std(weight))).toFixed(3)); // 0.058
 * ```
 */
export const lecunNormal: Initializer = normalOf(lecun);
/**
 * Variance 2 / (fanIn + fanOut), uniform. (Glorot and Bengio 2010, equation 16)
 *
 * @example
 * ```ts
 * import { abs, item, max, nn, random } from "@pullback/pullback";
 * const net = nn.model([300], nn.named("out", nn.linear(200, { weightInit: nn.init.glorotUniform })));
 * const weight = net.init(random.key(0)).params.out.weight;
 * console.log((await item(max(abs(weight)))).toFixed(3)); // 0.110
 * ```
 */
export const glorotUniform: Initializer = uniformOf(glorot);
/**
 * Variance 2 / (fanIn + fanOut), normal. (Glorot and Bengio 2010, equation 12)
 *
 * @example
 * ```ts
 * import { item, nn, random, std } from "@pullback/pullback";
 * const net = nn.model([300], nn.named("out", nn.linear(200, { weightInit: nn.init.glorotNormal })));
 * const weight = net.init(random.key(0)).params.out.weight;
 * console.log((await item(std(weight))).toFixed(3)); // 0.063
 * ```
 */
export const glorotNormal: Initializer = normalOf(glorot);
/**
 * Variance 2 / fanIn, uniform: for rectified units. (He et al. 2015, Delving deep into rectifiers, equation 10)
 *
 * @example
 * ```ts
 * import { abs, item, max, nn, random } from "@pullback/pullback";
 * const net = nn.model([300], nn.named("out", nn.linear(200, { weightInit: nn.init.heUniform })));
 * const weight = net.init(random.key(0)).params.out.weight;
 * console.log((await item(max(abs(weight)))).toFixed(3)); // 0.141
 * ```
 */
export const heUniform: Initializer = uniformOf(he);
/**
 * Variance 2 / fanIn, normal: for rectified units. (He et al. 2015, Delving deep into rectifiers, equation 10)
 *
 * @example
 * ```ts
 * import { item, nn, random, std } from "@pullback/pullback";
 * const net = nn.model([300], nn.named("out", nn.linear(200, { weightInit: nn.init.heNormal })));
 * const weight = net.init(random.key(0)).params.out.weight;
 * console.log((await item(std(weight))).toFixed(3)); // 0.082
 * ```
 */
export const heNormal: Initializer = normalOf(he);

/**
 * Rows (or, where there are more rows than columns, columns) of length `gain` at right angles, in a random direction: of a kernel all
 * but its first axis are columns. Gradients keep their size through layers of them. (Saxe et al. 2013)
 *
 * @example
 * ```ts
 * import { item, nn, random, square, sum } from "@pullback/pullback";
 * const net = nn.model([4], nn.named("out", nn.linear(2, { weightInit: nn.init.orthogonal() })));
 * const { weight } = net.init(random.key(0)).params.out;
 * console.log((await item(sum(square(weight)))).toFixed(3)); // 2.000
 * ```
 */
export const orthogonal = (gain = 1): Initializer => (key, shape) => {
  const [rows = 1, ...rest] = shape, columns = rest.reduce((a, d) => a * d, 1), wide = columns >= rows;
  if (rows * columns === 0) return full(shape, 0);
  const drawn = drawNormal(key, wide ? [rows, columns] : [columns, rows]) as Tensor, basis = orthonormal(drawn);
  return reshape(mul(wide ? basis : transpose(basis), gain) as Tensor, shape) as Tensor;
};

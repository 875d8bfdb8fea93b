/** Layers that leave something out in training, and do nothing otherwise. */
import { extents, type Tensor } from "../core/tensor.ts";
import { div, mul } from "../ops/arithmetic.ts";
import { where } from "../ops/comparison.ts";
import { bernoulli, foldIn } from "../ops/random.ts";
import type { Pointwise } from "./activation.ts";
import { image, type NoImage } from "./image.ts";
import { type Context, type Stateless, stateless } from "./layer.ts";

/**
 * In training, keeps entries with probability 1 - p, those that share an entry of the mask together, and divides them by 1 - p.
 */
export const drop = (
  op: string,
  p: number,
  x: Tensor,
  context: Context,
  maskOf: (shape: readonly number[]) => readonly number[] = (shape) => shape,
): Tensor => {
  const { training = false, key, path = [] } = context;
  if (!training || p === 0) return x;
  if (key === undefined) {
    throw new TypeError(`${op}: training needs a key: apply(variables, x, { training: true, key })`);
  }
  if (p === 1) return mul(x, 0);
  const own = path.reduce((k, i) => foldIn(k, i), key);
  return where(bernoulli(own, 1 - p, maskOf(extents(x))), div(x, 1 - p), 0);
};
/** A probability. Throws `RangeError`. */
export const chance = (op: string, p: number): number => {
  if (p >= 0 && p <= 1) return p;
  throw new RangeError(`${op}: expected a probability from 0 to 1, got ${p}`);
};
const lead = (shape: readonly number[], n: number): number[] => shape.map((d, i) => i < n ? d : 1);
const dropping = <K extends string>(kind: K, p: number, kept: (rank: number) => number): Pointwise<K> => {
  const share = chance(kind, p);
  return stateless<Pointwise<K>>(
    kind,
    (shape) => [...shape],
    (x, context) => drop(kind, share, x, context, (shape) => lead(shape, kept(shape.length))),
  );
};

/**
 * In training, sets each entry to 0 with probability `p` and divides the others by 1 - p; otherwise does nothing. The key
 * comes with the context: `model.apply(variables, x, { training: true, key })`; without one it throws. (Srivastava et al. 2014)
 *
 * @example
 * ```ts
 * import { data, item, max, nn, ones, random } from "@pullback/pullback";
 * const net = nn.model([100], nn.dropout(0.5)), x = ones([1, 100]);
 * const [y] = net.apply(net.init(random.key(0)), x, { training: true, key: random.key(1) });
 * console.log(new Set(await data(y)).size, await item(max(net.predict(net.init(random.key(0)), x)))); // 2 1
 * ```
 */
export const dropout = (p: number): Pointwise<"dropout"> => dropping("dropout", p, (rank) => rank);
/**
 * In training, sets all of an example to 0 with probability `p` and divides the others by 1 - p; otherwise does nothing. At the
 * end of the main path of a `residual` it leaves out the block. Keys as for `dropout`. (Huang et al. 2016, Deep networks with
 * stochastic depth)
 *
 * @example
 * ```ts
 * import { data, item, max, nn, ones, random } from "@pullback/pullback";
 * const net = nn.model([4], nn.stochasticDepth(0.5)), x = ones([32, 4]);
 * const [y] = net.apply(net.init(random.key(0)), x, { training: true, key: random.key(1) });
 * console.log(new Set(await data(y)).size, await item(max(net.predict(net.init(random.key(0)), x)))); // 2 1
 * ```
 */
export const stochasticDepth = (p: number): Pointwise<"stochasticDepth"> => dropping("stochasticDepth", p, () => 1);

/** The type of `dropout2d`. */
export interface Dropout2d extends Stateless {
  readonly kind: "dropout2d";
  readonly "~out": this["~in"] extends [unknown, unknown, unknown] ? this["~in"]
    : NoImage<this["~in"], "dropout2d", [number, number, number]>;
}
/**
 * In training, sets each channel to 0 with probability `p` and divides the others by 1 - p; otherwise does nothing.
 * `[c, h, w] -> [c, h, w]`. Keys as for `dropout`. (Tompson et al. 2015)
 *
 * @example
 * ```ts
 * import { data, item, max, nn, ones, random } from "@pullback/pullback";
 * const net = nn.model([64, 2, 2], nn.dropout2d(0.5)), x = ones([1, 64, 2, 2]);
 * const [y] = net.apply(net.init(random.key(0)), x, { training: true, key: random.key(1) });
 * console.log(new Set(await data(y)).size, await item(max(net.predict(net.init(random.key(0)), x)))); // 2 1
 * ```
 */
export const dropout2d = (p: number): Dropout2d => {
  const share = chance("dropout2d", p);
  return stateless<Dropout2d>(
    "dropout2d",
    (shape) => [...image("dropout2d", shape)],
    (x, context) => drop("dropout2d", share, x, context, (shape) => lead(shape, 2)),
  );
};

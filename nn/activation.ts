/** Layers that keep the shape and know nothing but the element: activations and the identity. */
import type { Tensor } from "../core/tensor.ts";
import * as activation from "../ops/activation.ts";
import { cast } from "../ops/cast.ts";
import { greaterEqual } from "../ops/comparison.ts";
import * as exponential from "../ops/exponential.ts";
import * as piecewise from "../ops/piecewise.ts";
import { type Stateless, stateless } from "./layer.ts";

/** A layer that keeps the shape. */
export interface Pointwise<K extends string> extends Stateless {
  readonly kind: K;
  readonly "~out": this["~in"];
}
/** The type of `identity`. */
export type Identity = Pointwise<"identity">;

const pointwise = <const K extends string>(kind: K, apply: (x: Tensor<number[], "f32">) => Tensor): Pointwise<K> =>
  stateless<Pointwise<K>>(kind, (shape) => [...shape], (x) => apply(x as Tensor<number[], "f32">));

/**
 * The layer that does nothing.
 *
 * @example
 * ```ts
 * import { nn, random, read, tensor } from "@pullback/pullback";
 * const net = nn.model([2], nn.identity);
 * console.log(await read(net.predict(net.init(random.key(0)), tensor([[-1, 2]])))); // [ [ -1, 2 ] ]
 * ```
 */
export const identity: Identity = pointwise("identity", (x) => x);
/**
 * tanh(x), in (-1, 1).
 *
 * @example
 * ```ts
 * import { nn, random, read, tensor } from "@pullback/pullback";
 * const net = nn.model([3], nn.tanh);
 * console.log(await read(net.predict(net.init(random.key(0)), tensor([[-100, 0, 100]])))); // [ [ -1, 0, 1 ] ]
 * ```
 */
export const tanh: Pointwise<"tanh"> = pointwise("tanh", exponential.tanh);
/**
 * max(x, 0).
 *
 * @example
 * ```ts
 * import { nn, random, read, tensor } from "@pullback/pullback";
 * const net = nn.model([3], nn.relu);
 * console.log(await read(net.predict(net.init(random.key(0)), tensor([[-1, 0, 2]])))); // [ [ 0, 0, 2 ] ]
 * ```
 */
export const relu: Pointwise<"relu"> = pointwise("relu", activation.relu);
/**
 * min(max(x, 0), 6). (Howard et al. 2017)
 *
 * @example
 * ```ts
 * import { nn, random, read, tensor } from "@pullback/pullback";
 * const net = nn.model([3], nn.relu6);
 * console.log(await read(net.predict(net.init(random.key(0)), tensor([[-1, 2, 8]])))); // [ [ 0, 2, 6 ] ]
 * ```
 */
export const relu6: Pointwise<"relu6"> = pointwise("relu6", piecewise.relu6);
/**
 * 1 / (1 + exp(-x)), in (0, 1).
 *
 * @example
 * ```ts
 * import { nn, random, read, tensor } from "@pullback/pullback";
 * const net = nn.model([3], nn.sigmoid);
 * console.log(await read(net.predict(net.init(random.key(0)), tensor([[-200, 0, 100]])))); // [ [ 0, 0.5, 1 ] ]
 * ```
 */
export const sigmoid: Pointwise<"sigmoid"> = pointwise("sigmoid", exponential.sigmoid);
/**
 * min(max(x + 3, 0), 6) / 6: `sigmoid` of straight pieces. (Howard et al. 2019)
 *
 * @example
 * ```ts
 * import { nn, random, read, tensor } from "@pullback/pullback";
 * const net = nn.model([3], nn.hardSigmoid);
 * console.log(await read(net.predict(net.init(random.key(0)), tensor([[-4, 0, 3]])))); // [ [ 0, 0.5, 1 ] ]
 * ```
 */
export const hardSigmoid: Pointwise<"hardSigmoid"> = pointwise("hardSigmoid", piecewise.hardSigmoid);
/**
 * x / (1 + exp(-x)), also called swish. (Hendrycks and Gimpel 2016)
 *
 * @example
 * ```ts
 * import { data, nn, random, tensor } from "@pullback/pullback";
 * const net = nn.model([3], nn.silu);
 * console.log(Array.from(await data(net.predict(net.init(random.key(0)), tensor([[-1, 0, 2]]))), (y) => Number(y).toFixed(2)).join(" ")); // -0.27 0.00 1.76
 * ```
 */
export const silu: Pointwise<"silu"> = pointwise("silu", activation.silu);
/**
 * x min(max(x + 3, 0), 6) / 6: `silu` of straight pieces. (Howard et al. 2019)
 *
 * @example
 * ```ts
 * import { data, nn, random, tensor } from "@pullback/pullback";
 * const net = nn.model([3], nn.hardSwish);
 * console.log(Array.from(await data(net.predict(net.init(random.key(0)), tensor([[-1, 0, 3]]))), (y) => Number(y).toFixed(2)).join(" ")); // -0.33 0.00 3.00
 * ```
 */
export const hardSwish: Pointwise<"hardSwish"> = pointwise("hardSwish", piecewise.hardSwish);
/**
 * x tanh(log(1 + exp(x))). (Misra 2019)
 *
 * @example
 * ```ts
 * import { data, nn, random, tensor } from "@pullback/pullback";
 * const net = nn.model([3], nn.mish);
 * console.log(Array.from(await data(net.predict(net.init(random.key(0)), tensor([[-1, 0, 2]]))), (y) => Number(y).toFixed(2)).join(" ")); // -0.30 0.00 1.94
 * ```
 */
export const mish: Pointwise<"mish"> = pointwise("mish", activation.mish);
/**
 * λ x where x is positive, else λ α (exp(x) - 1). (Klambauer et al. 2017)
 *
 * @example
 * ```ts
 * import { data, nn, random, tensor } from "@pullback/pullback";
 * const net = nn.model([3], nn.selu);
 * console.log(Array.from(await data(net.predict(net.init(random.key(0)), tensor([[-1, 0, 2]]))), (y) => Number(y).toFixed(2)).join(" ")); // -1.11 0.00 2.10
 * ```
 */
export const selu: Pointwise<"selu"> = pointwise("selu", activation.selu);
/**
 * 1 where x is at least 0, else 0; its derivative is 0. (McCulloch and Pitts 1943, the threshold moved to 0)
 *
 * @example
 * ```ts
 * import { nn, random, read, tensor } from "@pullback/pullback";
 * const net = nn.model([3], nn.step);
 * console.log(await read(net.predict(net.init(random.key(0)), tensor([[-1, 0, 2]])))); // [ [ 0, 1, 1 ] ]
 * ```
 */
export const step: Pointwise<"step"> = pointwise("step", (x) => cast(greaterEqual(x, 0), "f32"));

/**
 * x where it is positive, else slope x; 0.01 unless given. `leakyRelu(0.2)` (Maas et al. 2013)
 *
 * @example
 * ```ts
 * import { nn, random, read, tensor } from "@pullback/pullback";
 * const net = nn.model([3], nn.leakyRelu(0.25));
 * console.log(await read(net.predict(net.init(random.key(0)), tensor([[-2, 0, 2]])))); // [ [ -0.5, 0, 2 ] ]
 * ```
 */
export const leakyRelu = (slope = 0.01): Pointwise<"leakyRelu"> =>
  pointwise("leakyRelu", (x) => piecewise.leakyRelu(x, slope));
/**
 * x where it is positive, else alpha (exp(x) - 1); alpha is 1 unless given. (Clevert et al. 2015)
 *
 * @example
 * ```ts
 * import { data, nn, random, tensor } from "@pullback/pullback";
 * const net = nn.model([3], nn.elu());
 * console.log(Array.from(await data(net.predict(net.init(random.key(0)), tensor([[-1, 0, 2]]))), (y) => Number(y).toFixed(2)).join(" ")); // -0.63 0.00 2.00
 * ```
 */
export const elu = (alpha = 1): Pointwise<"elu"> => pointwise("elu", (x) => activation.elu(x, alpha));
/**
 * x Φ(x), Φ the distribution function of the normal distribution, or its approximation by tanh. (Hendrycks and Gimpel 2016)
 *
 * @example
 * ```ts
 * import { data, nn, random, tensor } from "@pullback/pullback";
 * const net = nn.model([3], nn.gelu());
 * console.log(Array.from(await data(net.predict(net.init(random.key(0)), tensor([[-1, 0, 2]]))), (y) => Number(y).toFixed(2)).join(" ")); // -0.16 0.00 1.95
 * ```
 */
export const gelu = (form: "exact" | "tanh" = "exact"): Pointwise<"gelu"> =>
  pointwise("gelu", (x) => activation.gelu(x, form));
/**
 * log(1 + exp(beta x)) / beta; beta is 1 unless given.
 *
 * @example
 * ```ts
 * import { data, nn, random, tensor } from "@pullback/pullback";
 * const net = nn.model([3], nn.softplus());
 * console.log(Array.from(await data(net.predict(net.init(random.key(0)), tensor([[-1, 0, 2]]))), (y) => Number(y).toFixed(2)).join(" ")); // 0.31 0.69 2.13
 * ```
 */
export const softplus = (beta = 1): Pointwise<"softplus"> => pointwise("softplus", (x) => activation.softplus(x, beta));
/**
 * min(max(x, low), high); -1 and 1 unless given.
 *
 * @example
 * ```ts
 * import { nn, random, read, tensor } from "@pullback/pullback";
 * const net = nn.model([3], nn.hardTanh());
 * console.log(await read(net.predict(net.init(random.key(0)), tensor([[-2, 0.5, 3]])))); // [ [ -1, 0.5, 1 ] ]
 * ```
 */
export const hardTanh = (low = -1, high = 1): Pointwise<"hardTanh"> =>
  pointwise("hardTanh", (x) => piecewise.hardTanh(x, low, high));

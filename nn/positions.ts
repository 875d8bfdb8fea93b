/** Where in a sequence something stands: positions that are added, a token that is put before, an image cut into patches. */
import type { Add } from "../core/arith.ts";
import type { Size2 } from "../core/shape/conv.ts";
import type { Dim } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { add, mul, rem, sub } from "../ops/arithmetic.ts";
import { cast } from "../ops/cast.ts";
import { equal, where } from "../ops/comparison.ts";
import { exp } from "../ops/exponential.ts";
import type { AnyFloat } from "../ops/pointwise.ts";
import { concat } from "../ops/slice.ts";
import { iota } from "../ops/source.ts";
import { broadcastTo } from "../ops/structure.ts";
import { cos, sin } from "../ops/trigonometry.ts";
import { type Conv2d, conv2d } from "./conv2d.ts";
import { type Initializer, normal, zeros } from "./init.ts";
import { layer, type LayerFields, type Parametric, type Stateless, stateless } from "./layer.ts";
import { type AsSequence, asSequence } from "./reshaping.ts";
import { type OnSequence, sequence } from "./sequence.ts";
import { type Named, named, type Sequential, sequential } from "./sequential.ts";

/** The type of `sinusoidalPositions`. */
export interface SinusoidalPositions extends Stateless {
  readonly kind: "sinusoidalPositions";
  readonly "~out": OnSequence<"sinusoidalPositions", this["~in"], this["~in"]>;
}
/** f32[t, c]: sine of t / 10000^(2 i / c) at feature 2 i, its cosine at 2 i + 1. */
const waves = (time: number, width: number): Tensor => {
  const shape = [time, width], feature = iota(shape, 1, "i32") as Tensor, odd = rem(feature, 2) as Tensor;
  const rate = mul(cast(sub(feature, odd), "f32"), -Math.log(10000) / width) as Tensor;
  const angle = mul(cast(iota(shape, 0, "i32"), "f32"), exp(rate as AnyFloat)) as Tensor as AnyFloat;
  return where(equal(odd, 0) as Tensor<[], "bool">, sin(angle) as Tensor, cos(angle) as Tensor) as Tensor;
};
/**
 * Adds to place t of a sequence sin(t / 10000^(2 i / c)) at feature 2 i and the cosine at 2 i + 1. `[t, c] -> [t, c]` (Vaswani et
 * al. 2017, section 3.5)
 *
 * @example
 * ```ts
 * import { nn, random, read, zeros } from "@pullback/pullback";
 * const net = nn.model([2, 2], nn.sinusoidalPositions);
 * const [first] = (await read(net.predict(net.init(random.key(0)), zeros([1, 2, 2]))))[0]!;
 * console.log(first); // [ 0, 1 ]
 * ```
 */
export const sinusoidalPositions: SinusoidalPositions = stateless<SinusoidalPositions>(
  "sinusoidalPositions",
  (shape) => [...sequence("sinusoidalPositions", shape)],
  (x) => add(x, waves(extents(x).at(-2)!, extents(x).at(-1)!)),
);

/** The type of `learnedPositions`. */
export interface LearnedPositions extends Parametric {
  readonly kind: "learnedPositions";
  readonly "~out": OnSequence<"learnedPositions", this["~in"], this["~in"]>;
  readonly "~params": PositionWeight<this["~in"]>;
}
type PositionWeight<I> = {
  readonly weight: Tensor<I extends [infer T, infer C] ? [T & Dim, C & Dim] : [number, number], "f32">;
};
/**
 * Adds a learned vector to each place of a sequence. `[t, c] -> [t, c]`. Parameters: `weight` f32[t, c], normal of deviation 0.02 unless given.
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([16, 32], nn.learnedPositions()).output); // [ 16, 32 ]
 * ```
 */
export const learnedPositions = (weightInit: Initializer = normal(0.02)): LearnedPositions => {
  const op = "learnedPositions";
  const fields: LayerFields<Parametric> = {
    kind: op,
    has: { params: true, state: false },
    outShape: (shape) => [...sequence(op, shape)],
    init: (key, shape) => {
      const [fanIn, fanOut] = sequence(op, shape);
      return { params: { weight: weightInit(key, shape, { fanIn, fanOut }) }, state: {} };
    },
    apply: ({ params }, x) => [add(x, (params as { readonly weight: Tensor }).weight), {}],
  };
  return layer(fields as unknown as LayerFields<LearnedPositions>);
};

/** The type of `classToken`. */
export interface ClassToken extends Parametric {
  readonly kind: "classToken";
  readonly "~out": OnSequence<"classToken", this["~in"], Longer<this["~in"]>>;
  readonly "~params": Token<this["~in"]>;
}
type Longer<I> = I extends [infer T, infer C] ? [T extends number ? Add<T, 1> : number, C] : never;
type Token<I> = {
  readonly token: Tensor<[I extends [unknown, infer C extends Dim] ? C : number], "f32">;
};
/**
 * Puts a learned vector before a sequence, in whose place a classifier looks afterwards: `select(0)`. `[t, c] -> [t + 1, c]`.
 * Parameters: `token` f32[c], zeros unless given. (Devlin et al. 2018; Dosovitskiy et al. 2020)
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([16, 32], nn.classToken()).output); // [ 17, 32 ]
 * ```
 */
export const classToken = (tokenInit: Initializer = zeros): ClassToken => {
  const op = "classToken";
  const fields: LayerFields<Parametric> = {
    kind: op,
    has: { params: true, state: false },
    outShape: (shape) => {
      const [time, width] = sequence(op, shape);
      return [time + 1, width];
    },
    init: (key, shape) => {
      const width = sequence(op, shape)[1];
      return { params: { token: tokenInit(key, [width], { fanIn: width, fanOut: width }) }, state: {} };
    },
    apply: ({ params }, x) => {
      const [batch, , width] = extents(x), { token } = params as { readonly token: Tensor };
      return [concat([broadcastTo(token, [batch!, 1, width!]) as Tensor, x], 1) as Tensor, {}];
    },
  };
  return layer(fields as unknown as LayerFields<ClassToken>);
};

/** The type of `patchEmbedding`: width, and size of a patch. */
export type PatchEmbedding<C, P> = Sequential<[Named<"projection", Conv2d<C, P, P, 0, 1, 1, "exact">>, AsSequence]>;
/**
 * An image as the sequence of its patches, row by row, each mapped to `width` features: a convolution whose stride is its kernel.
 * `[c, h, w] -> [h w / patch², width]`. Its variables are at `projection`. Throws `ShapeError` where patches do not tile the image.
 * `patchEmbedding(768, 16)` (Dosovitskiy et al. 2020)
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([3, 32, 32], nn.patchEmbedding(64, 8)).output); // [ 16, 64 ]
 * ```
 */
export const patchEmbedding = <const C extends number, const P extends Size2>(
  width: C,
  patch: P,
): PatchEmbedding<C, P> =>
  sequential(named("projection", conv2d(width, { kernel: patch, stride: patch, fit: "exact" })), asSequence);

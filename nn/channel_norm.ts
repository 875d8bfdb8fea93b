/** Normalization of the channels of each example: in groups, each by itself, or by their neighbours. */
import type { DivMod } from "../core/arith.ts";
import type { Extents } from "../core/aval.ts";
import { ShapeError } from "../core/errors.ts";
import { type Fail, type IsDynamic, type Show, showShape } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import { optionsOf } from "../core/options.ts";
import * as normalization from "../ops/normalization.ts";
import { ones, zeros } from "../ops/source.ts";
import type { ScaleShift } from "./batch_norm.ts";
import { type Layer, layer, type LayerFields, type Nothing, type Stateless, stateless } from "./layer.ts";
import type { NormConfig } from "./layer_norm.ts";

type Channels<I> = I extends [infer C, ...unknown[]] ? C : number;
/** What `groupNorm` and `instanceNorm` share. */
interface ChannelNorm<A> extends Layer {
  readonly "~params": A extends false ? Nothing : ScaleShift<Channels<this["~in"]>>;
  readonly "~state": Nothing;
  readonly "~has": A extends false ? never : "params";
}
/** `I` itself where it has `[channels, ...]`, with `More` further axes at least. */
type Needs<Op extends string, I, Least extends string, More extends readonly unknown[]> = I extends
  readonly [unknown, ...More, ...unknown[]] ? I
  : I extends readonly unknown[] ? IsDynamic<I> extends true ? I : Fail<`${Op}: expects ${Least}, got ${Show<I>}`>
  : never;
const needs = (op: string, shape: Extents, expected: string, least: number): number[] => {
  if (shape.length >= least) return [...shape];
  const got = showShape(shape);
  throw new ShapeError(`${op}: expects ${expected}, got ${got}`, { op, expected, got });
};

/** The type of `groupNorm`. */
export interface GroupNorm<G extends number, A> extends ChannelNorm<A> {
  readonly kind: "groupNorm";
  readonly "~out": GroupOut<this["~in"], G>;
}
type GroupOut<I, G extends number> = Needs<"groupNorm", I, "[channels, ...]", []> extends infer R
  ? R extends readonly [infer C extends number, ...unknown[]] ? number extends C | G ? R
    : DivMod<C, G> extends [unknown, 0] ? R
    : Fail<`groupNorm: ${C} channels are not divisible by groups ${G}`>
  : R
  : never;
type Of = { readonly scale?: Tensor<number[], "f32">; readonly shift?: Tensor<number[], "f32"> };
const perChannel = (
  kind: string,
  affine: boolean,
  outShape: (shape: Extents) => number[],
  normalize: (x: Tensor<number[], "f32">, of: Of) => Tensor,
): LayerFields<Layer> => ({
  kind,
  has: { params: affine, state: false },
  outShape,
  init: (_key, [c]) => ({ params: affine ? { scale: ones([c!]), shift: zeros([c!]) } : {}, state: {} }),
  apply: ({ params }, x) => [normalize(x as Tensor<number[], "f32">, params as Of), {}],
});
/**
 * Normalizes `groups` groups of neighbouring channels of each example, then scales and shifts each channel.
 * `[c, ...] -> [c, ...]`. Parameters, unless `affine: false`: `scale` and `shift` f32[c]. `groupNorm(32)` (Wu and He 2018)
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([8, 4, 4], nn.groupNorm(2)).output); // [ 8, 4, 4 ]
 * ```
 */
export const groupNorm = <const G extends number, const A extends boolean = true>(
  groups: G,
  options: NormConfig<A> = {},
): GroupNorm<G, A> => {
  const { affine = true as A, epsilon = 1e-5 } = optionsOf("groupNorm", options, { affine: true, epsilon: true });
  const outShape = (shape: Extents): number[] => {
    const [c] = needs("groupNorm", shape, "[channels, ...]", 1);
    if (Number.isNaN(c) || c! % groups === 0) return [...shape];
    throw new ShapeError(`groupNorm: ${c} channels are not divisible by groups ${groups}`, {
      op: "groupNorm",
      expected: `channels divisible by ${groups}`,
      got: `${c}`,
    });
  };
  const normalize = (x: Tensor<number[], "f32">, of: Of): Tensor =>
    normalization.groupNorm(x, groups, { ...of, epsilon });
  return layer(perChannel("groupNorm", affine, outShape, normalize) as unknown as LayerFields<GroupNorm<G, A>>);
};

/** The type of `instanceNorm`. */
export interface InstanceNorm<A> extends ChannelNorm<A> {
  readonly kind: "instanceNorm";
  readonly "~out": Needs<"instanceNorm", this["~in"], "[channels, ...] with at least one axis more", [unknown]>;
}
/**
 * Normalizes each channel of each example; scales and shifts with `affine: true` alone. `[c, ...] -> [c, ...]`. Parameters, if
 * any: `scale` and `shift` f32[c]. (Ulyanov et al. 2016)
 *
 * @example
 * ```ts
 * import { data, nn, random, tensor } from "@pullback/pullback";
 * const net = nn.model([1, 2, 2], nn.instanceNorm());
 * const y = net.predict(net.init(random.key(0)), tensor([[[[1, 1], [3, 3]]]]));
 * console.log(Array.from(await data(y), (v) => Number(v).toFixed(2)).join(" ")); // -1.00 -1.00 1.00 1.00
 * ```
 */
export const instanceNorm = <const A extends boolean = false>(
  options: NormConfig<A> = {},
): InstanceNorm<A> => {
  const { affine = false as A, epsilon = 1e-5 } = optionsOf("instanceNorm", options, { affine: true, epsilon: true });
  const fields = perChannel(
    "instanceNorm",
    affine,
    (shape) => needs("instanceNorm", shape, "[channels, ...] with at least one axis more", 2),
    (x, of) => normalization.instanceNorm(x, { ...of, epsilon }),
  );
  return layer(fields as unknown as LayerFields<InstanceNorm<A>>);
};

/** The type of `localResponseNorm`. */
export interface LocalResponseNorm extends Stateless {
  readonly kind: "localResponseNorm";
  readonly "~out": Needs<"localResponseNorm", this["~in"], "[channels, ...]", []>;
}
/**
 * Divides by the activity of neighbouring channels: x / (k + alpha · mean of x² over `size` channels around it)^beta.
 * `[c, ...] -> [c, ...]`; alpha 1e-4, beta 0.75 and k 1 unless given. `localResponseNorm(5, { k: 2 })` (Krizhevsky et al. 2012,
 * section 3.3, where alpha is not divided by the size)
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([16, 8, 8], nn.localResponseNorm(5, { k: 2 })).output); // [ 16, 8, 8 ]
 * ```
 */
export const localResponseNorm = (
  size: number,
  options: normalization.LocalResponseOptions = {},
): LocalResponseNorm => {
  optionsOf("localResponseNorm", options, { alpha: true, beta: true, k: true });
  return stateless<LocalResponseNorm>(
    "localResponseNorm",
    (shape) => needs("localResponseNorm", shape, "[channels, ...]", 1),
    (x) => normalization.localResponseNorm(x as Tensor<number[], "f32">, size, options),
  );
};

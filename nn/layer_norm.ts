/** Normalization of each example by itself, over its last axes. */
import type { AnyFail } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import { optionsOf } from "../core/options.ts";
import * as normalization from "../ops/normalization.ts";
import { ones, zeros } from "../ops/source.ts";
import { moveAxis } from "../ops/structure.ts";
import { type ScaleShift } from "./batch_norm.ts";
import { image, type NoImage } from "./image.ts";
import { type LastAxes, lastAxes } from "./last_axes.ts";
import { type Layer, layer, type LayerFields, type Nothing } from "./layer.ts";

/** Options of layers that normalize: whether they scale and shift, and what is added to the variance. */
export interface NormConfig<A> {
  /** Whether it scales and shifts what it normalized. */
  readonly affine?: A;
  /** Added to the variance; 1e-5 unless given. */
  readonly epsilon?: number;
}
/** Options of `layerNorm` and `rmsNorm`. */
export interface LayerNormConfig<N, A> extends NormConfig<A> {
  /** How many of the last axes are normalized together; 1 unless given. */
  readonly axes?: N;
}
/** A layer that keeps its shape and whose only parameters are optional. */
interface Norm<A> extends Layer {
  readonly "~state": Nothing;
  readonly "~has": A extends false ? never : "params";
}
/** The type of `layerNorm`. */
export interface LayerNorm<N extends number, A> extends Norm<A> {
  readonly kind: "layerNorm";
  readonly "~out": Kept<"layerNorm", this["~in"], N>;
  readonly "~params": A extends false ? Nothing : Shared<"layerNorm", this["~in"], N, "scale" | "shift">;
}
/** The type of `rmsNorm`. */
export interface RmsNorm<N extends number, A> extends Norm<A> {
  readonly kind: "rmsNorm";
  readonly "~out": Kept<"rmsNorm", this["~in"], N>;
  readonly "~params": A extends false ? Nothing : Shared<"rmsNorm", this["~in"], N, "scale">;
}
type Kept<Op extends string, I, N extends number> = LastAxes<Op, I, N> extends infer R extends AnyFail ? R : I;
type Shared<Op extends string, I, N extends number, K extends string> = {
  readonly [_ in K]: Tensor<LastAxes<Op, I, N>, "f32">;
};
type Of = { readonly scale?: Tensor<number[], "f32">; readonly shift?: Tensor<number[], "f32"> };

const overLast = (
  kind: "layerNorm" | "rmsNorm",
  options: LayerNormConfig<number, boolean>,
): LayerFields<Layer> => {
  optionsOf(kind, options, { axes: true, affine: true, epsilon: true });
  const { axes = 1, affine = true, epsilon = 1e-5 } = options;
  return {
    kind,
    has: { params: affine, state: false },
    outShape: (shape) => (lastAxes(kind, shape, axes), [...shape]),
    init: (_key, shape) => {
      const own = lastAxes(kind, shape, axes);
      if (!affine) return { params: {}, state: {} };
      return { params: kind === "rmsNorm" ? { scale: ones(own) } : { scale: ones(own), shift: zeros(own) }, state: {} };
    },
    apply: ({ params }, x) => [
      normalization[kind](x as Tensor<number[], "f32">, axes, { ...(params as Of), epsilon }),
      {},
    ],
  };
};
/**
 * Normalizes the last axes of each example together to mean 0 and variance 1, then scales and shifts:
 * y = scale (x - mean) / sqrt(variance + epsilon) + shift. `[..., s] -> [..., s]`. Parameters, unless `affine: false`: `scale` and
 * `shift` f32[s]. (Ba et al. 2016)
 *
 * @example
 * ```ts
 * import { data, nn, random, tensor } from "@pullback/pullback";
 * const net = nn.model([2], nn.layerNorm());
 * const y = net.predict(net.init(random.key(0)), tensor([[1, 3]]));
 * console.log(Array.from(await data(y), (v) => Number(v).toFixed(2)).join(" ")); // -1.00 1.00
 * ```
 */
export const layerNorm = <const N extends number = 1, const A extends boolean = true>(
  config: LayerNormConfig<N, A> = {},
): LayerNorm<N, A> => layer(overLast("layerNorm", config) as unknown as LayerFields<LayerNorm<N, A>>);
/**
 * Divides by the root of the mean square of the last axes: scale x / sqrt(mean(x²) + epsilon). `[..., s] -> [..., s]`. Parameters,
 * unless `affine: false`: `scale` f32[s]. (Zhang and Sennrich 2019)
 *
 * @example
 * ```ts
 * import { data, nn, random, tensor } from "@pullback/pullback";
 * const net = nn.model([2], nn.rmsNorm());
 * const y = net.predict(net.init(random.key(0)), tensor([[1, 7]]));
 * console.log(Array.from(await data(y), (v) => Number(v).toFixed(2)).join(" ")); // 0.20 1.40
 * ```
 */
export const rmsNorm = <const N extends number = 1, const A extends boolean = true>(
  config: LayerNormConfig<N, A> = {},
): RmsNorm<N, A> => layer(overLast("rmsNorm", config) as unknown as LayerFields<RmsNorm<N, A>>);

/** The type of `layerNorm2d`. */
export interface LayerNorm2d<A> extends Norm<A> {
  readonly kind: "layerNorm2d";
  readonly "~out": this["~in"] extends [unknown, unknown, unknown] ? this["~in"]
    : NoImage<this["~in"], "layerNorm2d", [number, number, number]>;
  readonly "~params": A extends false ? Nothing
    : ScaleShift<this["~in"] extends [infer C, ...unknown[]] ? C : number>;
}
/**
 * `layerNorm` over the channels at every place of an image. `[c, h, w] -> [c, h, w]`. Parameters, unless `affine: false`: `scale`
 * and `shift` f32[c]. (Liu et al. 2022, A ConvNet for the 2020s)
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([8, 4, 4], nn.layerNorm2d()).output); // [ 8, 4, 4 ]
 * ```
 */
export const layerNorm2d = <const A extends boolean = true>(
  options: NormConfig<A> = {},
): LayerNorm2d<A> => {
  const { affine = true as A, epsilon = 1e-5 } = optionsOf("layerNorm2d", options, { affine: true, epsilon: true });
  const fields: LayerFields<Layer> = {
    kind: "layerNorm2d",
    has: { params: affine, state: false },
    outShape: (shape) => [...image("layerNorm2d", shape)],
    init: (_key, [c]) => ({ params: affine ? { scale: ones([c!]), shift: zeros([c!]) } : {}, state: {} }),
    apply: ({ params }, x) => {
      const last = moveAxis(x, 1, -1) as Tensor as Tensor<number[], "f32">;
      return [moveAxis(normalization.layerNorm(last, 1, { ...(params as Of), epsilon }), -1, 1) as Tensor, {}];
    },
  };
  return layer(fields as unknown as LayerFields<LayerNorm2d<A>>);
};

/** Convolutions that keep the channels apart. */
import type { Mul } from "../core/arith.ts";
import type { Extents } from "../core/aval.ts";
import { type First, planWindows, type Second, type Size2, type Sliding, type Windows } from "../core/shape/conv.ts";
import type { Dim } from "../core/shape/dim.ts";
import type { Fit, Padding } from "../core/shape/window.ts";
import { extents } from "../core/tensor.ts";
import { needCount } from "../core/shape/count.ts";
import { optionsOf } from "../core/options.ts";
import { conv2d as convolve } from "../ops/convolution.ts";
import { type Conv2d, conv2d } from "./conv2d.ts";
import { image, type NoImage } from "./image.ts";
import { layer, type LayerFields, type Parametric } from "./layer.ts";
import { type Named, named, type Sequential, sequential } from "./sequential.ts";
import { type BiasConfig, biased, drawWeightBias, weightBias, type WeightInit, type Weights } from "./weights.ts";

/** Outputs for each channel, kernel, stride, padding, dilation, fit, whether there is a bias. */
export interface DepthwiseConv2d<M, K, S, P, D, F, B = true> extends Parametric {
  readonly kind: "depthwiseConv2d";
  readonly "~out": DepthwiseOut<this["~in"], M, K, S, P, D, F>;
  readonly "~params": DepthwiseParams<this["~in"], M, K, B>;
}
type Times<C, M> = C extends number ? M extends 1 ? C : number extends C | M ? number : Mul<C, M & number> : number;
type DepthwiseOut<I, M, K, S, P, D, F> = I extends [infer C, infer H, infer W]
  ? Sliding<"depthwiseConv2d", I, [Times<C, M>], Windows<H, W, K, S, P, D, F>>
  : NoImage<I, "depthwiseConv2d", [number, number, number]>;
type DepthwiseParams<I, M, K, B> = I extends [infer C, ...unknown[]]
  ? Weights<[Times<C, M>, 1, First<K> & Dim, Second<K> & Dim], Times<C, M>, B>
  : Weights<[number, 1, First<K> & Dim, Second<K> & Dim], number, B>;

/** Options of `depthwiseConv2d`; `multiplier` is the number of outputs for each channel, 1 unless given. */
export interface DepthwiseConfig<M, K, S, P, D, F, B> extends WeightInit, BiasConfig<B> {
  readonly kernel: K;
  readonly multiplier?: M;
  readonly stride?: S;
  readonly padding?: P;
  readonly dilation?: D;
  readonly fit?: F;
}
const names = {
  ...{ kernel: true, multiplier: true, stride: true, padding: true, dilation: true, fit: true } as const,
  ...{ weightInit: true, biasInit: true, bias: true } as const,
} as const;
/**
 * Convolution of each channel of an image by itself, with `multiplier` kernels, plus a bias unless `bias: false`: `conv2d` with as
 * many groups as there are channels. `[c, h, w] -> [c multiplier, h', w']`. Parameters: `weight` f32[c multiplier, 1, kh, kw],
 * `bias` f32[c multiplier]. `depthwiseConv2d({ kernel: 3, padding: 1 })` (Howard et al. 2017)
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([8, 6, 6], nn.depthwiseConv2d({ kernel: 3, padding: 1 })).output); // [ 8, 6, 6 ]
 * ```
 */
export const depthwiseConv2d = <
  const K extends Size2,
  const M extends number = 1,
  const S extends Size2 = 1,
  const P extends Padding = 0,
  const D extends Size2 = 1,
  const F extends Fit = "floor",
  const B extends boolean = true,
>(options: DepthwiseConfig<M, K, S, P, D, F, B>): DepthwiseConv2d<M, K, S, P, D, F, B> => {
  const op = "depthwiseConv2d";
  optionsOf(op, options, names);
  const { kernel, multiplier = 1, stride, padding, dilation, fit } = options;
  needCount(op, "the multiplier", multiplier);
  const [kh, kw] = typeof kernel === "number" ? [kernel, kernel] : kernel as readonly [number, number];
  const outShape = (shape: Extents): number[] => {
    const [c] = image(op, shape);
    return [c * multiplier, ...planWindows(op, shape, { kernel, stride, padding, dilation, fit }).map((p) => p.extent)];
  };
  const fields: LayerFields<Parametric> = {
    kind: op,
    has: { params: true, state: false },
    outShape,
    init: (key, [c]) => {
      const fans = { fanIn: kh! * kw!, fanOut: multiplier * kh! * kw! };
      return drawWeightBias(key, op, [c! * multiplier, 1, kh!, kw!], fans, options);
    },
    apply: ({ params }, x) => {
      const { weight, bias } = weightBias(params);
      return [biased(convolve(x, weight, { stride, padding, dilation, groups: extents(x)[1]!, fit }), bias), {}];
    },
    multiplyAdds: (shape) => outShape(shape).reduce((n, d) => n * d, 1) * kh! * kw!,
  };
  return layer(fields as unknown as LayerFields<DepthwiseConv2d<M, K, S, P, D, F, B>>);
};

/** The type of `separableConv2d`: a depthwise convolution, and one of 1 by 1. */
export type SeparableConv2d<O, M, K, S, P, D, F, B = true> = Sequential<
  [
    Named<"depthwise", DepthwiseConv2d<M, K, S, P, D, F, B>>,
    Named<"pointwise", Conv2d<O, 1, 1, 0, 1, 1, "floor", B>>,
  ]
>;
/**
 * A depthwise convolution, then one of 1 by 1 over all channels: what a full convolution does with far fewer products.
 * `[c, h, w] -> [out, h', w']`. Its variables are at `depthwise` and `pointwise`. (Chollet 2017)
 *
 * @example
 * ```ts
 * import { nn, random } from "@pullback/pullback";
 * const net = nn.model([8, 6, 6], nn.named("block", nn.separableConv2d(16, { kernel: 3 })));
 * console.log(net.output, Object.keys(net.init(random.key(0)).params.block)); // [ 16, 4, 4 ] [ 'depthwise', 'pointwise' ]
 * ```
 */
export const separableConv2d = <
  const O extends number,
  const K extends Size2,
  const M extends number = 1,
  const S extends Size2 = 1,
  const P extends Padding = 0,
  const D extends Size2 = 1,
  const F extends Fit = "floor",
  const B extends boolean = true,
>(out: O, options: DepthwiseConfig<M, K, S, P, D, F, B>): SeparableConv2d<O, M, K, S, P, D, F, B> => {
  const { weightInit, biasInit, bias } = optionsOf("separableConv2d", options, names);
  const rest = {
    kernel: 1,
    ...(weightInit && { weightInit }),
    ...(biasInit && { biasInit }),
    ...(bias !== undefined && { bias }),
  } as const;
  return sequential(
    named("depthwise", depthwiseConv2d(options)),
    named("pointwise", conv2d(out, rest)),
  ) as SeparableConv2d<O, M, K, S, P, D, F, B>;
};

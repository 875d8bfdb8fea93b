import { ShapeError } from "../core/errors.ts";
import type { Dim, Fail } from "../core/shape/dim.ts";
import {
  type First,
  type GroupChannels,
  type GroupsComplaint,
  groupsComplaint,
  planWindows,
  type Second,
  type Size2,
  type Sliding,
  type Windows,
} from "../core/shape/conv.ts";
import type { Fit, Padding } from "../core/shape/window.ts";
import { needCount } from "../core/shape/count.ts";
import { optionsOf } from "../core/options.ts";
import { conv2d as convolve } from "../ops/convolution.ts";
import { image, type NoImage } from "./image.ts";
import { layer, type LayerFields, type Parametric } from "./layer.ts";
import { type BiasConfig, biased, drawWeightBias, weightBias, type WeightInit, type Weights } from "./weights.ts";

/** Out channels, kernel, stride, padding, dilation, groups, fit, whether there is a bias. */
export interface Conv2d<out O, out K, out S, out P, out D, out G, out F, out B = true> extends Parametric {
  readonly kind: "conv2d";
  readonly "~out": Conv2dOut<this["~in"], O, K, S, P, D, G, F>;
  readonly "~params": Conv2dParams<this["~in"], O, K, G, B>;
}
type Conv2dOut<I, O, K, S, P, D, G, F> = I extends [infer C, infer H, infer W]
  ? GroupsComplaint<C, O, G> extends infer M extends string ? Fail<`conv2d: ${M}`>
  : Sliding<"conv2d", I, [O], Windows<H, W, K, S, P, D, F>>
  : NoImage<I, "conv2d", [O, number, number]>;
type Conv2dParams<I, O, K, G, B> = I extends [infer C, ...unknown[]]
  ? Weights<[O & Dim, GroupChannels<C, G> & Dim, First<K> & Dim, Second<K> & Dim], O, B>
  : Weights<[O & Dim, number, First<K> & Dim, Second<K> & Dim], O, B>;

/** Options of a convolution. */
export interface Conv2dConfig<K, S, P, D, G, F, B = true> extends WeightInit, BiasConfig<B> {
  readonly kernel: K;
  readonly stride?: S;
  readonly padding?: P;
  readonly dilation?: D;
  readonly groups?: G;
  readonly fit?: F;
}

const names = {
  ...{ kernel: true, stride: true, padding: true, dilation: true, groups: true, fit: true } as const,
  ...{ weightInit: true, biasInit: true, bias: true } as const,
} as const;
/**
 * Convolution of an image with `out` learned kernels, plus a bias unless `bias: false`. `[c, h, w] -> [out, h', w']`,
 * h' = floor((h + 2 padding - dilation (kernel - 1) - 1) / stride) + 1, or as `fit` and `padding: "same"` say. Parameters:
 * `weight` f32[out, c / groups, kh, kw], `bias` f32[out]. `conv2d(6, { kernel: 5, padding: 2 })`
 *
 * @example
 * ```ts
 * import { nn, random } from "@pullback/pullback";
 * const net = nn.model([1, 28, 28], nn.named("c1", nn.conv2d(6, { kernel: 5, padding: 2 })));
 * console.log(net.output, net.init(random.key(0)).params.c1.weight.shape); // [ 6, 28, 28 ] [ 6, 1, 5, 5 ]
 * ```
 */
export const conv2d = <
  const O extends number,
  const K extends Size2,
  const S extends Size2 = 1,
  const P extends Padding = 0,
  const D extends Size2 = 1,
  const G extends number = 1,
  const F extends Fit = "floor",
  const B extends boolean = true,
>(
  channels: O,
  options: Conv2dConfig<K, S, P, D, G, F, B>,
): Conv2d<O, K, S, P, D, G, F, B> => {
  optionsOf("conv2d", options, names);
  const out = needCount<O>("conv2d", "out channels", channels);
  const { kernel, stride, padding, dilation, groups = 1 as G, fit } = options;
  const [kh, kw] = typeof kernel === "number" ? [kernel, kernel] : kernel as readonly [number, number];
  const windows = { kernel, stride, padding, dilation, fit };
  const outShape = (shape: readonly number[]): number[] => {
    const [channels] = image("conv2d", shape);
    const complaint = groupsComplaint(channels, out, groups);
    if (complaint !== undefined) {
      const details = { op: "conv2d", expected: `channels divisible by ${groups}`, got: `${channels} and ${out}` };
      throw new ShapeError(`conv2d: ${complaint}`, details);
    }
    return [out, ...planWindows("conv2d", shape, windows).map((p) => p.extent)];
  };
  const fields: LayerFields<Conv2d<O, K, S, P, D, G, F, B>> = {
    kind: "conv2d",
    has: { params: true, state: false },
    outShape,
    init: (key, [channels]) => {
      const inputs = channels! / groups, area = kh! * kw!;
      const fans = { fanIn: inputs * area, fanOut: out / groups * area };
      return drawWeightBias(key, "conv2d", [out, inputs, kh!, kw!], fans, options);
    },
    apply: ({ params }, x) => {
      const { weight, bias } = weightBias(params);
      const y = convolve(x, weight, { stride, padding, dilation, groups, fit });
      return [biased(y, bias), {}];
    },
    multiplyAdds: (shape) => {
      const [, h, w] = outShape(shape);
      return out * h! * w! * (shape[0]! / groups) * kh! * kw!;
    },
  };
  return layer(fields);
};

/**
 * Layers for which a stride that does not tile its input is an error, as textbooks have it.
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([3, 7, 7], nn.exact.conv2d(4, { kernel: 3, stride: 2 })).output); // [ 4, 3, 3 ]
 * ```
 */
export const exact = {
  /** `conv2d` with `fit: "exact"`. */
  conv2d: <
    const O extends number,
    const K extends Size2,
    const S extends Size2 = 1,
    const P extends Padding = 0,
    const D extends Size2 = 1,
    const G extends number = 1,
    const B extends boolean = true,
  >(
    out: O,
    options: Omit<Conv2dConfig<K, S, P, D, G, "exact", B>, "fit">,
  ): Conv2d<O, K, S, P, D, G, "exact", B> =>
    conv2d<O, K, S, P, D, G, "exact", B>(out, { ...options, fit: "exact" } as Conv2dConfig<K, S, P, D, G, "exact", B>),
};

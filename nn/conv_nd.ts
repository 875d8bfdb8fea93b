/** Convolutions of sequences and volumes. */
import type { Extents } from "../core/aval.ts";
import { ShapeError } from "../core/errors.ts";
import { type GroupChannels, type GroupsComplaint, groupsComplaint } from "../core/shape/conv.ts";
import type { Dim, Fail } from "../core/shape/dim.ts";
import {
  type AllFit,
  eachAxis,
  planSpatial,
  type Rank,
  type Sizes,
  type SlidExtents,
  type SpatialPadding,
} from "../core/shape/spatial.ts";
import type { Fit } from "../core/shape/window.ts";
import type { Tensor } from "../core/tensor.ts";
import { needCount } from "../core/shape/count.ts";
import { optionsOf } from "../core/options.ts";
import * as convolution from "../ops/convolution_nd.ts";
import { type KernelShape, needField, type NoField, type PaddingOf, type SizeOf, type UnknownOf } from "./image.ts";
import { type Layer, layer, type LayerFields, type Parametric } from "./layer.ts";
import { type BiasConfig, drawWeightBias, weightBias, type WeightInit, type Weights } from "./weights.ts";

/** Number of axes, out channels, kernel, stride, padding, dilation, groups, fit, whether there is a bias. */
export interface ConvNd<N extends Rank, O, K, S, P, D, G, F, B = true> extends Parametric {
  readonly kind: `conv${N}d`;
  readonly "~out": ConvNdOut<this["~in"], N, O, K, S, P, D, G, F>;
  readonly "~params": ConvNdParams<this["~in"], N, O, K, G, B>;
}
type ConvNdOut<I, N extends Rank, O, K, S, P, D, G, F> = I extends [infer C, ...infer R]
  ? R["length"] extends N ? GroupsComplaint<C, O, G> extends infer E extends string ? Fail<`conv${N}d: ${E}`>
    : AllFit<`conv${N}d`, I, [O], SlidExtents<R, K, S, P, D, F>, N>
  : NoField<I, `conv${N}d`, N, [O, ...UnknownOf<N>]>
  : NoField<I, `conv${N}d`, N, [O, ...UnknownOf<N>]>;
type ConvNdParams<I, N extends Rank, O, K, G, B> = Weights<
  KernelShape<O & Dim, I extends [infer C, ...unknown[]] ? GroupChannels<C, G> & Dim : number, K, N>,
  O,
  B
>;

/** Options of `conv1d` and `conv3d`. */
export interface ConvNdConfig<K, S, P, D, G, F, B> extends WeightInit, BiasConfig<B> {
  readonly kernel: K;
  readonly stride?: S;
  readonly padding?: P;
  readonly dilation?: D;
  readonly groups?: G;
  readonly fit?: F;
}
type Config = ConvNdConfig<Sizes, Sizes, SpatialPadding, Sizes, number, Fit, boolean>;

const names = {
  ...{ kernel: true, stride: true, padding: true, dilation: true, groups: true, fit: true } as const,
  ...{ weightInit: true, biasInit: true, bias: true } as const,
} as const;
const make = <L extends Layer>(n: 1 | 3, channels: unknown, options: Config): L => {
  const kind = `conv${n}d` as const;
  optionsOf(kind, options, names);
  const out = needCount(kind, "out channels", channels);
  const { stride, padding, dilation, groups = 1, fit } = options;
  const kernel = eachAxis(kind, "kernel", options.kernel, n), windows = { stride, padding, dilation, fit };
  const area = kernel.reduce((a, d) => a * d, 1);
  const outShape = (shape: Extents): number[] => {
    needField(kind, shape, n);
    const complaint = groupsComplaint(shape[0]!, out, groups);
    if (complaint !== undefined) {
      const details = { op: kind, expected: `channels divisible by ${groups}`, got: `${shape[0]} and ${out}` };
      throw new ShapeError(`${kind}: ${complaint}`, details);
    }
    return [out, ...planSpatial(kind, shape, n, kernel, windows).extent];
  };
  const fields: LayerFields<Parametric> = {
    kind,
    has: { params: true, state: false },
    outShape,
    init: (key, [channels]) => {
      const inputs = channels! / groups, fans = { fanIn: inputs * area, fanOut: out / groups * area };
      return drawWeightBias(key, kind, [out, inputs, ...kernel], fans, options);
    },
    apply: ({ params }, x) => {
      const { weight, bias } = weightBias(params) as Record<"weight" | "bias", Tensor<number[], "f32">>;
      return [convolution[kind](x as typeof weight, weight, { ...windows, groups, bias }) as Tensor, {}];
    },
    multiplyAdds: (shape) => outShape(shape).reduce((a, d) => a * d, 1) * (shape[0]! / groups) * area,
  };
  return layer(fields as unknown as LayerFields<L>);
};

/**
 * Convolution of a sequence with `out` learned kernels, plus a bias unless `bias: false`. `[c, l] -> [out, l']`, extents and options
 * as for `conv2d`. Parameters: `weight` f32[out, c / groups, k], `bias` f32[out]. `conv1d(8, { kernel: 3, padding: "same" })`
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([2, 16], nn.conv1d(4, { kernel: 3, stride: 2 })).output); // [ 4, 7 ]
 * ```
 */
export const conv1d = <
  const O extends number,
  const K extends SizeOf<1>,
  const S extends SizeOf<1> = 1,
  const P extends PaddingOf<1> = 0,
  const D extends SizeOf<1> = 1,
  const G extends number = 1,
  const F extends Fit = "floor",
  const B extends boolean = true,
>(
  out: O,
  options: ConvNdConfig<K, S, P, D, G, F, B>,
): ConvNd<1, O, K, S, P, D, G, F, B> => make(1, out, options);
/**
 * Convolution of a volume with `out` learned kernels, plus a bias unless `bias: false`. `[c, d, h, w] -> [out, d', h', w']`, extents
 * and options as for `conv2d`. Parameters: `weight` f32[out, c / groups, kd, kh, kw], `bias` f32[out].
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([1, 8, 8, 8], nn.conv3d(4, { kernel: 3 })).output); // [ 4, 6, 6, 6 ]
 * ```
 */
export const conv3d = <
  const O extends number,
  const K extends SizeOf<3>,
  const S extends SizeOf<3> = 1,
  const P extends PaddingOf<3> = 0,
  const D extends SizeOf<3> = 1,
  const G extends number = 1,
  const F extends Fit = "floor",
  const B extends boolean = true,
>(
  out: O,
  options: ConvNdConfig<K, S, P, D, G, F, B>,
): ConvNd<3, O, K, S, P, D, G, F, B> => make(3, out, options);

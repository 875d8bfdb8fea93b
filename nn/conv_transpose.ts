/** Transposed convolutions: every element spreads over a window. */
import type { Extents } from "../core/aval.ts";
import { ShapeError } from "../core/errors.ts";
import type { Dim, Fail } from "../core/shape/dim.ts";
import { type GroupChannels, type GroupsComplaint, groupsComplaint } from "../core/shape/conv.ts";
import {
  type AllFit,
  eachAxis,
  type Rank,
  type Sizes,
  type TransposedExtents,
  transposedExtents,
} from "../core/shape/spatial.ts";
import type { Tensor } from "../core/tensor.ts";
import { needCount } from "../core/shape/count.ts";
import { optionsOf } from "../core/options.ts";
import * as convolution from "../ops/convolution_nd.ts";
import { type KernelShape, needField, type NoField, type SizeOf, type UnknownOf } from "./image.ts";
import { type Layer, layer, type LayerFields, type Parametric } from "./layer.ts";
import { type BiasConfig, drawWeightBias, weightBias, type WeightInit, type Weights } from "./weights.ts";

/** Number of axes, out channels, kernel, stride, padding, dilation, groups, output padding, whether there is a bias. */
export interface ConvTranspose<N extends Rank, O, K, S, P, D, G, M, B = true> extends Parametric {
  readonly kind: `convTranspose${N}d`;
  readonly "~out": TransposedOut<this["~in"], N, O, K, S, P, D, G, M>;
  readonly "~params": TransposedParams<this["~in"], N, O, K, G, B>;
}
type TransposedOut<I, N extends Rank, O, K, S, P, D, G, M> = I extends [infer C, ...infer R]
  ? R["length"] extends N ? GroupsComplaint<C, O, G> extends infer E extends string ? Fail<`convTranspose${N}d: ${E}`>
    : AllFit<`convTranspose${N}d`, I, [O], TransposedExtents<R, K, S, P, D, M>, N>
  : NoField<I, `convTranspose${N}d`, N, [O, ...UnknownOf<N>]>
  : NoField<I, `convTranspose${N}d`, N, [O, ...UnknownOf<N>]>;
type TransposedParams<I, N extends Rank, O, K, G, B> = Weights<
  KernelShape<I extends [infer C, ...unknown[]] ? C & Dim : number, GroupChannels<O, G> & Dim, K, N>,
  O,
  B
>;

/** Options of a transposed convolution. */
export interface ConvTransposeConfig<K, S, P, D, G, M, B> extends WeightInit, BiasConfig<B> {
  readonly kernel: K;
  readonly stride?: S;
  /** Taken off the result on both sides. */
  readonly padding?: P;
  readonly dilation?: D;
  readonly groups?: G;
  /** Added to the result behind: which of the inputs of a strided convolution of this output size is meant. */
  readonly outputPadding?: M;
}
type Config = ConvTransposeConfig<Sizes, Sizes, Sizes, Sizes, number, Sizes, boolean>;

const names = {
  ...{ kernel: true, stride: true, padding: true, dilation: true, groups: true, outputPadding: true } as const,
  ...{ weightInit: true, biasInit: true, bias: true } as const,
} as const;
const transposed = <L extends Layer>(
  n: Rank,
  channels: unknown,
  options: Config,
): L => {
  const kind = `convTranspose${n}d` as const;
  optionsOf(kind, options, names);
  const out = needCount(kind, "out channels", channels);
  const { stride, padding, dilation, groups = 1, outputPadding } = options;
  const kernel = eachAxis(kind, "kernel", options.kernel, n), windows = { stride, padding, dilation, outputPadding };
  const outShape = (shape: Extents): number[] => {
    needField(kind, shape, n);
    const complaint = groupsComplaint(shape[0]!, out, groups);
    if (complaint !== undefined) {
      const details = { op: kind, expected: `channels divisible by ${groups}`, got: `${shape[0]} and ${out}` };
      throw new ShapeError(`${kind}: ${complaint}`, details);
    }
    return [out, ...transposedExtents(kind, shape, n, kernel, windows)];
  };
  const area = kernel.reduce((a, d) => a * d, 1);
  const fields: LayerFields<Parametric> = {
    kind,
    has: { params: true, state: false },
    outShape,
    init: (key, [channels]) => {
      const fans = { fanIn: channels! / groups * area, fanOut: out / groups * area };
      return drawWeightBias(key, kind, [channels!, out / groups, ...kernel], fans, options, [out]);
    },
    apply: ({ params }, x) => {
      const { weight, bias } = weightBias(params) as Record<"weight" | "bias", Tensor<number[], "f32">>;
      return [convolution[kind](x as typeof weight, weight, { ...windows, groups, bias }) as Tensor, {}];
    },
    multiplyAdds: (shape) => shape.reduce((a, d) => a * d, 1) * (out / groups) * area,
  };
  return layer(fields as unknown as LayerFields<L>);
};

/**
 * Transposed convolution of a sequence, plus a bias unless `bias: false`. `[c, l] -> [out, l']`, l' = (l - 1) stride - 2 padding +
 * dilation (kernel - 1) + 1 + outputPadding. Parameters: `weight` f32[c, out / groups, k], `bias` f32[out].
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([4, 8], nn.convTranspose1d(2, { kernel: 2, stride: 2 })).output); // [ 2, 16 ]
 * ```
 */
export const convTranspose1d = <
  const O extends number,
  const K extends SizeOf<1>,
  const S extends SizeOf<1> = 1,
  const P extends SizeOf<1> = 0,
  const D extends SizeOf<1> = 1,
  const G extends number = 1,
  const M extends SizeOf<1> = 0,
  const B extends boolean = true,
>(
  out: O,
  options: ConvTransposeConfig<K, S, P, D, G, M, B>,
): ConvTranspose<1, O, K, S, P, D, G, M, B> => transposed(1, out, options);
/**
 * Transposed convolution of an image, plus a bias unless `bias: false`. `[c, h, w] -> [out, h', w']`, h' = (h - 1) stride -
 * 2 padding + dilation (kernel - 1) + 1 + outputPadding. Parameters: `weight` f32[c, out / groups, kh, kw], `bias` f32[out].
 * `convTranspose2d(64, { kernel: 2, stride: 2 })` (Zeiler et al. 2010)
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([8, 7, 7], nn.convTranspose2d(4, { kernel: 4, stride: 2, padding: 1 })).output); // [ 4, 14, 14 ]
 * ```
 */
export const convTranspose2d = <
  const O extends number,
  const K extends SizeOf<2>,
  const S extends SizeOf<2> = 1,
  const P extends SizeOf<2> = 0,
  const D extends SizeOf<2> = 1,
  const G extends number = 1,
  const M extends SizeOf<2> = 0,
  const B extends boolean = true,
>(
  out: O,
  options: ConvTransposeConfig<K, S, P, D, G, M, B>,
): ConvTranspose<2, O, K, S, P, D, G, M, B> => transposed(2, out, options);
/**
 * Transposed convolution of a volume, as `convTranspose2d`. `[c, d, h, w] -> [out, d', h', w']`. Parameters: `weight`
 * f32[c, out / groups, kd, kh, kw], `bias` f32[out].
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([4, 3, 3, 3], nn.convTranspose3d(2, { kernel: 2, stride: 2 })).output); // [ 2, 6, 6, 6 ]
 * ```
 */
export const convTranspose3d = <
  const O extends number,
  const K extends SizeOf<3>,
  const S extends SizeOf<3> = 1,
  const P extends SizeOf<3> = 0,
  const D extends SizeOf<3> = 1,
  const G extends number = 1,
  const M extends SizeOf<3> = 0,
  const B extends boolean = true,
>(
  out: O,
  options: ConvTransposeConfig<K, S, P, D, G, M, B>,
): ConvTranspose<3, O, K, S, P, D, G, M, B> => transposed(3, out, options);

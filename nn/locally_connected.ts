import type { Extents } from "../core/aval.ts";
import { type First, planWindows, type Second, type Size2, type Sliding, type Windows } from "../core/shape/conv.ts";
import type { AnyFail, Dim } from "../core/shape/dim.ts";
import type { Fit, Padding } from "../core/shape/window.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import { needCount } from "../core/shape/count.ts";
import { optionsOf } from "../core/options.ts";
import { add } from "../ops/arithmetic.ts";
import { einsum } from "../ops/einsum.ts";
import { windowsP } from "../ops/window.ts";
import { image, type NoImage } from "./image.ts";
import { layer, type LayerFields, type Parametric } from "./layer.ts";
import { type BiasConfig, drawWeightBias, weightBias, type WeightInit } from "./weights.ts";

/** Out channels, kernel, stride, padding, dilation, fit, whether there is a bias. */
export interface LocallyConnected2d<O, K, S, P, D, F, B = true> extends Parametric {
  readonly kind: "locallyConnected2d";
  readonly "~out": LocalOut<this["~in"], O, K, S, P, D, F>;
  readonly "~params": LocalParams<this["~in"], K, LocalOut<this["~in"], O, K, S, P, D, F>, B>;
}
type LocalOut<I, O, K, S, P, D, F> = I extends [unknown, infer H, infer W]
  ? Sliding<"locallyConnected2d", I, [O], Windows<H, W, K, S, P, D, F>>
  : NoImage<I, "locallyConnected2d", [O, number, number]>;
type LocalParams<I, K, Out, B> = Out extends AnyFail ? never : Out extends readonly [infer O, infer H, infer W] ?
    & {
      readonly weight: Tensor<
        [
          O & Dim,
          H & Dim,
          W & Dim,
          I extends [infer C, ...unknown[]] ? C & Dim : number,
          First<K> & Dim,
          Second<K> & Dim,
        ],
        "f32"
      >;
    }
    & (B extends false ? unknown : { readonly bias: Tensor<[O & Dim, H & Dim, W & Dim], "f32"> })
: never;

/** Options of `locallyConnected2d`. */
export interface LocallyConnectedConfig<K, S, P, D, F, B> extends WeightInit, BiasConfig<B> {
  readonly kernel: K;
  readonly stride?: S;
  readonly padding?: P;
  readonly dilation?: D;
  readonly fit?: F;
}

const names = {
  ...{ kernel: true, stride: true, padding: true, dilation: true, fit: true } as const,
  ...{ weightInit: true, biasInit: true, bias: true } as const,
} as const;
/**
 * A convolution that shares nothing: each place has kernels of its own, and a bias unless `bias: false`. `[c, h, w] -> [out, h', w']`,
 * extents as for `conv2d`. Parameters: `weight` f32[out, h', w', c, kh, kw], `bias` f32[out, h', w'].
 * `locallyConnected2d(16, { kernel: 3 })` (LeCun 1989, Generalization and network design strategies; Taigman et al. 2014)
 *
 * @example
 * ```ts
 * import { nn, random } from "@pullback/pullback";
 * const net = nn.model([1, 6, 6], nn.named("local", nn.locallyConnected2d(2, { kernel: 3 })));
 * console.log(net.output, net.init(random.key(0)).params.local.weight.shape); // [ 2, 4, 4 ] [ 2, 4, 4, 1, 3, 3 ]
 * ```
 */
export const locallyConnected2d = <
  const O extends number,
  const K extends Size2,
  const S extends Size2 = 1,
  const P extends Padding = 0,
  const D extends Size2 = 1,
  const F extends Fit = "floor",
  const B extends boolean = true,
>(out: O, options: LocallyConnectedConfig<K, S, P, D, F, B>): LocallyConnected2d<O, K, S, P, D, F, B> => {
  const op = "locallyConnected2d";
  optionsOf(op, options, names);
  needCount(op, "out channels", out);
  const { kernel, stride = 1, padding, dilation = 1, fit } = options;
  const both = (size: Size2): readonly [number, number] => typeof size === "number" ? [size, size] : size;
  const size = both(kernel as Size2), windows = { kernel, stride, padding, dilation, fit };
  const outShape = (shape: Extents): number[] => {
    image(op, shape);
    return [out, ...planWindows(op, shape, windows).map((p) => p.extent)];
  };
  const fields: LayerFields<Parametric> = {
    kind: op,
    has: { params: true, state: false },
    outShape,
    init: (key, shape) => {
      const [, h, w] = outShape(shape), [c] = image(op, shape), area = size[0] * size[1];
      const fans = { fanIn: c * area, fanOut: out * area };
      return drawWeightBias(key, op, [out, h!, w!, c, ...size], fans, options, [out, h!, w!]);
    },
    apply: ({ params }, x) => {
      const { weight, bias } = weightBias(params), shape = extents(x).slice(1), plans = planWindows(op, shape, windows);
      const patches = bind(windowsP, [x], {
        kernel: size,
        stride: both(stride as Size2),
        dilation: both(dilation as Size2),
        before: plans.map((p) => p.before),
        extent: plans.map((p) => p.extent),
        input: shape.slice(1),
        fill: 0,
      });
      const y = einsum(
        "nchwij,ohwcij->nohw",
        patches as Tensor<number[], "f32">,
        weight as Tensor<number[], "f32">,
      ) as Tensor;
      return [bias === undefined ? y : add(y, bias), {}];
    },
    multiplyAdds: (shape) => outShape(shape).reduce((n, d) => n * d, 1) * shape[0]! * size[0] * size[1],
  };
  return layer(fields as unknown as LayerFields<LocallyConnected2d<O, K, S, P, D, F, B>>);
};

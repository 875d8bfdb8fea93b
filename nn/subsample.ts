/** Subsampling with what it learns, as the first convolutional networks had it. */
import type { Dim } from "../core/shape/dim.ts";
import { planWindows, type Size2, type Sliding, type Windows } from "../core/shape/conv.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { optionsOf } from "../core/options.ts";
import { add, mul } from "../ops/arithmetic.ts";
import { reshape } from "../ops/structure.ts";
import { avgPool2d } from "../ops/window.ts";
import { image, type NoImage } from "./image.ts";
import { layer, type Parametric } from "./layer.ts";
import { drawWeightBias, type WeightBias, weightBias, type WeightInit } from "./weights.ts";

/** The type of `subsample2d`, by its kernel. */
export interface Subsample2d<K> extends Parametric {
  readonly kind: "subsample2d";
  readonly "~out": SubsampleOut<this["~in"], K>;
  readonly "~params": this["~in"] extends [infer C, ...unknown[]] ? WeightBias<[C & Dim], C>
    : WeightBias<[number], number>;
}
type SubsampleOut<I, K> = I extends [infer C, infer H, infer W]
  ? Sliding<"subsample2d", I, [C], Windows<H, W, K, K, 0, 1, "floor">>
  : NoImage<I, "subsample2d", [number, number, number]>;

/**
 * The sum of each window times a learned coefficient, plus a bias, one of each for a channel: y = weight Σ x + bias. Windows do not
 * overlap. `[c, h, w] -> [c, h', w']`, h' = floor(h / kernel). Parameters: `weight` f32[c], `bias` f32[c]. (LeCun et al. 1998,
 * Gradient-based learning applied to document recognition, section II.A)
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([6, 28, 28], nn.subsample2d(2)).output); // [ 6, 14, 14 ]
 * ```
 */
export const subsample2d = <const K extends Size2>(kernel: K, options: WeightInit = {}): Subsample2d<K> => {
  optionsOf("subsample2d", options, { weightInit: true, biasInit: true });
  const [kh, kw] = typeof kernel === "number" ? [kernel, kernel] : kernel as readonly [number, number];
  const area = kh! * kw!;
  return layer<Subsample2d<K>>({
    kind: "subsample2d",
    has: { params: true, state: false },
    outShape: (shape) => {
      const [channels] = image("subsample2d", shape);
      return [channels, ...planWindows("subsample2d", shape, { kernel, stride: kernel }).map((p) => p.extent)];
    },
    init: (key, [channels]) => drawWeightBias(key, "subsample2d", [channels!], { fanIn: area, fanOut: 1 }, options),
    apply: ({ params }, x) => {
      const { weight, bias } = weightBias(params) as Required<ReturnType<typeof weightBias>>;
      const spread = (v: Tensor): Tensor => reshape(v, [extents(v)[0]!, 1, 1]);
      const sums = mul(avgPool2d(x as Tensor<number[], "f32">, kernel), area) as Tensor;
      return [add(mul(sums, spread(weight)), spread(bias)), {}];
    },
    multiplyAdds: () => 0,
  });
};

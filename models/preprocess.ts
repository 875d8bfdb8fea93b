/** What images go through before a model sees them, as pure functions on tensors. */
import { ShapeError } from "../core/errors.ts";
import { optionsOf } from "../core/options.ts";
import { type Dim, product, showShape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { div, sub } from "../ops/arithmetic.ts";
import { tensor } from "../ops/create.ts";
import { interpolate } from "../ops/resample.ts";
import { slice } from "../ops/slice.ts";
import { reshape } from "../ops/structure.ts";

/**
 * How images are made ready: the shorter side to `resize`, the middle `crop` of it, (x - mean) / deviation by channel. What is left
 * out is not done.
 */
export interface Preprocessing {
  readonly resize?: number;
  readonly crop?: number;
  /** By channel, of values from 0 to 1. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** How pixels are weighed when the size changes; linear unless given. */
  readonly mode?: "linear" | "cubic";
  /** Whether each image becomes one vector in the end. */
  readonly flat?: boolean;
}
/** ImageNet: mean and deviation of its training images; the shorter side to 256, the middle 224 pixels. */
export const imageNet = {
  resize: 256,
  crop: 224,
  mean: [0.485, 0.456, 0.406],
  deviation: [0.229, 0.224, 0.225],
} as const satisfies Preprocessing;

/** MNIST: 28 by 28 pixels, with the mean and the deviation of all training pixels. */
export const digitPixels = {
  resize: 28,
  crop: 28,
  mean: [0.1307],
  deviation: [0.3081],
} as const satisfies Preprocessing;
/** Digits with pixels as they are, from 0 to 1. */
export const plainDigits = { ...digitPixels, mean: [0], deviation: [1] } as const satisfies Preprocessing;
/** Digits with pixels from -1 to 1, as the hyperbolic tangent of a generator makes them. */
export const signedDigits = { ...digitPixels, mean: [0.5], deviation: [0.5] } as const satisfies Preprocessing;
/** CIFAR-10: 32 by 32 pixels, with the mean and the deviation of its training images by channel. */
export const cifarPixels = {
  resize: 32,
  crop: 32,
  mean: [0.4914, 0.4822, 0.4465],
  deviation: [0.247, 0.2435, 0.2616],
} as const satisfies Preprocessing;
/** ImageNet before images were divided by a deviation: the middle 227 of 256 pixels, from 0 to 255, less their mean. */
export const centeredPixels = {
  ...imageNet,
  crop: 227,
  deviation: [1 / 255, 1 / 255, 1 / 255],
} as const satisfies Preprocessing;
/** Whole images with the shorter side at 520, for networks of pixels. (torchvision: SemanticSegmentation) */
export const wholeImages = {
  resize: 520,
  mean: imageNet.mean,
  deviation: imageNet.deviation,
} as const satisfies Preprocessing;

/** Images of which the shorter side is `size`; the longer one is rounded down. `f32[n,c,h,w] -> f32[n,c,h',w']` */
export const resizeShorter = (
  images: Tensor<readonly [Dim, Dim, Dim, Dim], "f32">,
  size: number,
  mode: "linear" | "cubic" = "linear",
): Tensor<Dim[], "f32"> => {
  const [, , h, w] = extents(images) as [number, number, number, number], least = Math.min(h, w);
  const to = (side: number): number => Math.floor(side * size / least);
  return interpolate(images as Tensor as Tensor<Dim[], "f32">, [to(h), to(w)], { mode });
};
/** n / 2, rounded to the even of its neighbours, as torchvision does. */
const evenHalf = (n: number): number => {
  const down = Math.floor(n / 2);
  return n % 2 === 0 ? down : down + (down & 1);
};
/** The middle of images. `f32[n,c,h,w] -> f32[n,c,size,size]`. Throws `ShapeError` where they are smaller. */
export const centerCrop = <const S extends number>(
  images: Tensor<Dim[], "f32">,
  size: S,
): Tensor<[number, number, S, S], "f32"> => {
  const shape = extents(images), from = shape.slice(2).map((d) => evenHalf(d - size));
  if (shape.length !== 4 || from.some((d) => d < 0)) {
    const got = showShape(shape), expected = `images [n, c, h, w] of ${size} by ${size} or more`;
    throw new ShapeError(`centerCrop: expected ${expected}, got ${got}`, { op: "centerCrop", expected, got });
  }
  const cut = from.reduce<Tensor>((x, d, i) => slice(x as never, i + 2, d, d + size) as Tensor, images as Tensor);
  return cut as Tensor as Tensor<[number, number, S, S], "f32">;
};
/** (x - mean) / deviation, channel by channel. `f32[n,c,h,w] -> f32[n,c,h,w]` */
export const normalizeChannels = <S extends readonly Dim[]>(
  images: Tensor<S, "f32">,
  mean: readonly number[],
  deviation: readonly number[],
): Tensor<S, "f32"> => {
  const by = (values: readonly number[]): Tensor => reshape(tensor([...values]) as Tensor, [values.length, 1, 1]);
  return div(sub(images as Tensor, by(mean)), by(deviation)) as Tensor as Tensor<S, "f32">;
};

/** The type of images that are ready. */
export type Prepared<P extends Preprocessing> = P extends { readonly flat: true } ? Tensor<[number, number], "f32">
  : "flat" extends keyof P ? Tensor<Dim[], "f32">
  : P extends { readonly crop: infer S extends number } ? Tensor<[number, number, S, S], "f32">
  : Tensor<[number, number, number, number], "f32">;
/**
 * Makes images with values from 0 to 1 ready for a model: `preprocess(images, imageNet)`. What a model of the zoo asks for is its
 * `preprocessing`. `f32[n,c,h,w] -> f32[n,c,crop,crop]`, or `f32[n,c crop crop]` where vectors are asked for. Throws `ShapeError`.
 */
export const preprocess = <const P extends Preprocessing>(
  images: Tensor<readonly [Dim, Dim, Dim, Dim], "f32">,
  preprocessing: P,
): Prepared<P> => {
  optionsOf<Preprocessing>("preprocess", preprocessing, {
    ...{ resize: true, crop: true, mean: true, deviation: true } as const,
    ...{ mode: true, flat: true } as const,
  });
  const { resize, crop, mean, deviation, mode, flat = false }: Preprocessing = preprocessing;
  const sized = resize === undefined ? images as Tensor as Tensor<Dim[], "f32"> : resizeShorter(images, resize, mode);
  const cut = crop === undefined ? sized : centerCrop(sized, crop) as Tensor as Tensor<Dim[], "f32">;
  const ready: Tensor = normalizeChannels(cut, mean, deviation), [n, ...image] = extents(ready);
  return (flat ? reshape(ready, [n!, product(image)]) : ready) as unknown as Prepared<P>;
};

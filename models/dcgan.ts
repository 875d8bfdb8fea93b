/** A generative adversarial network of convolutions. */
import type { Dim } from "../core/shape/dim.ts";
import { optionsOf } from "../core/options.ts";
import * as nn from "../nn/mod.ts";
import { type CoarseSides, coarseSides, type Last, type Reversed, type Volume } from "./halved.ts";
import { type Fitting, type Input, type Option, type ZooModel, zooModel } from "./model.ts";
import { signedDigits } from "./preprocess.ts";

const source =
  "Radford, Metz, Chintala, Unsupervised representation learning with deep convolutional generative adversarial networks, ICLR 2016";
const weightInit = nn.init.normal(0.02);
const up = <const O extends number>(out: O) =>
  nn.convTranspose2d(out, { kernel: 4, stride: 2, padding: 1, bias: false, weightInit });
const last = <const O extends number>(out: O) =>
  nn.convTranspose2d(out, { kernel: 4, stride: 2, padding: 1, weightInit });
const first = <const O extends number>(out: O) => nn.conv2d(out, { kernel: 4, stride: 2, padding: 1, weightInit });
const down = <const O extends number>(out: O) =>
  nn.conv2d(out, { kernel: 4, stride: 2, padding: 1, bias: false, weightInit });
const leaky = nn.leakyRelu(0.2);
const norm = nn.batchNorm();

/** By what is left of the widths from coarse to fine. */
type Rising<W, C extends number> = W extends readonly [unknown, ...infer R]
  ? R extends readonly [infer O extends number, ...unknown[]]
    ? [ReturnType<typeof up<O>>, nn.BatchNorm, typeof nn.relu, ...Rising<R, C>]
  : [ReturnType<typeof last<C>>]
  : [];
type GeneratorLayers<I extends readonly Dim[], W extends readonly number[], S extends readonly [number, number]> = [
  nn.Linear<Volume<Last<W>, S>>,
  nn.BatchNorm,
  typeof nn.relu,
  ReturnType<typeof nn.reshape<[Last<W> & number, S[0], S[1]]>>,
  ...Rising<Reversed<W>, I[0] & number>,
  typeof nn.tanh,
  nn.Expect<[...I]>,
];
type Falling<W> = W extends readonly [infer O extends number, ...infer R]
  ? [ReturnType<typeof down<O>>, nn.BatchNorm, typeof leaky, ...Falling<R>]
  : [];
type DiscriminatorLayers<W> = W extends readonly [infer O extends number, ...infer R]
  ? [ReturnType<typeof first<O>>, typeof leaky, ...Falling<R>, nn.Flatten, nn.Linear<1>]
  : nn.Layers;

/** Options of `dcgan`. */
export interface DcganConfig {
  /** The shape of an image: channels, height, width, in numbers; [1, 28, 28] unless given. */
  readonly input?: readonly [number, number, number];
  /** Channels after each convolution of the discriminator, which halves the sides; [64, 128] unless given. */
  readonly widths?: readonly [number, ...number[]];
  /** How many random numbers an image is made of; 100 unless given. */
  readonly latent?: number;
}
type Widths<C> = Option<C, "widths", readonly [64, 128]> extends infer W extends readonly number[] ? W : never;
type Latent<C> = Option<C, "latent", 100> & number;
type Image<C> = Input<C, [1, 28, 28]>;
type Generator<C> = GeneratorLayers<Image<C>, Widths<C>, CoarseSides<Image<C>, Widths<C>>>;
type Discriminator<C> = DiscriminatorLayers<Widths<C>>;
/** The type of `dcgan`: its two networks. */
export interface Dcgan<C = nn.Nothing> {
  readonly generator: ZooModel<[Latent<C>], Generator<C>>;
  readonly discriminator: ZooModel<Image<C>, Discriminator<C> extends infer L extends nn.Layers ? L : never>;
}

/**
 * A generative adversarial network of strided convolutions with batch normalization. `generator` `f32[n,100] -> f32[n,1,28,28]` makes
 * images from -1 to 1 of random numbers, `discriminator` `f32[n,1,28,28] -> f32[n,1]` gives the logit that an image is real. Both are
 * trained in turn by `adversarialStep`; as published by Adam with rate 0.0002 and β₁ 0.5, in batches of 128. For images of 64 by 64 the
 * paper has `{ input: [3, 64, 64], widths: [128, 256, 512, 1024] }`.
 *
 * Throws `ShapeError` for images whose sides cannot be halved for every width. Source: Radford, Metz and Chintala, Unsupervised
 * representation learning with deep convolutional generative adversarial networks, ICLR 2016.
 */
export const dcgan = <const C extends DcganConfig = nn.Nothing>(
  config?: Fitting<C, [Latent<C>], Generator<C>>,
): Dcgan<C> => {
  const { input = [1, 28, 28], widths = [64, 128], latent = 100 } = optionsOf("dcgan", (config ?? {}) as DcganConfig, {
    input: true,
    widths: true,
    latent: true,
  });
  const coarse = widths.at(-1)!, [h, w] = coarseSides(input, widths), back = [...widths].reverse();
  const rising = back.slice(1).flatMap((out) => [up(out), norm, nn.relu]);
  const falling = widths.slice(1).flatMap((out) => [down(out), norm, leaky]);
  const about = (part: string) => ({ name: `dcgan_${part}`, source, naming: {} });
  return {
    generator: zooModel(about("generator"), [latent], [
      ...[nn.linear(coarse * h * w, { weightInit }), norm, nn.relu, nn.reshape(coarse, h, w)],
      ...[...rising, last(input[0]), nn.tanh, nn.expectShape(...input)],
    ]),
    discriminator: zooModel({ ...about("discriminator"), preprocessing: signedDigits }, input, [
      ...[first(widths[0]), leaky, ...falling, nn.flatten, nn.linear(1, { weightInit })],
    ]),
  } as unknown as Dcgan<C>;
};

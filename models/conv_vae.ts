/** A variational autoencoder of convolutions. */
import type { Dim } from "../core/shape/dim.ts";
import { optionsOf } from "../core/options.ts";
import * as nn from "../nn/mod.ts";
import { type CoarseSides, coarseSides, type Last, type Reversed, type Volume } from "./halved.ts";
import { type Fitting, type Input, type Option, type ZooModel, zooModel } from "./model.ts";
import { plainDigits } from "./preprocess.ts";

const down = <const O extends number>(out: O) => nn.conv2d(out, { kernel: 4, stride: 2, padding: 1 });
const up = <const O extends number>(out: O) => nn.convTranspose2d(out, { kernel: 4, stride: 2, padding: 1 });
type Encoder<W extends readonly number[]> = nn.Sequential<EncoderLayers<W>>;
type EncoderLayers<W> = W extends readonly [infer O extends number, ...infer R]
  ? [ReturnType<typeof down<O>>, typeof nn.relu, ...EncoderLayers<R>]
  : [nn.Flatten];
/** From the coarsest features to the channels of the image, by what is left of the reversed widths. */
type DecoderLayers<W, C extends number> = W extends readonly [unknown, ...infer R]
  ? R extends readonly [infer O extends number, ...unknown[]]
    ? [ReturnType<typeof up<O>>, typeof nn.relu, ...DecoderLayers<R, C>]
  : [ReturnType<typeof up<C>>]
  : [];
type Decoder<I extends readonly Dim[], W extends readonly number[], S extends readonly [number, number]> =
  nn.Sequential<
    [
      nn.Linear<Volume<Last<W>, S>>,
      typeof nn.relu,
      ReturnType<typeof nn.reshape<[Last<W> & number, S[0], S[1]]>>,
      ...DecoderLayers<Reversed<W>, I[0] & number>,
      nn.Expect<[...I]>,
    ]
  >;

/** Options of `convVae`. */
export interface ConvVaeConfig {
  /** The shape of an image: channels, height, width, in numbers; [1, 28, 28] unless given. */
  readonly input?: readonly [number, number, number];
  /** Channels after each convolution, which halves the sides; [32, 64] unless given. */
  readonly widths?: readonly [number, ...number[]];
  /** How many numbers the code has; 16 unless given. */
  readonly latent?: number;
}
type Widths<C> = Option<C, "widths", readonly [32, 64]> extends infer W extends readonly number[] ? W : never;
type Latent<C> = Option<C, "latent", 16> & number;
type Image<C> = Input<C, [1, 28, 28]>;
type Encode<C> = nn.Named<"encoder", Encoder<Widths<C>>>;
type Code<C> = nn.Named<"latent", nn.GaussianLatent<Latent<C>>>;
type Decode<C> = nn.Named<"decoder", Decoder<Image<C>, Widths<C>, CoarseSides<Image<C>, Widths<C>>>>;
type ConvVaeLayers<C> = [Encode<C>, Code<C>, Decode<C>];
/** The type of `convVae`: the whole, and its two halves as models that take the same variables. */
export interface ConvVae<C = nn.Nothing> extends ZooModel<Image<C>, ConvVaeLayers<C>> {
  readonly encoder: nn.Model<Image<C>, [Latent<C>], [Encode<C>, Code<C>]>;
  readonly decoder: nn.Model<[Latent<C>], Image<C>, [Decode<C>]>;
}

/**
 * A variational autoencoder of strided convolutions each way, as `vae` otherwise. `f32[n,1,28,28] -> f32[n,1,28,28]` logits of
 * pixels. Throws `ShapeError` for images whose sides cannot be halved for every width.
 *
 * Source: Kingma and Welling, Auto-encoding variational Bayes, ICLR 2014; with the convolutions of Radford, Metz and Chintala,
 * Unsupervised representation learning with deep convolutional generative adversarial networks, ICLR 2016.
 */
export const convVae = <const C extends ConvVaeConfig = nn.Nothing>(
  config?: Fitting<C, Image<C>, ConvVaeLayers<C>>,
): ConvVae<C> => {
  const { input = [1, 28, 28], widths = [32, 64], latent = 16 } = optionsOf(
    "convVae",
    (config ?? {}) as ConvVaeConfig,
    { input: true, widths: true, latent: true },
  );
  const source = "Kingma, Welling, Auto-encoding variational Bayes, ICLR 2014";
  const last = widths.at(-1)!, [h, w] = coarseSides(input, widths), back = [...widths].reverse();
  const encode = nn.named("encoder", nn.sequential(...widths.flatMap((out) => [down(out), nn.relu]), nn.flatten));
  const code = nn.named("latent", nn.gaussianLatent(latent));
  const decode = nn.named(
    "decoder",
    nn.sequential(
      ...[nn.linear(last * h * w), nn.relu, nn.reshape(last, h, w)],
      ...back.slice(1).flatMap((out) => [up(out), nn.relu]),
      ...[up(input[0]), nn.expectShape(...input)],
    ),
  );
  const model = (from: readonly number[], ...layers: nn.Layers): object =>
    (nn.model as unknown as (from: readonly number[], ...layers: nn.Layers) => object)(from, ...layers);
  const whole = zooModel({ name: "conv_vae", source, naming: {}, preprocessing: plainDigits }, input, [
    encode,
    code,
    decode,
  ]);
  return {
    ...whole,
    encoder: model(input, encode, code),
    decoder: model([latent], decode),
  } as unknown as ConvVae<C>;
};

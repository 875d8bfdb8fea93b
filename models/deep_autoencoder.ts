/** The deep autoencoder: a narrow code of images, begun from a deep belief network. */
import type { Dim } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import * as nn from "../nn/mod.ts";
import { transpose } from "../ops/structure.ts";
import type { LayerWidths, MachineParams } from "./dbn.ts";
import type { Reversed } from "./halved.ts";
import { type ZooModel, zooModel } from "./model.ts";
import type { RbmParams } from "./rbm.ts";
import { plainDigits } from "./preprocess.ts";

/** Linear layers of these widths with sigmoids between. */
type Between<W> = W extends readonly [infer O extends number, ...infer R]
  ? R extends readonly [] ? [nn.Linear<O>] : [nn.Linear<O>, typeof nn.sigmoid, ...Between<R>]
  : [];
type Rest<W extends readonly unknown[]> = W extends readonly [unknown, ...infer R] ? R : [];
type Encode<W extends LayerWidths> = nn.Named<"encoder", nn.Sequential<Between<Rest<W>>>>;
type Decode<W extends LayerWidths> = nn.Named<"decoder", nn.Sequential<Between<Rest<Reversed<W>>>>>;
type LastOf<W extends readonly unknown[]> = W extends readonly [...unknown[], infer L extends Dim] ? L : number;
/** The type of `deepAutoencoder`: the whole, and its two halves as models that take the same variables. */
export interface DeepAutoencoder<W extends LayerWidths> extends ZooModel<[W[0]], [Encode<W>, Decode<W>]> {
  readonly encoder: nn.Model<[W[0]], [LastOf<W>], [Encode<W>]>;
  readonly decoder: nn.Model<[LastOf<W>], [W[0]], [Decode<W>]>;
  /**
   * Parameters with which it does what the machines of a deep belief network do one after the other, up to the means of the topmost
   * units and down again.
   */
  unroll(machines: MachineParams<W>): AutoencoderParams<W>;
}
/** Its parameters. */
export type AutoencoderParams<W extends LayerWidths> = nn.Params<[Encode<W>, Decode<W>], [W[0]]>;

const between = (widths: readonly number[]): nn.Layers =>
  widths.flatMap((out, i) => i < widths.length - 1 ? [nn.linear(out), nn.sigmoid] : [nn.linear(out)]);

/** Weights both ways, biases of hidden units on the way up and those of visible ones on the way down. */
const unroll = (machines: readonly RbmParams<number, number>[]) => {
  const layers = (all: readonly { readonly weight: unknown; readonly bias: unknown }[]) =>
    Object.fromEntries(all.map((v, i) => [`${2 * i}`, v]));
  const down = machines.map(({ weight, visibleBias }) => ({ weight: transpose(weight as Tensor), bias: visibleBias }));
  return {
    encoder: layers(machines.map(({ weight, hiddenBias }) => ({ weight, bias: hiddenBias }))),
    decoder: layers(down.reverse()),
  };
};

/**
 * A deep autoencoder: logistic layers down to a linear code, and the same widths back. `f32[n,784] -> f32[n,784]` logits of numbers
 * from 0 to 1. Its loss is `nn.bceWithLogits`. As published 784-1000-500-250-30 and back, 2,837,314 parameters; begun by
 * its `unroll` from what `pretrain` learned, then tuned by gradients.
 *
 * Source: Hinton and Salakhutdinov, Reducing the dimensionality of data with neural networks, Science 313 (2006).
 *
 * @example
 * ```ts
 * import { random } from "../mod.ts";
 * import * as models from "../models/mod.ts";
 * const widths = [16, 8, 2] as const, images = random.uniform(random.key(0), [50, 16]);
 * const belief = models.dbn(widths, { top: "gaussian" }), start = belief.init(random.key(1));
 * const { params } = models.pretrain(belief, start, images, { key: random.key(2), epochs: 2, batch: 10 });
 * const net = models.deepAutoencoder(widths);
 * const codes = net.encoder.predict({ params: net.unroll(params) }, images);
 * console.log(codes.shape.join()); // 50,2
 * ```
 */
export const deepAutoencoder = <const W extends LayerWidths = readonly [784, 1000, 500, 250, 30]>(
  widths: W = [784, 1000, 500, 250, 30] as const as LayerWidths as W,
): DeepAutoencoder<W> => {
  const source = "Hinton, Salakhutdinov, Reducing the dimensionality of data with neural networks, Science 313 (2006)";
  const preprocessing = { ...plainDigits, flat: true };
  const encode = nn.named("encoder", nn.sequential(...between(widths.slice(1))));
  const decode = nn.named("decoder", nn.sequential(...between([...widths].reverse().slice(1))));
  const model = (from: number, layer: nn.Layer): object =>
    (nn.model as unknown as (from: readonly number[], layer: nn.Layer) => object)([from], layer);
  return {
    ...zooModel({ name: "deep_autoencoder", source, naming: {}, preprocessing }, [widths[0]], [encode, decode]),
    encoder: model(widths[0], encode),
    decoder: model(widths.at(-1)!, decode),
    unroll,
  } as unknown as DeepAutoencoder<W>;
};

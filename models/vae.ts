/** Variational autoencoders: a code of each example that is a distribution, and what it means. */
import type { Dim } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { optionsOf } from "../core/options.ts";
import * as nn from "../nn/mod.ts";
import { add, div, mul } from "../ops/arithmetic.ts";
import { published } from "./model.ts";
import { plainDigits } from "./preprocess.ts";

const source = "Kingma, Welling, Auto-encoding variational Bayes, ICLR 2014";

/** Options of `vae`. */
export interface VaeConfig<I extends number, H extends number, Z extends number> {
  /** How many numbers, from 0 to 1, an example has; 784 unless given. */
  readonly inputs?: I;
  /** How many units the hidden layers of encoder and decoder have; 400 unless given. */
  readonly hidden?: H;
  /** How many numbers the code has; 20 unless given. */
  readonly latent?: Z;
}
/**
 * A variational autoencoder of two layers each way. `f32[n,784] -> f32[n,784]` logits of the numbers; in training through a draw of
 * the code, otherwise through its mean. `model.apply(variables, x, { training: true, key })` gives the distribution of the code as
 * `latent` in its third result. Its loss is `negativeElbo`. `encoder` gives codes, `decoder` logits of codes: both are models that
 * take the same variables, so an image is made by `sigmoid(decoder.predict(variables, random.normal(key, [n, 20])))`.
 *
 * Source: Kingma and Welling, Auto-encoding variational Bayes, ICLR 2014, appendix C, with ReLU.
 *
 * @example
 * ```ts
 * import { item, random } from "../mod.ts";
 * import * as models from "../models/mod.ts";
 * const net = models.vae({ inputs: 36, hidden: 24, latent: 5 }), variables = net.init(random.key(0));
 * const x = random.uniform(random.key(1), [8, 36]);
 * const [logits, , { latent }] = net.apply(variables, x, { training: true, key: random.key(2) });
 * console.log(await item(models.negativeElbo(logits, x, latent)) > 0); // true
 * ```
 */
export const vae = <const I extends number = 784, const H extends number = 400, const Z extends number = 20>(
  config: VaeConfig<I, H, Z> = {},
) => {
  optionsOf("vae", config, { inputs: true, hidden: true, latent: true });
  const { inputs = 784 as I, hidden = 400 as H, latent = 20 as Z } = config;
  const encode = nn.named("encoder", nn.sequential(nn.named("hidden", nn.linear(hidden)), nn.relu));
  const code = nn.named("latent", nn.gaussianLatent(latent));
  const decode = nn.named(
    "decoder",
    nn.sequential(nn.named("hidden", nn.linear(hidden)), nn.relu, nn.named("out", nn.linear(inputs))),
  );
  return {
    ...published(
      { name: "vae", source, naming: {}, preprocessing: { ...plainDigits, flat: true } },
      nn.model([inputs], encode, code, decode),
    ),
    encoder: nn.model([inputs], encode, code),
    decoder: nn.model([latent], decode),
  };
};

/**
 * Minus the evidence lower bound of examples with numbers from 0 to 1: the cross-entropy of their reconstruction, plus the
 * Kullback-Leibler divergence of the code from the standard normal distribution times `beta`, summed for each example; their mean, in
 * nats. `f32[n,...s], f32[n,...s], { mean, logVariance: f32[n,z] } -> f32[]`. With `beta` above 1 the numbers of the code become more
 * independent. (Kingma and Welling 2013, equation 10; Higgins et al. 2017 for beta)
 */
export const negativeElbo = <S extends readonly Dim[]>(
  logits: Tensor<S, "f32">,
  x: Tensor<NoInfer<S>, "f32">,
  latent: nn.Gaussian<readonly Dim[]>,
  { beta = 1 }: { readonly beta?: number } = {},
): Tensor<[], "f32"> => {
  const n = extents(x as Tensor)[0]!, reconstruction = div(nn.bceWithLogits(logits, x, { reduction: "sum" }), n);
  const divergence = mul(nn.gaussianKl(latent.mean, latent.logVariance) as Tensor, beta) as Tensor;
  return add(reconstruction as Tensor, divergence) as Tensor as Tensor<[], "f32">;
};

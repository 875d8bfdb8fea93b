/** Generative adversarial networks: one network makes examples, another one tells them from real ones. */
import { optionsOf } from "../core/options.ts";
import * as nn from "../nn/mod.ts";
import { published } from "./model.ts";
import { signedDigits } from "./preprocess.ts";

const source = "Goodfellow et al., Generative adversarial nets, NIPS 2014";

/** Options of `gan`. */
export interface GanConfig<Z extends number, H extends number, O extends number> {
  /** How many random numbers an example is made of; 64 unless given. */
  readonly latent?: Z;
  /** How many units each hidden layer has; 256 unless given. */
  readonly hidden?: H;
  /** How many numbers, from -1 to 1, an example has; 784 unless given. */
  readonly outputs?: O;
}
/**
 * A generative adversarial network of linear layers. `generator` `f32[n,64] -> f32[n,784]` makes examples of random numbers,
 * `discriminator` `f32[n,784] -> f32[n,1]` gives the logit that an example is real. Both are trained in turn by `adversarialStep`.
 *
 * Source: Goodfellow et al., Generative adversarial nets, NIPS 2014; leaky rectifiers for its maxout.
 */
export const gan = <const Z extends number = 64, const H extends number = 256, const O extends number = 784>(
  config: GanConfig<Z, H, O> = {},
) => {
  optionsOf("gan", config, { latent: true, hidden: true, outputs: true });
  const { latent = 64 as Z, hidden = 256 as H, outputs = 784 as O } = config;
  return {
    generator: published(
      { name: "gan_generator", source, naming: {} },
      nn.model(
        [latent],
        nn.named("fc1", nn.linear(hidden, { weightInit: nn.init.heNormal })),
        nn.leakyRelu(0.2),
        nn.named("fc2", nn.linear(hidden, { weightInit: nn.init.heNormal })),
        nn.leakyRelu(0.2),
        nn.named("out", nn.linear(outputs)),
        nn.tanh,
      ),
    ),
    discriminator: published(
      { name: "gan_discriminator", source, naming: {}, preprocessing: { ...signedDigits, flat: true } },
      nn.model(
        [outputs],
        nn.named("fc1", nn.linear(hidden, { weightInit: nn.init.heNormal })),
        nn.leakyRelu(0.2),
        nn.named("fc2", nn.linear(hidden, { weightInit: nn.init.heNormal })),
        nn.leakyRelu(0.2),
        nn.named("out", nn.linear(1)),
      ),
    ),
  };
};

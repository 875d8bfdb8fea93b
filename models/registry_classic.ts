/** The models by name, those of the course before AlexNet and beside it: no options that change their types. */
import { adaline } from "./adaline.ts";
import { charLstm } from "./char_lstm.ts";
import { convNetJs } from "./convnetjs.ts";
import { convVae } from "./conv_vae.ts";
import { dcgan } from "./dcgan.ts";
import { deepAutoencoder } from "./deep_autoencoder.ts";
import { gan } from "./gan.ts";
import { hingeNet } from "./hinge_net.ts";
import { lenet5 } from "./lenet.ts";
import { lenet1998 } from "./lenet_1998.ts";
import { lenetCaffe } from "./lenet_caffe.ts";
import { xorGate } from "./mcculloch_pitts.ts";
import { miniGpt } from "./mini_gpt.ts";
import { mlp } from "./mlp.ts";
import { perceptron } from "./perceptron.ts";
import { transformerEncoder } from "./transformer_encoder.ts";
import { vae } from "./vae.ts";
import { linearRegression, logisticRegression, softmaxRegression } from "./regression.ts";
import { cifar10Labels, digitLabels } from "./labels.ts";
import { cifarPixels, plainDigits, type Preprocessing } from "./preprocess.ts";

/** A model of vectors, made from these images and for these classes. */
const known = <M>(model: M, images: Preprocessing, labels: readonly string[]) => ({
  ...model,
  preprocessing: { ...images, flat: true },
  labels,
});
/** The models without options. */
export const classics = {
  mcculloch_pitts_xor: () => xorGate,
  perceptron: () => perceptron({ inputs: 2 }),
  adaline: () => adaline({ inputs: 2 }),
  linear_regression: () => linearRegression({ inputs: 2 }),
  logistic_regression: () => logisticRegression({ inputs: 2 }),
  softmax_regression: () => known(softmaxRegression({ inputs: 784, classes: 10 }), plainDigits, digitLabels),
  hinge_net: () => known(hingeNet({ inputs: 3072, hidden: 50, classes: 10 }), cifarPixels, cifar10Labels),
  mlp: () => mlp(),
  lenet5: () => lenet5,
  lenet5_1998: () => lenet1998,
  lenet_caffe: () => lenetCaffe,
  convnetjs: () => convNetJs,
  deep_autoencoder: () => deepAutoencoder(),
  vae: () => vae(),
  conv_vae: () => convVae(),
  gan_generator: () => gan().generator,
  gan_discriminator: () => gan().discriminator,
  dcgan_generator: () => dcgan().generator,
  dcgan_discriminator: () => dcgan().discriminator,
  char_lstm: () => charLstm(),
  mini_gpt: () => miniGpt(),
  transformer_encoder: () => transformerEncoder(),
} as const;
/** Their types by name. */
export type Classics = { readonly [N in keyof typeof classics]: ReturnType<(typeof classics)[N]> };

/** The models by name, those of the course before AlexNet and beside it. */
import type * as nn from "../nn/mod.ts";
import { optionsOf } from "../core/options.ts";
import { adaline, type AdalineConfig } from "./adaline.ts";
import { charLstm, type CharLstmConfig } from "./char_lstm.ts";
import { type ConvNetJs, convNetJs } from "./convnetjs.ts";
import { type ConvVae, convVae, type ConvVaeConfig } from "./conv_vae.ts";
import type { LayerWidths } from "./dbn.ts";
import { type Dcgan, dcgan, type DcganConfig } from "./dcgan.ts";
import { type DeepAutoencoder, deepAutoencoder } from "./deep_autoencoder.ts";
import { gan, type GanConfig } from "./gan.ts";
import { hingeNet, type HingeNetConfig } from "./hinge_net.ts";
import { cifar10Labels, digitLabels, labelled } from "./labels.ts";
import { type LeNet, lenet } from "./lenet.ts";
import { lenet1998 } from "./lenet_1998.ts";
import { type LeNetCaffe, lenetCaffe } from "./lenet_caffe.ts";
import { xorGate } from "./mcculloch_pitts.ts";
import { type MiniGpt, miniGpt, type MiniGptConfig } from "./mini_gpt.ts";
import { mlp, type MlpConfig } from "./mlp.ts";
import type { About, ImageConfig, Option } from "./model.ts";
import { perceptron, type PerceptronConfig } from "./perceptron.ts";
import { cifarPixels, plainDigits, type Preprocessing } from "./preprocess.ts";
import {
  linearRegression,
  type LinearRegressionConfig,
  logisticRegression,
  type LogisticRegressionConfig,
  softmaxRegression,
  type SoftmaxRegressionConfig,
} from "./regression.ts"; // deno-fmt-ignore
import { type TransformerEncoder, transformerEncoder, type TransformerEncoderConfig } from "./transformer_encoder.ts";
import { vae, type VaeConfig } from "./vae.ts";
import type { AnyModel } from "./variables.ts";

/** Options of `deep_autoencoder`, whose constructor takes the widths alone. */
export interface DeepAutoencoderConfig {
  /** The widths of layers, from what is seen to the code; [784, 1000, 500, 250, 30] unless given. */
  readonly widths?: LayerWidths;
}
/** The options of each. What their constructors must be told has a default here: 2 inputs, or what the images have. */
export interface ClassicConfigs {
  readonly mcculloch_pitts_xor: nn.Nothing;
  readonly perceptron: Partial<PerceptronConfig<number>>;
  readonly adaline: Partial<AdalineConfig<number>>;
  readonly linear_regression: Partial<LinearRegressionConfig<number, number>>;
  readonly logistic_regression: Partial<LogisticRegressionConfig<number>>;
  readonly softmax_regression: Partial<SoftmaxRegressionConfig<number, number>>;
  readonly hinge_net: Partial<HingeNetConfig<number, number, number>>;
  readonly mlp: MlpConfig<number>;
  readonly lenet5: ImageConfig;
  readonly lenet5_1998: nn.Nothing;
  readonly lenet_caffe: ImageConfig;
  readonly convnetjs: ImageConfig;
  readonly deep_autoencoder: DeepAutoencoderConfig;
  readonly vae: VaeConfig<number, number, number>;
  readonly conv_vae: ConvVaeConfig;
  readonly gan_generator: GanConfig<number, number, number>;
  readonly gan_discriminator: GanConfig<number, number, number>;
  readonly dcgan_generator: DcganConfig;
  readonly dcgan_discriminator: DcganConfig;
  readonly char_lstm: CharLstmConfig<number, number, number, number, number>;
  readonly mini_gpt: MiniGptConfig;
  readonly transformer_encoder: TransformerEncoderConfig;
}

type Count<C, K extends string, D extends number> = Option<C, K, D> & number;
type Gan<C> = ReturnType<typeof gan<Count<C, "latent", 64>, Count<C, "hidden", 256>, Count<C, "outputs", 784>>>;
type Widths<C> = Option<C, "widths", readonly [784, 1000, 500, 250, 30]> extends infer W extends LayerWidths ? W
  : never;
/** Their types by name, given the options. */
export interface Classics<C> {
  readonly mcculloch_pitts_xor: typeof xorGate;
  readonly perceptron: ReturnType<typeof perceptron<Count<C, "inputs", 2>>>;
  readonly adaline: ReturnType<typeof adaline<Count<C, "inputs", 2>>>;
  readonly linear_regression: ReturnType<typeof linearRegression<Count<C, "inputs", 2>, Count<C, "outputs", 1>>>;
  readonly logistic_regression: ReturnType<typeof logisticRegression<Count<C, "inputs", 2>>>;
  readonly softmax_regression: ReturnType<typeof softmaxRegression<Count<C, "inputs", 784>, Count<C, "classes", 10>>>;
  readonly hinge_net: ReturnType<
    typeof hingeNet<Count<C, "inputs", 3072>, Count<C, "hidden", 50>, Count<C, "classes", 10>>
  >;
  readonly mlp: ReturnType<typeof mlp<Count<C, "classes", 10>>>;
  readonly lenet5: LeNet<C>;
  readonly lenet5_1998: typeof lenet1998;
  readonly lenet_caffe: LeNetCaffe<C>;
  readonly convnetjs: ConvNetJs<C>;
  readonly deep_autoencoder: DeepAutoencoder<Widths<C>>;
  readonly vae: ReturnType<typeof vae<Count<C, "inputs", 784>, Count<C, "hidden", 400>, Count<C, "latent", 20>>>;
  readonly conv_vae: ConvVae<C>;
  readonly gan_generator: Gan<C>["generator"];
  readonly gan_discriminator: Gan<C>["discriminator"];
  readonly dcgan_generator: Dcgan<C>["generator"];
  readonly dcgan_discriminator: Dcgan<C>["discriminator"];
  readonly char_lstm: ReturnType<
    typeof charLstm<
      Count<C, "vocabulary", 65>,
      Count<C, "context", 64>,
      Count<C, "embedding", 64>,
      Count<C, "hidden", 128>,
      Count<C, "layers", 1>
    >
  >;
  readonly mini_gpt: MiniGpt<C>;
  readonly transformer_encoder: TransformerEncoder<C>;
}

/** A constructor whose types nobody looks at here. */
export type Make<C> = (config: C) => AnyModel & Partial<About>;
/** A model of vectors, which are these images where they are as long, and of these classes where they are as many. */
const known = (model: AnyModel, size: number, images: Preprocessing, labels: readonly string[]) => ({
  ...model,
  ...model.input[0] === size ? { preprocessing: { ...images, flat: true } } : {},
  ...labelled(labels, model.output[0] as number),
});
/** A model as it is. Throws `TypeError` for any option. */
const fixed = (name: string, model: AnyModel): Make<object> => (config) => {
  optionsOf<object>(name, config, {});
  return model;
};
/** Constructors by name. */
export const classics: { readonly [N in keyof ClassicConfigs]: Make<ClassicConfigs[N]> } = {
  mcculloch_pitts_xor: fixed("mcculloch_pitts_xor", xorGate),
  perceptron: (config) => perceptron({ inputs: 2, ...config }),
  adaline: (config) => adaline({ inputs: 2, ...config }),
  linear_regression: (config) => linearRegression({ inputs: 2, ...config }),
  logistic_regression: (config) => logisticRegression({ inputs: 2, ...config }),
  softmax_regression: (config) =>
    known(softmaxRegression({ inputs: 784, classes: 10, ...config }), 784, plainDigits, digitLabels),
  hinge_net: (config) =>
    known(hingeNet({ inputs: 3072, hidden: 50, classes: 10, ...config }), 3072, cifarPixels, cifar10Labels),
  mlp: (config) => mlp(config),
  lenet5: (config) => lenet(config),
  lenet5_1998: fixed("lenet5_1998", lenet1998),
  lenet_caffe: (config) => lenetCaffe(config),
  convnetjs: (config) => convNetJs(config),
  deep_autoencoder: (config) => deepAutoencoder(optionsOf("deep_autoencoder", config, { widths: true }).widths),
  vae: (config) => vae(config),
  conv_vae: (config) => convVae(config),
  gan_generator: (config) => gan(config).generator,
  gan_discriminator: (config) => gan(config).discriminator,
  dcgan_generator: (config) => dcgan(config as never).generator,
  dcgan_discriminator: (config) => dcgan(config as never).discriminator,
  char_lstm: (config) => charLstm(config),
  mini_gpt: (config) => miniGpt(config as never),
  transformer_encoder: (config) => transformerEncoder(config as never),
};

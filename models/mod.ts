/**
 * The model zoo: one file per model.
 *
 * @example
 * ```ts
 * import * as models from "../models/mod.ts";
 * const net = models.get("vgg11", { classes: 10, input: [3, 64, 64], hidden: 64 });
 * console.log(models.describe(net).parameters); // 9263818
 * ```
 * @module
 */
export { type LeNet, lenet, lenet5 } from "./lenet.ts";
export { type AlexNet, alexnet, type AlexNetConfig, type AlexNetGrouped, alexnetGrouped } from "./alexnet.ts";
export { alexnetRecipe, type Recipe, recipeBatch, recipeImages, recipeOptimizer } from "./alexnet_recipe.ts";
export { type Vgg, vgg, type VggColumn, type VggConfig } from "./vgg.ts";
export { convNorm, inception, naiveInception, normedInception } from "./inception_module.ts";
export { type GoogLeNet, googlenet, type GoogLeNetConfig } from "./googlenet.ts";
export { type GoogLeNet2014, googlenet2014 } from "./googlenet_2014.ts";
export { type Plain34, plain34 } from "./plain.ts";
export {
  type ResNet101,
  resnet101,
  type ResNet152,
  resnet152,
  type ResNet18,
  resnet18,
  type ResNet34,
  resnet34,
  type ResNet50,
  resnet50,
  type ResNext50,
  resnext50,
  type WideResNet50,
  wideResnet50,
} from "./resnet.ts"; // deno-fmt-ignore
export {
  basicPath,
  bottleneckPath,
  head,
  projection,
  residualBlock,
  residualNaming,
  stage,
  stem,
} from "./residual_blocks.ts"; // deno-fmt-ignore
export {
  type CifarDepth,
  type PadChannels,
  padChannels,
  type ResNetCifar,
  resnetCifar,
  subsample,
} from "./resnet_cifar.ts"; // deno-fmt-ignore
export { type SqueezeNet10, squeezenet10, type SqueezeNet11, squeezenet11 } from "./squeezenet.ts";
export { type DenseNet121, densenet121 } from "./densenet.ts";
export { type InceptionV3, inceptionV3, type InceptionV3Config } from "./inception_v3.ts";
export { type ConvNextTiny, convnextTiny } from "./convnext.ts";
export { type VitB16, vitB16, type VitConfig } from "./vit.ts";
export {
  type DeepLabV3ResNet50,
  deeplabV3Resnet50,
  type FcnResNet50,
  fcnResnet50,
  type SegmentationConfig,
} from "./segmentation.ts"; // deno-fmt-ignore
export { type LrAspp, lrasppMobilenetV3 } from "./lraspp.ts";
export { type Spread, spread } from "./spread.ts";
export { type MnasNet, mnasnet } from "./mnasnet.ts";
export { type MobileNetV1, mobilenetV1 } from "./mobilenet_v1.ts";
export { type NetworkInNetwork, networkInNetwork } from "./nin.ts";
export { type ZfNet, zfnet, type ZfNetConfig } from "./zfnet.ts";
export { type MobileNetV2, mobilenetV2 } from "./mobilenet_v2.ts";
export { type MobileNetV3Large, mobilenetV3Large, type MobileNetV3Small, mobilenetV3Small } from "./mobilenet_v3.ts";
export { type ShuffleNetV2, shufflenetV2 } from "./shufflenet_v2.ts";
export { type EfficientNetB0, efficientnetB0 } from "./efficientnet.ts";
export { convUnit, depthwiseUnit, type NormOptions, projectUnit, squeezeExcite } from "./mobile_blocks.ts";
export {
  type About,
  type Classes,
  type Fitting,
  type ImageConfig,
  type Input,
  type Option,
  type OutputOf,
  published,
  type ZooModel,
  zooModel,
} from "./model.ts"; // deno-fmt-ignore
export { get, list, type Zoo, type ZooConfig, type ZooConfigs, type ZooName } from "./registry.ts";
export { describe, type Description, type LayerRow } from "./describe.ts";
export { type AnyModel, type Variable, variablesOf } from "./variables.ts";
export {
  type Mismatch,
  mismatch,
  type Naming,
  numbered,
  type Rename,
  rename,
  type Reshape,
  stateDict,
  type StateEntry,
} from "./weights.ts"; // deno-fmt-ignore
export { loadSafetensors, saveSafetensors, type StoredModel } from "./load.ts";
export {
  centerCrop,
  imageNet,
  normalizeChannels,
  preprocess,
  type Preprocessing,
  resizeShorter,
} from "./preprocess.ts"; // deno-fmt-ignore
export { cifar10Labels, digitLabels, type Guess, topLabels, vocLabels } from "./labels.ts";
export { adaline, type AdalineConfig, adalineDecision, type AdalineTraining, trainAdaline } from "./adaline.ts";
export { type ConvNetJs, convNetJs } from "./convnetjs.ts";
export { hingeNet, type HingeNetConfig, hingeNetLoss } from "./hinge_net.ts";
export { c3Connections, lenet1998, lenet1998Loss } from "./lenet_1998.ts";
export { digitCodes } from "./digit_codes.ts";
export { type LeNetCaffe, lenetCaffe } from "./lenet_caffe.ts";
export { type Learned, type UnitParams } from "./linear_unit.ts";
export { gates, type Neuron, neuron, type NeuronConfig, type Synapse, xorGate } from "./mcculloch_pitts.ts";
export { mlp, type MlpConfig } from "./mlp.ts";
export { perceptron, type PerceptronConfig, type PerceptronTraining, trainPerceptron } from "./perceptron.ts";
export {
  linearRegression,
  type LinearRegressionConfig,
  logisticRegression,
  type LogisticRegressionConfig,
  softmaxRegression,
  type SoftmaxRegressionConfig,
} from "./regression.ts";
export { type UNet, unet, type UNetConfig } from "./unet.ts";
export { type BorderWeightConfig, borderWeights, pixelCrossEntropy } from "./unet_loss.ts";
export { negativeElbo, vae, type VaeConfig } from "./vae.ts";
export { type ConvVae, convVae, type ConvVaeConfig } from "./conv_vae.ts";
export { gan, type GanConfig } from "./gan.ts";
export { type Dcgan, dcgan, type DcganConfig } from "./dcgan.ts";
export {
  adversarialStep,
  discriminatorLoss,
  type Game,
  type GameRules,
  type GameStep,
  generatorLoss,
  type Player,
  type PlayerOf,
  startGame,
} from "./adversarial.ts"; // deno-fmt-ignore
export { type Divergence, type Rbm, rbm, type RbmConfig, type RbmParams } from "./rbm.ts";
export {
  type Dbn,
  dbn,
  type DbnConfig,
  type LayerWidths,
  type LearnedRbm,
  type MachineParams,
  type Machines,
  pretrain,
  type PretrainConfig,
  trainRbm,
} from "./dbn.ts"; // deno-fmt-ignore
export { type AutoencoderParams, type DeepAutoencoder, deepAutoencoder } from "./deep_autoencoder.ts";
export { type SampleConfig, tokenCrossEntropy, type TokenLossOptions } from "./tokens.ts";
export { charLstm, type CharLstmConfig, type Memory } from "./char_lstm.ts";
export { type MiniGpt, miniGpt, type MiniGptConfig } from "./mini_gpt.ts";
export { type TransformerEncoder, transformerEncoder, type TransformerEncoderConfig } from "./transformer_encoder.ts";

/** The models by name. */
import type * as nn from "../nn/mod.ts";
import { type AlexNet, alexnet, type AlexNetConfig, type AlexNetGrouped, alexnetGrouped } from "./alexnet.ts";
import { type DenseNet121, densenet121 } from "./densenet.ts";
import { type EfficientNetB0, efficientnetB0 } from "./efficientnet.ts";
import { type MobileNetV2, mobilenetV2 } from "./mobilenet_v2.ts";
import { type MobileNetV3Large, mobilenetV3Large, type MobileNetV3Small, mobilenetV3Small } from "./mobilenet_v3.ts";
import { type ShuffleNetV2, shufflenetV2 } from "./shufflenet_v2.ts";
import { type InceptionV3, inceptionV3, type InceptionV3Config } from "./inception_v3.ts";
import { type LrAspp, lrasppMobilenetV3 } from "./lraspp.ts";
import { type MnasNet, mnasnet } from "./mnasnet.ts";
import { type MobileNetV1, mobilenetV1 } from "./mobilenet_v1.ts";
import { type NetworkInNetwork, networkInNetwork } from "./nin.ts";
import { type ZfNet, zfnet, type ZfNetConfig } from "./zfnet.ts";
import { type ConvNextTiny, convnextTiny } from "./convnext.ts";
import {
  type DeepLabV3ResNet50,
  deeplabV3Resnet50,
  type FcnResNet50,
  fcnResnet50,
  type SegmentationConfig,
} from "./segmentation.ts"; // deno-fmt-ignore
import { type VitB16, vitB16, type VitConfig } from "./vit.ts";
import type { Fitting, ImageConfig } from "./model.ts";
import { type GoogLeNet, googlenet, type GoogLeNetConfig } from "./googlenet.ts";
import { type GoogLeNet2014, googlenet2014 } from "./googlenet_2014.ts";
import { type Plain34, plain34 } from "./plain.ts";
import { type ClassicConfigs, type Classics, classics, type Make } from "./registry_classic.ts";
import {
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
import { type ResNetCifar, resnetCifar } from "./resnet_cifar.ts";
import { type SqueezeNet10, squeezenet10, type SqueezeNet11, squeezenet11 } from "./squeezenet.ts";
import { type UNet, unet, type UNetConfig } from "./unet.ts";
import { type Vgg, vgg, type VggColumn, type VggConfig, vggListed } from "./vgg.ts";

/** The options of each model, by its name; what the name says already is no option. */
export interface ZooConfigs extends ClassicConfigs {
  readonly alexnet: AlexNetConfig;
  readonly alexnet_grouped: AlexNetConfig;
  readonly alexnet_ungrouped: Omit<AlexNetConfig, "groups">;
  readonly zfnet: ZfNetConfig;
  readonly nin_imagenet: ImageConfig;
  readonly vgg11: VggConfig;
  readonly vgg11_bn: Omit<VggConfig, "batchNorm">;
  readonly vgg13: VggConfig;
  readonly vgg13_bn: Omit<VggConfig, "batchNorm">;
  readonly vgg16: VggConfig;
  readonly vgg16_bn: Omit<VggConfig, "batchNorm">;
  readonly vgg19: VggConfig;
  readonly vgg19_bn: Omit<VggConfig, "batchNorm">;
  readonly vgg_A: VggConfig;
  readonly "vgg_A-LRN": VggConfig;
  readonly vgg_B: VggConfig;
  readonly vgg_C: VggConfig;
  readonly vgg_D: VggConfig;
  readonly vgg_E: VggConfig;
  readonly googlenet: GoogLeNetConfig;
  readonly googlenet_2014: ImageConfig;
  readonly googlenet_2014_aux: ImageConfig;
  readonly plain34: ImageConfig;
  readonly resnet18: ImageConfig;
  readonly resnet34: ImageConfig;
  readonly resnet50: ImageConfig;
  readonly resnet101: ImageConfig;
  readonly resnet152: ImageConfig;
  readonly resnext50_32x4d: ImageConfig;
  readonly wide_resnet50_2: ImageConfig;
  readonly resnet20_cifar: ImageConfig;
  readonly resnet32_cifar: ImageConfig;
  readonly resnet56_cifar: ImageConfig;
  readonly resnet110_cifar: ImageConfig;
  readonly squeezenet1_0: ImageConfig;
  readonly squeezenet1_1: ImageConfig;
  readonly densenet121: ImageConfig;
  readonly unet_2015: UNetConfig;
  readonly mobilenet_v1: ImageConfig;
  readonly mobilenet_v2: ImageConfig;
  readonly mobilenet_v3_large: ImageConfig;
  readonly mobilenet_v3_small: ImageConfig;
  readonly shufflenet_v2_x1_0: ImageConfig;
  readonly efficientnet_b0: ImageConfig;
  readonly inception_v3: InceptionV3Config;
  readonly convnext_tiny: ImageConfig;
  readonly vit_b_16: VitConfig;
  readonly fcn_resnet50: SegmentationConfig;
  readonly deeplabv3_resnet50: SegmentationConfig;
  readonly lraspp_mobilenet_v3_large: ImageConfig;
  readonly mnasnet1_0: ImageConfig;
}
/** The options of a model, by its name. */
export type ZooConfig<N extends ZooName = ZooName> = ZooConfigs[N];
type Normed<C> = C & { readonly batchNorm: true };
/** The type of every model, given its options. */
export interface Zoo<C> extends Classics<C> {
  readonly alexnet: AlexNet<C>;
  readonly alexnet_grouped: AlexNetGrouped<C>;
  readonly alexnet_ungrouped: AlexNetGrouped<C & { readonly groups: 1 }>;
  readonly zfnet: ZfNet<C>;
  readonly nin_imagenet: NetworkInNetwork<C>;
  readonly vgg11: Vgg<"A", C>;
  readonly vgg11_bn: Vgg<"A", Normed<C>>;
  readonly vgg13: Vgg<"B", C>;
  readonly vgg13_bn: Vgg<"B", Normed<C>>;
  readonly vgg16: Vgg<"D", C>;
  readonly vgg16_bn: Vgg<"D", Normed<C>>;
  readonly vgg19: Vgg<"E", C>;
  readonly vgg19_bn: Vgg<"E", Normed<C>>;
  readonly vgg_A: Vgg<"A", C>;
  readonly "vgg_A-LRN": Vgg<"A-LRN", C>;
  readonly vgg_B: Vgg<"B", C>;
  readonly vgg_C: Vgg<"C", C>;
  readonly vgg_D: Vgg<"D", C>;
  readonly vgg_E: Vgg<"E", C>;
  readonly googlenet: GoogLeNet<C>;
  readonly googlenet_2014: GoogLeNet2014<C & { readonly auxiliary: false }>;
  readonly googlenet_2014_aux: GoogLeNet2014<C & { readonly auxiliary: true }>;
  readonly plain34: Plain34<C>;
  readonly resnet18: ResNet18<C>;
  readonly resnet34: ResNet34<C>;
  readonly resnet50: ResNet50<C>;
  readonly resnet101: ResNet101<C>;
  readonly resnet152: ResNet152<C>;
  readonly resnext50_32x4d: ResNext50<C>;
  readonly wide_resnet50_2: WideResNet50<C>;
  readonly resnet20_cifar: ResNetCifar<20, C>;
  readonly resnet32_cifar: ResNetCifar<32, C>;
  readonly resnet56_cifar: ResNetCifar<56, C>;
  readonly resnet110_cifar: ResNetCifar<110, C>;
  readonly squeezenet1_0: SqueezeNet10<C>;
  readonly squeezenet1_1: SqueezeNet11<C>;
  readonly densenet121: DenseNet121<C>;
  readonly unet_2015: UNet<C>;
  readonly mobilenet_v1: MobileNetV1<C>;
  readonly mobilenet_v2: MobileNetV2<C>;
  readonly mobilenet_v3_large: MobileNetV3Large<C>;
  readonly mobilenet_v3_small: MobileNetV3Small<C>;
  readonly shufflenet_v2_x1_0: ShuffleNetV2<C>;
  readonly efficientnet_b0: EfficientNetB0<C>;
  readonly inception_v3: InceptionV3<C>;
  readonly convnext_tiny: ConvNextTiny<C>;
  readonly vit_b_16: VitB16<C>;
  readonly fcn_resnet50: FcnResNet50<C>;
  readonly deeplabv3_resnet50: DeepLabV3ResNet50<C>;
  readonly lraspp_mobilenet_v3_large: LrAspp<C>;
  readonly mnasnet1_0: MnasNet<C>;
}
/** The name of a model. */
export type ZooName = keyof ZooConfigs;

/** A constructor without its types, with its first argument where it has two. */
const plain = (make: unknown, ...first: readonly unknown[]): Make<object> => (config) =>
  (make as (...args: readonly unknown[]) => ReturnType<Make<object>>)(...first, config);
/** A constructor some of whose options the name of the model settles. Throws `TypeError` where they are given. */
const settled = (name: ZooName, settings: object, make: Make<object>): Make<object> => (config) => {
  const given = Object.keys(settings).find((key) => Object.hasOwn(config, key));
  if (given !== undefined) throw new TypeError(`${name}: there is no option ${given}: the name settles it`);
  return make({ ...config, ...settings });
};
const normed = (name: ZooName, column: VggColumn) => settled(name, { batchNorm: true }, plain(vgg, column));

const makers: { readonly [N in ZooName]: Make<ZooConfigs[N]> } = {
  ...classics,
  alexnet: plain(alexnet),
  alexnet_grouped: plain(alexnetGrouped),
  alexnet_ungrouped: settled("alexnet_ungrouped", { groups: 1 }, plain(alexnetGrouped)),
  zfnet: plain(zfnet),
  nin_imagenet: plain(networkInNetwork),
  vgg11: plain(vgg, "A"),
  vgg11_bn: normed("vgg11_bn", "A"),
  vgg13: plain(vgg, "B"),
  vgg13_bn: normed("vgg13_bn", "B"),
  vgg16: plain(vgg, "D"),
  vgg16_bn: normed("vgg16_bn", "D"),
  vgg19: plain(vgg, "E"),
  vgg19_bn: normed("vgg19_bn", "E"),
  vgg_A: plain(vggListed, "A"),
  "vgg_A-LRN": plain(vggListed, "A-LRN"),
  vgg_B: plain(vggListed, "B"),
  vgg_C: plain(vggListed, "C"),
  vgg_D: plain(vggListed, "D"),
  vgg_E: plain(vggListed, "E"),
  googlenet: plain(googlenet),
  googlenet_2014: settled("googlenet_2014", { auxiliary: false }, plain(googlenet2014)),
  googlenet_2014_aux: settled("googlenet_2014_aux", { auxiliary: true }, plain(googlenet2014)),
  plain34: plain(plain34),
  resnet18: plain(resnet18),
  resnet34: plain(resnet34),
  resnet50: plain(resnet50),
  resnet101: plain(resnet101),
  resnet152: plain(resnet152),
  resnext50_32x4d: plain(resnext50),
  wide_resnet50_2: plain(wideResnet50),
  resnet20_cifar: plain(resnetCifar, 20),
  resnet32_cifar: plain(resnetCifar, 32),
  resnet56_cifar: plain(resnetCifar, 56),
  resnet110_cifar: plain(resnetCifar, 110),
  squeezenet1_0: plain(squeezenet10),
  squeezenet1_1: plain(squeezenet11),
  densenet121: plain(densenet121),
  unet_2015: plain(unet),
  mobilenet_v1: plain(mobilenetV1),
  mobilenet_v2: plain(mobilenetV2),
  mobilenet_v3_large: plain(mobilenetV3Large),
  mobilenet_v3_small: plain(mobilenetV3Small),
  shufflenet_v2_x1_0: plain(shufflenetV2),
  efficientnet_b0: plain(efficientnetB0),
  inception_v3: plain(inceptionV3),
  convnext_tiny: plain(convnextTiny),
  vit_b_16: plain(vitB16),
  fcn_resnet50: plain(fcnResnet50),
  deeplabv3_resnet50: plain(deeplabV3Resnet50),
  lraspp_mobilenet_v3_large: plain(lrasppMobilenetV3),
  mnasnet1_0: plain(mnasnet),
};

/** The model, or the sentence of the layer that refuses its input. */
type Fit<M> = M extends { readonly input: infer I; readonly layers: infer L extends nn.Layers } ? Fitting<M, I, L>
  : M;
type OptionOf<N extends ZooName> = N extends unknown ? keyof ZooConfigs[N] : never;
/** Nothing, or the sentence about options that the model does not have. */
type Known<N extends ZooName, C> = [Exclude<keyof C, OptionOf<N>>] extends [never] ? unknown
  : `${N}: there is no option ${Exclude<keyof C, OptionOf<N>> & string}`;
/** The names of all models. */
export const list = (): readonly ZooName[] => Object.keys(makers) as ZooName[];
/**
 * The model of a name, with the options of its constructor: `get("vgg16_bn", { classes: 10 })`, `get("mini_gpt", { vocabulary: 27 })`.
 * Throws `RangeError` for a name that is not in `list()`, `TypeError` for an option that the model does not have, `ShapeError` for an
 * input that does not fit.
 */
export const get = <const N extends ZooName, const C extends ZooConfigs[N] & object = nn.Nothing>(
  name: N,
  config?: C & Known<N, C>,
): Fit<Zoo<C>[N]> => {
  if (!Object.hasOwn(makers, name)) throw new RangeError(`get: there is no model ${name}: list() has the names`);
  return (makers[name] as Make<object>)(config ?? {}) as unknown as Fit<Zoo<C>[N]>;
};

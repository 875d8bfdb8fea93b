/** The models by name. */
import { optionsOf } from "../core/options.ts";
import type * as nn from "../nn/mod.ts";
import { type AlexNet, alexnet, type AlexNetConfig, type AlexNetGrouped, alexnetGrouped } from "./alexnet.ts";
import { type DenseNet121, densenet121 } from "./densenet.ts";
import { type EfficientNetB0, efficientnetB0 } from "./efficientnet.ts";
import { type MobileNetV2, mobilenetV2 } from "./mobilenet_v2.ts";
import { type MobileNetV3Large, mobilenetV3Large, type MobileNetV3Small, mobilenetV3Small } from "./mobilenet_v3.ts";
import { type ShuffleNetV2, shufflenetV2 } from "./shufflenet_v2.ts";
import { type InceptionV3, inceptionV3 } from "./inception_v3.ts";
import { type LrAspp, lrasppMobilenetV3 } from "./lraspp.ts";
import { type MnasNet, mnasnet } from "./mnasnet.ts";
import { type MobileNetV1, mobilenetV1 } from "./mobilenet_v1.ts";
import { type NetworkInNetwork, networkInNetwork } from "./nin.ts";
import { type ZfNet, zfnet } from "./zfnet.ts";
import { type ConvNextTiny, convnextTiny } from "./convnext.ts";
import { type DeepLabV3ResNet50, deeplabV3Resnet50, type FcnResNet50, fcnResnet50 } from "./segmentation.ts";
import { type VitB16, vitB16, type VitConfig } from "./vit.ts";
import type { About, Fitting, ImageConfig } from "./model.ts";
import { type GoogLeNet, googlenet, type GoogLeNetConfig } from "./googlenet.ts";
import { type GoogLeNet2014, googlenet2014 } from "./googlenet_2014.ts";
import { type Plain34, plain34 } from "./plain.ts";
import { type Classics, classics } from "./registry_classic.ts";
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
import type { AnyModel } from "./variables.ts";
import { type Vgg, vgg, type VggColumn, type VggConfig, vggListed } from "./vgg.ts";

/** Options of any model; each takes those that its constructor has. */
export interface ZooConfig extends ImageConfig, VggConfig, AlexNetConfig, GoogLeNetConfig, UNetConfig, VitConfig {}
type Normed<C> = C & { readonly batchNorm: true };
/** The type of every model, given its options. */
export interface Zoo<C> extends Classics {
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
export type ZooName = keyof Zoo<unknown>;

type Make = (config: ZooConfig) => AnyModel & Partial<About>;
/** A constructor without its types, which nobody looks at here, with its first argument where it has two. */
const plain = (make: unknown, ...first: readonly unknown[]): Make => (config) =>
  (make as (...args: readonly unknown[]) => ReturnType<Make>)(...first, config);
const normed = (column: VggColumn): Make => (config) => plain(vgg, column)({ ...config, batchNorm: true });

const makers: Readonly<Record<ZooName, Make>> = {
  ...classics,
  alexnet: plain(alexnet),
  alexnet_grouped: plain(alexnetGrouped),
  alexnet_ungrouped: (config) => plain(alexnetGrouped)({ ...config, groups: 1 }),
  zfnet: plain(zfnet),
  nin_imagenet: plain(networkInNetwork),
  vgg11: plain(vgg, "A"),
  vgg11_bn: normed("A"),
  vgg13: plain(vgg, "B"),
  vgg13_bn: normed("B"),
  vgg16: plain(vgg, "D"),
  vgg16_bn: normed("D"),
  vgg19: plain(vgg, "E"),
  vgg19_bn: normed("E"),
  vgg_A: plain(vggListed, "A"),
  "vgg_A-LRN": plain(vggListed, "A-LRN"),
  vgg_B: plain(vggListed, "B"),
  vgg_C: plain(vggListed, "C"),
  vgg_D: plain(vggListed, "D"),
  vgg_E: plain(vggListed, "E"),
  googlenet: plain(googlenet),
  googlenet_2014: (config) => plain(googlenet2014)({ ...config, auxiliary: false }),
  googlenet_2014_aux: (config) => plain(googlenet2014)({ ...config, auxiliary: true }),
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
/** The names of all models. */
export const list = (): readonly ZooName[] => Object.keys(makers) as ZooName[];
/**
 * The model of a name: `get("vgg16_bn", { classes: 10 })`. Throws `RangeError` for a name that is not in `list()`, `TypeError` for
 * an option that the model does not have, `ShapeError` for an input that does not fit.
 */
export const get = <const N extends ZooName, const C extends ZooConfig = nn.Nothing>(
  name: N,
  config?: C,
): Fit<Zoo<C>[N]> => {
  if (!Object.hasOwn(makers, name)) throw new RangeError(`get: there is no model ${name}: list() has the names`);
  if (Object.hasOwn(classics, name)) optionsOf<object>(name, config ?? {}, {});
  return makers[name](config ?? {}) as unknown as Fit<Zoo<C>[N]>;
};

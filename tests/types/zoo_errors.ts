// Every model of the zoo used wrongly.
import * as models from "../../models/mod.ts";
import type { Key } from "../../ops/random.ts";
import { mk } from "./assert.ts";

declare const key: Key;
const x = mk(8, 3, 224, 224);

// Images that are too small.
// @ts-expect-error maxPool2d: kernel 3 does not fit input 1 (height of [64, 1, 7]) [in 2:maxPool2d]
models.alexnet({ input: [3, 8, 32] });
// @ts-expect-error maxPool2d: kernel 3 does not fit input 1 (height of [256, 1, 1])
models.alexnetGrouped({ input: [3, 35, 35] });
// @ts-expect-error maxPool2d: kernel 2 does not fit input 1 (height of [512, 1, 14]) [in 20:maxPool2d]
models.vgg("A", { input: [3, 16, 224] });
// @ts-expect-error maxPool2d: kernel 2 does not fit input 1 (width of [512, 14, 1]) [in 36:maxPool2d]
models.get("vgg19", { classes: 10, input: [3, 224, 31] }).init(key);
// @ts-expect-error avgPool2d: kernel 2 does not fit input 1 (height of [512, 1, 1]) [in transition3/3:avgPool2d]
models.densenet121({ input: [3, 16, 16] });
// @ts-expect-error conv2d: kernel 7 does not fit input 4 (height of [3, 4, 4]) [in 0:conv2d]
models.squeezenet10({ input: [3, 4, 4] });
// @ts-expect-error conv2d: kernel 3 does not fit input 2 (height of [3, 2, 2]) [in 0:conv2d]
models.squeezenet11({ input: [3, 2, 2] });
// @ts-expect-error conv2d: kernel 7 does not fit input 0 + 2*3 padding (height of [3, 0, 224])
models.resnext50({ input: [3, 0, 224] });
// @ts-expect-error conv2d: kernel 3 does not fit input 0 + 2*1 padding (height of [20, 0, 0])
models.resnetCifar(20, { input: [20, 0, 0] });

// @ts-expect-error avgPool2d: kernel 5 does not fit input 4 (height of [512, 4, 14]) [in head/0:avgPool2d]
models.googlenet2014({ input: [3, 64, 224] });
// @ts-expect-error TS: Property 'aux1' does not exist on type
models.googlenet({ auxiliary: false }).init(key).params.aux1;
// @ts-expect-error conv2d: kernel 5 does not fit input 4 (height of [96, 4, 55])
models.zfnet({ input: [3, 20, 224] });
// @ts-expect-error maxPool2d: kernel 3 does not fit input 1 (height of [384, 1, 13])
models.networkInNetwork({ input: [3, 40, 227] });
// @ts-expect-error avgPool2d: kernel 5 does not fit input 4 (height of [768, 4, 17]) [in head/0:avgPool2d]
models.inceptionV3({ input: [3, 96, 299] });
// @ts-expect-error conv2d: kernel 3 does not fit input 2 (height of [192, 2, 17]) [in 0:sequential/branch3x3_2/conv]
models.inceptionV3({ input: [3, 60, 299], auxiliary: false });
// @ts-expect-error conv2d: kernel 2 does not fit input 1 (height of [384, 1, 14]) [in 6:sequential/1:conv2d]
models.convnextTiny({ input: [3, 24, 224] });
// @ts-expect-error conv2d: stride 16 does not tile: (225 - 16) / 16 + 1 is not an integer (remainder 1) (height of [3, 225, 224]) [in projection]
models.vitB16({ input: [3, 225, 224] });
// @ts-expect-error conv2d: kernel 3 does not fit input 0 + 2*1 padding (width of [3, 224, 0])
models.mobilenetV1({ input: [3, 224, 0] });
// @ts-expect-error conv2d: kernel 3 does not fit input 0 + 2*1 padding (width of [3, 64, 0]) [in 0:sequential/0:conv2d]
models.lrasppMobilenetV3({ input: [3, 64, 0] });
// @ts-expect-error conv2d: kernel 7 does not fit input 0 + 2*3 padding (height of [3, 0, 64])
models.fcnResnet50({ input: [3, 0, 64], auxiliary: true });

// Batches of other images.
const plain34 = models.plain34(), resnet18 = models.resnet18({ input: [1, 64, 64] }), resnet34 = models.resnet34();
// @ts-expect-error model: expects a batch of [3, 224, 224], got [8, 3, 32, 32]
plain34.predict(plain34.init(key), mk(8, 3, 32, 32));
// @ts-expect-error model: expects a batch of [1, 64, 64], got [8, 3, 224, 224]
resnet18.predict(resnet18.init(key), x);
// @ts-expect-error model: expects a batch of [3, 224, 224], got [224, 224, 3]
resnet34.apply(resnet34.init(key), mk(224, 224, 3), { training: true });
// @ts-expect-error model: expects a batch of [3, 224, 224], got [2, 1, 224, 224]
models.mobilenetV2().predict(models.mobilenetV2().init(key), mk(2, 1, 224, 224));
// @ts-expect-error model: expects a batch of [3, 224, 224], got [224, 224, 3]
models.mobilenetV3Large().predict(models.mobilenetV3Large().init(key), mk(224, 224, 3));
// @ts-expect-error model: expects a batch of [3, 224, 224], got [2, 3, 225, 224]
models.mnasnet().predict(models.mnasnet().init(key), mk(2, 3, 225, 224));
// @ts-expect-error model: expects a batch of [3, 65, 65], got [8, 3, 224, 224]
models.deeplabV3Resnet50({ input: [3, 65, 65] }).predict(models.deeplabV3Resnet50({ input: [3, 65, 65] }).init(key), x);

// Weights of another model, and weights that are not there.
const resnet50 = models.resnet50(), resnet101 = models.resnet101(), resnet152 = models.resnet152(), wide = models.wideResnet50();
// @ts-expect-error TS: Type 'WeightBias<[1000, 512], 1000>' is not assignable to type 'WeightBias<[1000, 2048], 1000>'.
resnet50.predict(models.resnet34().init(key), x);
const { params, state } = resnet101.init(key), { fc } = models.resnet101({ classes: 10 }).init(key).params;
// @ts-expect-error TS: Type 'WeightBias<[10, 2048], 10>' is not assignable to type 'WeightBias<[1000, 2048], 1000>'.
resnet101.predict({ params: { ...params, fc }, state }, x);
// @ts-expect-error TS: Property 'layer5' does not exist on type
resnet152.init(key).params.layer5;
// @ts-expect-error TS: Property 'conv4' does not exist on type
wide.init(key).params.layer1.first[0].main.conv4;
// @ts-expect-error TS: Property '1' does not exist on type
models.vgg("D").init(key).params.classifier[1];
// @ts-expect-error TS: Property 'features' does not exist on type '{}'.
models.vgg("C").init(key).state.features;
// @ts-expect-error TS: Property '2' does not exist on type
models.vgg("A-LRN").init(key).params.features[2];
// @ts-expect-error TS: is not assignable to parameter of type 'ModelVariables<{ readonly features: SequenceTree<
models.mobilenetV3Small().predict(models.mobilenetV3Large().init(key), x);
// @ts-expect-error TS: Property 'branch3' does not exist on type
models.shufflenetV2().init(key).params.stage2.first[0].branch3;
// @ts-expect-error TS: Property 'fc1' does not exist on type
models.efficientnetB0().init(key).params.features[1][0].block[1].fc1;

// Names and options that there are not.
// @ts-expect-error TS: Argument of type '"F"' is not assignable to parameter of type
models.vgg("F");
// @ts-expect-error TS: 'clases' does not exist in type 'VggConfig'. Did you mean to write 'classes'?
models.vgg("B", { clases: 10 });
// @ts-expect-error TS: Argument of type '21' is not assignable to parameter of type
models.resnetCifar(21);
// @ts-expect-error TS: Argument of type '"resnet51"' is not assignable to parameter of type
models.get("resnet51");

// Options that a model does not have, or that its name settles.
// @ts-expect-error lenet5_1998: there is no option classes
models.get("lenet5_1998", { classes: 5 });
// @ts-expect-error mcculloch_pitts_xor: there is no option inputs
models.get("mcculloch_pitts_xor", { inputs: 2 });
// @ts-expect-error resnet18: there is no option vocabulary
models.get("resnet18", { vocabulary: 27 });
// @ts-expect-error mini_gpt: there is no option hidden
models.get("mini_gpt", { vocabulary: 27, hidden: 8 });
// @ts-expect-error vgg11_bn: there is no option batchNorm
models.get("vgg11_bn", { batchNorm: false });
// @ts-expect-error TS: Type 'string' is not assignable to type 'number'
models.get("vae", { latent: "8" });
// @ts-expect-error avgPool2d: kernel 2 does not fit input 1 (height of [6, 1, 28])
models.lenet({ classes: 5, input: [1, 1, 28] });
// @ts-expect-error model: expects an input of extents from 1, got [0, 64, 64]
models.squeezenet11({ classes: 4, input: [0, 64, 64] });
// @ts-expect-error expectShape: expected [2, 50, 50] here, got [2, 48, 48]
models.unet({ input: [1, 50, 50], padding: "same", widths: [2, 4, 8] });
// @ts-expect-error TS: Type '5' is not assignable to type '10'
export const ten: readonly [10] = models.get("lenet5", { classes: 5 }).output;

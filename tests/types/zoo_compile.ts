// Every model of the zoo: the type of its output, and of one of its parameters.
import * as models from "../../models/mod.ts";
import type { Tensor } from "../../core/tensor.ts";
import type { Key } from "../../ops/random.ts";
import { type Eq, mk, yes } from "./assert.ts";

declare const key: Key;

const alexnet = models.alexnet(), alexnetStart = alexnet.init(key).params;
yes<Eq<typeof alexnet.output, [1000]>>();
yes<Eq<typeof alexnetStart.features[3]["weight"], Tensor<[192, 64, 5, 5], "f32">>>();
const grouped = models.alexnetGrouped(), groupedStart = grouped.init(key).params;
yes<Eq<typeof grouped.shapes, [
  [96, 55, 55], [96, 55, 55], [96, 55, 55], [96, 27, 27], [256, 27, 27], [256, 27, 27], [256, 27, 27], [256, 13, 13],
  [384, 13, 13], [384, 13, 13], [384, 13, 13], [384, 13, 13], [256, 13, 13], [256, 13, 13], [256, 6, 6], [9216],
  [4096], [4096], [4096], [4096], [4096], [4096], [1000],
]>>();
yes<Eq<typeof groupedStart.conv2.weight, Tensor<[256, 48, 5, 5], "f32">>>();
yes<Eq<typeof groupedStart.fc6.weight, Tensor<[4096, 9216], "f32">>>();

const vggA = models.vgg("A"), vggALrn = models.vgg("A-LRN", { classes: 7 }), vggB = models.vgg("B");
const vggC = models.vgg("C"), vggD = models.vgg("D"), vggE = models.vgg("E", { batchNorm: true });
yes<Eq<typeof vggA.output, [1000]>>();
yes<Eq<typeof vggALrn.output, [7]>>();
yes<Eq<typeof vggB.output, [1000]>>();
const vggCStart = vggC.init(key).params, vggDStart = vggD.init(key).params, vggEStart = vggE.init(key);
yes<Eq<typeof vggCStart.features[14]["weight"], Tensor<[256, 256, 1, 1], "f32">>>();
yes<Eq<typeof vggDStart.classifier[0]["weight"], Tensor<[4096, 25088], "f32">>>();
yes<Eq<typeof vggEStart.state.features[50]["mean"], Tensor<[512], "f32">>>();
const vggNet = models.get("vgg16_bn", { classes: 10, input: [1, 64, 64] });
yes<Eq<typeof vggNet.output, [10]>>();
yes<Eq<typeof vggNet.input, [1, 64, 64]>>();

const google = models.googlenet(), googleStart = google.init(key), [, , heads] = google.apply(googleStart, mk(2, 3, 224, 224));
yes<Eq<typeof google.output, [1000]>>();
yes<Eq<typeof googleStart.params.inception4a.branch2[1]["conv"]["weight"], Tensor<[208, 96, 3, 3], "f32">>>();
yes<Eq<typeof googleStart.params.aux1.fc1.weight, Tensor<[1024, 2048], "f32">>>();
yes<Eq<typeof heads.aux2, Tensor<[number, 1000], "f32">>>();
const google2014 = models.googlenet2014({ auxiliary: false, classes: 20 }), google2014Start = google2014.init(key).params;
yes<Eq<typeof google2014.output, [20]>>();
yes<Eq<typeof google2014Start.inception5b.b3[1][0]["weight"], Tensor<[128, 48, 5, 5], "f32">>>();

const plain34 = models.plain34(), plainStart = plain34.init(key).params;
yes<Eq<typeof plain34.output, [1000]>>();
yes<Eq<typeof plainStart.layer2.first.conv1.weight, Tensor<[128, 64, 3, 3], "f32">>>();
const resnet18 = models.resnet18({ classes: 10, input: [1, 64, 64] }), resnet18Start = resnet18.init(key).params;
yes<Eq<typeof resnet18.output, [10]>>();
yes<Eq<typeof resnet18Start.conv1.weight, Tensor<[64, 1, 7, 7], "f32">>>();
const resnet34 = models.resnet34(), resnet34Start = resnet34.init(key).params;
yes<Eq<typeof resnet34.output, [1000]>>();
yes<Eq<typeof resnet34Start.layer3.first[0]["shortcut"][0]["weight"], Tensor<[256, 128, 1, 1], "f32">>>();
const resnet50 = models.resnet50(), resnet50Start = resnet50.init(key).params;
yes<Eq<typeof resnet50.shapes[7], [2048, 7, 7]>>();
yes<Eq<typeof resnet50Start.fc.weight, Tensor<[1000, 2048], "f32">>>();
const resnet101 = models.resnet101(), resnet101Start = resnet101.init(key).params;
yes<Eq<typeof resnet101.output, [1000]>>();
yes<Eq<typeof resnet101Start.layer3.rest[21][0]["main"]["conv1"]["weight"], Tensor<[256, 1024, 1, 1], "f32">>>();
const resnet152 = models.resnet152(), resnet152Start = resnet152.init(key).params;
yes<Eq<typeof resnet152.output, [1000]>>();
yes<Eq<typeof resnet152Start.layer2.rest[6][0]["main"]["bn2"]["scale"], Tensor<[128], "f32">>>();
const resnext = models.resnext50(), resnextStart = resnext.init(key).params;
yes<Eq<typeof resnext.output, [1000]>>();
yes<Eq<typeof resnextStart.layer1.first[0]["main"]["conv2"]["weight"], Tensor<[128, 4, 3, 3], "f32">>>();
const wide = models.wideResnet50(), wideStart = wide.init(key).params;
yes<Eq<typeof wide.output, [1000]>>();
yes<Eq<typeof wideStart.layer4.rest[1][0]["main"]["conv3"]["weight"], Tensor<[2048, 1024, 1, 1], "f32">>>();
const cifar = models.resnetCifar(110), cifarStart = cifar.init(key).params;
yes<Eq<typeof cifar.output, [10]>>();
yes<Eq<typeof cifarStart.stage3.first[0]["main"]["conv1"]["weight"], Tensor<[64, 32, 3, 3], "f32">>>();

const squeeze10 = models.squeezenet10(), squeeze11 = models.squeezenet11(), squeezeStart = squeeze11.init(key).params;
yes<Eq<typeof squeeze10.output, [1000]>>();
yes<Eq<typeof squeeze11.output, [1000]>>();
yes<Eq<typeof squeezeStart.features[12][2]["expand3x3"]["weight"], Tensor<[256, 64, 3, 3], "f32">>>();
const dense = models.densenet121(), denseStart = dense.init(key).params;
yes<Eq<typeof dense.output, [1000]>>();
yes<Eq<typeof denseStart.features.denseblock3.denselayer24.new.conv1.weight, Tensor<[128, 992, 1, 1], "f32">>>();

const mobile1 = models.mobilenetV1(), mobile1Start = mobile1.init(key).params;
yes<Eq<typeof mobile1.output, [1000]>>();
yes<Eq<typeof mobile1Start[75]["weight"], Tensor<[1024, 1, 3, 3], "f32">>>();
const mobile2 = models.mobilenetV2({ classes: 37 }), mobile2Start = mobile2.init(key).params;
yes<Eq<typeof mobile2.output, [37]>>();
yes<Eq<typeof mobile2Start.features[17]["conv"][0][0]["weight"], Tensor<[960, 160, 1, 1], "f32">>>();
const large = models.mobilenetV3Large(), largeStart = large.init(key).params;
yes<Eq<typeof large.output, [1000]>>();
yes<Eq<typeof largeStart.features[15]["main"][2]["gate"]["fc1"]["weight"], Tensor<[240, 960, 1, 1], "f32">>>();
const small = models.mobilenetV3Small(), smallStart = small.init(key).params;
yes<Eq<typeof small.output, [1000]>>();
yes<Eq<typeof smallStart.classifier[0]["weight"], Tensor<[1024, 576], "f32">>>();
const shuffle = models.shufflenetV2(), shuffleStart = shuffle.init(key).params;
yes<Eq<typeof shuffle.output, [1000]>>();
yes<Eq<(typeof shuffleStart.stage3.rest)[6][0]["branch2"][0]["weight"], Tensor<[116, 116, 1, 1], "f32">>>();
const efficient = models.efficientnetB0(), efficientStart = efficient.init(key).params;
yes<Eq<typeof efficient.output, [1000]>>();
yes<Eq<typeof efficientStart.features[6][3]["main"]["block"][1][0]["weight"], Tensor<[1152, 1, 5, 5], "f32">>>();
const mnas = models.mnasnet(), mnasStart = mnas.init(key).params;
yes<Eq<typeof mnas.output, [1000]>>();
yes<Eq<typeof mnasStart.layers[14]["weight"], Tensor<[1280, 320, 1, 1], "f32">>>();
const v3 = models.inceptionV3(), v3Start = v3.init(key), [, , v3Heads] = v3.apply(v3Start, mk(2, 3, 299, 299));
yes<Eq<typeof v3.output, [1000]>>();
yes<Eq<typeof v3Start.params.Mixed_6c[2]["branch7x7dbl_2"]["conv"]["weight"], Tensor<[160, 160, 7, 1], "f32">>>();
yes<Eq<typeof v3Heads.aux, Tensor<[number, 1000], "f32">>>();
const zf = models.zfnet(), zfStart = zf.init(key).params;
yes<Eq<typeof zf.output, [1000]>>();
yes<Eq<typeof zfStart.conv2.weight, Tensor<[256, 96, 5, 5], "f32">>>();
const nin = models.networkInNetwork(), ninStart = nin.init(key).params;
yes<Eq<typeof nin.output, [1000]>>();
yes<Eq<typeof ninStart[14]["weight"], Tensor<[384, 256, 3, 3], "f32">>>();
const next = models.convnextTiny(), nextStart = next.init(key).params;
yes<Eq<typeof next.output, [1000]>>();
yes<Eq<typeof nextStart.features[5][8]["main"]["block"][3]["weight"], Tensor<[1536, 384], "f32">>>();
yes<Eq<typeof nextStart.features[7][2]["main"]["layer_scale"]["factor"], Tensor<[768, 1, 1], "f32">>>();
const vit = models.vitB16(), vitStart = vit.init(key).params;
yes<Eq<typeof vit.output, [1000]>>();
yes<Eq<(typeof vitStart.layers)[11]["attention"]["input"], Tensor<[2304, 768], "f32">>>();
yes<Eq<typeof vitStart.positions.weight, Tensor<[197, 768], "f32">>>();
const fcn = models.fcnResnet50({ input: [3, 96, 128] }), fcnStart = fcn.init(key).params;
yes<Eq<typeof fcn.output, [21, 96, 128]>>();
yes<Eq<typeof fcnStart.classifier[0]["weight"], Tensor<[512, 2048, 3, 3], "f32">>>();
const deeplab = models.deeplabV3Resnet50({ auxiliary: true }), deeplabStart = deeplab.init(key);
const [, , deeplabHeads] = deeplab.apply(deeplabStart, mk(2, 3, 224, 224));
yes<Eq<typeof deeplab.output, [21, 224, 224]>>();
yes<Eq<typeof deeplabStart.params.classifier[0]["project"][0]["weight"], Tensor<[256, 1280, 1, 1], "f32">>>();
yes<Eq<typeof deeplabHeads.aux, Tensor<[number, 21, 224, 224], "f32">>>();
const lraspp = models.lrasppMobilenetV3({ input: [3, 64, 96] }), lrasppStart = lraspp.init(key).params;
yes<Eq<typeof lraspp.output, [21, 64, 96]>>();
yes<Eq<typeof lrasppStart[1]["high"][12]["main"][0]["weight"], Tensor<[128, 960, 1, 1], "f32">>>();

const logits = resnet18.predict(resnet18.init(key), mk(8, 1, 64, 64));
yes<Eq<typeof logits, Tensor<[8, 10], "f32">>>();

// Each kind of layer where it fits: the shape it gives, and the parameters it holds.
import * as nn from "../../nn/mod.ts";
import type { Tensor } from "../../core/tensor.ts";
import type { Key } from "../../ops/random.ts";
import { mul, square } from "../../ops/arithmetic.ts";
import { sqrt } from "../../ops/exponential.ts";
import { sum, transpose } from "../../ops/structure.ts";
import { flow } from "../../core/pipe.ts";
import { type Eq, mkOf, n, yes } from "./assert.ts";

declare const key: Key;

const bare = nn.model([3, 8, 8], nn.named("c", nn.conv2d(4, { kernel: 3, bias: false })), nn.flatten, nn.named("f", nn.linear(2, { bias: false })));
yes<Eq<ReturnType<typeof bare.init>["params"]["c"], { readonly weight: Tensor<[4, 3, 3, 3], "f32"> }>>();
yes<Eq<ReturnType<typeof bare.init>["params"]["f"], { readonly weight: Tensor<[2, 144], "f32"> }>>();

const up = nn.model([64, 7, 7],
  nn.named("a", nn.convTranspose2d(32, { kernel: 4, stride: 2, padding: 1, bias: false })), nn.named("n", nn.batchNorm()), nn.relu,
  nn.named("b", nn.convTranspose2d(8, { kernel: [3, 2], stride: 2, outputPadding: [1, 0], groups: 2 })), nn.prelu());
yes<Eq<typeof up.output, [8, 30, 28]>>();
const upStart = up.init(key);
yes<Eq<typeof upStart.params.a, { readonly weight: Tensor<[64, 32, 4, 4], "f32"> }>>();
yes<Eq<typeof upStart.params.b.weight, Tensor<[32, 4, 3, 2], "f32">>>();
yes<Eq<(typeof upStart.params)[4]["weight"], Tensor<[1], "f32">>>();
yes<Eq<typeof upStart.state.n.mean, Tensor<[32], "f32">>>();

const line = nn.model([8, 5], nn.convTranspose1d(4, { kernel: 4, stride: 2 }));
yes<Eq<typeof line.output, [4, 12]>>();
const volume = nn.model([8, 2, 3, 4], nn.convTranspose3d(4, { kernel: [1, 2, 3], stride: 2 }));
yes<Eq<typeof volume.output, [4, 3, 6, 9]>>();

const separable = nn.model([16, 9, 9],
  nn.named("s", nn.separableConv2d(24, { kernel: 3, stride: 2, padding: 1, multiplier: 2, bias: false })), nn.layerNorm2d({ epsilon: 1e-6 }),
  nn.named("scale", nn.layerScale()), nn.upsample2d([2, 3]), nn.pad2d([[1, 2], 0]), nn.centerCrop2d([12, 10]));
yes<Eq<typeof separable.shapes, [[24, 5, 5], [24, 5, 5], [24, 5, 5], [24, 10, 15], [24, 13, 15], [24, 12, 10]]>>();
const separableStart = separable.init(key);
yes<Eq<typeof separableStart.params.s.depthwise, { readonly weight: Tensor<[32, 1, 3, 3], "f32"> }>>();
yes<Eq<typeof separableStart.params.s.pointwise.weight, Tensor<[24, 32, 1, 1], "f32">>>();
yes<Eq<typeof separableStart.params.scale.factor, Tensor<[24, 1, 1], "f32">>>();
yes<Eq<(typeof separableStart.params)[1]["scale"], Tensor<[24], "f32">>>();

// Squeeze and excitation, and the unit of ShuffleNet.
const squeeze = nn.sequential(nn.adaptiveAvgPool2d(1), nn.named("fc1", nn.conv2d(4, { kernel: 1 })), nn.relu, nn.named("fc2", nn.conv2d(16, { kernel: 1 })), nn.hardSigmoid);
const excited = nn.model([16, 9, 9], nn.named("se", nn.gated(squeeze)), nn.splitChannels(nn.identity, nn.named("right", nn.conv2d(12, { kernel: 1 }))), nn.channelShuffle(2));
yes<Eq<typeof excited.output, [20, 9, 9]>>();
const excitedStart = excited.init(key);
yes<Eq<typeof excitedStart.params.se.gate.fc1.weight, Tensor<[4, 16, 1, 1], "f32">>>();
yes<Eq<(typeof excitedStart.params)[1]["right"]["weight"], Tensor<[12, 8, 1, 1], "f32">>>();

const words = nn.model([20], nn.named("tok", nn.embedding(65, 32)), nn.layerNorm({ affine: false }), nn.named("wide", nn.dense(48)), nn.gelu(), nn.dense(65), nn.softmax(-1));
yes<Eq<typeof words.output, [20, 65]>>();
const wordsStart = words.init(key);
yes<Eq<keyof typeof wordsStart.params, "tok" | "wide" | "4">>();
yes<Eq<typeof wordsStart.params.tok.weight, Tensor<[65, 32], "f32">>>();
yes<Eq<typeof wordsStart.params.wide.weight, Tensor<[48, 32], "f32">>>();
const said = words.predict(wordsStart, mkOf("i32", 7, 20));
yes<Eq<typeof said, Tensor<[7, 20, 65], "f32">>>();

// Functions as layers: operations are polymorphic, others take what their type says.
const turned = nn.model([3, 4], nn.lambda(transpose), nn.lambda(flow(square, mul(2))), nn.lambda((x: Tensor<[4, 3], "f32">) => sqrt(sum(x, 0))));
yes<Eq<typeof turned.shapes, [[4, 3], [4, 3], [3]]>>();

// Sizes known only later leave the rest known.
const some = nn.model([n, 9, 9], nn.groupNorm(4), nn.depthwiseConv2d({ kernel: 3, multiplier: 2 }), nn.channelShuffle(2), nn.globalMaxPool);
yes<Eq<typeof some.shapes, [[number, 9, 9], [number, 7, 7], [number, 7, 7], [number]]>>();
const unknown = nn.model([3, 8, 8] as number[], nn.convTranspose2d(8, { kernel: 2, stride: 2 }), nn.upsample2d(2), nn.adaptiveAvgPool2d(3));
yes<Eq<typeof unknown.shapes, [[8, number, number], [8, number, number], [8, 3, 3]]>>();

// Results in the middle: taps and heads, wherever they stand.
const inner = nn.sequential(nn.conv2d(4, { kernel: 3 }), nn.tap("features"), nn.relu);
const tapped = nn.model([3, 12, 12],
  nn.named("stem", inner), nn.auxiliary("aux", nn.sequential(nn.globalAvgPool, nn.named("fc", nn.linear(7)), nn.batchNorm())),
  nn.named("body", nn.repeat(2, nn.residual(nn.sequential(nn.tap("in"), nn.conv2d(4, { kernel: 3, padding: 1 }))))), nn.tap("last"), nn.flatten, nn.linear(5));
const tappedStart = tapped.init(key);
yes<Eq<typeof tappedStart.params.aux.fc.weight, Tensor<[7, 4], "f32">>>();
yes<Eq<(typeof tappedStart.state.aux)[2]["mean"], Tensor<[7], "f32">>>();
yes<Eq<keyof typeof tappedStart.params, "stem" | "aux" | "body" | "5">>();
const [score, , outputs] = tapped.apply(tappedStart, mkOf("f32", 9, 3, 12, 12));
yes<Eq<typeof score, Tensor<[9, 5], "f32">>>();
yes<Eq<keyof typeof outputs, "stem" | "aux" | "body" | "last">>();
yes<Eq<typeof outputs.stem.features, Tensor<[number, 4, 10, 10], "f32">>>();
yes<Eq<typeof outputs.aux, Tensor<[number, 7], "f32">>>();
yes<Eq<typeof outputs.body[0]["main"]["in"], Tensor<[number, 4, 10, 10], "f32">>>();

// What is frozen has the types that it had.
const features = nn.named("features", inner);
const frozen = nn.model([3, 8, 8], nn.freeze(features), nn.flatten);
yes<Eq<Parameters<typeof frozen.predict>[0]["params"]["features"][0]["weight"], Tensor<[4, 3, 3, 3], "f32">>>();

const maxout = nn.model([6], nn.named("p", nn.parallel("max", nn.linear(4), nn.named("b", nn.linear(4, { bias: false }))))); 
yes<Eq<typeof maxout.output, [4]>>();
yes<Eq<keyof ReturnType<typeof maxout.init>["params"]["p"], "0" | "b">>();
const moments = nn.model([6], nn.parallel("stack", nn.named("mean", nn.linear(4)), nn.named("logVariance", nn.linear(4))));
yes<Eq<typeof moments.output, [2, 4]>>();

// Helpers of one's own that name what they wrap, called right where a model wants a layer.
const block = <const N extends string, H extends nn.Layer>(name: N, main: H) => nn.named(name, nn.residual(main));
const helped = nn.model([4, 6, 6], block("one", nn.sequential(nn.named("c", nn.conv2d(4, { kernel: 1 })), nn.batchNorm())), nn.named("two", nn.gated(nn.sigmoid)));
yes<Eq<keyof ReturnType<typeof helped.init>["params"]["one"]["main"], "c" | "1">>();

// Sequences.
const reader = nn.model([12], nn.named("tok", nn.embedding(65, 16)), nn.named("r", nn.lstm(32, { layers: 2, bidirectional: true })), nn.named("g", nn.gru(8, { last: true, bias: false })), nn.named("out", nn.linear(3)));
yes<Eq<typeof reader.shapes, [[12, 16], [12, 64], [8], [3]]>>();
const readerStart = reader.init(key);
yes<Eq<typeof readerStart.params.r[0]["forward"]["input"], Tensor<[128, 16], "f32">>>();
yes<Eq<typeof readerStart.params.r[1]["backward"]["input"], Tensor<[128, 64], "f32">>>();
yes<Eq<typeof readerStart.params.r["length"], 2>>();
yes<Eq<keyof typeof readerStart.params.g[0]["forward"], "input" | "hidden">>();
const vit = nn.model([3, 32, 32], nn.named("patch", nn.patchEmbedding(24, 8)), nn.named("cls", nn.classToken()), nn.named("pos", nn.learnedPositions()),
  nn.named("blocks", nn.repeat(3, nn.transformerBlock({ heads: 4, hidden: 48, norm: "pre", activation: "gelu" }))), nn.named("norm", nn.layerNorm()), nn.select(0), nn.named("head", nn.linear(10)));
yes<Eq<typeof vit.output, [10]>>();
const vitStart = vit.init(key);
yes<Eq<typeof vitStart.params.patch.projection.weight, Tensor<[24, 3, 8, 8], "f32">>>();
yes<Eq<typeof vitStart.params.pos.weight, Tensor<[17, 24], "f32">>>();
yes<Eq<typeof vitStart.params.blocks[0]["attention"]["input"], Tensor<[72, 24], "f32">>>();
yes<Eq<typeof vitStart.params.blocks[0]["contract"]["weight"], Tensor<[24, 48], "f32">>>();
const paper = nn.model([10, 6], nn.sinusoidalPositions, nn.multiHeadAttention(3, { bias: false }), nn.reshape(5, -1), nn.select(-1), nn.reshape(3, 2, 2));
yes<Eq<typeof paper.output, [3, 2, 2]>>();
yes<Eq<keyof ReturnType<typeof paper.init>["params"]["1"], "input" | "output">>();

// Sequences and volumes under windows, and weights that are not shared.
const heard = nn.model([2, 100], nn.named("c", nn.conv1d(8, { kernel: 5, stride: 2, padding: "same", groups: 2 })), nn.maxPool1d(3, { padding: 1 }), nn.conv1d(4, { kernel: 3, padding: [[2, 0]], bias: false }), nn.avgPool1d(2), nn.globalAvgPool);
yes<Eq<typeof heard.shapes, [[8, 50], [8, 17], [4, 17], [4, 8], [4]]>>();
yes<Eq<ReturnType<typeof heard.init>["params"]["c"]["weight"], Tensor<[8, 1, 5], "f32">>>();
const scanned = nn.model([1, 8, 16, 16], nn.named("c", nn.conv3d(4, { kernel: [1, 3, 3], padding: [0, 1, 1] })), nn.maxPool3d([1, 2, 2]), nn.avgPool3d(2), nn.minPool3d(2, { stride: 1 }));
yes<Eq<typeof scanned.output, [4, 3, 3, 3]>>();
yes<Eq<ReturnType<typeof scanned.init>["params"]["c"]["weight"], Tensor<[4, 1, 1, 3, 3], "f32">>>();
const local = nn.model([3, 9, 8], nn.named("l", nn.locallyConnected2d(4, { kernel: [3, 2], stride: 2 })));
yes<Eq<typeof local.output, [4, 4, 4]>>();
yes<Eq<ReturnType<typeof local.init>["params"]["l"]["weight"], Tensor<[4, 4, 4, 3, 3, 2], "f32">>>();
yes<Eq<ReturnType<typeof local.init>["params"]["l"]["bias"], Tensor<[4, 4, 4], "f32">>>();

/** Options that there are not, as JavaScript and casts let them through. */
import { describe, expect, test } from "bun:test";
import { optionsOf } from "../../core/options.ts";
import * as datasets from "../../datasets/mod.ts";
import * as p from "../../mod.ts";
import * as models from "../../models/mod.ts";
import { fit } from "../../training/mod.ts";

// deno-lint-ignore no-explicit-any -- programs that the type checker would refuse
type Any = any;
const [nn, optim, zoo, sets, any] = [p.nn, p.optim, models, datasets, p] as Any[];

describe("optionsOf", () => {
  const names = { kernel: true, stride: true, padding: true } as const;
  const said = (options: unknown): string => {
    try {
      optionsOf<Any>("op", options as Any, names);
      return "";
    } catch (e) {
      return e instanceof TypeError ? e.message : `${e}`;
    }
  };
  test("hands on the options that there are", () => {
    const options = { stride: 2, padding: undefined };
    expect(optionsOf<Any>("op", options, names)).toBe(options);
    expect(said({})).toBe("");
  });
  test.each(
    [
      [{ strides: 2 }, "op: there is no option strides, is stride meant? (it has kernel, stride, padding)"],
      [{ kernal: 3 }, "op: there is no option kernal, is kernel meant? (it has kernel, stride, padding)"],
      [{ Padding: 1 }, "op: there is no option Padding, is padding meant? (it has kernel, stride, padding)"],
      [{ stride: 1, bias: false }, "op: there is no option bias (it has kernel, stride, padding)"],
      [3, "op: expected options as a record, got a number: it has kernel, stride, padding"],
      [[3], "op: expected options as a record, got an array: it has kernel, stride, padding"],
      [null, "op: expected options as a record, got null: it has kernel, stride, padding"],
    ] as const,
  )("refuses %j", (options, sentence) => expect(said(options)).toBe(sentence));
});

const spiral = { state: 0, epochs: 1, steps: 1, batch: 1, batches: () => [1], step: (s: number) => [s, {}] };
const rows: readonly (readonly [sentence: string, program: () => unknown])[] = [
  ["conv2d: there is no option strides, is stride meant?", () => nn.conv2d(8, { kernel: 3, strides: 2 })],
  ["conv2d: there is no option kernal, is kernel meant?", () => nn.conv2d(8, { kernal: 3 })],
  ["conv2d: expected options as a record, got a number", () => nn.conv2d(8, 3)],
  ["conv2d: there is no option fitt, is fit meant?", () => nn.exact.conv2d(8, { kernel: 3, fitt: "ceil" })],
  ["conv1d: there is no option dilations, is dilation meant?", () => nn.conv1d(8, { kernel: 3, dilations: 2 })],
  ["conv3d: there is no option group, is groups meant?", () => nn.conv3d(8, { kernel: 3, group: 2 })],
  ["convTranspose2d: there is no option fit", () => nn.convTranspose2d(8, { kernel: 3, fit: "ceil" })],
  ["depthwiseConv2d: there is no option groups", () => nn.depthwiseConv2d({ kernel: 3, groups: 2 })],
  ["separableConv2d: there is no option strid, is stride meant?", () => nn.separableConv2d(4, { kernel: 3, strid: 2 })],
  ["locallyConnected2d: there is no option groups", () => nn.locallyConnected2d(4, { kernel: 3, groups: 2 })],
  ["maxPool2d: there is no option strides, is stride meant?", () => nn.maxPool2d(2, { strides: 2 })],
  ["maxPool2d: there is no option countPadding", () => nn.maxPool2d(2, { countPadding: false })],
  ["avgPool3d: there is no option pad", () => nn.avgPool3d(2, { pad: 1 })],
  ["linear: there is no option biass, is bias meant?", () => nn.linear(2, { biass: false })],
  ["dense: there is no option init", () => nn.dense(2, { init: 0 })],
  ["embedding: there is no option width", () => nn.embedding(3, 4, { width: 2 })],
  ["batchNorm: there is no option eps", () => nn.batchNorm({ eps: 1e-3 })],
  ["groupNorm: there is no option epsilom, is epsilon meant?", () => nn.groupNorm(2, { epsilom: 1e-3 })],
  ["layerNorm: there is no option axis, is axes meant?", () => nn.layerNorm({ axis: 1 })],
  ["lstm: there is no option activation", () => nn.lstm(4, { activation: "relu" })],
  ["rnn: there is no option layer, is layers meant?", () => nn.rnn(4, { layer: 2 })],
  ["multiHeadAttention: there is no option casual, is causal meant?", () => nn.multiHeadAttention(2, { casual: true })],
  ["transformerBlock: there is no option head, is heads meant?", () => nn.transformerBlock({ head: 2, hidden: 8 })],
  ["prelu: there is no option slop, is slope meant?", () => nn.prelu({ slop: 1 })],
  ["upsample2d: there is no option alignCorner, is alignCorners meant?", () => nn.upsample2d(2, { alignCorner: true })],
  ["sgd: there is no option weight_decay, is weightDecay meant?", () => optim.sgd(0.1, { weight_decay: 0.1 })],
  ["adam: there is no option beta, is betas meant?", () => optim.adam(0.1, { beta: [0.9, 0.99] })],
  ["adamw: there is no option decay", () => optim.adamw(0.1, { decay: 0.1 })],
  ["rmsprop: there is no option alpha", () => optim.rmsprop(0.1, { alpha: 0.9 })],
  ["momentum: there is no option nestrov, is nesterov meant?", () => optim.momentum(0.9, { nestrov: true })],
  ["scaleByAdam: there is no option weightDecay", () => optim.scaleByAdam({ weightDecay: 0.1 })],
  ["cosineSchedule: there is no option warmUp, is warmup meant?", () => optim.cosineSchedule(0.1, 10, { warmUp: 2 })],
  ["clipByGlobalNorm: there is no option q, is p meant?", () => optim.clipByGlobalNorm(1, { q: 1 })],
  ["sum: there is no option keepDims, is keepdims meant?", () => any.sum(p.ones([2]), 0, { keepDims: true })],
  ["max: there is no option tie, is ties meant?", () => any.max(p.ones([2]), 0, { tie: "first" })],
  ["mean: there is no option keepdim, is keepdims meant?", () => any.mean(p.ones([2]), 0, { keepdim: true })],
  ["std: there is no option ddof", () => any.std(p.ones([2]), 0, { ddof: 1 })],
  ["norm: there is no option ord", () => any.norm(p.ones([2]), 0, { ord: 1 })],
  ["argmax: there is no option keepDims, is keepdims meant?", () => any.argmax(p.ones([2]), 0, { keepDims: true })],
  ["sort: there is no option descend, is descending meant?", () => any.sort(p.ones([2]), 0, { descend: true })],
  ["topk: there is no option sorted", () => any.topk(p.ones([2]), 1, 0, { sorted: true })],
  ["conv2d: there is no option bias", () => any.conv2d(p.ones([1, 1, 2, 2]), p.ones([1, 1, 1, 1]), { bias: null })],
  [
    "avgPool2d: there is no option strides, is stride meant?",
    () => any.avgPool2d(p.ones([1, 1, 2, 2]), 1, { strides: 1 }),
  ],
  ["interpolate: there is no option align", () => any.interpolate(p.ones([1, 1, 2, 2]), 4, { align: true })],
  ["layerNorm: there is no option eps", () => any.layerNorm(p.ones([2, 2]), 1, { eps: 1 })],
  [
    "mseLoss: there is no option reductions, is reduction meant?",
    () => nn.mseLoss(p.ones([2]), p.ones([2]), { reductions: "sum" }),
  ],
  [
    "crossEntropy: there is no option label_smoothing, is labelSmoothing meant?",
    () => nn.crossEntropy(p.ones([1, 2]), p.zeros([1], "i32"), { label_smoothing: 0.1 }),
  ],
  ["huberLoss: there is no option beta, is delta meant?", () => nn.huberLoss(p.ones([2]), p.ones([2]), { beta: 1 })],
  [
    "attention: there is no option masks, is mask meant?",
    () => any.attention(p.ones([1, 2]), p.ones([1, 2]), p.ones([1, 2]), { masks: null }),
  ],
  [
    "multiHeadAttention: there is no option head, is heads meant?",
    () => any.multiHeadAttention({}, p.ones([1, 1, 2]), p.ones([1, 1, 2]), p.ones([1, 1, 2]), { head: 1 }),
  ],
  [
    "preprocess: there is no option std",
    () => zoo.preprocess(p.ones([1, 1, 2, 2]), { mean: [0], deviation: [1], std: 1 }),
  ],
  ["fit: there is no option epoch, is epochs meant?", () => (fit as Any)({ ...spiral, epoch: 3 })],
  [
    "fit: checkpoint: there is no option paths, is path meant?",
    () => (fit as Any)({ ...spiral, checkpoint: { paths: "a" } }),
  ],
  [
    "fit: watch: there is no option patient, is patience meant?",
    () => (fit as Any)({ ...spiral, evaluate: () => ({}), watch: { metric: "a", better: "lower", patient: 1 } }),
  ],
  ["jit: there is no option donated, is donate meant?", () => any.jit((x: Any) => x, { donated: [0] })],
  ["vmap: there is no option axis", () => any.vmap((x: Any) => x, { axis: 1 })],
  ["grad: there is no option argnum, is argnums meant?", () => any.grad((x: Any) => x, { argnum: 1 })],
  [
    "scan: there is no option reversed, is reverse meant?",
    () => any.scan((c: Any) => [c, null], p.scalar(0), null, { length: 2, reversed: true }),
  ],
  ["mnist: there is no option dri, is dir meant?", () => sets.mnist({ dri: "data" })],
  ["cifar10: there is no option parts, is part meant?", () => sets.cifar10({ parts: "excerpt" })],
  ["tinyshakespeare: there is no option mirror, is mirrors meant?", () => sets.tinyshakespeare({ mirror: [] })],
  ["digits: there is no option seeds, is seed meant?", () => sets.digits({ seeds: 1 })],
  ["playground: there is no option points", () => sets.playground("spiral", { points: 100 })],
  [
    "batches: there is no option std",
    () => sets.batches(sets.digits({ train: 1, test: 0 }).train, { size: 1, std: 1 }),
  ],
  [
    "batches: shuffle: there is no option key",
    () => sets.batches(sets.digits({ train: 1, test: 0 }).train, { size: 1, shuffle: { key: 1 } }),
  ],
  ["resnet18: there is no option clases, is classes meant?", () => zoo.resnet18({ clases: 10 })],
  ["vgg: there is no option batchnorm, is batchNorm meant?", () => zoo.vgg("A", { batchnorm: true })],
  ["unet: there is no option width, is widths meant?", () => zoo.unet({ width: [8, 16] })],
  ["resnet18: there is no option hidden", () => zoo.get("resnet18", { hidden: 8 })],
  ["lenet5_1998: there is no option classes (it has none)", () => zoo.get("lenet5_1998", { classes: 5 })],
  ["vgg11_bn: there is no option batchNorm: the name settles it", () => zoo.get("vgg11_bn", { batchNorm: false })],
  ["perceptron: there is no option classes (it has inputs)", () => zoo.perceptron({ inputs: 2, classes: 5 })],
];
describe("options that there are not are refused", () => {
  test.each(rows)("%s", (sentence, program) => expect(program).toThrow(sentence));
});

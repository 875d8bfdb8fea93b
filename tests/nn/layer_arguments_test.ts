/** What layers and models refuse when they are made or applied: the sentences of `tests/types/layer_arguments_errors.ts`. */
import { describe, expect, test } from "bun:test";
import { ShapeError } from "../../core/errors.ts";
import type { Tensor } from "../../core/tensor.ts";
import * as nn from "../../nn/mod.ts";
import { add } from "../../ops/arithmetic.ts";
import { maxPool2d } from "../../ops/window.ts";
import { ones, zeros } from "../../ops/source.ts";
import { sum } from "../../ops/structure.ts";
import { compute } from "./support.ts";

/** The same functions for what does not compile. */
interface Loose {
  predict(variables: unknown, x: unknown): Tensor;
}
// deno-lint-ignore no-explicit-any -- calls that are wrong
const wrong = nn as any, pool = maxPool2d as any;
const model = (...args: unknown[]): Loose => wrong.model(...args) as Loose;
const refuse = (title: string, rows: readonly (readonly [sentence: string, call: () => unknown])[]): void =>
  describe(title, () => {
    test.each(rows)("%s", (sentence, call) => {
      expect(call).toThrow(ShapeError);
      expect(call).toThrow(sentence);
    });
  });

refuse("names", [
  ["named: 1 is a position: a name needs another character than digits", () => wrong.named("1", nn.linear(4))],
  ["named: 0 is a position: a name needs another character than digits", () => wrong.tap("0")],
  ["named: 7 is a position: a name needs another character than digits", () => wrong.auxiliary("7", nn.linear(4))],
  ["named: the layer has a name already", () => wrong.named("a", nn.named("b", nn.linear(4)))],
  ["model: two layers are named a", () => nn.sequential(nn.named("a", nn.relu), nn.named("a", nn.relu))],
]);
refuse("padding", [
  [
    "maxPool2d: expected padding of at most half the kernel 2, got 2",
    () => model([1, 3, 3], nn.maxPool2d(2, { padding: 2 })),
  ],
  [
    "minPool2d: expected padding of at most half the kernel 3, got 2",
    () => model([1, 8, 8], nn.minPool2d([4, 3], { padding: 2 })),
  ],
  [
    "maxPool2d: expected padding of at most half the kernel 2, got 2",
    () => model([1, 3, 3], nn.maxPool2d(2, { padding: [1, [2, 0]] })),
  ],
  [
    "maxPool2d: expected padding of at most half the kernel 2, got 2",
    () => compute(() => pool(zeros([1, 1, 3, 3]), 2, { padding: 2 })),
  ],
  [
    "conv1d: expected 1 number for the padding, got [0, 2]",
    () => model([3, 8], wrong.conv1d(4, { kernel: 3, padding: [0, 2] })),
  ],
  [
    "conv3d: expected 3 numbers for the padding, got [0, [1, 2]]",
    () => model([3, 8, 8, 8], wrong.conv3d(4, { kernel: 3, padding: [0, [1, 2]] })),
  ],
  [
    "conv2d: expected 2 numbers for the kernel, got [2, 2, 2]",
    () => model([3, 8, 8], wrong.conv2d(4, { kernel: [2, 2, 2] })),
  ],
  [
    'conv2d: padding must be whole numbers from 0, "same" or "valid", got full (height of [3, 8, 8])',
    () => model([3, 8, 8], wrong.conv2d(4, { kernel: 3, padding: "full" })),
  ],
]);
refuse("counts", [
  ["conv2d: out channels must be a whole number from 1, got -2", () => nn.conv2d(-2, { kernel: 3 })],
  ["conv1d: out channels must be a whole number from 1, got 0", () => nn.conv1d(0, { kernel: 3 })],
  [
    "convTranspose2d: out channels must be a whole number from 1, got 1.5",
    () => nn.convTranspose2d(1.5, { kernel: 3 }),
  ],
  [
    "locallyConnected2d: out channels must be a whole number from 1, got 0",
    () => nn.locallyConnected2d(0, { kernel: 3 }),
  ],
  [
    "depthwiseConv2d: the multiplier must be a whole number from 1, got 0",
    () => nn.depthwiseConv2d({ kernel: 3, multiplier: 0 }),
  ],
  ["linear: outputs must be a whole number from 1, got 2.5", () => nn.linear(2.5)],
  ["dense: outputs must be a whole number from 1, got 0", () => nn.dense(0)],
  ["radialBasis: outputs must be a whole number from 1, got 0", () => nn.radialBasis(0)],
  ["embedding: the vocabulary must be a whole number from 1, got NaN", () => nn.embedding(NaN, 3)],
  ["embedding: the width must be a whole number from 1, got -3", () => nn.embedding(10, -3)],
  ["lstm: hidden features must be a whole number from 1, got 0", () => nn.lstm(0)],
  ["gru: layers must be a whole number from 1, got 0", () => nn.gru(3, { layers: 0 })],
  ["repeat: copies must be a whole number from 0, got -1", () => nn.repeat(-1, nn.relu)],
  ["repeat: copies must be a whole number from 0, got 1.5", () => nn.repeat(1.5, nn.relu)],
  ["adaptiveAvgPool2d: the size must be a whole number from 1, got 0", () => nn.adaptiveAvgPool2d(0)],
  ["adaptiveMaxPool2d: the size must be a whole number from 1, got 1.5", () => nn.adaptiveMaxPool2d([2, 1.5])],
  ["resize2d: the size must be a whole number from 1, got 0", () => nn.resize2d([4, 0])],
  ["upsample2d: the scale must be positive, got -1", () => nn.upsample2d(-1)],
]);

const relu = (x: Tensor): Tensor => model(["n", "n"], nn.relu).predict({ params: {} }, x);
refuse("batches", [
  ["model: expects a batch of [n, n], got [5, 4, 3]", () => compute(() => relu(zeros([5, 4, 3])))],
  [
    "model: expects a batch of [n, n], got one example [4, 4]: add the batch axis",
    () => compute(() => relu(zeros([4, 4]))),
  ],
]);
test("a named extent is what the batch has there", () =>
  expect(compute(() => sum(relu(ones([2, 3, 3]))))).toEqual([{ shape: [], values: [18] }]));

interface Grown extends nn.Stateless {
  readonly kind: "grown";
  readonly "~out": this["~in"];
}
/** Says that it keeps the shape, and adds an axis. */
const grown = nn.stateless<Grown>("grown", (shape) => [...shape], (x) => add(x, zeros([3, 1, 1])));
test("a model refuses what a layer gives where its outShape says another shape", () => {
  const net = model([5], nn.relu, nn.named("s", grown));
  expect(() => compute(() => net.predict({ params: {} }, ones([2, 5])))).toThrow(
    "model: layer s gave [3, 2, 5], its outShape says [2, 5]",
  );
});

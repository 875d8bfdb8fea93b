/** What operations refuse when they are called, with the sentence; `tests/types` holds those that do not compile. */
import { describe, expect, test } from "bun:test";
import { AxisError, DTypeError } from "../../core/errors.ts";
import * as ops from "../../mod.ts";
import { nllLoss } from "../../nn/losses_classes.ts";
import { softmaxCrossEntropy } from "../../nn/losses.ts";
import { jit } from "../../transforms/jit.ts";

// deno-lint-ignore no-explicit-any -- calls that are wrong
type Any = any;
const o = ops as Any, loss = softmaxCrossEntropy as Any;
const a = o.zeros([2, 3]),
  flags = o.zeros([3], "bool"),
  whole = o.zeros([3], "i32"),
  index = (...v: number[]) => o.tensor(v, "i32");

type Row = readonly [call: () => unknown, mistake: Any, sentence: string];
const refuse = (title: string, rows: readonly Row[]): void =>
  describe(title, () => {
    for (const [call, mistake, sentence] of rows) {
      test(sentence, () => {
        expect(call).toThrow(mistake);
        expect(call).toThrow(sentence);
      });
    }
  });

refuse("element types", [
  [() => o.where(a, a, a), DTypeError, "where: expected a condition of booleans, got f32: cast it first"],
  [() => o.and(a, a), DTypeError, "and: expected whole numbers or booleans, got f32: cast it first"],
  [() => o.shiftLeft(a, 2), DTypeError, "shiftLeft: expected whole numbers, got f32: cast it first"],
  [() => o.add(flags, flags), DTypeError, "add: expected numbers, got bool: cast it first"],
  [() => o.hypot(whole, whole), DTypeError, "hypot: expected a float, got i32: cast it first"],
  [() => o.sum(flags), DTypeError, "sum: expected numbers, got bool: cast it first"],
  [() => o.mean(whole), DTypeError, "mean: expected a float, got i32: cast it first"],
  [() => o.all(whole), DTypeError, "all: expected booleans, got i32: cast it first"],
  [() => o.take(a, a), DTypeError, "take: expected whole numbers as indices, got f32: cast it first"],
  [() => o.oneHot(a, 4), DTypeError, "oneHot: expected whole numbers as indices, got f32: cast it first"],
  [() => o.embedding(a, whole), DTypeError, "embedding: expected whole numbers as indices, got f32: cast it first"],
  [
    () => loss(a, o.tensor([1.9, 0])),
    DTypeError,
    "softmaxCrossEntropy: expected whole numbers as labels, got f32: cast it first",
  ],
  [
    () => (nllLoss as Any)(a, o.tensor([1, 0])),
    DTypeError,
    "nllLoss: expected whole numbers as labels, got f32: cast it first",
  ],
]);

refuse("indices and labels that are known", [
  [() => loss(a, index(0, 3)), AxisError, "softmaxCrossEntropy: index 3 is out of range for 3 classes"],
  [() => loss(a, index(-1, 0)), AxisError, "softmaxCrossEntropy: index -1 is out of range for 3 classes"],
  [() => o.bincount(index(0, 5), 4), AxisError, "bincount: index 5 is out of range for a length of 4"],
]);

refuse("axes that are none", [
  [() => o.take(a, 0, index(1)), AxisError, "take: expected an axis, a number, got a tensor"],
  [() => o.gather(a, index(1), 0), AxisError, "gather: expected an axis, a number, got a tensor"],
  [() => o.sum(a, "rows"), AxisError, "sum: expected an axis, a number, got string"],
]);

refuse("mistakes in the name of the operation that was called", [
  [() => o.normalize(o.zeros([3]), 1), AxisError, "normalize: axis 1 is out of range for [3]"],
  [() => o.argmax(o.zeros([0, 3]), 0), TypeError, "argmax: expected at least one element along the reduced axes"],
  [() => o.cosineSimilarity(o.zeros([3]), o.zeros([3]), 1), AxisError, "cosineSimilarity: axis 1 is out of range"],
  [() => o.pow(whole, 0.5), DTypeError, "pow: whole numbers take whole exponents from 0, got 0.5"],
]);

refuse("gradients of other shapes than the parameters", [
  [
    () => {
      const sgd = ops.optim.sgd(0.1), w = o.zeros([2]);
      sgd.update({ w: o.zeros([1]) }, sgd.init({ w }), { w });
    },
    TypeError,
    "optimizer: expected a gradient like its parameter f32[2], got f32[1]",
  ],
  [
    () => ops.optim.applyUpdates({ w: o.zeros([2]) }, { w: o.zeros([3, 2]) }),
    TypeError,
    "optimizer: expected an update like its parameter f32[2], got f32[3,2]",
  ],
]);

test("a label that is computed and out of range counts as a loss of 0", async () => {
  const of = jit((labels: Any) => loss(o.zeros([2, 4]), labels));
  expect(await ops.item(of(index(9, 1)) as Any)).toBeCloseTo(Math.log(4) / 2, 6);
});
test("whole numbers have signs and powers", async () => {
  expect(await ops.read(o.sign(index(-5, 0, 7)))).toEqual([-1, 0, 1]);
  expect(await ops.read(o.sign(o.tensor([0, 4e9], "u32")))).toEqual([0, 1]);
  expect(await ops.read(o.pow(index(3, -2, 0), 5))).toEqual([243, -32, 0]);
  expect(await ops.read(o.pow(index(3, -2, 0), 0))).toEqual([1, 1, 1]);
  expect(await ops.read(o.pow(index(7), 13))).toEqual([Number(BigInt.asIntN(32, 7n ** 13n))]);
});

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

refuse("numbers that a dtype does not have", [
  [() => o.less(whole, 3e9), DTypeError, "less: expected a number that i32 can hold, got 3000000000"],
  [
    () => o.greater(o.zeros([1], "u32"), -1),
    DTypeError,
    "greater: expected a number that u32 can hold, got -1",
  ],
  [() => o.maximum(whole, -3e9), DTypeError, "maximum: expected a number that i32 can hold, got -3000000000"],
  [() => o.add(whole, 0.5), DTypeError, "add: expected a number that i32 can hold, got 0.5"],
  [() => o.equal(flags, 2), DTypeError, "equal: expected a number that bool can hold, got 2"],
  [() => o.clamp(whole, 0.5), DTypeError, "clamp: expected a number that i32 can hold, got 0.5"],
  [() => o.full([1], 0.5, "i32"), DTypeError, "full: expected a number that i32 can hold, got 0.5"],
  [() => o.scalar(2 ** 31, "i32"), DTypeError, "scalar: expected a number that i32 can hold, got 2147483648"],
  [() => o.scalar(NaN, "u32"), DTypeError, "scalar: expected a number that u32 can hold, got NaN"],
  [() => o.mul(a, 1e39), DTypeError, "mul: expected a number that f32 can hold, got 1e+39"],
  [() => o.full([1], 7e4, "f16"), DTypeError, "full: expected a number that f16 can hold, got 70000"],
  [() => o.pad(whole, [[1, 1]], 0.5), DTypeError, "pad: expected a number that i32 can hold, got 0.5"],
  [
    () => o.maskedFill(whole, flags, 1.5),
    DTypeError,
    "maskedFill: expected a number that i32 can hold, got 1.5",
  ],
  [() => o.arange(3, 0, -1, "u32"), DTypeError, "arange: expected a number that u32 can hold, got -1"],
]);

const image = o.zeros([1, 1, 8, 8]), kernel = o.zeros([1, 1, 3, 3]), row = o.zeros([1, 1, 8]);
refuse("windows, steps and pieces that are none", [
  [
    () => o.conv2d(image, kernel, { stride: 1.5 }),
    TypeError,
    "conv2d: kernel, stride and dilation must be whole numbers from 1, got 3, 1.5 and 1 (height of [1, 1, 8, 8])",
  ],
  [
    () => o.conv2d(image, kernel, { padding: [0, [1, -1]] }),
    TypeError,
    "conv2d: padding must be whole numbers from 0, got 1 and -1 (width of [1, 1, 8, 8])",
  ],
  [() => o.conv2d(image, kernel, { groups: 0.5 }), TypeError, "conv2d: groups must be a whole number from 1, got 0.5"],
  [
    () => o.conv1d(row, o.zeros([1, 1, 3]), { padding: 0.5 }),
    TypeError,
    "conv1d: padding must be whole numbers from 0, got 0.5 (length of [1, 1, 8])",
  ],
  [
    () => o.convTranspose1d(row, o.zeros([1, 1, 3]), { stride: 1.5 }),
    TypeError,
    "convTranspose1d: kernel, stride and dilation must be whole numbers from 1, got 3, 1.5 and 1 (length of [1, 1, 8])",
  ],
  [
    () => o.convTranspose1d(row, o.zeros([1, 1, 3]), { stride: 2, outputPadding: 0.5 }),
    TypeError,
    "convTranspose1d: output padding must be a whole number from 0, got 0.5",
  ],
  [
    () => o.maxPool2d(image, 2.5),
    TypeError,
    "maxPool2d: kernel, stride and dilation must be whole numbers from 1, got 2.5, 2.5 and 1 (height of [1, 1, 8, 8])",
  ],
  [
    () => o.unfold(image, 2, { dilation: 0.5 }),
    TypeError,
    "unfold: kernel, stride and dilation must be whole numbers from 1, got 2, 1 and 0.5 (height of [1, 1, 8, 8])",
  ],
  [
    () => o.stridedSlice(whole, [[0, 2, 0]]),
    TypeError,
    "stridedSlice: the step must be a whole number other than 0, got 0",
  ],
  [
    () => o.groupNorm(o.zeros([1, 6, 2, 2]), 4),
    TypeError,
    "groupNorm: expected channels divisible by 4 groups, got [1, 6, 2, 2]",
  ],
  [
    () => o.pixelShuffle(o.zeros([1, 6, 2, 2]), 2),
    TypeError,
    "pixelShuffle: expects channels divisible by 4, got [1, 6, 2, 2]",
  ],
  [
    () => o.pixelShuffle(o.zeros([1, 6, 2, 2]), 1.5),
    TypeError,
    "pixelShuffle: expects a whole factor from 1, got 1.5",
  ],
  [() => o.topk(whole, 5), TypeError, "topk: expected k from 0 to 3 for axis 0 of [3], got 5"],
  [() => o.nn.linear(0), TypeError, "linear: outputs must be a whole number from 1, got 0"],
  [() => o.nn.linear(2.5), TypeError, "linear: outputs must be a whole number from 1, got 2.5"],
  [() => o.stridedSlice(whole, [[0.5, 2]]), TypeError, "stridedSlice: expected whole positions, got 0.5 to 2"],
  [() => o.split(whole, 0), TypeError, "split: expected pieces of a whole extent from 1, got 0"],
  [() => o.arange(0, 1, 0), TypeError, "arange: the step must lead from start to stop, got 0, 1 and 0"],
  [() => o.arange(0, Infinity), TypeError, "arange: the step must lead from start to stop, got 0, Infinity and 1"],
  [() => o.zeros([2, -3]), TypeError, "zeros: expected whole extents from 0, got [2, -3]"],
  [() => o.iota([2.5], 0), TypeError, "iota: expected whole extents from 0, got [2.5]"],
  [
    () => ops.forLoop(0, 2.5, (_i, c: Any) => c, a),
    RangeError,
    "forLoop: expected whole numbers as bounds, got 0 and 2.5",
  ],
]);

const G = ops as Any, square = (x: Any) => o.sum(o.square(x));
refuse("what is no tensor, no argument and no value", [
  [() => o.tensor(new Int16Array(2)), DTypeError, "tensor: expected one of Float32Array (f32), Int32Array (i32), "],
  [() => o.tensor(["a"]), DTypeError, "tensor: expected numbers that f32 can hold, got string"],
  [() => o.tensor([undefined]), DTypeError, "tensor: expected numbers that f32 can hold, got undefined"],
  [() => o.tensor([1e39]), DTypeError, "tensor: expected numbers that f32 can hold, got 1e+39"],
  [() => o.reshape(5, [1]), TypeError, "Expected a tensor, got number"],
  [() => G.grad(square, { argnums: 5 })(a), AxisError, "grad: there is no argument 5 among 1"],
  [() => G.grad(square, { argnums: -1 })(a), AxisError, "grad: there is no argument -1 among 1"],
  [() => G.valueAndGrad(square, { argnums: [0, 0] })(a), AxisError, "valueAndGrad: argument 0 is chosen twice"],
  [
    () =>
      jit((x: Any) => {
        ops.read(x);
        return x;
      })(a),
    TypeError,
    "read: a tensor has no value inside a traced function",
  ],
  [
    () => G.grad((x: Any) => (ops.item(o.sum(x)), o.sum(x)))(a),
    TypeError,
    "item: a tensor has no value inside a traced function",
  ],
]);
test("a back end that there is not is a failure that lists those there are", async () => {
  expect(await ops.setBackend("cuda" as Any)()).toMatchObject({
    _tag: "Left",
    left: { _tag: "DeviceUnavailable", message: 'There is no back end "cuda": choose webgpu, wasm, reference.' },
  });
});

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
test("arange counts from 0 where it is only told where to stop", async () => {
  expect(await ops.read(ops.arange(5))).toEqual([0, 1, 2, 3, 4]);
  expect(await ops.read(ops.arange(2, 5))).toEqual([2, 3, 4]);
  expect(await ops.read(ops.arange(2.5))).toEqual([0, 1, 2]);
  expect(ops.arange(3, 3).shape).toEqual([0]);
});
test("whole numbers have signs and powers", async () => {
  expect(await ops.read(o.sign(index(-5, 0, 7)))).toEqual([-1, 0, 1]);
  expect(await ops.read(o.sign(o.tensor([0, 4e9], "u32")))).toEqual([0, 1]);
  expect(await ops.read(o.pow(index(3, -2, 0), 5))).toEqual([243, -32, 0]);
  expect(await ops.read(o.pow(index(3, -2, 0), 0))).toEqual([1, 1, 1]);
  expect(await ops.read(o.pow(index(7), 13))).toEqual([Number(BigInt.asIntN(32, 7n ** 13n))]);
});

// Models used with the wrong data, parameters or labels.
import * as nn from "../../nn/mod.ts";
import type { Tensor } from "../../core/tensor.ts";
import { matmul } from "../../ops/contraction.ts";
import { mean } from "../../ops/reduction.ts";
import { sum } from "../../ops/structure.ts";
import { type Key } from "../../ops/random.ts";
import { alexnet, lenet } from "./networks_compile.ts";
import { mk, mkOf } from "./assert.ts";

declare const key: Key;
const { params } = lenet.init(key);
const other = nn.model([1, 28, 28], nn.named("c1", nn.conv2d(6, { kernel: 3, padding: 1 })), nn.relu, nn.flatten, nn.named("out", nn.linear(10)));
const alex = alexnet.init(key);
const logits = lenet.predict({ params }, mk(32, 1, 28, 28));

// 224x224 images into a network for 227x227.
// @ts-expect-error model: expects a batch of [3, 227, 227], got [32, 3, 224, 224]
alexnet.predict({ params: alex.params }, mk(32, 3, 224, 224));
// @ts-expect-error model: expects a batch of [1, 28, 28], got one example [1, 28, 28]: add the batch axis
lenet.predict({ params }, mk(1, 28, 28));
// @ts-expect-error model: expects a batch of [1, 28, 28], got [64, 28, 28, 1]
lenet.apply({ params }, mk(64, 28, 28, 1), { training: true });
// The parameters of another model.
// @ts-expect-error TS: Type '{ readonly c1: WeightBias<[6, 1, 3, 3], 6>; readonly out: WeightBias<[10, 4704], 10>; }' is missing the following properties
lenet.predict({ params: other.init(key).params }, mk(32, 1, 28, 28));
// @ts-expect-error TS: Type 'WeightBias<[6, 1, 3, 3], 6>' is not assignable to type 'WeightBias<[6, 1, 5, 5], 6>'.
lenet.predict({ params: { ...params, c1: other.init(key).params.c1 } }, mk(32, 1, 28, 28));
// @ts-expect-error TS: Property 'c2' does not exist on type
params.c2;
// @ts-expect-error TS: Type 'Tensor<[32, 10], "f32">' is not assignable to type 'Tensor<[32, 100], DType>'
export const hundred: Tensor<[32, 100]> = logits;

// Labels of another batch.
// @ts-expect-error softmaxCrossEntropy: logits [32, 10] need labels [32], got [64]
nn.softmaxCrossEntropy(logits, mkOf("i32", 64));
// @ts-expect-error softmaxCrossEntropy: logits [32, 10] need labels [32], got [32, 10]
nn.softmaxCrossEntropy(logits, mkOf("i32", 32, 10));
// A layer's weight on features of another width.
// @ts-expect-error matmul: inner dimensions 784 and 400 differ: [32, 784] @ [400, 120]
matmul(mk(32, 784), mk(400, 120));

// A tensor has no value to decide a condition, or to compute with as with a number.
// @ts-expect-error TS: Operator '>' cannot be applied to types 'Tensor<[], "f32">' and 'number'.
if (sum(logits) > 0) throw new Error();
// @ts-expect-error TS: This comparison appears to be unintentional because the types 'Tensor<[], "f32">' and 'number' have no overlap.
while (mean(logits) === 0) break;
// @ts-expect-error TS: The left-hand side of an arithmetic operation must be of type 'any', 'number', 'bigint' or an enum type.
export const half = sum(logits) / 2;
// @ts-expect-error TS: Operator '+' cannot be applied to types 'Tensor<[], "f32">' and 'number'.
export const more = sum(logits) + 1;

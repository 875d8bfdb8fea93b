// Element types that an operation does not take, and constants whose element type is not the one that is expected of them.
import * as nn from "../../nn/mod.ts";
import * as optim from "../../nn/optim/mod.ts";
import { and, where, xor } from "../../ops/comparison.ts";
import { shiftLeft } from "../../ops/bits.ts";
import { bincount, embedding, embeddingBag, oneHot } from "../../ops/embedding.ts";
import { gather, indexAdd, scatter, scatterAdd } from "../../ops/scatter.ts";
import { ones, scalar, zeros } from "../../ops/source.ts";
import { take } from "../../ops/take.ts";
import { eye } from "../../ops/triangle.ts";
import { grad, valueAndGrad } from "../../transforms/grad.ts";
import type { Tensor } from "../../core/tensor.ts";

const a = zeros([2, 3]), i = zeros([2, 3], "i32");

// @ts-expect-error where: expected a condition of booleans, got f32: cast it first
where(a, a, a);
// @ts-expect-error and: expected whole numbers or booleans, got f32: cast it first
and(a, a);
// @ts-expect-error xor: expected whole numbers or booleans, got f32: cast it first
xor(a, 1);
// @ts-expect-error shiftLeft: expected whole numbers, got f32: cast it first
shiftLeft(a, 2);
// @ts-expect-error gather: expected whole numbers as indices, got f32: cast it first
gather(a, 1, zeros([2, 2]));
// @ts-expect-error scatter: expected whole numbers as indices, got f32: cast it first
scatter(a, 1, zeros([2, 2]), ones([2, 2]));
// @ts-expect-error scatterAdd: expected whole numbers as indices, got f32: cast it first
scatterAdd(a, 1, zeros([2, 2]), ones([2, 2]));
// @ts-expect-error indexAdd: expected whole numbers as indices, got f32: cast it first
indexAdd(a, 0, zeros([2]), a);
// @ts-expect-error take: expected whole numbers as indices, got f32: cast it first
take(a, zeros([2]));
// @ts-expect-error oneHot: expected whole numbers as indices, got f32: cast it first
oneHot(zeros([3]), 4);
// @ts-expect-error bincount: expected whole numbers as indices, got f32: cast it first
bincount(zeros([3]), 4);
// @ts-expect-error embedding: expected whole numbers as indices, got f32: cast it first
embedding(zeros([10, 4]), zeros([3], "i32"));
// @ts-expect-error embeddingBag: expected whole numbers as indices, got f32: cast it first
embeddingBag(zeros([10, 4]), zeros([10, 4]));
// @ts-expect-error softmaxCrossEntropy: expected whole numbers as labels, got f32: cast it first
nn.softmaxCrossEntropy(a, zeros([2]));

// Arguments that there are not.
// @ts-expect-error grad: there is no argument 5 among 1
grad((x: Tensor<[], "f32">) => x, { argnums: 5 });
// @ts-expect-error valueAndGrad: there is no argument -1 among 2
valueAndGrad((x: Tensor<[], "f32">, _y: Tensor<[], "f32">) => x, { argnums: [0, -1] });

// Gradients of another shape than the parameters.
const sgd = optim.sgd(0.1), params = { w: zeros([2]) };
// @ts-expect-error TS: Type 'Tensor<[3], "f32">' is not assignable to type 'Tensor<[2], "f32">'
sgd.update({ w: zeros([3]) }, sgd.init(params), params);

// @ts-expect-error TS: Type 'Tensor<[2], "f32">' is not assignable to type 'Tensor<[2], "i32">'
export const whole: Tensor<[2], "i32"> = zeros([2]);
// @ts-expect-error TS: Type 'Tensor<[], "f32">' is not assignable to type 'Tensor<[], "i32">'
export const one: Tensor<[], "i32"> = scalar(1);
// @ts-expect-error TS: Type 'Tensor<[2, 2], "f32">' is not assignable to type 'Tensor<[2, 2], "bool">'
export const unit: Tensor<[2, 2], "bool"> = eye(2);
// @ts-expect-error TS: Type 'Tensor<[2, 3], "i32">' is not assignable to type 'Tensor<[2, 3], "u32">'
export const word: Tensor<[2, 3], "u32"> = i;

// Gradients: trees of the same type, of a loss that is one float.
import type { Dim } from "../../core/shape/dim.ts";
import type { Tensor } from "../../core/tensor.ts";
import * as nn from "../../nn/mod.ts";
import * as optim from "../../nn/optim/mod.ts";
import { mul, square } from "../../ops/arithmetic.ts";
import { matmul } from "../../ops/contraction.ts";
import { argmax, mean } from "../../ops/reduction.ts";
import type { Key } from "../../ops/random.ts";
import { sum } from "../../ops/structure.ts";
import { grad, valueAndGrad } from "../../transforms/grad.ts";
import { lenet } from "./networks_compile.ts";
import { type Eq, mk, mkOf, yes } from "./assert.ts";

declare const key: Key;
const { params } = lenet.init(key);
type Params = typeof params;

// A training step of any batch.
const loss = <B extends Dim>(p: Params, x: Tensor<[B, 1, 28, 28], "f32">, y: Tensor<[B], "i32">): Tensor<[], "f32"> =>
  nn.softmaxCrossEntropy(lenet.predict({ params: p }, x), y);
const optimizer = optim.sgd(optim.cosineSchedule(0.1, 100), { momentum: 0.9 });
export const step = (p: Params, state: optim.OptimizerState<Params>, x: Tensor<[32, 1, 28, 28], "f32">, y: Tensor<[32], "i32">) => {
  const [value, gradients] = valueAndGrad(loss)(p, x, y);
  yes<Eq<typeof gradients, Params>>();
  const [updates, next] = optimizer.update(gradients, state, p);
  return [optim.applyUpdates(p, updates), next, value] as const;
};
export const slope: Tensor<[3], "f32"> = grad((x: Tensor<[3], "f32">) => sum(square(x)))(mk(3));
export const both = grad((w: Tensor<[3, 2], "f32">, x: Tensor<[4, 3], "f32">) => mean(matmul(x, w)), { argnums: [0, 1] })(mk(3, 2), mk(4, 3));
yes<Eq<typeof both, [Tensor<[3, 2], "f32">, Tensor<[4, 3], "f32">]>>();

// @ts-expect-error grad: the loss must be a scalar float, got [3]
grad((x: Tensor<[3], "f32">) => mul(x, x));
// @ts-expect-error valueAndGrad: the loss must be a scalar float, got [4, 2]
valueAndGrad((w: Tensor<[3, 2], "f32">) => matmul(mk(4, 3), w));
// @ts-expect-error grad: the loss must be a scalar float, got [32, 10]
grad((p: Params) => lenet.predict({ params: p }, mk(32, 1, 28, 28)));
// @ts-expect-error grad: the loss must be a scalar float, got i32[]
grad((x: Tensor<[3], "f32">) => argmax(x, 0));
// @ts-expect-error softmaxCrossEntropy: logits [32, 10] need labels [32], got [31]
grad((p: Params) => nn.softmaxCrossEntropy(lenet.predict({ params: p }, mk(32, 1, 28, 28)), mkOf("i32", 31)));
// Gradients of another model's parameters.
// @ts-expect-error TS: is not assignable to type
optim.applyUpdates(params, { ...params, c1: { weight: mk(6, 1, 3, 3), bias: mk(6) } });

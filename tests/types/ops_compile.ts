// Operations whose shapes fit, and what the compiler makes of them.
import type { Dim, Shape } from "../../core/shape/dim.ts";
import type { Tensor } from "../../core/tensor.ts";
import { asShape } from "../../core/typed.ts";
import { logSoftmax, relu, softmax } from "../../ops/activation.ts";
import { add, div, mul, sub } from "../../ops/arithmetic.ts";
import { cast } from "../../ops/cast.ts";
import { equal, where } from "../../ops/comparison.ts";
import { matmul } from "../../ops/contraction.ts";
import { conv2d } from "../../ops/convolution.ts";
import { exp, sigmoid } from "../../ops/exponential.ts";
import { argmax, max, mean } from "../../ops/reduction.ts";
import { concat, pad, slice, stack } from "../../ops/slice.ts";
import { iota } from "../../ops/source.ts";
import { broadcastTo, expandDims, moveAxis, permute, reshape, squeeze, sum, transpose } from "../../ops/structure.ts";
import { avgPool2d, maxPool2d } from "../../ops/window.ts";
import { dynamic, type Eq, is, mk, mkOf, n, yes } from "./assert.ts";

is<[2, 4]>()(matmul(mk(2, 3), mk(3, 4)));
is<[8, 12, 128, 128]>()(matmul(mk(8, 12, 128, 64), mk(12, 64, 128)));
is<["b", 10]>()(matmul(mk("b", 784), mk(784, 10)));
is<[number, 10]>()(matmul(mk(n, 784), mk(784, 10)));
is<[3]>()(matmul(mk(3, 4), mk(4)));
is<[]>()(matmul(mk(4), mk(4)));
is<Dim[]>()(matmul(dynamic, mk(4, 5)));

is<[8, 3, 4]>()(add(mk(8, 1, 4), mk(3, 1)));
is<["b", 10]>()(add(mk("b", 10), mk(10)));
is<[number, 10]>()(add(mk(n, 10), mk(1, 10)));
is<[32, 10]>()(add(mk(n, 10), mk(32, 10)));
is<["b", 10]>()(add(mk(n, 10), mk("b", 10)));
is<Dim[]>()(add(dynamic, mk(4, 5)));
is<[2, 3]>()(mul(mk(2, 3), 2));
is<[2, 3]>()(sub(1, mk(2, 3)));
const flags: Tensor<[2, 3], "bool"> = equal(mk(2, 3), mk(3));
const chosen: Tensor<[4, 2, 3], "f32"> = where(flags, mk(4, 2, 3), 0);
const ints: Tensor<[2, 3], "i32"> = add(mkOf("i32", 2, 3), 1);
const best: Tensor<[32], "i32"> = argmax(mk(32, 10), -1);
const turned: Tensor<[2, 3], "f32"> = cast(ints, "f32");

is<[]>()(sum(mk(2, 3)));
is<[2]>()(sum(mk(2, 3), -1));
is<[2, 1, 4]>()(sum(mk(2, 3, 4), 1, { keepdims: true }));
is<[3]>()(mean(mk(2, 3, 4), [0, -1]));
is<[1, 1]>()(max(mk(2, 3), undefined, { keepdims: true, ties: "first" }));
is<Dim[]>()(sum(mk(2, 3), n));
is<[2, 3]>()(softmax(mk(2, 3)));
is<["b", 3]>()(logSoftmax(mk("b", 3), 1));
is<[4, 2, 3]>()(permute(mk(2, 3, 4), [2, 0, 1]));
is<[4, 2, 3]>()(permute(mk(2, 3, 4), [-1, 0, -2]));
is<[2, 4, 3]>()(transpose(mk(2, 3, 4)));
is<[4, 2, 3]>()(moveAxis(mk(2, 3, 4), -1, 0));
is<[32, 10]>()(iota([32, 10], 1));
is<["b", 9216]>()(reshape(mk("b", 256, 6, 6), ["b", -1]));
is<["b", 9216]>()(reshape(mk("b", 256, 6, 6), ["b", 9216]));
is<["b", 8, 64]>()(reshape(mk("b", 512), [-1, 8, 64]));
is<[4, 6]>()(reshape(mk(2, 3, 4), [4, 6]));
is<[number, 12]>()(reshape(dynamic, [-1, 12]));
is<[1, 2, 3]>()(expandDims(mk(2, 3), 0));
is<[2, 3, 1]>()(expandDims(mk(2, 3), -1));
is<[2, 3]>()(squeeze(mk(2, 1, 3), 1));
is<[4, 2, 3]>()(broadcastTo(mk(2, 1), [4, 2, 3]));
is<[2, 8]>()(concat([mk(2, 3), mk(2, 4), mk(2, 1)], 1));
is<["b", 8]>()(concat([mk("b", 3), mk("b", 5)], -1));
is<Dim[]>()(concat([mk(2, 3), mk(2, 4)].map((x) => x), 1));
is<[3, 2, 3]>()(stack([mk(2, 3), mk(2, 3), mk(2, 3)]));
is<[2, 3, 2]>()(stack([mk(2, 3), mk(2, 3)], -1));
is<[8, 5, 3]>()(slice(mk(8, 10, 3), 1, 2, 7));
is<[8, 9, 3]>()(slice(mk(8, 10, 3), 1, 0, -1));
is<[8, number, 3]>()(slice(mk(8, 10, 3), 1, n, 7));
is<[2, 30, 32]>()(pad(mk(2, 28, 28), [[0, 0], [1, 1], [2, 2]]));
is<[32, 16, 10, 10]>()(conv2d(mk(32, 6, 14, 14), mk(16, 6, 5, 5)));
is<[number, 16, 14, 14]>()(conv2d(mk(n, 6, 28, 28), mk(16, 3, 5, 5), { padding: 2, stride: 2, groups: 2 }));
is<[32, 6, 14, 14]>()(avgPool2d(mk(32, 6, 28, 28), 2));
is<["b", 6, 13, 13]>()(maxPool2d(mk("b", 6, 28, 28), 3, { stride: 2 }));
is<["b", 784]>()(asShape(["b", 784])(dynamic));

// Functions generic in a dimension, without casts in their bodies.
export const dense = <B extends Dim>(x: Tensor<[B, 784], "f32">): Tensor<[B, 10], "f32"> =>
  add(matmul(x, mk(784, 10)), mk(10));
export const heads = <B extends Dim>(x: Tensor<[B, 512], "f32">): Tensor<[B, 8, 64], "f32"> =>
  reshape(x, [x.shape[0], 8, 64]);
export const moved = <B extends Dim>(x: Tensor<[B, 3, 4], "f32">): Tensor<[4, B, 3], "f32"> => permute(x, [2, 0, 1]);
export const last = <B extends Dim>(x: Tensor<[B, 3, 4], "f32">): Tensor<[B], "f32"> => sum(x, [1, 2]);
export const cut = <B extends Dim>(x: Tensor<[B, 10], "f32">): Tensor<[B, 5], "f32"> => slice(x, 1, 2, 7);
export const twice = <B extends Dim>(x: Tensor<[B, 10], "f32">): Tensor<[B, 20], "f32"> => concat([x, x], 1);
export const pooled = <B extends Dim>(x: Tensor<[B, 6, 28, 28], "f32">): Tensor<[B, 6, 14, 14], "f32"> => avgPool2d(x, 2);
export const normal = <B extends Dim>(x: Tensor<[B, 10], "f32">): Tensor<[B, 10], "f32"> => {
  const e = exp(sub(x, max(x, 1, { keepdims: true })));
  return div(e, sum(e, 1, { keepdims: true }));
};
// Functions generic in a whole shape.
export const swish = <S extends Shape>(x: Tensor<S, "f32">): Tensor<S, "f32"> => mul(x, sigmoid(x));
export const scaled = <S extends Shape>(x: Tensor<S, "f32">): Tensor<S, "f32"> => relu(mul(x, 2));
is<[32, 10]>()(dense(mk(32, 784)));
is<["batch", 10]>()(dense(mk("batch", 784)));
is<[3, 4]>()(swish(mk(3, 4)));

// A tensor of known shape is one of less known shape.
export const less: [Tensor<[number, 784]>, Tensor, Tensor<number[]>] = [mk(32, 784), mk(32, 784), mk(32, 784)];
export const used = [chosen, best, turned];
yes<Eq<(typeof less)[0]["shape"], [number, 784]>>();

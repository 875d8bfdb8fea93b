// Operations in pipes, data last; what fits and what does not.
import type { Dim } from "../../core/shape/dim.ts";
import { flow, pipe } from "../../core/pipe.ts";
import type { Tensor } from "../../core/tensor.ts";
import { relu, softmax } from "../../ops/activation.ts";
import { add, mul } from "../../ops/arithmetic.ts";
import { cast } from "../../ops/cast.ts";
import { greater } from "../../ops/comparison.ts";
import { matmul } from "../../ops/contraction.ts";
import { tanh } from "../../ops/exponential.ts";
import { argmax, mean } from "../../ops/reduction.ts";
import { reshape, sum, transpose } from "../../ops/structure.ts";
import { pipe as fpPipe } from "fp-ts/function";
import { mk, n } from "./assert.ts";

const x = mk(32, 784), xb = mk("batch", 784), xn = mk(n, 784);
const w1 = mk(784, 128), b1 = mk(128), w2 = mk(128, 10), w3 = mk(100, 10);

export const y: Tensor<[32, 10], "f32"> = pipe(x, matmul(w1), add(b1), relu, matmul(w2), softmax);
export const yb: Tensor<["batch", 10], "f32"> = pipe(xb, matmul(w1), add(b1), tanh, matmul(w2));
export const yr: Tensor<[32, 28], "f32"> = pipe(x, reshape([-1, 28, 28]), mul(2), sum(-1));
export const loss: Tensor<[], "f32"> = pipe(x, matmul(w1), transpose, mean);
export const labels: Tensor<[32], "i32"> = pipe(x, matmul(w1), argmax(-1));
export const hits: Tensor<[32, 784], "f32"> = pipe(x, greater(0), cast("f32"));

// Without an input: polymorphic in it.
export const mlp = flow(matmul(w1), add(b1), relu, matmul(w2));
export const m1: Tensor<[32, 10], "f32"> = mlp(x);
export const m2: Tensor<["batch", 10], "f32"> = mlp(xb);
export const m3: Tensor<[number, 10], "f32"> = pipe(xn, mlp);
export const m4 = <B extends Dim>(v: Tensor<[B, 784], "f32">): Tensor<[B, 10], "f32"> =>
  pipe(v, matmul(w1), add(b1), relu, matmul(w2));
export const m5: Tensor<[32, 10], "f32"> = m4(x);

// The same values in the pipe of fp-ts.
export const f1: Tensor<[32, 10], "f32"> = fpPipe(x, matmul(w1), add(b1), relu, matmul(w2));
export const f2: Tensor<["batch", 10], "f32"> = fpPipe(xb, mlp, softmax);

// @ts-expect-error matmul: inner dimensions 128 and 100 differ: [32, 128] @ [100, 10]
pipe(x, matmul(w1), add(b1), relu, matmul(w3), relu);
// @ts-expect-error add: cannot broadcast [32, 128] with [10]: 128 and 10 (axis -1) differ
pipe(x, matmul(w1), add(mk(10)), relu);
// @ts-expect-error reshape: cannot turn [32, 784] into [32, 28, 27]: 784 vs 756 elements after cancelling common axes
pipe(x, relu, reshape([32, 28, 27]));
// @ts-expect-error sum: axis 2 is out of range for [32, 784]
pipe(x, sum(2));
// @ts-expect-error matmul: inner dimensions 700 and 784 differ: [32, 700] @ [784, 128]
mlp(mk(32, 700));

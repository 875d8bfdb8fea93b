/** Operations of the table under short names, for expressions and whole networks: whatever has no row yet says so. */
import * as o from "../../../ops/mod.ts";
import { zeros } from "../../../ops/source.ts";
import type { Any } from "../table/row.ts";
import { call } from "./protocol.ts";

const pair = (n: number): readonly [number, number] => [n, n];

/** `x @ w^T + b`, weights as PyTorch keeps them. */
export const linear = (x: Any, weight: Any, bias?: Any): Any => call("linear", { x, weight, bias });
export const matmul = (a: Any, b: Any): Any => call("matmul", { a, b });
export const flatten = (x: Any): Any =>
  o.reshape(x, [x.shape[0], x.shape.slice(1).reduce((n: number, d: number) => n * d, 1)]);
export const conv2d = (x: Any, weight: Any, bias?: Any, { stride = 1, padding = 0 } = {}): Any =>
  call("conv2d", { x, weight, bias }, { stride: pair(stride), padding: pair(padding), dilation: [1, 1], groups: 1 });
export const convTranspose2d = (x: Any, weight: Any, bias?: Any, { stride = 1, padding = 0 } = {}): Any =>
  call("conv_transpose2d", { x, weight, bias }, {
    stride: pair(stride),
    padding: pair(padding),
    output_padding: [0, 0],
    dilation: [1, 1],
    groups: 1,
  });
export const maxPool2d = (x: Any, kernel: number, { stride = kernel, padding = 0, ceil = false } = {}): Any =>
  call("max_pool2d", { x }, {
    kernel_size: pair(kernel),
    stride: pair(stride),
    padding: pair(padding),
    dilation: [1, 1],
    ceil_mode: ceil,
  }).y;
export const avgPool2d = (x: Any, kernel: number): Any =>
  call("avg_pool2d", { x }, {
    kernel_size: pair(kernel),
    stride: pair(kernel),
    padding: [0, 0],
    ceil_mode: false,
    count_include_pad: true,
  });
/** Over the last axis. */
export const layerNorm = (x: Any, weight?: Any, bias?: Any): Any =>
  call("layer_norm", { x, weight, bias }, { normalized_shape: [x.shape.at(-1)], eps: 1e-5 });
export interface Norm {
  readonly y: Any;
  readonly running_mean: Any;
  readonly running_var: Any;
}
/** With the statistics of the batch, which move the running ones. */
export const batchNorm = (
  x: Any,
  weight?: Any,
  bias?: Any,
  mean: Any = zeros([x.shape[1]]),
  variance: Any = o.ones([x.shape[1]]),
): Norm =>
  call("batch_norm_train", { x, running_mean: mean, running_var: variance, weight, bias }, {
    eps: 1e-5,
    momentum: 0.1,
  });
export const batchNormEval = (x: Any, weight: Any, bias: Any, mean: Any, variance: Any): Any =>
  call("batch_norm_eval", { x, running_mean: mean, running_var: variance, weight, bias }, { eps: 1e-5 });
export const crossEntropy = (x: Any, target: Any): Any =>
  call("cross_entropy", { x, target }, { label_smoothing: 0, reduction: "mean" });
export const mse = (x: Any, target: Any): Any => o.mean(o.square(o.sub(x, target) as Any));
export const bce = (x: Any, target: Any, reduction: "mean" | "sum" = "mean"): Any =>
  call("bce_with_logits", { x, target }, { reduction });
export const embedding = (index: Any, weight: Any): Any => call("embedding", { index, weight }, { padding_idx: null });
/** `axis` from `start` up to `stop`; the whole axis unless given. */
export const slice = (x: Any, axis: number, start: number, stop: number = x.shape.at(axis)): Any =>
  o.slice(x, axis, start, stop);

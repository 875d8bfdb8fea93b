import type { Tf, TfTensor } from "../support/tf.ts";
import { inTurn, type Operations, type Param } from "./operations.ts";

/** The operations in TensorFlow.js, on images `[n, h, w, c]` and kernels as `tfParams` gives them. */
export const tfOperations = (tf: Tf, params: readonly TfTensor[]): Operations<TfTensor> => ({
  param: inTurn(params),
  conv: (x, w, { stride, padding, bias }) => {
    const y = tf.conv2d(x, w, stride, padding);
    return bias === undefined ? y : y.add(bias);
  },
  up: (x, w, bias) => {
    const [n, h, width] = x.shape as [number, number, number];
    return tf.conv2dTranspose(x, w, [n, 2 * h, 2 * width, w.shape[2]!], 2, "valid").add(bias);
  },
  batchNorm: (x, scale, shift, known) => {
    const [mean, variance] = known ?? Object.values(tf.moments(x, [0, 1, 2])) as [TfTensor, TfTensor];
    return tf.batchNorm(x, mean, variance, shift, scale, 1e-5);
  },
  relu: (x) => x.relu(),
  add: (x, y) => x.add(y),
  maxPool: (x, size, stride, padding) => tf.maxPool(x, size, stride, padding),
  mean: (x) => x.mean([1, 2]),
  linear: (x, w, bias) => tf.matMul(x, w, false, true).add(bias),
  concat: (x, y) => tf.concat([x, y], 3),
});
/** Parameters as TensorFlow.js wants them, from those of the others. */
export const tfParams = (params: readonly Param[], values: readonly TfTensor[]): TfTensor[] =>
  params.map(({ role }, i) => {
    const v = values[i]!;
    return role === "kernel" ? v.transpose([2, 3, 1, 0]) : role === "up" ? v.transpose([2, 3, 1, 0]) : v;
  });

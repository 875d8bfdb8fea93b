import type { Network, Operations } from "./operations.ts";

const norm = <T>(o: Operations<T>, x: T, c: number, training: boolean): T => {
  const scale = o.param([c], "plain"), shift = o.param([c], "plain");
  return o.batchNorm(x, scale, shift, training ? null : [o.param([c], "plain"), o.param([c], "plain")]);
};
const conv = <T>(
  o: Operations<T>,
  x: T,
  from: number,
  to: number,
  size: number,
  stride: number,
  training: boolean,
): T => {
  const padding = (size - 1) / 2, w = o.param([to, from, size, size], "kernel");
  return norm(o, o.conv(x, w, { stride, padding }), to, training);
};
const block = <T>(o: Operations<T>, x: T, from: number, to: number, stride: number, training: boolean): T => {
  const y = conv(o, o.relu(conv(o, x, from, to, 3, stride, training)), to, to, 3, 1, training);
  return o.relu(o.add(y, from === to ? x : conv(o, x, from, to, 1, stride, training)));
};

/**
 * ResNet-18 for 1,000 classes; `training`: normalized with the statistics of the batch. `[n, 3, h, w] -> [n, 1000]`. `width` is
 * 64 in the paper.
 *
 * Source: He, Zhang, Ren, Sun, Deep residual learning for image recognition, CVPR (2016), table 1.
 */
export const resnet18 = (training: boolean, width = 64, classes = 1000): Network => (o, x) => {
  let h = o.maxPool(o.relu(conv(o, x, 3, width, 7, 2, training)), 3, 2, 1);
  [1, 2, 4, 8].forEach((factor, i) => {
    const from = i === 0 ? width : width * factor / 2, to = width * factor;
    h = block(o, block(o, h, from, to, i === 0 ? 1 : 2, training), to, to, 1, training);
  });
  const w = o.param([classes, 8 * width], "plain");
  return o.linear(o.mean(h), w, o.param([classes], "plain"));
};

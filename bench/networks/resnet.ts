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

const bottleneck = <T>(o: Operations<T>, x: T, from: number, to: number, stride: number, training: boolean): T => {
  const narrow = o.relu(conv(o, x, from, to / 4, 1, 1, training));
  const y = conv(o, o.relu(conv(o, narrow, to / 4, to / 4, 3, stride, training)), to / 4, to, 1, 1, training);
  return o.relu(o.add(y, from === to ? x : conv(o, x, from, to, 1, stride, training)));
};

/** What a network is built of: how many blocks at each of four sizes, and of which kind. */
const resnet =
  (blocks: readonly number[], kind: typeof block, wide: number) =>
  (training: boolean, width = 64, classes = 1000): Network =>
  (o, x) => {
    let h = o.maxPool(o.relu(conv(o, x, 3, width, 7, 2, training)), 3, 2, 1), from = width;
    blocks.forEach((count, i) => {
      const to = wide * width * 2 ** i;
      for (let k = 0; k < count; k++) {
        h = kind(o, h, from, to, i > 0 && k === 0 ? 2 : 1, training);
        from = to;
      }
    });
    const w = o.param([classes, from], "plain");
    return o.linear(o.mean(h), w, o.param([classes], "plain"));
  };

/**
 * ResNet-18 and ResNet-50, strides in the 3 x 3 convolutions; `training`: normalized with the statistics of the batch.
 * `[n, 3, h, w] -> [n, classes]`; `width` is 64 in the paper.
 *
 * Source: He, Zhang, Ren, Sun, Deep residual learning for image recognition, CVPR (2016), table 1.
 */
export const resnet18: ReturnType<typeof resnet> = resnet([2, 2, 2, 2], block, 1);
export const resnet50: ReturnType<typeof resnet> = resnet([3, 4, 6, 3], bottleneck, 4);

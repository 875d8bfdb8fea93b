import type { Network, Operations } from "./operations.ts";

const conv = <T>(o: Operations<T>, x: T, from: number, to: number, size = 3): T => {
  const w = o.param([to, from, size, size], "kernel");
  return o.conv(x, w, { stride: 1, padding: (size - 1) / 2, bias: o.param([to], "plain") });
};
const twice = <T>(o: Operations<T>, x: T, from: number, to: number): T =>
  o.relu(conv(o, o.relu(conv(o, x, from, to)), to, to));

/**
 * U-Net with borders kept by padding. `[n, 1, h, w] -> [n, 2, h, w]`, h and w multiples of 16. `width` is 64 in the paper.
 *
 * Source: Ronneberger, Fischer, Brox, U-Net: convolutional networks for biomedical image segmentation, MICCAI (2015), figure 1.
 */
export const unet = (width = 64): Network => <T>(o: Operations<T>, x: T): T => {
  const level = (x: T, from: number, depth: number): T => {
    const c = width * 2 ** depth, across = twice(o, x, from, c);
    if (depth === 4) return across;
    const below = level(o.maxPool(across, 2, 2, 0), c, depth + 1);
    const w = o.param([2 * c, c, 2, 2], "up"), raised = o.up(below, w, o.param([c], "plain"));
    return twice(o, o.concat(across, raised), 2 * c, c);
  };
  return conv(o, level(x, 1, 0), width, 2, 1);
};

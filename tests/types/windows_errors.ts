// Windows that are none: fractions, zeros and negative numbers, for every axis of every operation that slides one.
import * as nn from "../../nn/mod.ts";
import { conv2d } from "../../ops/convolution.ts";
import { conv1d, conv3d } from "../../ops/convolution_nd.ts";
import { maxPool2d } from "../../ops/window.ts";
import { is, mk, n } from "./assert.ts";

// @ts-expect-error conv2d: kernel, stride and dilation must be whole numbers from 1, got 3, 1.5 and 1 (height of [1, 1, 8, 8])
conv2d(mk(1, 1, 8, 8), mk(1, 1, 3, 3), { stride: 1.5 });
// @ts-expect-error conv2d: padding must be whole numbers from 0, got 0.5 (height of [1, 1, 8, 8])
conv2d(mk(1, 1, 8, 8), mk(1, 1, 3, 3), { padding: 0.5 });
// @ts-expect-error conv2d: padding must be whole numbers from 0, got 1 and -1 (width of [1, 1, 8, 8])
conv2d(mk(1, 1, 8, 8), mk(1, 1, 3, 3), { padding: [0, [1, -1]] });
// @ts-expect-error conv2d: groups must be a whole number from 1, got 1.5
conv2d(mk(1, 3, 8, 8), mk(3, 2, 3, 3), { groups: 1.5 });
// @ts-expect-error maxPool2d: kernel, stride and dilation must be whole numbers from 1, got 2.5, 2.5 and 1 (height of [1, 1, 8, 8])
maxPool2d(mk(1, 1, 8, 8), 2.5);
// @ts-expect-error avgPool2d: kernel, stride and dilation must be whole numbers from 1, got 2, -1 and 1 (height of [3, 8, 8])
nn.model([3, 8, 8], nn.avgPool2d(2, { stride: -1 }));
// @ts-expect-error convTranspose2d: padding must be whole numbers from 0, got 0.5 (height of [3, 8, 8])
nn.model([3, 8, 8], nn.convTranspose2d(4, { kernel: 3, padding: 0.5 }));

// Sequences and volumes.
// @ts-expect-error conv1d: kernel, stride and dilation must be whole numbers from 1, got 3, 0 and 1 (length of [1, 3, 8])
conv1d(mk(1, 3, 8), mk(4, 3, 3), { stride: 0 });
// @ts-expect-error conv1d: the kernel [4, 2, 3] takes 2 channels per group, the input [1, 3, 8] has 3
conv1d(mk(1, 3, 8), mk(4, 2, 3));
// @ts-expect-error conv1d: expects a kernel of 3 axes, got [4, 3, 3, 3]
conv1d(mk(1, 3, 8), mk(4, 3, 3, 3));
// @ts-expect-error conv3d: expects [batch, channels, depth, height, width], got [3, 8, 8, 8]
conv3d(mk(3, 8, 8, 8), mk(4, 3, 3, 3, 3));
// @ts-expect-error conv3d: kernel 3 does not fit input 2 (width of [1, 3, 8, 8, 2])
conv3d(mk(1, 3, 8, 8, 2), mk(4, 3, 3, 3, 3));
is<["b", 4, 6]>()(conv1d(mk("b", 3, 8), mk(4, 3, 3)));
is<[2, 4, 4]>()(conv1d(mk(2, 3, 8), mk(4, 3, 3), { stride: 2, padding: "same" }));
is<[2, 4, number]>()(conv1d(mk(2, 3, 8), mk(4, 3, n)));
is<[2, 4, 6, 8, 4]>()(conv3d(mk(2, 2, 8, 8, 8), mk(4, 1, 3, 3, 3), { groups: 2, padding: [0, 1, [1, 0]], stride: [1, 1, 2] }));

// Operations on shapes that do not fit.
import { add, mul, sub } from "../../ops/arithmetic.ts";
import { greater, where } from "../../ops/comparison.ts";
import { matmul } from "../../ops/contraction.ts";
import { conv2d } from "../../ops/convolution.ts";
import { tanh } from "../../ops/exponential.ts";
import { argmax, max, mean } from "../../ops/reduction.ts";
import { softmax } from "../../ops/activation.ts";
import { concat, slice, stack } from "../../ops/slice.ts";
import { broadcastTo, expandDims, moveAxis, permute, reshape, squeeze, sum, transpose } from "../../ops/structure.ts";
import { avgPool2d, maxPool2d } from "../../ops/window.ts";
import { asShape } from "../../core/typed.ts";
import { mk, mkOf } from "./assert.ts";

// @ts-expect-error matmul: inner dimensions 3 and 5 differ: [2, 3] @ [5, 4]
matmul(mk(2, 3), mk(5, 4));
// @ts-expect-error matmul: batch axes 7 and 5 (axis -1) of [7, 2, 3] @ [5, 3, 4] differ
matmul(mk(7, 2, 3), mk(5, 3, 4));
// @ts-expect-error matmul: inner dimensions 784 and 785 differ: [b, 784] @ [785, 10]
matmul(mk("b", 784), mk(785, 10));
// @ts-expect-error matmul: the right operand is a scalar
matmul(mk(2, 3), mk());
// @ts-expect-error add: cannot broadcast [2, 3] with [2, 4]: 3 and 4 (axis -1) differ
add(mk(2, 3), mk(2, 4));
// @ts-expect-error sub: cannot broadcast [b, 3] with [32, 3]: b and 32 (axis -2) differ
sub(mk("b", 3), mk(32, 3));
// @ts-expect-error mul: expected operands of one dtype, got f32 and i32: cast one of them
mul(mk(2, 3), mkOf("i32", 2, 3));
// @ts-expect-error greater: cannot broadcast [8, 3] with [8]: 3 and 8 (axis -1) differ
greater(mk(8, 3), mk(8));
// @ts-expect-error where: cannot broadcast [5] with [2, 3]: 5 and 3 (axis -1) differ
where(mkOf("bool", 5), mk(2, 3), mk(3));
// @ts-expect-error broadcastTo: cannot stretch [3, 1] to [2, 4]
broadcastTo(mk(3, 1), [2, 4]);

// @ts-expect-error sum: axis 2 is out of range for [2, 3]
sum(mk(2, 3), 2);
// @ts-expect-error sum: axis 3 is out of range for [2, 3, 4]
sum(mk(2, 3, 4), [0, 3]);
// @ts-expect-error max: axis 1 is given twice in [1, -1]
max(mk(2, 3), [1, -1]);
// @ts-expect-error mean: axis -4 is out of range for [2, 3, 4]
mean(mk(2, 3, 4), -4);
// @ts-expect-error argmax: axis 1 is out of range for [10]
argmax(mk(10), 1);
// @ts-expect-error softmax: axis 2 is out of range for [32, 10]
softmax(mk(32, 10), 2);
// @ts-expect-error permute: axis 0 is given twice in [2, 0, 0]
permute(mk(2, 3, 4), [2, 0, 0]);
// @ts-expect-error permute: got 2 axes for [2, 3, 4]
permute(mk(2, 3, 4), [2, 0]);
// @ts-expect-error moveAxis: axis 3 is out of range for [2, 3, 4]
moveAxis(mk(2, 3, 4), 0, 3);
// @ts-expect-error transpose: expects at least 2 axes, got [3]
transpose(mk(3));
// @ts-expect-error squeeze: axis 1 of [2, 3] is 3, not 1
squeeze(mk(2, 3), 1);
// @ts-expect-error expandDims: axis 4 is out of range for [2, 3, 1]
expandDims(mk(2, 3), 4);

// @ts-expect-error reshape: cannot turn [2, 3, 4] into [5, 5]: 24 vs 25 elements
reshape(mk(2, 3, 4), [5, 5]);
// @ts-expect-error reshape: cannot turn [b, 256, 6, 6] into [b, 9217]: 9216 vs 9217 elements after cancelling common axes
reshape(mk("b", 256, 6, 6), ["b", 9217]);
// @ts-expect-error reshape: cannot infer -1 in [5, -1]: [2, 3, 4] leaves 24 elements, not a multiple of 5
reshape(mk(2, 3, 4), [5, -1]);
// @ts-expect-error reshape: only one dimension may be -1, got [-1, 2, -1]
reshape(mk(2, 3, 4), [-1, 2, -1]);
// @ts-expect-error concat: [3, 1] does not match [2, 7] before it (only axis 1 may differ)
concat([mk(2, 3), mk(2, 4), mk(3, 1)], 1);
// @ts-expect-error concat: axis 2 is out of range for [2, 3]
concat([mk(2, 3), mk(2, 4)], 2);
// @ts-expect-error stack: [2, 4] is not [2, 3]
stack([mk(2, 3), mk(2, 4)]);
// @ts-expect-error slice: end 17 is past the extent 10 (axis 1 of [8, 10, 3])
slice(mk(8, 10, 3), 1, 2, 17);
// @ts-expect-error slice: start 5 is past end 2 (axis 0 of [8])
slice(mk(8), 0, 5, 2);

// A kernel of another channel count than the images, as a loaded layer can have.
// @ts-expect-error conv2d: the kernel [16, 6, 5, 5] takes 6 channels per group, the input [32, 3, 28, 28] has 3
conv2d(mk(32, 3, 28, 28), mk(16, 6, 5, 5));
// @ts-expect-error conv2d: 3 input channels are not divisible by groups 2
conv2d(mk(32, 3, 28, 28), mk(16, 1, 5, 5), { groups: 2 });
// @ts-expect-error conv2d: kernel 5 (dilated: 9) does not fit input 4 + 2*2 padding (height of [32, 3, 4, 28])
conv2d(mk(32, 3, 4, 28), mk(16, 3, 5, 5), { padding: 2, dilation: 2 });
// @ts-expect-error conv2d: expects [batch, channels, height, width], got [3, 28, 28]
conv2d(mk(3, 28, 28), mk(16, 3, 5, 5));
// @ts-expect-error maxPool2d: kernel 3 does not fit input 2 (width of [32, 3, 8, 2])
maxPool2d(mk(32, 3, 8, 2), 3);
// @ts-expect-error avgPool2d: stride 2 does not tile: (5 - 2) / 2 + 1 is not an integer (remainder 1) (height of [1, 1, 5, 5])
avgPool2d(mk(1, 1, 5, 5), 2, { fit: "exact" });
// @ts-expect-error TS: Argument of type 'Tensor<[2], "i32">' is not assignable to parameter of type 'Tensor<[2], Float>'
tanh(mkOf("i32", 2));
// @ts-expect-error TS: Type 'Tensor<[10, 784], "f32">' is not assignable to type 'Tensor<[32, 784], DType>'
export const wrong: import("../../core/tensor.ts").Tensor<[32, 784]> = asShape([10, 784])(mk(10, 784));

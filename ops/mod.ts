/** Operations on tensors. @module */
export { logSoftmax, relu, softmax } from "./activation.ts";
export { abs, add, div, mul, neg, rem, sign, square, sub } from "./arithmetic.ts";
export { shiftLeft, shiftRight } from "./bits.ts";
export { bitcastTo, cast } from "./cast.ts";
export {
  and, equal, greater, greaterEqual, less, lessEqual, maximum, minimum, not, notEqual, or, where, xor,
} from "./comparison.ts"; // deno-fmt-ignore
export { matmul } from "./contraction.ts";
export { conv2d } from "./convolution.ts";
export { data, dataOf, type DTypeOf, item, type Nested, read, type ShapeOf, tensor, type Values } from "./create.ts";
export { exp, log, pow, sigmoid, sqrt, tanh } from "./exponential.ts";
export { stopGradient } from "./gradient.ts";
export { all, any, argmax, argmin, max, mean, min } from "./reduction.ts";
export { concat, pad, slice, stack } from "./slice.ts";
export { full, iota, ones, scalar, zeros } from "./source.ts";
export { erf, erfinv } from "./special.ts";
export { broadcastTo, expandDims, moveAxis, permute, reshape, squeeze, sum, transpose } from "./structure.ts";
export { cos, sin } from "./trigonometry.ts";
export { avgPool2d, maxPool2d } from "./window.ts";

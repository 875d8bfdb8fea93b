/** Convolutions over any number of axes, and transposed ones: what the primitive of `convolution.ts` gives for each. */
import { type Float, floats } from "../core/dtype.ts";
import { DTypeError, ShapeError } from "../core/errors.ts";
import { groupsComplaint } from "../core/shape/conv.ts";
import { type Dim, type Shape, showShape } from "../core/shape/dim.ts";
import type { ConvNd } from "../core/shape/conv_nd.ts";
import type { Fit } from "../core/shape/window.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import type { Arg, Ok } from "../core/typed.ts";
import { bind } from "../core/trace.ts";
import { addBias } from "./bias.ts";
import { convP } from "./convolution.ts";
import {
  eachAxis,
  needImages,
  planSpatial,
  type Sizes,
  type SpatialPadding,
  transposedExtents,
  type TransposedWindowsOptions,
  type WindowsOptions,
} from "../core/shape/spatial.ts";
import { optionsOf } from "../core/options.ts";

/** Options of a convolution over one or three axes. */
export interface ConvOptions<D extends Float = Float> extends WindowsOptions {
  readonly groups?: number | undefined;
  /** A number for each output channel. */
  readonly bias?: Tensor<Shape, D> | undefined;
}
const needOne = (op: string, x: Tensor, w: Tensor): void => {
  if (!(floats as readonly string[]).includes(x.dtype) || x.dtype !== w.dtype) {
    const expected = "input and kernel of one float dtype", got = `${x.dtype} and ${w.dtype}`;
    throw new DTypeError(`${op}: expected ${expected}, got ${got}`, { op, expected, got });
  }
};
const refuse = (op: string, sentence: string, expected: string, got: string): never => {
  throw new ShapeError(`${op}: ${sentence}`, { op, expected, got });
};
const withBias = (y: Tensor, bias: Tensor | undefined): Tensor => bias === undefined ? y : addBias(y, bias);

const convolution = (op: string, n: number, x: Tensor, w: Tensor, options: ConvOptions): Tensor => {
  optionsOf(op, options, { stride: true, padding: true, dilation: true, fit: true, groups: true, bias: true });
  needOne(op, x, w);
  const shape = extents(x), kernel = extents(w), { groups = 1 } = options;
  needImages(op, shape, n);
  if (kernel.length !== n + 2) {
    refuse(op, `expects a kernel of ${n + 2} axes, got ${showShape(kernel)}`, `${n + 2} axes`, showShape(kernel));
  }
  const complaint = groupsComplaint(shape[1]!, kernel[0]!, groups);
  if (complaint !== undefined) refuse(op, complaint, `channels divisible by ${groups}`, showShape(kernel));
  const own = shape[1]! / groups;
  if (own !== kernel[1]) {
    const sentence = `the kernel ${showShape(kernel)} takes ${kernel[1]} channels per group, the input ${
      showShape(shape)
    } has ${own}`;
    refuse(op, sentence, `${own} channels per group`, showShape(kernel));
  }
  const { stride, dilation, before, input, extent } = planSpatial(op, shape, n, kernel.slice(2), options);
  const params = {
    role: "y" as const,
    groups,
    stride,
    dilation,
    before,
    input,
    kernel: kernel.slice(2),
    output: extent,
  };
  return withBias(bind(convP, [x, w], params), options.bias);
};
/** The type of `conv1d` and `conv3d`. */
export interface ConvFunction<N extends 1 | 3> {
  <
    X extends Shape,
    K extends Shape,
    T extends Float,
    const S extends Sizes = 1,
    const P extends SpatialPadding = 0,
    const D extends Sizes = 1,
    const G extends number = 1,
    const F extends Fit = "floor",
  >(
    x: Tensor<X, T>,
    w: Arg<K, T, ConvNd<N, X, K, S, P, D, G, F>>,
    options?: {
      readonly stride?: S | undefined;
      readonly padding?: P | undefined;
      readonly dilation?: D | undefined;
      readonly groups?: G | undefined;
      readonly fit?: F | undefined;
      /** A number for each output channel. */
      readonly bias?: Tensor<Shape, T> | undefined;
    },
  ): Tensor<Ok<ConvNd<N, X, K, S, P, D, G, F>>, T>;
}
/**
 * Convolution (cross-correlation) of sequences. `F[n,c,l], F[o,c/g,k] -> F[n,o,l']`, l' = floor((l + 2p - d (k - 1) - 1) / s) +
 * 1. Throws `ShapeError` where channels, groups or windows do not fit.
 */
export const conv1d: ConvFunction<1> =
  ((x: Tensor, w: Tensor, options: ConvOptions = {}) => convolution("conv1d", 1, x, w, options)) as ConvFunction<1>;
/**
 * Convolution (cross-correlation) of volumes. `F[n,c,d,h,w], F[o,c/g,kd,kh,kw] -> F[n,o,d',h',w']`. Throws `ShapeError` where
 * channels, groups or windows do not fit.
 */
export const conv3d: ConvFunction<3> =
  ((x: Tensor, w: Tensor, options: ConvOptions = {}) => convolution("conv3d", 3, x, w, options)) as ConvFunction<3>;

/** Options of a transposed convolution: `padding` is taken off, `outputPadding` added behind. */
export interface ConvTransposeOptions<D extends Float = Float> extends TransposedWindowsOptions {
  readonly groups?: number | undefined;
  /** A number for each output channel. */
  readonly bias?: Tensor<Shape, D> | undefined;
}
const transposed = (op: string, n: number, x: Tensor, w: Tensor, options: ConvTransposeOptions): Tensor => {
  optionsOf(op, options, {
    ...{ stride: true, padding: true, dilation: true, outputPadding: true } as const,
    ...{ groups: true, bias: true } as const,
  });
  needOne(op, x, w);
  const shape = extents(x),
    kernel = extents(w).slice(2),
    { groups = 1 } = options;
  needImages(op, shape, n);
  if (extents(w).length !== n + 2 || extents(w)[0] !== shape[1] || shape[1]! % groups !== 0) {
    const sentence = `expects a kernel [${shape[1]}, out / groups, ...] for the input ${
      showShape(shape)
    } in ${groups} groups, got ${showShape(extents(w))}`;
    refuse(op, sentence, `${shape[1]} input channels`, showShape(extents(w)));
  }
  const of = (what: "stride" | "padding" | "dilation", least: number) => eachAxis(op, what, options[what] ?? least, n);
  const stride = of("stride", 1), dilation = of("dilation", 1), before = of("padding", 0), output = shape.slice(2);
  const input = transposedExtents(op, shape, n, kernel, options);
  return withBias(
    bind(convP, [w, x], { role: "x", groups, stride, dilation, before, input, kernel, output }),
    options.bias,
  );
};
/** The type of the transposed convolutions. */
export interface ConvTransposeFunction {
  <D extends Float>(x: Tensor<Shape, D>, w: Tensor<Shape, D>, options?: ConvTransposeOptions<D>): Tensor<Dim[], D>;
}
const along = (op: string, n: number): ConvTransposeFunction =>
  ((x: Tensor, w: Tensor, options: ConvTransposeOptions = {}) =>
    transposed(op, n, x, w, options)) as ConvTransposeFunction;
/**
 * The adjoint of `conv1d` in its input: every element spreads over a window. `F[n,c,l], F[c,o/g,k] -> F[n,o,l']`,
 * l' = (l - 1) s - 2p + d (k - 1) + 1 + output padding. Throws `ShapeError` where it does not fit.
 */
export const convTranspose1d: ConvTransposeFunction = along("convTranspose1d", 1);
/** The adjoint of `conv2d` in its input, as `convTranspose1d`. `F[n,c,h,w], F[c,o/g,kh,kw] -> F[n,o,h',w']` */
export const convTranspose2d: ConvTransposeFunction = along("convTranspose2d", 2);
/** The adjoint of `conv3d` in its input, as `convTranspose1d`. `F[n,c,d,h,w], F[c,o/g,kd,kh,kw] -> F[n,o,d',h',w']` */
export const convTranspose3d: ConvTransposeFunction = along("convTranspose3d", 3);

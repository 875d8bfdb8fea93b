/** Kernels of image processing, and the filters they make. */
import type { Float } from "../core/dtype.ts";
import { inNameOf, ShapeError } from "../core/errors.ts";
import type { Padding } from "../core/shape/window.ts";
import { type Dim, type Shape, showShape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { optionsOf } from "../core/options.ts";
import { abs, add, div, mul, square, sub } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import { equal, where } from "./comparison.ts";
import { conv2d } from "./convolution.ts";
import { exp } from "./exponential.ts";
import { pad, type PadMode } from "./padding.ts";
import type { AnyFloat } from "./pointwise.ts";
import { flip } from "./reverse.ts";
import { full, iota } from "./source.ts";
import { reshape, sum } from "./structure.ts";
import { atan2, cos, hypot } from "./trigonometry.ts";

type Mask = Tensor<[], "bool">;

/** A kernel of n rows and columns. */
export type Kernel<N extends number = number> = Tensor<[N, N], "f32">;

/** A kernel of what `f` gives at each place, counted from the middle, y downwards. */
const make = <N extends number>(n: N, f: (x: Tensor, y: Tensor) => Tensor): Kernel<N> => {
  if (!Number.isInteger(n) || n < 1) {
    throw new ShapeError(`kernel: expected a size from 1, got ${n}`, {
      op: "kernel",
      expected: "a size from 1",
      got: `${n}`,
    });
  }
  const place = (axis: 0 | 1): Tensor => sub(iota([n, n], axis, "f32"), (n - 1) / 2);
  return f(place(1), place(0)) as Kernel<N>;
};
const bell = (u: Tensor, v: Tensor, sigma: number): Tensor =>
  exp(div(add(square(u), square(v)), -2 * sigma * sigma) as Tensor as AnyFloat);
/** The mean of n by n pixels: every element 1 / n². `-> f32[n,n]` */
export const boxKernel = <const N extends number>(n: N): Kernel<N> =>
  make(n, (x) => full(extents(x), 1 / (n * n)) as Tensor);
/** A Gaussian bell of deviation sigma pixels, summing to 1. `-> f32[n,n]` */
export const gaussianKernel = <const N extends number>(n: N, sigma: number): Kernel<N> =>
  make(n, (x, y) => {
    const g = bell(x, y, sigma);
    return div(g, sum(g));
  });
/** Pixels from the middle, by steps to the sides. */
const steps = (x: Tensor, y: Tensor): Tensor => add(abs(x), abs(y));
/** A pixel five times less its four neighbours: sums to 1, and sharpens edges. `-> f32[3,3]` */
export const sharpenKernel = (): Kernel<3> =>
  make(3, (x, y) => {
    const far = steps(x, y);
    return where(equal(far, 0) as Mask, 5, where(equal(far, 1) as Mask, full([3, 3], -1) as Tensor, 0) as Tensor);
  });
/** A pixel eight times less its eight neighbours: sums to 0, and keeps only what differs. `-> f32[3,3]` */
export const highpassKernel = (): Kernel<3> =>
  make(3, (x, y) => where(equal(steps(x, y), 0) as Mask, full([3, 3], 8) as Tensor, -1));
/** The change from left to right, smoothed from top to bottom: `[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]`. (Sobel 1968) */
export const sobelXKernel = (): Kernel<3> => make(3, (x, y) => mul(x, sub(2, abs(y))));
/** The change from top to bottom, smoothed from left to right: `[[-1, -2, -1], [0, 0, 0], [1, 2, 1]]`. (Sobel 1968) */
export const sobelYKernel = (): Kernel<3> => make(3, (x, y) => mul(y, sub(2, abs(x))));

/** What a Gabor kernel looks for. */
export interface GaborOptions {
  /** Deviation of the bell, in pixels. */
  readonly sigma: number;
  /** Pixels from wave to wave. */
  readonly wavelength: number;
  /** Direction in which the wave runs, in radians; 0 unless given. */
  readonly angle?: number;
  /** How much shorter the bell is across the wave than along it; 1 unless given. */
  readonly aspect?: number;
  /** Where the wave is at the middle, in radians; 0 unless given, a crest. */
  readonly phase?: number;
}
/**
 * A wave under a bell: exp(-(u² + aspect² v²) / (2 sigma²)) cos(2π u / wavelength + phase), where u = x cos(angle) + y sin(angle)
 * and v = y cos(angle) - x sin(angle), y downwards. `-> f32[n,n]` (Daugman 1985)
 */
export const gaborKernel = <const N extends number>(
  n: N,
  { sigma, wavelength, angle = 0, aspect = 1, phase = 0 }: GaborOptions,
): Kernel<N> =>
  make(n, (x, y) => {
    const c = Math.cos(angle),
      s = Math.sin(angle),
      u: Tensor = add(mul(x, c), mul(y, s)),
      v: Tensor = mul(sub(mul(y, c), mul(x, s)), aspect);
    return mul(bell(u, v, sigma), cos(add(mul(u, 2 * Math.PI / wavelength), phase) as Tensor as AnyFloat));
  });

/** Options of `correlate2d` and `convolve2d`. */
export interface FilterOptions {
  /** "same" unless given: the result is as large as the image. */
  readonly padding?: Padding;
  /** What lies around the image when the result is as large: zeros unless given. */
  readonly border?: "zeros" | PadMode;
}
const filtered = (
  op: string,
  x: Tensor,
  kernel: Tensor,
  options: FilterOptions,
): Tensor => {
  const { padding = "same", border = "zeros" } = optionsOf(op, options, { padding: true, border: true });
  const shape = extents(x), size = extents(kernel), got = `${showShape(shape)} and ${showShape(size)}`;
  if (shape.length < 2 || size.length !== 2) {
    throw new ShapeError(`${op}: expects [..., h, w] and a kernel [h, w], got ${got}`, { op, expected: "2 axes", got });
  }
  const images = reshape(x, [-1, 1, ...shape.slice(-2)]) as Tensor, own = padding === "same" && border !== "zeros";
  const sides = size.map((k): readonly [number, number] => [(k - 1) >> 1, k - 1 - ((k - 1) >> 1)]);
  const framed: Tensor = own ? pad(images, [[0, 0], [0, 0], sides[0]!, sides[1]!], border as PadMode) : images;
  const w = cast(reshape(kernel, [1, 1, ...size]) as Tensor, x.dtype) as Tensor;
  const y = (conv2d as (x: Tensor, w: Tensor, options: { readonly padding: Padding }) => Tensor)(framed, w, {
    padding: own ? "valid" : padding,
  });
  return reshape(y, [...shape.slice(0, -2), ...extents(y).slice(2)]) as Tensor;
};
/** The type of the filters. */
export interface FilterFunction {
  <D extends Float>(x: Tensor<Shape, D>, kernel: Tensor<Shape>, options?: FilterOptions): Tensor<Dim[], D>;
}
/**
 * Every image under one kernel, which is laid over it as it is: y[i,j] = Σ kernel[a,b] x[i+a,j+b]. `F[...,h,w], F[kh,kw] ->
 * F[...,h',w']`. Correlation is what neural networks call convolution.
 */
export const correlate2d: FilterFunction =
  ((x: Tensor, kernel: Tensor, options: FilterOptions = {}) =>
    filtered("correlate2d", x, kernel, options)) as FilterFunction;
/** The same with the kernel turned around: y[i,j] = Σ kernel[a,b] x[i-a,j-b], the convolution of mathematics. */
export const convolve2d: FilterFunction =
  ((x: Tensor, kernel: Tensor, options: FilterOptions = {}) =>
    filtered("convolve2d", x, flip(kernel), options)) as FilterFunction;

/** Edges of images: how fast brightness changes to the right and downwards, how fast at most, and in which direction. */
export interface Edges<D extends Float> {
  readonly x: Tensor<Dim[], D>;
  readonly y: Tensor<Dim[], D>;
  readonly magnitude: Tensor<Dim[], D>;
  /** In radians from -π to π, 0 to the right, positive downwards. */
  readonly direction: Tensor<Dim[], D>;
}
/** Sobel's edges of every image. `F[...,h,w] -> { x, y, magnitude, direction }` */
export const sobel = <D extends Float>(image: Tensor<Shape, D>, options: FilterOptions = {}): Edges<D> => {
  const by = (kernel: Tensor) => inNameOf("sobel", () => correlate2d(image, kernel, options) as Tensor);
  const x = by(sobelXKernel() as Tensor) as Tensor<Dim[], D>, y = by(sobelYKernel() as Tensor) as Tensor<Dim[], D>;
  const magnitude = hypot(x as Tensor, y as Tensor) as Tensor, direction = atan2(y as Tensor, x as Tensor) as Tensor;
  return { x, y, magnitude: magnitude as Tensor<Dim[], D>, direction: direction as Tensor<Dim[], D> };
};

/** Maxima and means of windows over any number of axes. `maxPool2d` and `avgPool2d` of images know their shapes in the types. */
import { type DType, type Float, floats } from "../core/dtype.ts";
import { DTypeError, ShapeError } from "../core/errors.ts";
import { type Dim, type Shape, showShape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import { add, div, mul, rem, sub } from "./arithmetic.ts";
import { clamp } from "./between.ts";
import { cast } from "./cast.ts";
import type { Found } from "./cumulative.ts";
import { truncDivide } from "./division.ts";
import { inSingle } from "./half.ts";
import { argmax, max } from "./reduction.ts";
import { iota } from "./source.ts";
import {
  eachAxis,
  needHalf,
  needImages,
  planSpatial,
  type Sizes,
  type SpatialPlan,
  type WindowsOptions,
} from "../core/shape/spatial.ts";
import { optionsOf } from "../core/options.ts";
import { reshape, sum } from "./structure.ts";
import { windowsP } from "./window.ts";

/** Options of pooling over any number of axes; the stride is the kernel unless given. */
export type PoolingOptions = WindowsOptions;
/** Options of averaging over any number of axes. */
export interface AvgPoolingOptions extends Omit<PoolingOptions, "dilation"> {
  /** Whether padding counts as zeros (it does unless said) or not at all. */
  readonly countPadding?: boolean | undefined;
  /** What sums are divided by, instead of the number of elements. */
  readonly divisor?: number | undefined;
}

const plan = (op: string, x: Tensor, kernel: Sizes, options: PoolingOptions): SpatialPlan => {
  if (!(floats as readonly DType[]).includes(x.dtype)) {
    throw new DTypeError(`${op}: expected a float, got ${x.dtype}`, { op, expected: "a float", got: x.dtype });
  }
  const shape = extents(x), n = shape.length - 2;
  if (n < 1) {
    const got = showShape(shape), expected = "[batch, channels, ...]";
    throw new ShapeError(`${op}: expects ${expected} and axes to pool over, got ${got}`, { op, expected, got });
  }
  const p = planSpatial(op, shape, n, kernel, { ...options, stride: options.stride ?? kernel });
  // "same" needs no more than a window less one; an amount that the user gave must leave every window something to see.
  needHalf(op, p.kernel, p.before, options.padding);
  return p;
};
const windowsOf = (x: Tensor, { kernel, stride, dilation, before, extent, input }: SpatialPlan, fill: number): Tensor =>
  bind(windowsP, [x], { kernel, stride, dilation, before, extent, input, fill });
const lastAxes = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i - n);
const largest = (op: string, x: Tensor, kernel: Sizes, options: PoolingOptions): Tensor => {
  optionsOf(op, options, { stride: true, padding: true, dilation: true, fit: true });
  const p = plan(op, x, kernel, options);
  return max(windowsOf(x, p, -Infinity), lastAxes(p.kernel.length), { ties: "first" });
};

/** Where the largest element of each window is, counted in row-major order over the axes that are pooled. */
const places = (x: Tensor, p: SpatialPlan): Tensor => {
  const flat = reshape(windowsOf(x, p, -Infinity), [...extents(x).slice(0, 2), ...p.extent, -1]) as Tensor,
    n = p.kernel.length;
  let rest: Tensor = argmax(flat, -1), total: Tensor | null = null, stride = 1;
  for (let i = n - 1; i >= 0; i--) {
    const entry: Tensor = i === 0 ? rest : rem(rest, p.kernel[i]!), window = iota(extents(rest), i + 2, "i32");
    const at: Tensor = sub(add(mul(window, p.stride[i]!), mul(entry, p.dilation[i]!)), p.before[i]!);
    rest = truncDivide(rest, p.kernel[i]!) as Tensor;
    total = total === null ? at : add(total, mul(at, stride));
    stride *= p.input[i]!;
  }
  return total!;
};
/**
 * Largest value of each window over all axes but batch and channels, and where it is, counted in row-major order over those
 * axes. `F[n,c,...S] -> { values: F[n,c,...R], indices: i32[n,c,...R] }`
 */
export const maxPoolIndices = <D extends Float>(
  x: Tensor<Shape, D>,
  kernel: Sizes,
  options: PoolingOptions = {},
): Found<Dim[], D> => {
  const t = x as Tensor, p = plan("maxPoolIndices", t, kernel, options);
  return { values: largest("maxPoolIndices", t, kernel, options), indices: places(t, p) } as Found<
    Shape,
    DType
  > as Found<Dim[], D>;
};

/** How many elements the windows of each place have, as a tensor of one axis for each that is pooled. */
const counts = (x: Tensor, p: SpatialPlan, padding: PoolingOptions["padding"], countPadding: boolean): Tensor => {
  const behind = (i: number): number => {
    if (typeof padding === "object") return typeof padding[i] === "number" ? padding[i] : padding[i]![1];
    return padding === "same" ? p.after[i]! : typeof padding === "number" ? padding : 0;
  };
  return p.kernel.map((k, i): Tensor => {
    const [lo, hi] = countPadding ? [-p.before[i]!, p.input[i]! + behind(i)] : [0, p.input[i]!];
    const from: Tensor = sub(mul(iota(p.extent, i, "i32"), p.stride[i]!), p.before[i]!);
    return cast(sub(clamp(add(from, k) as Tensor, undefined, hi), clamp(from, lo)), x.dtype);
  }).reduce((a, b) => mul(a, b));
};
const average = (op: string, x: Tensor, kernel: Sizes, options: AvgPoolingOptions): Tensor => {
  optionsOf(op, options, { stride: true, padding: true, fit: true, countPadding: true, divisor: true });
  return inSingle(x, (y) => averageOf(op, y, kernel, options));
};
const averageOf = (
  op: string,
  x: Tensor,
  kernel: Sizes,
  { countPadding = true, divisor, ...options }: AvgPoolingOptions,
): Tensor => {
  const p = plan(op, x, kernel, options), total = sum(windowsOf(x, p, 0), lastAxes(p.kernel.length)) as Tensor;
  if (divisor !== undefined) return div(total, divisor);
  const whole = p.before.every((b, i) => b === 0 && p.after[i] === 0) || (countPadding && options.fit !== "ceil");
  return div(total, whole ? p.kernel.reduce((a, b) => a * b, 1) : counts(x, p, options.padding, countPadding));
};

/** The type of pooling over any number of axes. */
export interface PoolingFunction<O> {
  <D extends Float>(x: Tensor<Shape, D>, kernel: Sizes, options?: O): Tensor<Dim[], D>;
}
const over = <O>(
  op: string,
  n: number | null,
  f: (op: string, x: Tensor, kernel: Sizes, options: O) => Tensor,
): PoolingFunction<O> =>
  ((x: Tensor, kernel: Sizes, options: O = {} as O) => {
    if (n !== null) needImages(op, extents(x), n);
    if (n !== null) eachAxis(op, "kernel", kernel, n);
    return f(op, x, kernel, options);
  }) as PoolingFunction<O>;
/**
 * Largest value of each window over all axes but batch and channels. `F[n,c,...S] -> F[n,c,...R]`. Padding never wins; where
 * several are largest, the first in row-major order gets the derivative. Throws `ShapeError` where the window does not fit.
 */
export const maxPool: PoolingFunction<PoolingOptions> = over("maxPool", null, largest);
/** `maxPool` of sequences. `F[n,c,l] -> F[n,c,l']` */
export const maxPool1d: PoolingFunction<PoolingOptions> = over("maxPool1d", 1, largest);
/** `maxPool` of volumes. `F[n,c,d,h,w] -> F[n,c,d',h',w']` */
export const maxPool3d: PoolingFunction<PoolingOptions> = over("maxPool3d", 3, largest);
/**
 * Mean of each window over all axes but batch and channels. `F[n,c,...S] -> F[n,c,...R]`. Padding counts as zeros unless said
 * otherwise; what lies beyond the padding never counts. Throws `ShapeError` where the window does not fit.
 */
export const avgPool: PoolingFunction<AvgPoolingOptions> = over("avgPool", null, average);
/** `avgPool` of sequences. `F[n,c,l] -> F[n,c,l']` */
export const avgPool1d: PoolingFunction<AvgPoolingOptions> = over("avgPool1d", 1, average);
/** `avgPool` of volumes. `F[n,c,d,h,w] -> F[n,c,d',h',w']` */
export const avgPool3d: PoolingFunction<AvgPoolingOptions> = over("avgPool3d", 3, average);

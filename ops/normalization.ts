/** Functions that bring values to mean 0 and variance 1, each over its own group of elements. */
import { size } from "../core/aval.ts";
import type { Float } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { type Shape, showShape } from "../core/shape/dim.ts";
import type { ChannelsDivisible } from "../core/shape/divide.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import type { Guard } from "../core/typed.ts";
import { add, div, mul, square, sub } from "./arithmetic.ts";
import { perEntry, scaleShift } from "./bias.ts";
import { pow, sqrt } from "./exponential.ts";
import { cast } from "./cast.ts";
import { stopGradient } from "./gradient.ts";
import { inSingle } from "./half.ts";
import { type AnyFloat, needFloat } from "./pointwise.ts";
import { mean } from "./reduction.ts";
import { reshape, sum } from "./structure.ts";
import { bind } from "../core/trace.ts";
import { optionsOf } from "../core/options.ts";
import { windowsP } from "./window.ts";

/** A learned factor and a learned summand of what was normalized, and what is added to the variance (1e-5 unless given). */
export interface NormalizationOptions<D extends Float = Float> {
  readonly scale?: Tensor<Shape, D> | undefined;
  readonly shift?: Tensor<Shape, D> | undefined;
  readonly epsilon?: number | undefined;
}
const names = { scale: true, shift: true, epsilon: true } as const;
interface Moments {
  readonly mean: Tensor;
  readonly variance: Tensor;
}
/** In two passes, so that a large mean costs no digits; the axes stay with extent 1. Of f16 in f32. */
const momentsOf = (given: Tensor, axes: readonly number[]): Moments => {
  const x: Tensor = given.dtype === "f16" ? cast(given, "f32") : given;
  const average: Tensor = mean(x, axes, { keepdims: true });
  return { mean: average, variance: mean(square(sub(x, average) as Tensor), axes, { keepdims: true }) };
};
const standard = (x: Tensor, { mean, variance }: Moments, epsilon: number): Tensor =>
  cast(div(sub(cast(x, mean.dtype), mean), sqrt(add(variance, epsilon) as AnyFloat)), x.dtype);
const refuse = (op: string, expected: string, got: string): never => {
  throw new ShapeError(`${op}: expected ${expected}, got ${got}`, { op, expected, got });
};
const needChannels = (op: string, x: Tensor, least: number): readonly number[] => {
  const shape = extents(needFloat(op, x));
  return shape.length >= least ? shape : refuse(op, `at least ${least} axes`, showShape(shape));
};

/** Mean and variance of each channel as they are known so far. */
export interface Running<D extends Float = Float> {
  readonly mean: Tensor<Shape, D>;
  readonly variance: Tensor<Shape, D>;
}
/**
 * Normalizes each channel, axis 1, with known statistics: (x - mean) / sqrt(variance + epsilon) · scale + shift.
 * `F[n,c,...] -> F[n,c,...]`; statistics, scale and shift are `F[c]`. (Ioffe and Szegedy 2015)
 */
export const batchNorm = <S extends Shape, D extends Float>(
  x: Tensor<S, D>,
  running: Running<D>,
  options: NormalizationOptions<D> = {},
): Tensor<S, D> => {
  const { scale, shift, epsilon = 1e-5 } = optionsOf("batchNorm", options, names);
  const t = x as Tensor, of = (what: string, v: Tensor) => perEntry("batchNorm", what, v, t, 1);
  needChannels("batchNorm", t, 2);
  const known = { mean: of("a mean", running.mean as Tensor), variance: of("a variance", running.variance as Tensor) };
  return scaleShift("batchNorm", standard(t, known, epsilon), 1, scale as Tensor, shift as Tensor) as Tensor as Tensor<
    S,
    D
  >;
};
/** Options of `batchNormTraining`. */
export interface BatchNormOptions<D extends Float = Float> extends NormalizationOptions<D> {
  /** Weight of this batch in the running statistics; 0.1 unless given. */
  readonly momentum?: number | undefined;
}
/**
 * Normalizes each channel, axis 1, with the statistics of the batch, and moves the running ones towards them, of which the
 * variance has no bias: `batchNormTraining(x, running)` is `{ y, running }`. Throws `ShapeError` where a channel has one value.
 */
export const batchNormTraining = <S extends Shape, D extends Float>(
  x: Tensor<S, D>,
  running: Running<D>,
  options: BatchNormOptions<D> = {},
): { readonly y: Tensor<S, D>; readonly running: Running<D> } => {
  optionsOf("batchNormTraining", options, { ...names, momentum: true });
  const { scale, shift, epsilon = 1e-5, momentum = 0.1 } = options;
  const t = x as Tensor, shape = needChannels("batchNormTraining", t, 2), n = size(shape) / shape[1]!;
  if (n === 1) refuse("batchNormTraining", "more than one value for each channel", showShape(shape));
  const now = momentsOf(t, shape.map((_, i) => i).filter((i) => i !== 1));
  const move = (what: string, from: Tensor, to: Tensor, factor: number): Tensor => {
    perEntry("batchNormTraining", what, from, t, 1);
    return add(
      mul(from, 1 - momentum),
      mul(stopGradient(cast(reshape(to, [shape[1]!]), from.dtype)) as Tensor, momentum * factor),
    );
  };
  const next = {
    mean: move("a mean", running.mean as Tensor, now.mean, 1),
    variance: move("a variance", running.variance as Tensor, now.variance, n / (n - 1)),
  };
  const y = scaleShift("batchNormTraining", standard(t, now, epsilon), 1, scale as Tensor, shift as Tensor);
  return {
    y: y as Tensor as Tensor<S, D>,
    running: next as { readonly mean: Tensor; readonly variance: Tensor } as Running<D>,
  };
};

/** How many of the last axes make up a group, and a scale or shift of exactly their shape. */
const lastAxes = (
  op: string,
  x: Tensor,
  over: number | readonly number[],
  ...parts: readonly (Tensor | undefined)[]
): readonly number[] => {
  const shape = extents(needFloat(op, x)), count = typeof over === "number" ? over : over.length;
  const own = shape.slice(shape.length - count), want = typeof over === "number" ? own : over;
  if (count < 1 || count > shape.length || showShape(own) !== showShape(want)) {
    refuse(op, `last axes ${showShape(want)}`, showShape(shape));
  }
  for (const p of parts) {
    if (p !== undefined && showShape(extents(p)) !== showShape(own)) {
      refuse(op, `a scale or shift ${showShape(own)}`, showShape(extents(p)));
    }
  }
  return own.map((_, i) => shape.length - count + i);
};
/**
 * Normalizes over the last axes: so many, or those of the given shape. (x - mean) / sqrt(variance + epsilon) · scale + shift.
 * `F[...b,...s] -> F[...b,...s]`; scale and shift are `F[...s]`. Throws `ShapeError` where shapes differ. (Ba et al. 2016)
 */
export const layerNorm = <S extends Shape, D extends Float>(
  x: Tensor<S, D>,
  over: number | readonly number[] = 1,
  options: NormalizationOptions<D> = {},
): Tensor<S, D> => {
  const { scale, shift, epsilon = 1e-5 } = optionsOf("layerNorm", options, names);
  const t = x as Tensor, axes = lastAxes("layerNorm", t, over, scale as Tensor, shift as Tensor);
  const y = standard(t, momentsOf(t, axes), epsilon),
    scaled: Tensor = scale === undefined ? y : mul(y, scale as Tensor);
  return (shift === undefined ? scaled : add(scaled, shift as Tensor)) as Tensor as Tensor<S, D>;
};
/**
 * Divides by the root of the mean square over the last axes: x / sqrt(mean(x²) + epsilon) · scale.
 * `F[...b,...s] -> F[...b,...s]`; the scale is `F[...s]`. (Zhang and Sennrich 2019)
 */
export const rmsNorm = <S extends Shape, D extends Float>(
  x: Tensor<S, D>,
  over: number | readonly number[] = 1,
  options: Omit<NormalizationOptions<D>, "shift"> = {},
): Tensor<S, D> => {
  const { scale, epsilon = 1e-5 } = optionsOf("rmsNorm", options, { scale: true, epsilon: true });
  const t = x as Tensor, axes = lastAxes("rmsNorm", t, over, scale as Tensor);
  const y = inSingle(t, (z) => div(z, sqrt(add(mean(square(z), axes, { keepdims: true }), epsilon) as AnyFloat)));
  return (scale === undefined ? y : mul(y, scale as Tensor)) as Tensor as Tensor<S, D>;
};
const grouped = (
  op: string,
  x: Tensor,
  groups: number,
  options: NormalizationOptions,
): Tensor => {
  const { scale, shift, epsilon = 1e-5 } = optionsOf(op, options, names);
  const shape = needChannels(op, x, 2), c = shape[1]!;
  if (!Number.isInteger(groups) || groups < 1 || c % groups !== 0) {
    refuse(op, `channels divisible by ${groups} groups`, showShape(shape));
  }
  const parts = reshape(x, [shape[0]!, groups, size(shape.slice(1)) / groups]) as Tensor;
  return scaleShift(
    op,
    reshape(standard(parts, momentsOf(parts, [2]), epsilon), shape) as Tensor,
    1,
    scale as Tensor,
    shift as Tensor,
  );
};
/**
 * Normalizes groups of neighbouring channels, axis 1, of each example. `F[n,c,...] -> F[n,c,...]`; scale and shift are `F[c]`.
 * Throws `ShapeError` where the groups do not divide the channels. (Wu and He 2018)
 */
export const groupNorm = <S extends Shape, D extends Float, const G extends number>(
  x: Tensor<S, D>,
  groups: Guard<G, ChannelsDivisible<"groupNorm", S, G>>,
  options: NormalizationOptions<D> = {},
): Tensor<S, D> =>
  grouped("groupNorm", x as Tensor, groups as number, options as NormalizationOptions) as Tensor as Tensor<S, D>;
/** Normalizes each channel of each example. `F[n,c,...] -> F[n,c,...]`; scale and shift are `F[c]`. (Ulyanov et al. 2016) */
export const instanceNorm = <S extends Shape, D extends Float>(
  x: Tensor<S, D>,
  options: NormalizationOptions<D> = {},
): Tensor<S, D> =>
  grouped(
    "instanceNorm",
    x as Tensor,
    needChannels("instanceNorm", x as Tensor, 3)[1]!,
    options as NormalizationOptions,
  ) as Tensor as Tensor<S, D>;

/** Options of `localResponseNorm`. */
export interface LocalResponseOptions {
  readonly alpha?: number;
  readonly beta?: number;
  readonly k?: number;
}
/**
 * Divides by the activity of neighbouring channels: x / (k + alpha · mean of x² over `size` channels around it)^beta, channels
 * beyond the ends counting as 0. `F[n,c,...] -> F[n,c,...]`; alpha 1e-4, beta 0.75 and k 1 unless given. An even size takes one
 * more channel before than after. (Krizhevsky et al. 2012, with alpha divided by the size)
 */
export const localResponseNorm = <S extends Shape, D extends Float>(
  x: Tensor<S, D>,
  neighbours: number,
  options: LocalResponseOptions = {},
): Tensor<S, D> => {
  optionsOf("localResponseNorm", options, { alpha: true, beta: true, k: true });
  const { alpha = 1e-4, beta = 0.75, k = 1 } = options;
  const t = x as Tensor, shape = needChannels("localResponseNorm", t, 2), c = shape[1]!, rest = size(shape.slice(2));
  if (!Number.isInteger(neighbours) || neighbours < 1) refuse("localResponseNorm", "a size from 1", `${neighbours}`);
  const before = neighbours >> 1,
    params = { kernel: [neighbours, 1], stride: [1, 1], dilation: [1, 1], before: [before, 0] };
  const flat = reshape(square(t) as Tensor, [shape[0]!, c, rest]) as Tensor;
  const windows = bind(windowsP, [flat], { ...params, extent: [c, rest], input: [c, rest], fill: 0 });
  const activity = reshape(sum(windows, [-2, -1]) as Tensor, shape) as Tensor;
  return div(t, pow(add(mul(activity, alpha / neighbours), k), beta)) as Tensor as Tensor<S, D>;
};

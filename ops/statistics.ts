/** Moments, norms and counts: compositions of reductions. */
import type { DType, Float } from "../core/dtype.ts";
import { byData } from "../core/pipe.ts";
import { normalizeAxes } from "../core/shape/axes.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { optionsOf } from "../core/options.ts";
import { abs, add, div, square, sub } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import { equal, isFinite, notEqual, where } from "./comparison.ts";
import { exp, log, pow, sqrt } from "./exponential.ts";
import { stopGradient } from "./gradient.ts";
import { inSingle } from "./half.ts";
import { type AnyFloat, needFloat } from "./pointwise.ts";
import { max, mean, min } from "./reduction.ts";
import type { Axes, Reduction } from "./signatures.ts";
import { full } from "./source.ts";
import { needReduceOptions, type ReduceOptions, reshape, sum } from "./structure.ts";

/** The root of a sum that is not negative, whose derivative at 0 is 0 instead of infinite. */
const root = (total: Tensor, of: (x: AnyFloat) => Tensor): Tensor => {
  const none = equal(total, 0);
  return where(none, 0, of(where(none, 1, total) as AnyFloat));
};

/** Options of `variance` and `std`. */
export interface VarianceOptions extends ReduceOptions {
  /** Taken off the number of elements that the squares are divided by; 1 unless given, which removes the bias. */
  readonly correction?: number;
}
type Correction = { readonly correction?: number };
const spread = (name: string, x: Tensor, axis: Axes, given: VarianceOptions): Tensor => {
  const { correction = 1, ...options } = optionsOf(name, given, { keepdims: true, correction: true });
  const shape = extents(x), n = normalizeAxes(name, shape, axis).reduce((m, a) => m * shape[a]!, 1);
  const off = sub(x, mean(x, axis, { keepdims: true }));
  return div(sum(square(off), axis, options), Math.max(0, n - correction));
};
/**
 * Mean square distance from the mean, over an axis, several, or all: Σ (x - mean)² / (n - correction).
 * `F[...S] -> F[...S without axes]`; NaN for no more elements than the correction. In two passes, so that a large mean costs
 * no digits.
 */
export const variance: Reduction<"variance", Float, "same", Correction> = byData(
  "variance",
  (x: Tensor, axis?: Axes, options: VarianceOptions = {}) =>
    inSingle(needFloat("variance", x), (y) => spread("variance", y, axis, options)),
);
/** Square root of the variance; its derivative is 0 where it is 0. `F[...S] -> F[...S without axes]` */
export const std: Reduction<"std", Float, "same", Correction> = byData(
  "std",
  (x: Tensor, axis?: Axes, options: VarianceOptions = {}) =>
    inSingle(needFloat("std", x), (y) => root(spread("std", y, axis, options), sqrt)),
);

/**
 * log Σ exp(x) over an axis, several, or all, without overflow. `F[...S] -> F[...S without axes]`; -Infinity for an empty sum.
 */
export const logSumExp: Reduction<"logSumExp", Float> = byData(
  "logSumExp",
  (v: Tensor, axis?: Axes, options: ReduceOptions = {}) =>
    inSingle(needFloat("logSumExp", v), (x) => {
      needReduceOptions("logSumExp", options);
      const shape = extents(x), axes = normalizeAxes("logSumExp", shape, axis);
      if (axes.some((a) => shape[a] === 0)) {
        const out = shape.flatMap((d, i) => !axes.includes(i) ? [d] : options.keepdims ? [1] : []);
        return full(out, -Infinity, x.dtype);
      }
      const top: Tensor = stopGradient(max(x, axis, { keepdims: true })), shift: Tensor = where(isFinite(top), top, 0);
      const total: Tensor = log(sum(exp(sub(x, shift) as AnyFloat), axis, options) as AnyFloat);
      return add(total, reshape(shift, extents(total)));
    }),
);

/** Options of `norm`. */
export interface NormOptions extends ReduceOptions {
  /** The order: 2 unless given; Infinity and -Infinity are the largest and the smallest of |x|, 0 counts what is not 0. */
  readonly p?: number;
}
/**
 * (Σ |x|^p)^(1/p) over an axis, several, or all; the Euclidean norm unless p is given. Its derivative at 0 is 0.
 * `F[...S] -> F[...S without axes]`
 */
export const norm: Reduction<"norm", Float, "same", { readonly p?: number }> = byData(
  "norm",
  (v: Tensor, axis?: Axes, given: NormOptions = {}): Tensor =>
    inSingle(needFloat("norm", v), (x) => {
      const { p = 2, ...options } = optionsOf("norm", given, { keepdims: true, p: true });
      switch (p) {
        case 0:
          return sum(cast(notEqual(x, 0), x.dtype), axis, options);
        case 1:
          return sum(abs(x), axis, options);
        case 2:
          return root(sum(square(x), axis, options), sqrt);
        case Infinity:
          return max(abs(x), axis, options);
        case -Infinity:
          return min(abs(x), axis, options);
        default:
          return root(sum(pow(abs(x), p), axis, options), (total) => pow(total, 1 / p));
      }
    }),
);
/** Number of elements that are not 0, over an axis, several, or all. `T[...S] -> i32[...S without axes]` */
export const countNonzero: Reduction<"countNonzero", DType, "i32"> = byData(
  "countNonzero",
  (x: Tensor, axis?: Axes, options: ReduceOptions = {}) => {
    needReduceOptions("countNonzero", options);
    return sum(cast(notEqual(x, 0), "i32"), axis, options);
  },
);

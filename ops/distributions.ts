/** Samplers beyond the uniform and the normal. All are functions of an explicit key: the same key, the same numbers. */
import type { Float } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { doubles } from "../core/math.ts";
import { normalizeAxis } from "../core/shape/axes.ts";
import type { Shape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { softmax } from "./activation.ts";
import { add, div, mul, neg, sub } from "./arithmetic.ts";
import { and, greater, less, maximum, minimum, or, where } from "./comparison.ts";
import { exp, log, sigmoid } from "./exponential.ts";
import { bits, foldIn, type Key, normal, split, uniform } from "./random.ts";
import { argmax } from "./reduction.ts";
import { stack } from "./slice.ts";
import { argsort } from "./sort.ts";
import { erfinv } from "./special.ts";

type AnyFloat = Tensor<Shape, Float>;
type Of<S extends readonly number[]> = Tensor<[...S], "f32">;
const as = <S extends readonly number[]>(x: Tensor): Of<S> => x as Of<S>;
/** The smallest positive normal number: keeps a logarithm finite. */
const TINY = 2 ** -126;

/** Exponential variates of rate 1: -log(1 - u). `u32[2] -> f32[...S]` */
export const exponential = <const S extends readonly number[]>(key: Key, shape: S): Of<S> =>
  as(neg(log(sub(1, uniform(key, shape) as Tensor) as AnyFloat)));

/** Laplace variates of mean 0 and scale 1: -sign(u) log(1 - |u|), u uniform in (-1, 1). `u32[2] -> f32[...S]` */
export const laplace = <const S extends readonly number[]>(key: Key, shape: S): Of<S> => {
  const u = uniform(key, shape, -1 + 2 ** -24, 1) as Tensor,
    positive = greater(u, 0),
    size = where(positive, u, neg(u));
  const tail = neg(log(maximum(sub(1, size), TINY) as AnyFloat));
  return as(where(positive, tail, neg(tail)));
};
/** Gumbel variates: -log(-log(u)). `u32[2] -> f32[...S]` */
export const gumbel = <const S extends readonly number[]>(key: Key, shape: S): Of<S> =>
  as(neg(log(neg(log(maximum(uniform(key, shape) as Tensor, TINY) as AnyFloat)) as AnyFloat)));

/**
 * Normal variates conditioned to lie in [low, high]: √2 erfinv(u), u uniform between erf(low/√2) and erf(high/√2).
 * `u32[2] -> f32[...S]`. Throws `RangeError` where low is not below high.
 */
export const truncatedNormal = <const S extends readonly number[]>(
  key: Key,
  low: number,
  high: number,
  shape: S,
): Of<S> => {
  if (!(low < high)) throw new RangeError(`random.truncatedNormal: expected low < high, got ${low} and ${high}`);
  const [a, b] = [doubles.erf(low / Math.SQRT2), doubles.erf(high / Math.SQRT2)];
  const x = mul(erfinv(uniform(key, shape, a, b) as Tensor as AnyFloat), Math.SQRT2);
  return as(minimum(maximum(x, low), high));
};

/**
 * Classes drawn with the probabilities softmax(logits) along an axis, by Gumbel's trick: argmax(logits + gumbel).
 * `u32[2], f32[...S] -> i32[...S without axis]`
 */
export const categorical = (key: Key, logits: Tensor<Shape, Float>, axis = -1): Tensor<Shape, "i32"> => {
  const at = normalizeAxis("random.categorical", extents(logits), axis);
  return argmax(add(logits as Tensor, gumbel(key, extents(logits)) as Tensor), at) as Tensor as Tensor<Shape, "i32">;
};

/** 0 to n - 1 in random order: the order of n random words. `u32[2] -> i32[n]` */
export const permutation = <const N extends number>(key: Key, n: N): Tensor<[N], "i32"> => {
  if (!Number.isSafeInteger(n) || n < 0) {
    throw new ShapeError(`random.permutation: expected a whole number from 0, got ${n}`, {
      op: "permutation",
      expected: "n >= 0",
      got: `${n}`,
    });
  }
  return argsort(bits(key, [n]) as Tensor, 0) as Tensor as Tensor<[N], "i32">;
};

/** At a rejection rate below 5 % per round, fewer than one variate in 10^7 is still rejected after so many. */
const ROUNDS = 6;

/** The logarithm of gamma variates, finite where they are too near to 0 for f32. */
const logGamma = (op: string, key: Key, alpha: number, shape: readonly number[]): Tensor => {
  if (!(alpha > 0 && alpha < Infinity)) throw new RangeError(`random.${op}: expected a positive shape, got ${alpha}`);
  const a = alpha < 1 ? alpha + 1 : alpha, d = a - 1 / 3, c = 1 / Math.sqrt(9 * d);
  const [boost, draw] = split(key, 2);
  let value: Tensor | null = null, done: Tensor | null = null;
  for (let round = 0; round < ROUNDS; round++) {
    const [kx, ku] = split(foldIn(draw, round), 2),
      x = normal(kx, shape) as Tensor,
      u = maximum(uniform(ku, shape) as Tensor, TINY);
    const root = add(mul(x, c), 1),
      positive = greater(root, 0),
      safe = where(positive, root, 1),
      v = mul(mul(safe, safe), safe);
    const logV = log(v as AnyFloat) as Tensor;
    const bound = add(mul(mul(x, x), 0.5), add(sub(d, mul(v, d)), mul(logV, d)));
    const taken = and(positive, less(log(u as AnyFloat) as Tensor, bound));
    value = value === null || done === null ? logV : where(done, value, logV);
    done = done === null ? taken : or(done, taken);
  }
  const whole: Tensor = add(value!, Math.log(d));
  if (alpha >= 1) return whole;
  return add(whole, div(log(maximum(uniform(boost, shape) as Tensor, TINY) as AnyFloat) as Tensor, alpha));
};
/**
 * Gamma variates of shape `alpha` > 0 and scale 1. `u32[2], f32 -> f32[...S]`; 0 where they are too near to it for f32.
 *
 * Source: Marsaglia and Tsang, A simple method for generating gamma variables, ACM TOMS 26 (2000); alpha below 1 by the
 * power of a uniform. The rounds of rejection are bounded. Throws `RangeError` where alpha is not positive.
 */
export const gamma = <const S extends readonly number[]>(key: Key, alpha: number, shape: S): Of<S> =>
  as(exp(logGamma("gamma", key, alpha, shape) as AnyFloat));
/**
 * Beta variates: x / (x + y) of two gamma variates, of whose logarithms the difference is taken. `u32[2] -> f32[...S]`, in
 * [0, 1]. Throws `RangeError` where a or b is not positive.
 */
export const beta = <const S extends readonly number[]>(key: Key, a: number, b: number, shape: S): Of<S> => {
  const [kx, ky] = split(key, 2);
  return as(sigmoid(sub(logGamma("beta", kx, a, shape), logGamma("beta", ky, b, shape)) as Tensor as AnyFloat));
};
/**
 * Points of a simplex: gamma variates of shapes `alpha`, divided by their sum: the softmax of their logarithms.
 * `u32[2] -> f32[...S,k]`. Throws `RangeError` where a shape is not positive.
 */
export const dirichlet = <const S extends readonly number[]>(
  key: Key,
  alpha: readonly number[],
  shape: S,
): Tensor<[...S, number], "f32"> => {
  const parts = alpha.map((a, i) => logGamma("dirichlet", foldIn(key, i), a, shape));
  return softmax(stack(parts, -1) as Tensor as AnyFloat, -1) as Tensor as Tensor<[...S, number], "f32">;
};

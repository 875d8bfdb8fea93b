/** Lengths, angles and distances of vectors. */
import type { Float } from "../core/dtype.ts";
import { inNameOf, ShapeError } from "../core/errors.ts";
import { type Dim, type Shape, showShape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { div, mul, sub } from "./arithmetic.ts";
import { clamp } from "./between.ts";
import { norm } from "./statistics.ts";
import { expandDims, sum } from "./structure.ts";

/** Options of `normalize`. */
export interface NormalizeOptions {
  /** The order of the norm; 2 unless given. */
  readonly p?: number;
  /** The least that is divided by; 1e-12 unless given. */
  readonly epsilon?: number;
}
/** Vectors along an axis, 1 unless given, divided by their norm: x / max(|x|_p, epsilon). `F[...S] -> F[...S]` */
export const normalize = <S extends Shape, D extends Float>(
  x: Tensor<S, D>,
  axis = 1,
  { p = 2, epsilon = 1e-12 }: NormalizeOptions = {},
): Tensor<S, D> =>
  inNameOf("normalize", () => {
    const length = norm(x as Tensor<Shape, Float>, axis, { p, keepdims: true }) as Tensor;
    return div(x as Tensor, clamp(length, epsilon)) as Tensor as Tensor<S, D>;
  });
/**
 * Cosine of the angle between vectors along an axis, 1 unless given: a·b / (max(|a|, epsilon) max(|b|, epsilon)).
 * `F[...S], F[...S] -> F[...S without axis]`
 */
export const cosineSimilarity = <D extends Float>(
  a: Tensor<Shape, D>,
  b: Tensor<Shape, D>,
  axis = 1,
  epsilon = 1e-8,
): Tensor<Dim[], D> =>
  inNameOf("cosineSimilarity", () => {
    const options = { epsilon }, x = normalize(a, axis, options) as Tensor, y = normalize(b, axis, options) as Tensor;
    return sum(mul(x, y) as Tensor, axis) as Tensor as Tensor<Dim[], D>;
  });
/**
 * Distance of every vector of one list from every vector of another: (Σ |a - b|^p)^(1/p), p 2 unless given.
 * `F[...b,m,d], F[...b,n,d] -> F[...b,m,n]`. The derivative of a distance 0 is 0.
 */
export const cdist = <D extends Float>(a: Tensor<Shape, D>, b: Tensor<Shape, D>, p = 2): Tensor<Dim[], D> => {
  const x = extents(a), y = extents(b), got = `${showShape(x)} and ${showShape(y)}`;
  if (x.length < 2 || y.length < 2 || x.at(-1) !== y.at(-1)) {
    throw new ShapeError(`cdist: expected lists of vectors of one length, got ${got}`, {
      op: "cdist",
      expected: "[m, d] and [n, d]",
      got,
    });
  }
  const gap = sub(expandDims(a as Tensor, -2), expandDims(b as Tensor, -3)) as Tensor<Shape, Float>;
  return norm(gap, -1, { p }) as Tensor as Tensor<Dim[], D>;
};

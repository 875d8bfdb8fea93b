/** Triangles and diagonals of matrices, the last two axes of a tensor. */
import type { DType } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { byData } from "../core/pipe.ts";
import { type Dim, type Shape, showShape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import { add } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import { checkShape } from "./checks.ts";
import { equal, greaterEqual, lessEqual, where } from "./comparison.ts";
import type { UnaryWith } from "./pointwise_signatures.ts";
import { sliceP } from "./slice.ts";
import { iota } from "./source.ts";
import { expandDims, reshape } from "./structure.ts";

const matrix = (op: string, x: Tensor): readonly [number, number] => {
  const shape = extents(x), [m, n] = shape.slice(-2), got = showShape(shape);
  if (shape.length >= 2) return [m!, n!];
  throw new ShapeError(`${op}: expects at least 2 axes, got ${got}`, { op, expected: "at least 2 axes", got });
};
type Triangle<K extends string> = UnaryWith<K, [diagonal?: number], DType>;
const triangle = <K extends string>(op: K, keeps: (column: Tensor, limit: Tensor) => Tensor): Triangle<K> =>
  byData(op, (x: Tensor, diagonal = 0) => {
    const shape = matrix(op, x), kept = keeps(iota(shape, 1), add(iota(shape, 0), diagonal));
    return where(kept, x, 0);
  });
/** The elements on and below a diagonal, the main one unless given (above it: positive), zeros elsewhere. `T[...,m,n] -> T[...,m,n]` */
export const tril: Triangle<"tril"> = triangle("tril", (column, limit) => lessEqual(column, limit));
/** The elements on and above a diagonal, the main one unless given (above it: positive), zeros elsewhere. `T[...,m,n] -> T[...,m,n]` */
export const triu: Triangle<"triu"> = triangle("triu", (column, limit) => greaterEqual(column, limit));

/** Ones on the main diagonal, zeros elsewhere; as many columns as rows unless given. `-> T[rows, columns]` */
export const eye = <const M extends number, const N extends number = M, D extends DType = "f32">(
  rows: M,
  columns?: N,
  dtype: D = "f32" as D,
): Tensor<[M, N], NoInfer<D>> => {
  const shape = [rows, columns ?? rows];
  checkShape("eye", shape);
  return cast(equal(iota(shape, 0), iota(shape, 1)), dtype) as Tensor as Tensor<[M, N], D>;
};

/**
 * The elements of a diagonal: the main one, or one that starts `offset` columns to the right (negative: rows down).
 * `T[...,m,n] -> T[...,min(m, n)]`
 */
export const diagonal = <D extends DType>(x: Tensor<Shape, D>, offset = 0): Tensor<Dim[], D> => {
  const [m, n] = matrix("diagonal", x as Tensor), lead = extents(x).slice(0, -2);
  const count = Math.max(0, offset >= 0 ? Math.min(m, n - offset) : Math.min(m + offset, n));
  // In row-major order the next element of a diagonal is one row and one column further on.
  const first = offset >= 0 ? offset : -offset * n, flat = reshape(x as Tensor, [...lead, m * n]);
  const start = count === 0 ? 0 : first, stop = count === 0 ? 0 : first + (count - 1) * (n + 1) + 1;
  return bind(sliceP, [flat], {
    start: [...lead.map(() => 0), start],
    stop: [...lead, stop],
    step: [...lead.map(() => 1), n + 1],
  }) as Tensor<Dim[], D>;
};
/** A square matrix with the elements on its main diagonal and zeros elsewhere. `T[...,n] -> T[...,n,n]` */
export const diagEmbed = <D extends DType>(x: Tensor<Shape, D>): Tensor<Dim[], D> => {
  const n = extents(x).at(-1);
  if (n === undefined) {
    throw new ShapeError("diagEmbed: expects at least 1 axis, got []", {
      op: "diagEmbed",
      expected: "at least 1 axis",
      got: "[]",
    });
  }
  return where(eye(n, n, "bool"), expandDims(x as Tensor, -1), 0) as Tensor as Tensor<Dim[], D>;
};

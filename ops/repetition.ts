/** Tensors that repeat the elements of another. */
import type { DType } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { normalizeAxis } from "../core/shape/axes.ts";
import type { Dim, Shape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { expandAxes, reshape } from "./structure.ts";

const counts = (op: string, repeats: readonly number[]): void => {
  if (repeats.every((r) => Number.isInteger(r) && r >= 0)) return;
  const got = `[${repeats.join(", ")}]`;
  throw new ShapeError(`${op}: expected whole numbers of repetitions, got ${got}`, {
    op,
    expected: "whole numbers",
    got,
  });
};

/**
 * The whole tensor side by side, so many times along each axis; counted from the last axis where the numbers differ.
 * `tile([1, 2], [2, 2])` is `[[1, 2, 1, 2], [1, 2, 1, 2]]`. `T[...S] -> T[...S times repeats]`
 */
export const tile = <D extends DType>(x: Tensor<Shape, D>, repeats: readonly number[]): Tensor<Dim[], D> => {
  counts("tile", repeats);
  const own = extents(x),
    rank = Math.max(own.length, repeats.length),
    ones = (n: number) => Array.from({ length: n }, () => 1);
  const shape = [...ones(rank - own.length), ...own], times = [...ones(rank - repeats.length), ...repeats];
  const wide = expandAxes(
    reshape(x as Tensor, shape),
    shape.flatMap((d, i) => [times[i]!, d]),
    shape.map((_, i) => 2 * i + 1),
  );
  return reshape(wide, shape.map((d, i) => d * times[i]!)) as Tensor as Tensor<Dim[], D>;
};

/**
 * Every entry of an axis so many times in a row. `repeatInterleave([1, 2], 2, 0)` is `[1, 1, 2, 2]`.
 * `T[..., n, ...] -> T[..., n repeats, ...]`
 */
export const repeatInterleave = <D extends DType>(
  x: Tensor<Shape, D>,
  repeats: number,
  axis: number,
): Tensor<Dim[], D> => {
  counts("repeatInterleave", [repeats]);
  const shape = extents(x), a = normalizeAxis("repeatInterleave", shape, axis);
  const wide = expandAxes(
    x as Tensor,
    [...shape.slice(0, a + 1), repeats, ...shape.slice(a + 1)],
    shape.map((_, i) => i <= a ? i : i + 1),
  );
  return reshape(wide, shape.map((d, i) => i === a ? d * repeats : d)) as Tensor as Tensor<Dim[], D>;
};

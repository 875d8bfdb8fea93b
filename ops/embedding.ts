/** Tables of vectors looked up by index, and indices as vectors and counts. */
import { size } from "../core/aval.ts";
import type { DType } from "../core/dtype.ts";
import { inNameOf, ShapeError } from "../core/errors.ts";
import { type Dim, type Shape, showShape } from "../core/shape/dim.ts";
import { type Take, takeShape } from "../core/shape/slice.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import type { Guard, Ok } from "../core/typed.ts";
import { optionsOf } from "../core/options.ts";
import { sub } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import { checkShape } from "./checks.ts";
import { equal, where } from "./comparison.ts";
import { stopGradient } from "./gradient.ts";
import { axisText, checkIndex, type IndexArg } from "./known.ts";
import { orderOf } from "./order.ts";
import { max, mean } from "./reduction.ts";
import { searchSorted } from "./search.ts";
import { iota } from "./source.ts";
import { expandDims, reshape, sum } from "./structure.ts";
import { takeAlong } from "./take.ts";

/**
 * A vector of `classes` numbers for every index: 1 at it, 0 elsewhere. `i32[...S] -> D[...S, classes]`. An index outside gives
 * zeros; one that is known when the call is written down throws `AxisError`.
 */
export const oneHot = <S extends Shape, const N extends number, E extends DType, D extends DType = "i32">(
  index: IndexArg<"oneHot", S, E>,
  classes: N,
  dtype: D = "i32" as D,
): Tensor<[...S, N], NoInfer<D>> => {
  const i = index as Tensor, shape = [...extents(i), classes];
  checkShape("oneHot", shape);
  checkIndex("oneHot", i, classes, `${classes} classes`);
  return cast(equal(iota(shape, shape.length - 1, i.dtype), expandDims(i, -1)), dtype) as Tensor as Tensor<
    [...S, N],
    D
  >;
};

/** Options of `embedding`. */
export interface EmbeddingOptions {
  /** A row that takes no derivative. */
  readonly padding?: number | undefined;
}
/**
 * Rows of a table: `embedding(index, table)`. `i32[...I], F[v, d] -> F[...I, d]`. An index outside is clamped; one that is known
 * when the call is written down throws `AxisError`.
 */
export const embedding = <I extends Shape, S extends Shape, D extends DType, E extends DType>(
  index: IndexArg<"embedding", I, E>,
  table: Guard<Tensor<S, D>, Take<S, I, "embedding">>,
  options: EmbeddingOptions = {},
): Tensor<Ok<Take<S, I, "embedding">>, D> => {
  const { padding } = optionsOf("embedding", options, { padding: true });
  const t = table as Tensor, i = index as Tensor;
  takeShape(extents(t), extents(i), "embedding");
  checkIndex("embedding", i, extents(t)[0]!, axisText(0, t));
  const rows = takeAlong(t, i, 0);
  if (padding === undefined) return rows as never;
  const at = padding < 0 ? padding + extents(t)[0]! : padding, fixed = equal(i, at) as Tensor;
  const wide = reshape(fixed, [...extents(i), ...extents(t).slice(1).map(() => 1)]);
  return where(wide as Tensor<[], "bool">, stopGradient(rows), rows) as never;
};
/** How the rows of a bag are put together. */
export type BagMode = "sum" | "mean" | "max";
/** Sums (or means, or maxima) of rows of a table, without keeping the rows. `i32[b, n], F[v, d] -> F[b, d]` */
export const embeddingBag = <I extends Shape, D extends DType, E extends DType>(
  index: IndexArg<"embeddingBag", I, E>,
  table: Tensor<Shape, D>,
  mode: BagMode = "mean",
): Tensor<Dim[], D> => {
  const shape = extents(index as Tensor);
  if (shape.length !== 2 || extents(table).length !== 2) {
    const got = `${showShape(shape)} and ${showShape(extents(table))}`;
    throw new ShapeError(`embeddingBag: expects an index [bags, entries] and a table of rows, got ${got}`, {
      op: "embeddingBag",
      expected: "2 axes each",
      got,
    });
  }
  const rows = inNameOf("embeddingBag", () => embedding(index as Tensor as never, table as Tensor as never)) as Tensor;
  const put = {
    sum: (x: Tensor): Tensor => sum(x, 1),
    mean: (x: Tensor): Tensor => mean(x, 1),
    max: (x: Tensor): Tensor => max(x, 1),
  };
  return put[mode](rows) as Tensor<Dim[], D>;
};

/** More comparisons than this are avoided by sorting. */
const DENSE = 2 ** 20;
/**
 * How often each of 0 … length - 1 occurs. `i32[...S] -> i32[length]`. Other numbers are not counted; one that is known when the
 * call is written down throws `AxisError`.
 */
export const bincount = <I extends Shape, const N extends number, E extends DType>(
  index: IndexArg<"bincount", I, E>,
  length: N,
): Tensor<[N], "i32"> => {
  checkShape("bincount", [length]);
  checkIndex("bincount", index as Tensor, length, `a length of ${length}`);
  const flat = reshape(index as Tensor, [-1]), places = iota([length], 0, (index as Tensor).dtype);
  if (size(extents(flat)) * length <= DENSE) {
    return sum(cast(equal(expandDims(places, 1), flat as Tensor), "i32"), 1) as Tensor as Tensor<[N], "i32">;
  }
  const sorted = takeAlong(flat as Tensor, orderOf(flat as Tensor), 0),
    upTo = (side: "left" | "right") => searchSorted(sorted, places, side) as Tensor;
  return sub(upTo("right"), upTo("left")) as Tensor as Tensor<[N], "i32">;
};

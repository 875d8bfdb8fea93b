/** Elements chosen by a condition. What a result holds so many of as are true has its shape only once the condition is known. */
import { sameShape, size } from "../core/aval.ts";
import type { DType } from "../core/dtype.ts";
import { DTypeError, ShapeError } from "../core/errors.ts";
import { broadcastShapes } from "../core/shape/broadcast.ts";
import { type Shape, showShape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { tracing } from "../core/trace.ts";
import { add, rem } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import { less, notEqual, where } from "./comparison.ts";
import { item } from "./create.ts";
import { cumsum } from "./cumulative.ts";
import { truncDivide } from "./division.ts";
import { needNumber } from "./checks.ts";
import { searchSorted } from "./search.ts";
import { concat, slice, stack } from "./slice.ts";
import { sort } from "./sort.ts";
import { iota, ones } from "./source.ts";
import { reshape, stretch, sum } from "./structure.ts";
import { takeAlong } from "./take.ts";

type Mask<S extends Shape = Shape> = Tensor<S, "bool">;

/** `x` where the mask is false, `value` where it is true. `T[...S], bool[...M] -> T[...S]`; the mask must broadcast to `x`. */
export const maskedFill = <S extends Shape, D extends DType>(
  x: Tensor<S, D>,
  mask: Mask,
  value: number,
): Tensor<S, D> => {
  needMask("maskedFill", mask);
  const shape = extents(x as Tensor),
    got = showShape(extents(mask)),
    expected = `a mask that broadcasts to ${showShape(shape)}`;
  if (!sameShape(broadcastShapes("maskedFill", shape, extents(mask)), shape)) {
    throw new ShapeError(`maskedFill: expected ${expected}, got ${got}`, { op: "maskedFill", expected, got });
  }
  needNumber("maskedFill", value, x.dtype);
  return where(mask as Tensor<[], "bool">, value, x as Tensor) as Tensor as Tensor<S, D>;
};
const needMask = (op: string, mask: Tensor): void => {
  if (mask.dtype === "bool") return;
  throw new DTypeError(`${op}: expected a mask of booleans, got ${mask.dtype}`, {
    op,
    expected: "bool",
    got: mask.dtype,
  });
};

/** Places of the first `count` true elements of a vector; beyond the last of them `none`. */
const places = (mask: Tensor, count: number, none: number): Tensor => {
  const running: Tensor = cumsum(cast(mask, "i32") as Tensor), total: Tensor = sum(cast(mask, "i32") as Tensor);
  const rank = iota([count], 0, "i32"), at = searchSorted(running, add(rank, 1) as Tensor) as Tensor;
  return where(less(rank, total) as Tensor<[], "bool">, at, none);
};
const refuse = (op: string): void => {
  if (!tracing()) return;
  throw new TypeError(
    `${op}: how many elements there are is not known while the program is built. Call it outside and pass the result in, ` +
      "or give their number as the last argument.",
  );
};
const countTrue = (mask: Tensor): Promise<number> => item(sum(cast(mask, "i32") as Tensor) as Tensor<Shape, "i32">);
const truth = (x: Tensor): Tensor => x.dtype === "bool" ? x : notEqual(x, 0);

/**
 * The indices of the elements that are not 0, in row-major order: `await nonzero(x)`. `T[...S] -> i32[n, rank]`. How many there
 * are has to be read, so inside a traced function their number is an argument: `nonzero(x, count)`; rows beyond the last are -1.
 *
 * Throws `TypeError` inside a traced function without a number.
 */
export function nonzero(x: Tensor): Promise<Tensor<[number, number], "i32">>;
export function nonzero<const N extends number>(x: Tensor, count: N): Tensor<[N, number], "i32">;
export function nonzero(x: Tensor, count?: number): Tensor | Promise<Tensor> {
  if (count === undefined) {
    refuse("nonzero");
    return countTrue(truth(x)).then((n) => nonzero(x, n) as Tensor);
  }
  const shape = extents(x), flat = places(reshape(truth(x), [-1]), count, -1);
  if (shape.length === 0) return reshape(flat, [count, 1]);
  let rest = flat;
  const columns = shape.toReversed().map((d, i) => {
    const column: Tensor = i === shape.length - 1 ? rest : rem(rest, d);
    rest = truncDivide(rest, d) as Tensor;
    return where(less(flat, 0) as Tensor<[], "bool">, -1, column) as Tensor;
  });
  return stack(columns.toReversed(), 1) as Tensor;
}
/**
 * The elements where the mask is true, in row-major order: `await maskedSelect(x, mask)`. `T[...S], bool[...S] -> T[n]`. How
 * many there are has to be read, so inside a traced function their number is an argument; what is beyond the last is 0.
 *
 * Throws `TypeError` inside a traced function without a number.
 */
export function maskedSelect<D extends DType>(x: Tensor<Shape, D>, mask: Mask): Promise<Tensor<[number], D>>;
export function maskedSelect<D extends DType, const N extends number>(
  x: Tensor<Shape, D>,
  mask: Mask,
  count: N,
): Tensor<[N], D>;
export function maskedSelect(x: Tensor, mask: Tensor, count?: number): Tensor | Promise<Tensor> {
  needMask("maskedSelect", mask);
  const shape = broadcastShapes("maskedSelect", extents(x), extents(mask)),
    wide = reshape(stretch(mask, shape), [-1]) as Tensor;
  if (count === undefined) {
    refuse("maskedSelect");
    return countTrue(wide).then((n) => maskedSelect(x, mask as Mask, n) as Tensor);
  }
  if (size(shape) === 0 || count === 0) return slice(reshape(stretch(x, shape), [-1]) as Tensor, 0, 0, 0);
  const at = places(wide, count, -1), values = takeAlong(reshape(stretch(x, shape), [-1]) as Tensor, at, 0);
  return where(less(at, 0) as Tensor<[], "bool">, 0, values);
}

/** The different elements in ascending order: `await unique(x)`. `T[...S] -> T[n]`. Throws `TypeError` inside a traced function. */
export const unique = async <D extends DType>(x: Tensor<Shape, D>): Promise<Tensor<[number], D>> => {
  refuse("unique");
  const { values } = sort(reshape(x as Tensor, [-1]) as Tensor),
    n = extents(values as Tensor)[0]!,
    v = values as Tensor;
  if (n === 0) return v as Tensor as Tensor<[number], D>;
  const changes: Tensor = notEqual(slice(v, 0, 1, n), slice(v, 0, 0, n - 1));
  const firsts = concat([ones([1], "bool") as Tensor, changes], 0) as Tensor as Mask;
  return await maskedSelect(v, firsts) as Tensor as Tensor<[number], D>;
};

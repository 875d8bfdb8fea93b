/**
 * Elements picked and put down by index. An index outside its axis is clamped to it; one that is known when the call is
 * written down throws `AxisError`.
 */
import { sameShape } from "../core/aval.ts";
import type { DType } from "../core/dtype.ts";
import { DTypeError, ShapeError } from "../core/errors.ts";
import { needKind } from "../core/kinds.ts";
import { normalizeAxis } from "../core/shape/axes.ts";
import { type Shape, showShape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import { add } from "./arithmetic.ts";
import { greaterEqual, where } from "./comparison.ts";
import { gatherAlong, scatterAddP } from "./gather.ts";
import { axisText, checkIndex, type IndexArg } from "./known.ts";
import { lastUpdate } from "./last.ts";
import { pad, slice } from "./slice.ts";
import { addAlong } from "./take.ts";

const at = (shape: readonly number[], axis: number, v: number): readonly number[] => shape.with(axis, v);
/** Refuses an index with another number of axes than `x`, or longer than it along another axis. */
const needFit = (op: string, x: Tensor, index: Tensor, axis: number): void => {
  const a = extents(x), b = extents(index);
  if (a.length === b.length && b.every((d, i) => i === axis || d <= a[i]!)) return;
  const got = showShape(b), expected = `an index that fits ${showShape(a)} but for axis ${axis}`;
  throw new ShapeError(`${op}: expected ${expected}, got ${got}`, { op, expected, got });
};
/** The first entries of the other axes, as many as the index has. */
const corner = (x: Tensor, index: Tensor, axis: number): Tensor =>
  extents(index).reduce<Tensor>((y, d, i) => i === axis || d === extents(y)[i] ? y : slice(y, i, 0, d), x);
/** Zeros around a corner, up to the whole again. */
const whole = (y: Tensor, shape: readonly number[]): Tensor => {
  const amounts = shape.map((d, i): readonly [number, number] => [0, d - extents(y)[i]!]);
  return amounts.every(([, hi]) => hi === 0) ? y : pad(y, amounts) as Tensor;
};

/**
 * y[i][j] = x[i][index[i][j]] along axis 1, and so on: an element of `x` for every element of the index. The index has as many
 * axes as `x`, and along the others at most its extents. `T[...S], i32[...R] -> T[...R]`
 */
export const gather = <R extends Shape, D extends DType, E extends DType>(
  x: Tensor<Shape, D>,
  axis: number,
  index: IndexArg<"gather", R, E>,
): Tensor<R, D> => {
  const t = x as Tensor, i = index as Tensor, a = normalizeAxis("gather", extents(t), axis);
  needFit("gather", t, i, a);
  checkIndex("gather", i, extents(t)[a]!, axisText(a, t));
  return gatherAlong(corner(t, i, a), i, a) as Tensor as Tensor<R, D>;
};

const needUpdates = (op: string, x: Tensor, index: Tensor, updates: Tensor, axis: number): void => {
  needFit(op, x, index, axis);
  if (x.dtype !== updates.dtype) {
    throw new DTypeError(`${op}: expected updates of dtype ${x.dtype}, got ${updates.dtype}`, {
      op,
      expected: x.dtype,
      got: updates.dtype,
    });
  }
  if (sameShape(extents(index), extents(updates))) return;
  const got = showShape(extents(updates)), expected = `updates of shape ${showShape(extents(index))}`;
  throw new ShapeError(`${op}: expected ${expected}, got ${got}`, { op, expected, got });
};
/**
 * `x` with updates put where the index says: y[i][index[i][j]] = updates[i][j] along axis 1, and so on. Where an index occurs
 * more than once the last update stays. `T[...S], i32[...R], T[...R] -> T[...S]`
 */
export const scatter = <S extends Shape, R extends Shape, D extends DType, E extends DType>(
  x: Tensor<S, D>,
  axis: number,
  index: IndexArg<"scatter", R, E>,
  updates: Tensor<R, D>,
): Tensor<S, D> => {
  const t = x as Tensor,
    i = index as Tensor,
    u = updates as Tensor,
    shape = extents(t),
    a = normalizeAxis("scatter", shape, axis);
  needUpdates("scatter", t, i, u, a);
  checkIndex("scatter", i, shape[a]!, axisText(a, t));
  if (extents(i).includes(0)) return x;
  const last = lastUpdate(i, a, shape[a]!), hit: Tensor = greaterEqual(last, 0);
  return where(whole(hit, shape) as Tensor<[], "bool">, whole(gatherAlong(u, last, a), shape), t) as Tensor as Tensor<
    S,
    D
  >;
};
/**
 * `x` with updates added where the index says: y[i][index[i][j]] += updates[i][j] along axis 1, and so on; updates of one place
 * add up. `T[...S], i32[...R], T[...R] -> T[...S]`
 */
export const scatterAdd = <S extends Shape, R extends Shape, D extends DType, E extends DType>(
  x: Tensor<S, D>,
  axis: number,
  index: IndexArg<"scatterAdd", R, E>,
  updates: Tensor<R, D>,
): Tensor<S, D> => {
  const t = x as Tensor,
    i = index as Tensor,
    u = updates as Tensor,
    shape = extents(t),
    a = normalizeAxis("scatterAdd", shape, axis);
  needUpdates("scatterAdd", t, i, u, a);
  checkIndex("scatterAdd", i, shape[a]!, axisText(a, t));
  const params = { axis: a, extent: shape[a]! };
  return (sameShape(at(shape, a, 0), at(extents(u), a, 0))
    ? bind(scatterAddP, [i, u, t], params)
    : add(t, whole(bind(scatterAddP, [i, u], params), shape))) as Tensor as Tensor<S, D>;
};
/**
 * `x` with entries added along an axis: y[index[j]] += updates[j] for axis 0. `T[..., n, ...], i32[m], T[..., m, ...] ->
 * T[..., n, ...]`
 */
export const indexAdd = <S extends Shape, I extends Shape, D extends DType, E extends DType>(
  x: Tensor<S, D>,
  axis: number,
  index: IndexArg<"indexAdd", I, E>,
  updates: Tensor<Shape, D>,
): Tensor<S, D> => {
  const t = x as Tensor,
    i = index as Tensor,
    u = updates as Tensor,
    shape = extents(t),
    a = normalizeAxis("indexAdd", shape, axis);
  const expected = showShape(shape.map((d, k) => k === a ? extents(i)[0] ?? 0 : d)), got = showShape(extents(u));
  if (extents(i).length !== 1 || got !== expected) {
    throw new ShapeError(`indexAdd: expected updates of shape ${expected}, got ${got}`, {
      op: "indexAdd",
      expected,
      got,
    });
  }
  checkIndex("indexAdd", i, shape[a]!, axisText(a, t));
  needKind("indexAdd", "numbers", u);
  return addAlong(t, i, u, a) as Tensor as Tensor<S, D>;
};

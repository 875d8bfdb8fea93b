/**
 * Sums by index in O(m log² m) for m updates, instead of looking at every update for every place: the updates are sorted by
 * index, runs of one index are added up by doubling, and each place finds the end of its run by bisection.
 */
import { extents, type Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import { add, sub } from "./arithmetic.ts";
import { equal, maximum, minimum, where } from "./comparison.ts";
import { orderOf } from "./order.ts";
import { searchP } from "./search.ts";
import { pad, slice } from "./slice.ts";
import { iota } from "./source.ts";
import { expandAxes, moveAxis } from "./structure.ts";

/** Entries of `x` along the axis at the places an index says. */
export type Pick = (x: Tensor, index: Tensor) => Tensor;

/** Applies `f` with an axis as the last one. */
const withLast = (x: Tensor, axis: number, f: (x: Tensor) => Tensor): Tensor =>
  moveAxis(f(moveAxis(x, axis, extents(x).length - 1)), extents(x).length - 1, axis);
/** Entries moved `by` places along an axis; zeros (or false) come first. */
const shifted = (x: Tensor, axis: number, by: number): Tensor => {
  const shape = extents(x), rest: Tensor = slice(x, axis, 0, shape[axis]! - by);
  return pad(rest, shape.map((_, i): readonly [number, number] => [i === axis ? by : 0, 0])) as Tensor;
};
/** Which entries of sorted keys have the key of the one `by` places before. */
const joined = (keys: Tensor, axis: number, by: number): Tensor => {
  const n = extents(keys)[axis]!, same: Tensor = equal(slice(keys, axis, by, n), slice(keys, axis, 0, n - by));
  return pad(same, extents(keys).map((_, i): readonly [number, number] => [i === axis ? by : 0, 0])) as Tensor;
};

interface Sorted {
  readonly order: Tensor;
  readonly keys: Tensor;
  /** For every place of the result the last entry of its run, and whether there is one. */
  readonly last: Tensor;
  readonly hit: Tensor;
}
const sortKeys = (index: Tensor, axis: number, extent: number, pick: Pick): Sorted => {
  const clamped: Tensor = minimum(maximum(index, 0), extent - 1),
    order = withLast(clamped, axis, orderOf),
    keys = pick(clamped, order);
  const last = withLast(keys, axis, (row) => {
    const places = [...extents(row).slice(0, -1), extent],
      end = bind(searchP, [row, iota(places, places.length - 1, row.dtype)], { side: "right" });
    return sub(end, 1);
  });
  const hit: Tensor = equal(pick(keys, last), iota(extents(last), axis, keys.dtype));
  return { order, keys, last, hit };
};

/** Sums of updates by index along an axis. An index is that of one update, or of all along the axis: then it has one axis. */
export const sumsByIndex = (
  index: Tensor,
  updates: Tensor,
  axis: number,
  extent: number,
  pickIndex: Pick,
  pick: Pick,
): Tensor => {
  const whole = extents(updates), alone = extents(index).length === 1, own = alone ? 0 : axis, m = whole[axis]!;
  const { order, keys, last, hit } = sortKeys(index, own, extent, pickIndex);
  const wide = (x: Tensor, shape: readonly number[]): Tensor => alone ? expandAxes(x, shape, [axis]) : x;
  let total = pick(updates, order);
  for (let by = 1; by < m; by *= 2) {
    total = add(total, where(wide(joined(keys, own, by), whole) as Tensor<[], "bool">, shifted(total, axis, by), 0));
  }
  const shape = whole.map((d, i) => i === axis ? extent : d);
  return where(wide(hit, shape) as Tensor<[], "bool">, pick(total, last), 0);
};
/** The last entry along an axis that has each index, or -1. */
export const lastByIndex = (index: Tensor, axis: number, extent: number, pick: Pick): Tensor => {
  const { order, last, hit } = sortKeys(index, axis, extent, pick);
  return where(hit as Tensor<[], "bool">, pick(order, last), -1);
};

/** Updates put into what is there one after the other, where a device does that well: neither sorted nor compared. */
import { type Aval, sameAval, showAval, size } from "../core/aval.ts";
import { ints, numeric } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { needDType } from "../core/families.ts";
import { forEachIndex, position } from "../core/host.ts";
import { type Device, host, no, type Primitive } from "../core/primitive.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import { clampExpr } from "./clamped.ts";

interface InOrderParams {
  readonly axis: number;
  readonly combine: "add" | "max";
}
const at = <T>(index: readonly T[], axis: number, v: T): readonly T[] => index.map((w, i) => i === axis ? v : w);
const late = no("scatterInOrder is what others become when they are compiled");
const joins = { add: (x: number, y: number) => x + y, max: Math.max };
const needLike = (got: Aval, x: Aval, axis: number): void => {
  const want = at(x.shape, axis, got.shape[axis]!), expected = `an index and updates [${want}]`;
  if (sameAval({ ...got, shape: at(got.shape, axis, 0) }, { ...got, shape: at(x.shape, axis, 0) })) return;
  throw new ShapeError(`scatterInOrder: expected ${expected}, got ${showAval(got)}`, {
    op: "scatterInOrder",
    expected,
    got: showAval(got),
  });
};

/** y = x, then y[.., index[.., j, ..], ..] combined with updates[.., j, ..] for j = 0, 1, … An index outside is clamped. */
export const scatterInOrderP: Primitive<InOrderParams> = {
  name: "scatterInOrder",
  kind: "reduction",
  abstractEval: ([x, index, updates], { axis }) => {
    needDType("scatterInOrder", index!, ints);
    needDType("scatterInOrder", updates!, numeric);
    needLike(index!, x!, axis);
    needLike(updates!, x!, axis);
    return [x!];
  },
  evaluate: ([x, index, updates], [out], { axis, combine }) => {
    const { shape } = out!, made = Float64Array.from(x!.data);
    forEachIndex(updates!.aval.shape, (v, q) => {
      const place = Math.min(shape[axis]! - 1, Math.max(0, index!.data[q]!)), p = position(at(v, axis, place), shape);
      made[p] = joins[combine](made[p]!, updates!.data[q]!);
    });
    return [made];
  },
  linearize: late,
  transpose: late,
  batch: late,
  lower: ([x, index], { axis, combine }) => [{
    tag: "scatter",
    axis,
    updates: index!.shape[axis]!,
    combine,
    start: (r, v) => r.at(0, v),
    place: (r, v) => clampExpr(r.at(1, v), x!.shape[axis]!),
    update: (r, v) => r.at(2, v),
  }],
  samples: [
    {
      inputs: [
        host([2, 4], [1, 2, 3, 4, 5, 6, 7, 8]),
        host([2, 3], [3, 0, 3, 1, 9, -2], "i32"),
        host([2, 3], [1, 2, 3, 4, 5, 6]),
      ],
      params: { axis: 1, combine: "add" },
    },
    {
      inputs: [
        host([3, 2], [1, 2, -3, 4, 5, 6]),
        host([4, 2], [2, 0, 2, 7, 1, 1, 1, 0], "i32"),
        host([4, 2], [9, 2, 3, -4, 5, 6, 7, 8]),
      ],
      params: { axis: 0, combine: "max" },
    },
  ],
};
/** What every place of an axis starts as, combined with updates in the order of the index. */
export const inOrder = (
  x: Tensor,
  index: Tensor,
  updates: Tensor,
  axis: number,
  combine: InOrderParams["combine"],
): Tensor => bind(scatterInOrderP, [x, index, updates], { axis, combine });

/** So many comparisons of places with indices are quicker than a kernel of their own. */
const FEW = 2 ** 14;
/** More than this are not made, where updates can only be sorted instead. */
const DENSE = 2 ** 24;
/** How updates of places along an axis are put there: by looking at each for every place, one after the other, or sorted. */
export const wayOf = (
  updates: Tensor,
  axis: number,
  extent: number,
  device: Device,
): "each" | "in order" | "sorted" => {
  const shape = extents(updates), looks = size(shape) * extent;
  if (looks <= FEW) return "each";
  return shape[axis]! <= device.updates ? "in order" : looks <= DENSE ? "each" : "sorted";
};

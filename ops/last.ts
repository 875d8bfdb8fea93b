import { aval, size } from "../core/aval.ts";
import { ints } from "../core/dtype.ts";
import { guard } from "../core/expr.ts";
import { needDType } from "../core/families.ts";
import { forEachIndex, position } from "../core/host.ts";
import { ieq, int } from "../core/index_expr.ts";
import { host, no, type Primitive } from "../core/primitive.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import { clampExpr } from "./clamped.ts";
import { gatherAlong } from "./gather.ts";
import { inOrder, wayOf } from "./in_order.ts";
import { lastByIndex } from "./segments.ts";
import { full, iota } from "./source.ts";

interface LastParams {
  readonly axis: number;
  readonly extent: number;
}
const at = <T>(index: readonly T[], axis: number, v: T): readonly T[] => index.map((w, i) => i === axis ? v : w);

const last = (name: string, lower: Primitive<LastParams>["lower"]): Primitive<LastParams> => {
  const self: Primitive<LastParams> = {
    name,
    kind: "reduction",
    abstractEval: ([index], { axis, extent }) => {
      needDType(name, index!, ints);
      return [aval(at(index!.shape, axis, extent), "i32")];
    },
    evaluate: ([index], [out], { axis, extent }) => {
      const winner = new Float64Array(size(out!.shape)).fill(-1);
      forEachIndex(index!.aval.shape, (v, q) => {
        const place = Math.min(extent - 1, Math.max(0, index!.data[q]!));
        winner[position(at(v, axis, place), out!.shape)] = v[axis]!;
      });
      return [winner];
    },
    linearize: () => () => [null],
    transpose: no(`${name} gives indices: it is not linear`),
    batch: ([index], _b, _n, { axis, extent }) => [bind(self, [index!], { axis: axis + 1, extent })],
    lower,
    samples: [
      { inputs: [host([2, 3], [3, 0, 3, 1, 9, -2], "i32")], params: { axis: 1, extent: 4 } },
      { inputs: [host([5], [1, 0, 1, 1, 0], "i32")], params: { axis: 0, extent: 3 } },
    ],
  };
  return self;
};
/** For every place of an axis the last of the updates whose index it is, or -1. An index outside is clamped. */
export const lastP = last("last", {
  expand: ([index], p, device) => {
    const { axis, extent } = p, shape = extents(index!), nothing = full(at(shape, axis, extent), -1, "i32") as Tensor;
    if (size(shape) === 0) return [nothing];
    switch (wayOf(index!, axis, extent, device)) {
      case "each":
        return [bind(lastAllP, [index!], p)];
      case "in order":
        return [inOrder(nothing, index!, iota(shape, axis), axis, "max")];
      case "sorted":
        return [lastByIndex(index!, axis, extent, (x, i) => gatherAlong(x, i, axis))];
    }
  },
});
/** The same, by looking at every index for every place. */
export const lastAllP = last("lastAll", ([index], { axis, extent }) => [{
  tag: "reduce",
  extents: [index!.shape[axis]!],
  combine: "max",
  body: (r, out, [j]) => guard(ieq(clampExpr(r.at(0, at(out, axis, j!)), extent), out[axis]!), j!, int(-1)),
}]);

/** The last update for every place along an axis, or -1. */
export const lastUpdate = (index: Tensor, axis: number, extent: number): Tensor =>
  bind(lastP, [index], { axis, extent });

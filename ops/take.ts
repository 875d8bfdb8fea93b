/** Entries of an axis picked by index, and entries added up by index: each the adjoint of the other. Indices are clamped. */
import { type Aval, aval, showAval, size } from "../core/aval.ts";
import { type DType, ints, numeric } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { guard, lit } from "../core/expr.ts";
import { needDType } from "../core/families.ts";
import { forEachIndex, position, tabulate } from "../core/host.ts";
import { ieq } from "../core/index_expr.ts";
import { map } from "../core/lowering.ts";
import { host, type Primitive } from "../core/primitive.ts";
import { normalizeAxis } from "../core/shape/axes.ts";
import type { Dim, Shape } from "../core/shape/dim.ts";
import { type Take, takeShape } from "../core/shape/slice.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import type { Guard, Ok } from "../core/typed.ts";
import { add } from "./arithmetic.ts";
import { clampExpr } from "./clamped.ts";
import { gatherAlong, gatherP, needStart, scatterAddP, zerosFor } from "./gather.ts";
import { inOrder, wayOf } from "./in_order.ts";
import { axisText, checkIndex, type IndexArg } from "./known.ts";
import { sumsByIndex } from "./segments.ts";
import { expandAxes, reshape, stretch } from "./structure.ts";

interface TakeParams {
  readonly axis: number;
}
interface AddParams extends TakeParams {
  /** Of the axis in the result. */
  readonly extent: number;
}
const at = <T>(index: readonly T[], axis: number, v: T): readonly T[] => index.map((w, i) => i === axis ? v : w);
const clampTo = (v: number, extent: number): number => Math.min(extent - 1, Math.max(0, v));
const needVector = (name: string, index: Aval): void => {
  needDType(name, index, ints);
  if (index.shape.length === 1) return;
  throw new ShapeError(`${name}: expected a vector of indices, got ${showAval(index)}`, {
    op: name,
    expected: "1 axis",
    got: showAval(index),
  });
};
/** An index of its own for every example, repeated along the axes it is shared by. */
const spread = (index: Tensor, shape: readonly number[], axis: number): Tensor => expandAxes(index, shape, [0, axis]);
const batched = (x: Tensor, is: boolean, length: number): Tensor => is ? x : stretch(x, [length, ...extents(x)]);

/** y[.., j, ..] = x[.., index[j], ..] along an axis. */
export const takeP: Primitive<TakeParams> = {
  name: "take",
  kind: "movement",
  abstractEval: ([x, index], { axis }) => {
    needVector("take", index!);
    if (x!.shape[axis] === 0 && size(index!.shape) > 0) {
      throw new ShapeError(`take: cannot index an empty axis of ${showAval(x!)}`, {
        op: "take",
        expected: "elements",
        got: showAval(x!),
      });
    }
    return [aval(at(x!.shape, axis, index!.shape[0]!), x!.dtype)];
  },
  evaluate: ([x, index], [out], { axis }) => {
    const { shape } = x!.aval;
    return [
      tabulate(
        out!.shape,
        (v) => x!.data[position(at(v, axis, clampTo(index!.data[v[axis]!]!, shape[axis]!)), shape)]!,
      ),
    ];
  },
  linearize: ([, index], _out, params) => ([dx]) => [dx ? bind(takeP, [dx, index!], params) : null],
  transpose: ([ct], [x, index], { axis }) =>
    ct && "linear" in x! && "known" in index!
      ? [bind(addRowsP, [index.known, ct], { axis, extent: x.linear.shape[axis]! }), null]
      : [null, null],
  batch: ([x, index], [bx, bi], length, { axis }) => {
    if (!bi) return [bind(takeP, [x!, index!], { axis: axis + 1 })];
    const all = batched(x!, bx!, length), shape = at(extents(all), axis + 1, extents(index!)[1]!);
    return [bind(gatherP, [all, spread(index!, shape, axis + 1)], { axis: axis + 1, permutation: false })];
  },
  lower: ([x], { axis }) => [
    map((r, index) => r.at(0, at(index, axis, clampExpr(r.at(1, [index[axis]!]), x!.shape[axis]!)))),
  ],
  samples: [
    { inputs: [host([2, 3], [1, 2, 3, 4, -5, 6]), host([4], [2, 0, 2, 7], "i32")], params: { axis: 1 } },
    { inputs: [host([3, 2], [1, 2, 3, 4, -5, 6]), host([2], [-1, 1], "i32")], params: { axis: 0 } },
  ],
};

const addRowsEval =
  (name: string): Primitive<AddParams>["abstractEval"] => ([index, updates, start], { axis, extent }) => {
    needVector(name, index!);
    needDType(name, updates!, numeric);
    if (updates!.shape[axis] === index!.shape[0] && (extent > 0 || index!.shape[0] === 0)) {
      const out = aval(at(updates!.shape, axis, extent), updates!.dtype);
      needStart(name, out, start);
      return [out];
    }
    const expected = `${index!.shape[0]} entries along axis ${axis}`, got = showAval(updates!);
    throw new ShapeError(`${name}: expected ${expected}, got ${got}`, { op: name, expected, got });
  };
const addRowsHost: Primitive<AddParams>["evaluate"] = ([index, updates, start], [out], { axis, extent }) => {
  const total = start === undefined ? new Float64Array(size(out!.shape)) : Float64Array.from(start.data);
  forEachIndex(updates!.aval.shape, (v, q) => {
    total[position(at(v, axis, clampTo(index!.data[v[axis]!]!, extent)), out!.shape)]! += updates!.data[q]!;
  });
  return [total];
};
const addRows = (
  name: string,
  lower: Primitive<AddParams>["lower"],
  samples: Primitive<AddParams>["samples"] = [],
): Primitive<AddParams> => {
  const self: Primitive<AddParams> = {
    name,
    kind: "reduction",
    abstractEval: addRowsEval(name),
    evaluate: addRowsHost,
    linearize: ([index], _out, params) => ([, du, dx]) => [
      du ? bind(self, dx ? [index!, du, dx] : [index!, du], params) : dx ?? null,
    ],
    transpose: ([ct], [index, updates, start], { axis }) => {
      const picked = ct && "known" in index! && "linear" in updates! ? bind(takeP, [ct, index.known], { axis }) : null;
      return start === undefined ? [null, picked] : [null, picked, ct && "linear" in start ? ct : null];
    },
    batch: ([index, updates, start], [bi, bu, bs], length, { axis, extent }) => {
      const all = batched(updates!, bu!, length), params = { axis: axis + 1, extent };
      const rest = start === undefined ? [all] : [all, batched(start, bs!, length)];
      return bi
        ? [bind(scatterAddP, [spread(index!, extents(all), axis + 1), ...rest], params)]
        : [bind(self, [index!, ...rest], params)];
    },
    lower,
    samples: [
      {
        inputs: [host([4], [2, 0, 2, 7], "i32"), host([2, 4], [1, 2, 3, 4, -5, 6, 7, 8])],
        params: { axis: 1, extent: 3 },
      },
      { inputs: [host([2], [-1, 1], "i32"), host([2, 2], [1, 2, 3, 4])], params: { axis: 0, extent: 3 } },
      ...samples,
    ],
  };
  return self;
};
/** y[.., i, ..] = x[.., i, ..] + Σ updates[.., j, ..] over the j with index[j] = i. Without a third input x is 0. */
export const addRowsP = addRows("addRows", {
  expand: ([index, updates, start], p, device) => {
    const { axis, extent } = p, way = wayOf(updates!, axis, extent, device);
    if (way === "in order") {
      const each = expandAxes(index!, extents(updates!), [axis]);
      return [inOrder(start ?? zerosFor(updates!, p), each, updates!, axis, "add")];
    }
    const along = (x: Tensor, i: Tensor): Tensor => gatherAlong(x, i, 0);
    const rows = (x: Tensor, i: Tensor): Tensor => bind(takeP, [x, i], { axis });
    const sums = way === "each"
      ? bind(addAllRowsP, [index!, updates!], p)
      : sumsByIndex(index!, updates!, axis, extent, along, rows);
    return [start === undefined ? sums : add(start, sums)];
  },
}, [{
  inputs: [host([2], [-1, 1], "i32"), host([2, 2], [1, 2, 3, 4]), host([3, 2], [5, 6, 7, 8, 9, 10])],
  params: { axis: 0, extent: 3 },
}]);
/** The same for two inputs, by looking at every update for every place. */
export const addAllRowsP = addRows("addAllRows", ([index], { axis, extent }) => [{
  tag: "reduce",
  extents: [index!.shape[0]!],
  combine: "add",
  body: (r, out, [j]) => {
    const update = r.at(1, at(out, axis, j!)), reaches = ieq(clampExpr(r.at(0, [j!]), extent), out[axis]!);
    return guard(reaches, update, lit(0, update.dtype));
  },
}]);

/** Entries along an axis at an index of any shape, whose axes take the place of the axis. */
export const takeAlong = (x: Tensor, index: Tensor, axis: number): Tensor => {
  const shape = extents(x), picked = bind(takeP, [x, reshape(index, [-1])], { axis });
  return reshape(picked, [...shape.slice(0, axis), ...extents(index), ...shape.slice(axis + 1)]);
};
/** Adds entries along an axis by index to a value. */
export const addAlong = (x: Tensor, index: Tensor, updates: Tensor, axis: number): Tensor =>
  bind(addRowsP, [index, updates, x], { axis, extent: extents(x)[axis]! });

/** The type of `take`. */
export interface TakeFunction {
  <S extends Shape, I extends Shape, D extends DType, E extends DType>(
    table: Guard<Tensor<S, D>, Take<S, I>>,
    index: IndexArg<"take", I, E>,
  ): Tensor<Ok<Take<S, I>>, D>;
  <I extends Shape, D extends DType, E extends DType>(
    x: Tensor<Shape, D>,
    index: IndexArg<"take", I, E>,
    axis: number,
  ): Tensor<Dim[], D>;
}
/**
 * Rows of a table, or entries of another axis, at an index of any shape: `take(table, index)`. `T[v, ...R], i32[...I] ->
 * T[...I, ...R]`. An index outside is clamped; one that is known when the call is written down throws `AxisError`.
 */
export const take: TakeFunction = ((x: Tensor, index: Tensor, axis = 0): Tensor => {
  const shape = extents(x), a = normalizeAxis("take", shape.length === 0 ? [1] : shape, axis);
  takeShape(shape, extents(index));
  checkIndex("take", index, shape[a]!, axisText(a, x));
  return takeAlong(x, index, a);
}) as TakeFunction;

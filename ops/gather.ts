/**
 * Elements picked by index, and elements added up by index: each the adjoint of the other.
 *
 * An index outside its axis is clamped to it by every primitive here, so nothing but the tensor itself is ever read, and the
 * adjoint adds where was read. No primitive needs atomic operations: a sum is taken by the place it goes to, over the updates
 * that reach it, in a fixed order.
 */
import { type Aval, aval, sameAval, sameShape, showAval, size } from "../core/aval.ts";
import { ints, numeric } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { guard, lit } from "../core/expr.ts";
import { needDType } from "../core/families.ts";
import { forEachIndex, position, tabulate } from "../core/host.ts";
import { ieq } from "../core/index_expr.ts";
import { map } from "../core/lowering.ts";
import { host, type Primitive } from "../core/primitive.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import { add } from "./arithmetic.ts";
import { clampExpr } from "./clamped.ts";
import { inOrder, wayOf } from "./in_order.ts";
import { orderOf } from "./order.ts";
import { sumsByIndex } from "./segments.ts";
import { zeros } from "./source.ts";
import { moveAxis, stretch } from "./structure.ts";

interface GatherParams {
  readonly axis: number;
  /** Whether every index occurs once: then the adjoint is a gather too. */
  readonly permutation: boolean;
}
interface ScatterParams {
  readonly axis: number;
  /** Of the axis in the result. */
  readonly extent: number;
}
const at = <T>(index: readonly T[], axis: number, v: T): readonly T[] => index.map((w, i) => i === axis ? v : w);
const clampTo = (v: number, extent: number): number => Math.min(extent - 1, Math.max(0, v));
/** Refuses an index whose shape is not `shape` but for the axis. */
const needFit = (name: string, x: Aval, index: Aval, axis: number): void => {
  needDType(name, index, ints);
  if (sameShape(at(x.shape, axis, 0), at(index.shape, axis, 0))) return;
  const expected = `an index like ${showAval(x)} but for axis ${axis}`, got = showAval(index);
  throw new ShapeError(`${name}: expected ${expected}, got ${got}`, { op: name, expected, got });
};
const needSome = (name: string, extent: number, index: Aval): void => {
  if (extent > 0 || size(index.shape) === 0) return;
  throw new ShapeError(`${name}: cannot index an empty axis with ${showAval(index)}`, {
    op: name,
    expected: "elements",
    got: "none",
  });
};
/** Refuses something else than a value like the result to start with. */
export const needStart = (name: string, out: Aval, start: Aval | undefined): void => {
  if (start === undefined || sameAval(start, out)) return;
  const expected = `to start with ${showAval(out)}`, got = showAval(start);
  throw new ShapeError(`${name}: expected ${expected}, got ${got}`, { op: name, expected, got });
};
const shiftedBatch =
  <P extends { readonly axis: number }>(primitive: () => Primitive<P>): Primitive<P>["batch"] =>
  (inputs, batched, length, p) => [
    bind(primitive(), inputs.map((x, i) => batched[i] ? x : stretch(x, [length, ...extents(x)])), {
      ...p,
      axis: p.axis + 1,
    }),
  ];

/** y[.., j, ..] = x[.., index[.., j, ..], ..] along an axis; the other axes are those of both. */
export const gatherP: Primitive<GatherParams> = {
  name: "gather",
  kind: "movement",
  abstractEval: ([x, index], { axis }) => {
    needFit("gather", x!, index!, axis);
    needSome("gather", x!.shape[axis]!, index!);
    return [aval(index!.shape, x!.dtype)];
  },
  evaluate: ([x, index], [out], { axis }) => {
    const { shape } = x!.aval;
    const read = (v: readonly number[]) => clampTo(index!.data[position(v, out!.shape)]!, shape[axis]!);
    return [tabulate(out!.shape, (v) => x!.data[position(at(v, axis, read(v)), shape)]!)];
  },
  linearize: ([, index], _out, params) => ([dx]) => [dx ? bind(gatherP, [dx, index!], params) : null],
  transpose: ([ct], [x, index], { axis, permutation }) => {
    if (!ct || !("linear" in x!) || !("known" in index!)) return [null, null];
    if (permutation) return [gatherAlong(ct, inverse(index.known, axis), axis, true), null];
    return [bind(scatterAddP, [index.known, ct], { axis, extent: x.linear.shape[axis]! }), null];
  },
  batch: shiftedBatch(() => gatherP),
  lower: ([x], { axis }) => [map((r, index) => r.at(0, at(index, axis, clampExpr(r.at(1, index), x!.shape[axis]!))))],
  samples: [
    {
      inputs: [host([2, 4], [1, 2, 3, 4, -5, 6, 7, 8]), host([2, 3], [3, 0, 3, 1, 9, -2], "i32")],
      params: { axis: 1, permutation: false },
    },
    {
      inputs: [host([3, 2], [1, 2, 3, 4, 5, 6]), host([3, 2], [2, 0, 0, 1, 1, 2], "i32")],
      params: { axis: 0, permutation: true },
    },
  ],
};

const scatterShape = ({ axis, extent }: ScatterParams, index: Aval): readonly number[] => at(index.shape, axis, extent);
const scatterEval = (name: string): Primitive<ScatterParams>["abstractEval"] => ([index, updates, start], p) => {
  needDType(name, updates!, numeric);
  needFit(name, updates!, index!, p.axis);
  if (!sameShape(index!.shape, updates!.shape)) {
    const expected = `updates [${index!.shape}]`, got = showAval(updates!);
    throw new ShapeError(`${name}: expected ${expected}, got ${got}`, { op: name, expected, got });
  }
  needSome(name, p.extent, index!);
  const out = aval(scatterShape(p, index!), updates!.dtype);
  needStart(name, out, start);
  return [out];
};
const scatterHost: Primitive<ScatterParams>["evaluate"] = ([index, updates, start], [out], { axis, extent }) => {
  const total = start === undefined ? new Float64Array(size(out!.shape)) : Float64Array.from(start.data);
  forEachIndex(updates!.aval.shape, (v, q) => {
    total[position(at(v, axis, clampTo(index!.data[q]!, extent)), out!.shape)]! += updates!.data[q]!;
  });
  return [total];
};
const linearizeScatter =
  (primitive: () => Primitive<ScatterParams>): Primitive<ScatterParams>["linearize"] =>
  ([index], _out, params) =>
  ([, du, dx]) => [du ? bind(primitive(), dx ? [index!, du, dx] : [index!, du], params) : dx ?? null];
const transposeScatter: Primitive<ScatterParams>["transpose"] = ([ct], inputs, { axis }) => {
  const [index, updates, start] = inputs;
  const picked = ct && "known" in index! && "linear" in updates! ? gatherAlong(ct, index.known, axis) : null;
  return start === undefined ? [null, picked] : [null, picked, ct && "linear" in start ? ct : null];
};
const scatterSamples: Primitive<ScatterParams>["samples"] = [
  {
    inputs: [host([2, 3], [3, 0, 3, 1, 9, -2], "i32"), host([2, 3], [1, 2, 3, 4, 5, 6])],
    params: { axis: 1, extent: 4 },
  },
  { inputs: [host([5], [1, 0, 1, 1, 0], "i32"), host([5], [1, 2, 3, 4, 5])], params: { axis: 0, extent: 3 } },
];

/** y[.., i, ..] = x[.., i, ..] + Σ updates[.., j, ..] over the j with index[.., j, ..] = i. Without a third input x is 0. */
export const scatterAddP: Primitive<ScatterParams> = {
  name: "scatterAdd",
  kind: "reduction",
  abstractEval: scatterEval("scatterAdd"),
  evaluate: scatterHost,
  linearize: linearizeScatter(() => scatterAddP),
  transpose: transposeScatter,
  batch: shiftedBatch(() => scatterAddP),
  lower: {
    expand: ([index, updates, start], p, device) => {
      const way = wayOf(updates!, p.axis, p.extent, device);
      if (way === "in order") {
        return [inOrder(start ?? zerosFor(updates!, p), index!, updates!, p.axis, "add")];
      }
      const sums = way === "each" ? bind(scatterAllP, [index!, updates!], p) : scatterSorted(index!, updates!, p);
      return [start === undefined ? sums : add(start, sums)];
    },
  },
  samples: [
    ...scatterSamples,
    {
      inputs: [host([2, 2], [1, 0, 1, 1], "i32"), host([2, 2], [1, 2, 3, 4]), host([3, 2], [5, 6, 7, 8, 9, 10])],
      params: { axis: 0, extent: 3 },
    },
  ],
};
/** The same for two inputs, by looking at every update for every place. */
export const scatterAllP: Primitive<ScatterParams> = {
  name: "scatterAll",
  kind: "reduction",
  abstractEval: scatterEval("scatterAll"),
  evaluate: scatterHost,
  linearize: linearizeScatter(() => scatterAllP),
  transpose: transposeScatter,
  batch: shiftedBatch(() => scatterAllP),
  lower: ([index], { axis, extent }) => [{
    tag: "reduce",
    extents: [index!.shape[axis]!],
    combine: "add",
    body: (r, out, [j]) => {
      const from = at(out, axis, j!),
        update = r.at(1, from),
        reaches = ieq(clampExpr(r.at(0, from), extent), out[axis]!);
      return guard(reaches, update, lit(0, update.dtype));
    },
  }],
  samples: scatterSamples,
};
/** The same, by adding up runs of sorted indices. */
const scatterSorted = (index: Tensor, updates: Tensor, { axis, extent }: ScatterParams): Tensor => {
  const pick = (x: Tensor, i: Tensor): Tensor => gatherAlong(x, i, axis);
  return sumsByIndex(index, updates, axis, extent, pick, pick);
};

/** Zeros like the places that updates go to along an axis. */
export const zerosFor = (updates: Tensor, { axis, extent }: ScatterParams): Tensor =>
  zeros(at(extents(updates), axis, extent), updates.dtype) as Tensor;

/** The elements at an index along an axis. */
export const gatherAlong = (x: Tensor, index: Tensor, axis: number, permutation = false): Tensor =>
  bind(gatherP, [x, index], { axis, permutation });
/** The index that undoes a permutation along an axis. */
const inverse = (index: Tensor, axis: number): Tensor => {
  const last = extents(index).length - 1;
  return moveAxis(orderOf(moveAxis(index, axis, last)), last, axis);
};

import { aval, showAval } from "../core/aval.ts";
import { DTypeError, ShapeError } from "../core/errors.ts";
import { type Expr, guard, lit } from "../core/expr.ts";
import { position, tabulate } from "../core/host.ts";
import { all, iadd, idiv, ieq, imod, imul, int, isub, within } from "../core/index_expr.ts";
import { map } from "../core/lowering.ts";
import { host, type Primitive } from "../core/primitive.ts";
import { normalizeAxis } from "../core/shape/axes.ts";
import { concatShape, stackShape } from "../core/shape/join.ts";
import { sliceRange } from "../core/shape/slice.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import { like } from "./arithmetic.ts";
import { expandDims, stretch } from "./structure.ts";
import { byArity } from "../core/pipe.ts";
import type { ConcatFunction, PadFunction, SliceFunction, StackFunction } from "./movement_signatures.ts";

type Extents = readonly number[];
interface SliceParams {
  readonly start: Extents;
  readonly stop: Extents;
  readonly step: Extents;
}
const sliced = ({ start, stop, step }: SliceParams): number[] =>
  start.map((s, i) => Math.max(0, Math.ceil((stop[i]! - s) / step[i]!)));

/** Every `step`-th element from `start` up to `stop`, along every axis. Its adjoint is `padP`. */
export const sliceP: Primitive<SliceParams> = {
  name: "slice",
  kind: "movement",
  abstractEval: ([x], p) => {
    const ok = x!.shape.every((d, i) =>
      0 <= p.start[i]! && p.start[i]! <= p.stop[i]! && p.stop[i]! <= d && p.step[i]! > 0
    );
    if (!ok || p.start.length !== x!.shape.length) {
      const expected = `${JSON.stringify(p)}`;
      throw new ShapeError(`slice: ${expected} does not lie in ${showAval(x!)}`, {
        op: "slice",
        expected,
        got: showAval(x!),
      });
    }
    return [aval(sliced(p), x!.dtype)];
  },
  evaluate: ([x], [out], { start, step }) => [
    tabulate(out!.shape, (index) => x!.data[position(index.map((v, i) => start[i]! + v * step[i]!), x!.aval.shape)]!),
  ],
  linearize: (_p, _o, params) => ([dx]) => [dx ? bind(sliceP, [dx], params) : null],
  transpose: ([ct], [x], { start, step }) => {
    if (!ct || !("linear" in x!)) return [null];
    const { shape } = x.linear, n = extents(ct);
    const covered = n.map((d, i) => d === 0 ? 0 : (d - 1) * step[i]! + 1);
    const hi = shape.map((d, i) => d - start[i]! - covered[i]!);
    return [bind(padP, [ct], { lo: start, hi, interior: step.map((s) => s - 1), value: 0 })];
  },
  batch: ([x], _b, length, p) => [
    bind(sliceP, [x!], { start: [0, ...p.start], stop: [length, ...p.stop], step: [1, ...p.step] }),
  ],
  lower: (_x, { start, step }) => [
    map((r, index) => r.at(0, index.map((v, i) => iadd(imul(v, step[i]!), int(start[i]!))))),
  ],
  samples: [{
    inputs: [host([3, 5], Array.from({ length: 15 }, (_, i) => i * i))],
    params: { start: [1, 0], stop: [3, 5], step: [1, 2] },
  }],
};

interface PadParams {
  readonly lo: Extents;
  readonly hi: Extents;
  readonly interior: Extents;
  readonly value: number;
}
const padded = (shape: Extents, { lo, hi, interior }: PadParams): number[] =>
  shape.map((d, i) => lo[i]! + hi[i]! + d + Math.max(0, d - 1) * interior[i]!);

/** Puts `lo` copies of a constant before, `hi` after and `interior` between the elements of every axis. Its adjoint is `sliceP`. */
export const padP: Primitive<PadParams> = {
  name: "pad",
  kind: "movement",
  abstractEval: ([x], p) => {
    const ok = [p.lo, p.hi, p.interior].every((a) =>
      a.length === x!.shape.length && a.every((v) => Number.isInteger(v) && v >= 0)
    );
    if (!ok) {
      throw new ShapeError(`pad: expected amounts from 0 for every axis of ${showAval(x!)}`, {
        op: "pad",
        expected: "amounts from 0",
        got: JSON.stringify(p),
      });
    }
    return [aval(padded(x!.shape, p), x!.dtype)];
  },
  evaluate: ([x], [out], { lo, interior, value }) => [tabulate(out!.shape, (index) => {
    const at = index.map((v, i) => (v - lo[i]!) / (interior[i]! + 1));
    return at.every((v, i) => Number.isInteger(v) && v >= 0 && v < x!.aval.shape[i]!)
      ? x!.data[position(at, x!.aval.shape)]!
      : value;
  })],
  linearize: (_p, _o, params) => ([dx]) => [dx ? bind(padP, [dx], { ...params, value: 0 }) : null],
  transpose: ([ct], [x], { lo, interior }) => {
    if (!ct || !("linear" in x!)) return [null];
    const step = interior.map((v) => v + 1);
    const stop = x.linear.shape.map((d, i) => lo[i]! + (d === 0 ? 0 : (d - 1) * step[i]! + 1));
    return [bind(sliceP, [ct], { start: lo, stop, step })];
  },
  batch: ([x], _b, _n, p) => [
    bind(padP, [x!], { lo: [0, ...p.lo], hi: [0, ...p.hi], interior: [0, ...p.interior], value: p.value }),
  ],
  lower: ([x], { lo, interior, value }) => [map((r, index) => {
    const moved = index.map((v, i) => isub(v, int(lo[i]!)));
    const conditions: Expr[] = moved.flatMap((v, i) => {
      const step = interior[i]! + 1, reach = x!.shape[i]! === 0 ? 0 : (x!.shape[i]! - 1) * step + 1;
      return [within(v, 0, reach), ...(step === 1 ? [] : [ieq(imod(v, step), int(0))])];
    });
    return guard(all(conditions), r.at(0, moved.map((v, i) => idiv(v, interior[i]! + 1))), lit(value, x!.dtype));
  })],
  samples: [
    { inputs: [host([2, 2], [1, 2, 3, 4])], params: { lo: [1, 0], hi: [0, 2], interior: [0, 1], value: 0 } },
    { inputs: [host([2, 2], [1, 2, 3, 4])], params: { lo: [0, 1], hi: [1, 0], interior: [0, 0], value: 7 } },
  ],
};

/** Joins tensors along one axis. Its adjoint is a slice for each. */
export const concatP: Primitive<{ readonly axis: number }> = {
  name: "concat",
  kind: "movement",
  abstractEval: (inputs, { axis }) => {
    const odd = inputs.find((a) => a.dtype !== inputs[0]!.dtype);
    if (odd) {
      throw new DTypeError(`concat: expected tensors of one dtype, got ${inputs[0]!.dtype} and ${odd.dtype}`, {
        op: "concat",
        expected: inputs[0]!.dtype,
        got: odd.dtype,
      });
    }
    return [aval(concatShape(inputs.map((a) => a.shape), axis), inputs[0]!.dtype)];
  },
  evaluate: (inputs, [out], { axis }) => [tabulate(out!.shape, (index) => {
    let v = index[axis]!, i = 0;
    while (v >= inputs[i]!.aval.shape[axis]!) v -= inputs[i++]!.aval.shape[axis]!;
    return inputs[i]!.data[position(index.map((w, a) => a === axis ? v : w), inputs[i]!.aval.shape)]!;
  })],
  linearize: (primals, _o, params) => (tangents) =>
    tangents.every((t) => t === null)
      ? [null]
      : [bind(concatP, tangents.map((t, i) => t ?? like(0, primals[i]!)), params)],
  transpose: ([ct], inputs, { axis }) => {
    let from = 0;
    return inputs.map((x) => {
      const shape = "linear" in x ? x.linear.shape : extents(x.known), start = from;
      from += shape[axis]!;
      return ct && "linear" in x ? sliceAlong(ct, axis, start, from) : null;
    });
  },
  batch: (inputs, batched, length, { axis }) => [
    bind(concatP, inputs.map((x, i) => batched[i] ? x : stretch(x, [length, ...extents(x)])), { axis: axis + 1 }),
  ],
  lower: (inputs, { axis }) => [map((r, index) => {
    let from = 0, value: Expr = lit(0, inputs[0]!.dtype);
    inputs.forEach((a, i) => {
      const start = from;
      from += a.shape[axis]!;
      const own = r.at(i, index.map((v, k) => k === axis ? isub(v, int(start)) : v));
      value = guard(within(index[axis]!, start, from), own, value);
    });
    return value;
  })],
  samples: [{ inputs: [host([2, 1], [1, 2]), host([2, 2], [3, 4, 5, 6])], params: { axis: 1 } }],
};
const sliceAlong = (x: Tensor, axis: number, start: number, stop: number): Tensor => {
  const shape = extents(x);
  return bind(sliceP, [x], {
    start: shape.map((_, i) => i === axis ? start : 0),
    stop: shape.map((d, i) => i === axis ? stop : d),
    step: shape.map(() => 1),
  });
};

/** At most so many tensors are joined at once: a kernel has that many inputs on every device. */
const GROUP = 6;
/** Tensors along an axis that is known to fit; many of them in groups. */
export const joinAlong = (tensors: readonly Tensor[], axis: number): Tensor => {
  if (tensors.length <= GROUP) return bind(concatP, tensors, { axis });
  const groups = Array.from({ length: Math.ceil(tensors.length / GROUP) }, (_, i) => i * GROUP);
  return joinAlong(groups.map((at) => joinAlong(tensors.slice(at, at + GROUP), axis)), axis);
};

/** The elements from `start` up to `end` (not included) along an axis; negative positions count from the end. */
export const slice: SliceFunction = byArity("slice", 4, (x: Tensor, axis: number, start: number, end: number) => {
  const { at, from, to } = sliceRange(extents(x), axis, start, end);
  return sliceAlong(x, at, from, to);
});
/** Joins tensors along an axis. `T[...,a,...], T[...,b,...] -> T[...,a+b,...]` */
export const concat: ConcatFunction = ((tensors: readonly Tensor[], axis: number): Tensor => {
  concatShape(tensors.map(extents), axis);
  return joinAlong(tensors, normalizeAxis("concat", extents(tensors[0]!), axis));
}) as ConcatFunction;
/** Puts tensors of one shape along a new axis. `T[...S] … -> T[n,...S]` */
export const stack: StackFunction = ((tensors: readonly Tensor[], at?: number): Tensor => {
  const axis = at ?? 0;
  stackShape(tensors.map(extents), axis);
  return concat(tensors.map((t) => expandDims(t, axis)), axis);
}) as StackFunction;
/** Surrounds a tensor with a constant: `[before, after]` for each axis. */
export const pad: PadFunction =
  ((x: Tensor, amounts: readonly (readonly [number, number])[], value = 0): Tensor =>
    bind(padP, [x], {
      lo: amounts.map(([l]) => l),
      hi: amounts.map(([, h]) => h),
      interior: amounts.map(() => 0),
      value,
    })) as PadFunction;

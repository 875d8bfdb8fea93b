/** Running sums, products and extremes along an axis: element i is made of elements 0 to i. */
import { aval } from "../core/aval.ts";
import { type DType, type Float, isFloat, numeric } from "../core/dtype.ts";
import { guard, lit } from "../core/expr.ts";
import { needDType } from "../core/families.ts";
import { forEachIndex, position } from "../core/host.ts";
import { ilt } from "../core/index_expr.ts";
import { byData } from "../core/pipe.ts";
import { host, type Primitive } from "../core/primitive.ts";
import { needKind } from "../core/kinds.ts";
import { normalizeAxis } from "../core/shape/axes.ts";
import type { Shape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import { add, mul } from "./arithmetic.ts";
import { greaterEqual, isNan, lessEqual, logicalOr, where } from "./comparison.ts";
import { logAddExp } from "./exponential.ts";
import { gatherAlong } from "./gather.ts";
import { needFloat } from "./pointwise.ts";
import type { Along } from "./signatures.ts";
import { concat, pad, slice } from "./slice.ts";
import { iota } from "./source.ts";
import { reshape } from "./structure.ts";

interface PrefixParams {
  readonly axis: number;
  /** From the end: element i is the sum of elements i to the last. */
  readonly reverse: boolean;
}
/** Running sums, each taken by itself: for short axes. Its adjoint runs the other way. */
export const prefixSumP: Primitive<PrefixParams> = {
  name: "prefixSum",
  kind: "reduction",
  abstractEval: ([x]) => {
    needDType("cumsum", x!, numeric);
    return [aval(x!.shape, x!.dtype)];
  },
  evaluate: ([x], [out], { axis, reverse }) => {
    const { shape } = out!, total = Float64Array.from(x!.data), n = shape[axis]!;
    const walk = shape.map((d, i) => i === axis ? Math.max(0, d - 1) : d);
    forEachIndex(walk, (index) => {
      const along = (v: number) => position(index.map((w, i) => i === axis ? v : w), shape), step = index[axis]!;
      if (reverse) total[along(n - 2 - step)]! += total[along(n - 1 - step)]!;
      else total[along(step + 1)]! += total[along(step)]!;
    });
    return [total];
  },
  linearize: (_p, _o, params) => ([dx]) => [dx ? bind(prefixSumP, [dx], params) : null],
  transpose: ([ct], _x, { axis, reverse }) => [ct ? bind(prefixSumP, [ct], { axis, reverse: !reverse }) : null],
  batch: ([x], _b, _n, { axis, reverse }) => [bind(prefixSumP, [x!], { axis: axis + 1, reverse })],
  lower: ([x], { axis, reverse }) => [{
    tag: "reduce",
    extents: [x!.shape[axis]!],
    combine: "add",
    body: (r, index, [j]) => {
      const i = index[axis]!, value = r.at(0, index.map((v, k) => k === axis ? j! : v));
      // j <= i and i <= j, as "not less": what lies outside is neither read nor added.
      return guard(reverse ? ilt(j!, i) : ilt(i, j!), lit(0, x!.dtype), value);
    },
  }],
  samples: [
    { inputs: [host([2, 3], [1, 2, 3, 4, -5, 6])], params: { axis: 1, reverse: false } },
    { inputs: [host([3, 2], [1, 2, 3, 4, -5, 6])], params: { axis: 0, reverse: true } },
  ],
};

/** Longer axes are summed in blocks of so many elements, and the sums of the blocks in the same way. */
const BLOCK = 32;
const running = (x: Tensor, axis: number): Tensor => {
  const shape = extents(x), n = shape[axis]!;
  if (n <= BLOCK) return bind(prefixSumP, [x], { axis, reverse: false });
  const blocks = Math.ceil(n / BLOCK), lack = blocks * BLOCK - n;
  const amounts = (rank: number, at: number, pair: readonly [number, number]) =>
    Array.from({ length: rank }, (_, i): readonly [number, number] => i === at ? pair : [0, 0]);
  const full: Tensor = lack === 0 ? x : pad(x, amounts(shape.length, axis, [0, lack]));
  const cut = reshape(full, [...shape.slice(0, axis), blocks, BLOCK, ...shape.slice(axis + 1)]) as Tensor;
  const inner = bind(prefixSumP, [cut], { axis: axis + 1, reverse: false });
  const totals: Tensor = slice(slice(inner, axis + 1, BLOCK - 1, BLOCK) as Tensor, axis, 0, blocks - 1);
  const before: Tensor = pad(running(totals, axis), amounts(shape.length + 1, axis, [1, 0]));
  return slice(reshape(add(inner, before) as Tensor, extents(full)) as Tensor, axis, 0, n);
};

/**
 * By doubling: after the k-th step element i is made of the 2^k elements up to it. `join(earlier, later)` puts tensors of
 * neighbouring stretches together.
 */
const doubling = <T extends readonly Tensor[]>(xs: T, axis: number, join: (earlier: T, later: T) => T): T => {
  const n = extents(xs[0]!)[axis]!;
  let now = xs;
  for (let by = 1; by < n; by *= 2) {
    const cut = (from: number, to: number) =>
      now.map((x) => slice(x, axis, from, to) as Tensor) as readonly Tensor[] as T;
    const joined = join(cut(0, n - by), cut(by, n));
    now = now.map((x, i) =>
      concat([slice(x, axis, 0, by) as Tensor, joined[i]!], axis) as Tensor
    ) as readonly Tensor[] as T;
  }
  return now;
};
const along = (name: string, f: (x: Tensor, axis: number) => Tensor) =>
  byData<never>(name, (x: Tensor, axis = -1) => f(x, normalizeAxis(name, extents(x), axis)));

/** Running sum along an axis, the last unless given: y[i] = Σ x[j], j <= i. `T[...S] -> T[...S]` */
export const cumsum: Along<"cumsum", DType> = along("cumsum", running);
/**
 * Running product along an axis, the last unless given: y[i] = Π x[j], j <= i. `T[...S] -> T[...S]`. By products alone, so that
 * derivatives at zeros are right.
 */
export const cumprod: Along<"cumprod", DType> = along(
  "cumprod",
  (x, axis) => doubling([x], axis, ([a], [b]) => [mul(a!, b!)])[0]!,
);
/**
 * log Σ exp(x[j]), j <= i, along an axis, the last unless given, without overflow. `F[...S] -> F[...S]`
 */
export const logCumSumExp: Along<"logCumSumExp", Float> = along(
  "logCumSumExp",
  (x, axis) => doubling([needFloat("logCumSumExp", x) as Tensor], axis, ([a], [b]) => [logAddExp(a!, b!)])[0]!,
);

/** Values, and where along the axis they were found. */
export interface Found<S, D extends DType> {
  readonly values: Tensor<S, D>;
  readonly indices: Tensor<S, "i32">;
}
type Later = (later: Tensor, earlier: Tensor) => Tensor;
const extreme = (name: string, x: Tensor, axis: number, later: Later): Found<Shape, DType> => {
  const a = normalizeAxis(name, extents(x), axis), places = iota(extents(x), a, "i32");
  needKind(name, "numbers", x);
  const [, indices] = doubling<readonly [Tensor, Tensor]>([x, places], a, ([v, i], [w, j]) => {
    const wins = later(w!, v!), takes: Tensor = isFloat(x.dtype) ? logicalOr(wins, isNan(w!)) : wins;
    const mask = takes as Tensor<[], "bool">;
    return [where(mask, w!, v!), where(mask, j!, i!)];
  });
  return { values: gatherAlong(x, indices!, a), indices: indices! as Tensor<Shape, "i32"> };
};
/**
 * Running maximum along an axis, the last unless given, and the place of it: the last of equals, NaN once there is one.
 * `T[...S] -> { values: T[...S], indices: i32[...S] }`
 */
export const cummax = <S extends Shape, D extends DType>(x: Tensor<S, D>, axis = -1): Found<S, D> =>
  extreme("cummax", x as Tensor, axis, (w, v) => greaterEqual(w, v)) as Found<S, D>;
/** Running minimum along an axis, the last unless given, and the place of it: as `cummax`. */
export const cummin = <S extends Shape, D extends DType>(x: Tensor<S, D>, axis = -1): Found<S, D> =>
  extreme("cummin", x as Tensor, axis, (w, v) => lessEqual(w, v)) as Found<S, D>;

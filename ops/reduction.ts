import { aval, size } from "../core/aval.ts";
import { type DType, isFloat, numeric } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { needDType } from "../core/families.ts";
import { forEachIndex, position } from "../core/host.ts";
import { host, no, type Primitive } from "../core/primitive.ts";
import { type Combine, identityOf } from "../core/scalar.ts";
import { needKind } from "../core/kinds.ts";
import { normalizeAxis } from "../core/shape/axes.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import { add, div, like, mul } from "./arithmetic.ts";
import { equal, notEqual, where } from "./comparison.ts";
import { inSingle } from "./half.ts";
import { iota } from "./source.ts";
import {
  expandAxes,
  needReduceOptions,
  type ReduceOptions,
  reduceOver,
  reshape,
  scatterAxes,
  sum,
} from "./structure.ts";
import { byData } from "../core/pipe.ts";
import { optionsOf } from "../core/options.ts";
import type { ArgReduction } from "./pointwise_signatures.ts";
import type { Axes, Reduction } from "./signatures.ts";

/** Which of several equal extrema the derivative goes to: all in equal parts, or the first in row-major order. */
export type Ties = "split" | "first";
interface ExtremumParams {
  readonly axes: readonly number[];
  readonly ties: Ties;
}
const NAN_FIRST: Readonly<Record<"max" | "min", (x: number, y: number) => number>> = { max: Math.max, min: Math.min };

/** Folds every element over `axes` on the host. */
export const reduceHost = (
  data: ArrayLike<number>,
  shape: readonly number[],
  axes: readonly number[],
  out: readonly number[],
  identity: number,
  f: (x: number, y: number) => number,
): Float64Array => {
  const total = new Float64Array(size(out)).fill(identity);
  forEachIndex(shape, (index, p) => {
    const q = position(index.filter((_, i) => !axes.includes(i)), out);
    total[q] = f(total[q]!, data[p]!);
  });
  return total;
};

/** One element of a reduction over `axes`. */
export const lowerReduce =
  (combine: Combine): Exclude<Primitive<{ readonly axes: readonly number[] }>["lower"], { no: string }> =>
  ([x], { axes }) => [{
    tag: "reduce",
    extents: axes.map((a) => x!.shape[a]!),
    combine,
    body: (r, index, reduced) => r.at(0, scatterAxes(axes, index, reduced)),
  }];

const extremum = (name: "max" | "min"): Primitive<ExtremumParams> => {
  const self: Primitive<ExtremumParams> = {
    name,
    kind: "reduction",
    abstractEval: ([x], { axes }) => {
      needDType(name, x!, numeric);
      if (axes.some((a) => x!.shape[a] === 0)) {
        throw new ShapeError(
          `${name}: expected at least one element along the reduced axes, got [${x!.shape.join(", ")}]`,
          {
            op: name,
            expected: "a non-empty axis",
            got: `[${x!.shape.join(", ")}]`,
          },
        );
      }
      return [aval(x!.shape.filter((_, i) => !axes.includes(i)), x!.dtype)];
    },
    evaluate: ([x], [out], { axes }) => [
      reduceHost(x!.data, x!.aval.shape, axes, out!.shape, identityOf(name, x!.aval.dtype), NAN_FIRST[name]),
    ],
    linearize: ([x], [out], { axes, ties }) => {
      const shape = extents(x!), kept = shape.map((_, i) => i).filter((i) => !axes.includes(i));
      const back = (t: Tensor) => expandAxes(t, shape, kept);
      const hit = equal(x!, back(out!)), zero = like(0, x!);
      if (ties === "split") {
        const count = sum(where(hit, like(1, x!), zero), axes);
        return ([dx]) => [dx ? div(sum(where(hit, dx, zero), axes), count) : null];
      }
      const order = rowMajor(shape, axes);
      const first = minIndex(where(hit, order, like(0x7fffffff, order)), axes);
      const chosen = equal(order, back(first));
      return ([dx]) => [dx ? sum(where(chosen, dx, zero), axes) : null];
    },
    transpose: no(`${name} is not linear`),
    batch: ([x], _b, _n, { axes, ties }) => [bind(self, [x!], { axes: axes.map((a) => a + 1), ties })],
    lower: lowerReduce(name),
    samples: [
      { inputs: [host([2, 3], [1, 2, 3, 4, -5, 6])], params: { axes: [0], ties: "split" } },
      { inputs: [host([2, 2, 2], [1, 2, 8, 4, 5, 6, 7, 9])], params: { axes: [0, 2], ties: "first" } },
    ],
  };
  return self;
};
export const maxP = extremum("max");
export const minP = extremum("min");

/** For every index its rank, in row-major order, among those that differ only along `axes`. */
const rowMajor = (shape: readonly number[], axes: readonly number[]): Tensor => {
  let order: Tensor | null = null, stride = 1;
  for (const a of [...axes].reverse()) {
    const along = mul(iota(shape, a, "i32"), stride);
    order = order === null ? along : add(order, along);
    stride *= shape[a]!;
  }
  return order!;
};
const minIndex = (x: Tensor, axes: readonly number[]): Tensor => bind(minP, [x], { axes, ties: "split" });

const logical = (name: "any" | "all", combine: "or" | "and"): Primitive<{ readonly axes: readonly number[] }> => {
  const self: Primitive<{ readonly axes: readonly number[] }> = {
    name,
    kind: "reduction",
    abstractEval: ([x], { axes }) => {
      needDType(name, x!, ["bool"]);
      return [aval(x!.shape.filter((_, i) => !axes.includes(i)), "bool")];
    },
    evaluate: ([x], [out], { axes }) => [
      reduceHost(
        x!.data,
        x!.aval.shape,
        axes,
        out!.shape,
        identityOf(combine, "bool"),
        (a, b) => combine === "or" ? a | b : a & b,
      ),
    ],
    linearize: () => () => [null],
    transpose: no(`${name} gives booleans: it is not linear`),
    batch: ([x], _b, _n, { axes }) => [bind(self, [x!], { axes: axes.map((a) => a + 1) })],
    lower: lowerReduce(combine),
    samples: [{ inputs: [host([2, 2], [1, 0, 1, 1], "bool")], params: { axes: [0] }, wrt: [] }],
  };
  return self;
};
export const anyP = logical("any", "or");
export const allP = logical("all", "and");

/** Options of `max` and `min`. */
export interface ExtremumOptions extends ReduceOptions {
  readonly ties?: Ties;
}
/** Largest element over an axis, several, or all; NaN if there is one. `T[...S] -> T[...S without axes]` */
export const max: Reduction<"max", DType, "same", { readonly ties?: Ties }> = byData(
  "max",
  (x: Tensor, axis?: Axes, options: ExtremumOptions = {}) => {
    const { ties = "split", ...rest } = optionsOf("max", options, { keepdims: true, ties: true });
    return reduceOver("max", x, axis, rest, (y, axes) => bind(maxP, [y], { axes, ties }));
  },
);
/** Smallest element over an axis, several, or all; NaN if there is one. `T[...S] -> T[...S without axes]` */
export const min: Reduction<"min", DType, "same", { readonly ties?: Ties }> = byData(
  "min",
  (x: Tensor, axis?: Axes, options: ExtremumOptions = {}) => {
    const { ties = "split", ...rest } = optionsOf("min", options, { keepdims: true, ties: true });
    return reduceOver("min", x, axis, rest, (y, axes) => bind(minP, [y], { axes, ties }));
  },
);
/** Whether any element is true. `bool[...S] -> bool[...S without axes]` */
export const any: Reduction<"any", DType> = byData(
  "any",
  (x: Tensor, axis?: Axes, options: ReduceOptions = {}) =>
    reduceOver("any", x, axis, options, (y, axes) => bind(anyP, [y], { axes }), "booleans"),
);
/** Whether all elements are true. `bool[...S] -> bool[...S without axes]` */
export const all: Reduction<"all", DType> = byData(
  "all",
  (x: Tensor, axis?: Axes, options: ReduceOptions = {}) =>
    reduceOver("all", x, axis, options, (y, axes) => bind(allP, [y], { axes }), "booleans"),
);

/** Arithmetic mean over an axis, several, or all. `F[...S] -> F[...S without axes]`; NaN for an empty mean. */
export const mean: Reduction<"mean", DType> = byData("mean", (x: Tensor, axis?: Axes, options: ReduceOptions = {}) => {
  needReduceOptions("mean", options);
  needKind("mean", "a float", x);
  return inSingle(x, (y) => {
    const total: Tensor = sum(y, axis, options);
    return div(total, size(extents(x)) / size(extents(total)));
  });
});

/**
 * Index of the largest element along an axis, or in row-major order of all; the first of equals, that of a NaN if there is one.
 * `T[...S] -> i32[...S without axis]`. Throws `ShapeError` where there is no element.
 */
export const argmax: ArgReduction<"argmax"> = byData(
  "argmax",
  (x: Tensor, axis?: number, options: ReduceOptions = {}) => argExtremum("argmax", max, x, axis, options),
);
/**
 * Index of the smallest element along an axis, or in row-major order of all; the first of equals, that of a NaN if there is one.
 * `T[...S] -> i32[...S without axis]`. Throws `ShapeError` where there is no element.
 */
export const argmin: ArgReduction<"argmin"> = byData(
  "argmin",
  (x: Tensor, axis?: number, options: ReduceOptions = {}) => argExtremum("argmin", min, x, axis, options),
);
type Pick = (x: Tensor, axis: number, options: ReduceOptions) => Tensor;
const argExtremum = (name: string, pick: Pick, x: Tensor, axis: number | undefined, options: ReduceOptions): Tensor => {
  needReduceOptions(name, options);
  if (axis === undefined) {
    const index = argExtremum(name, pick, reshape(x, [size(extents(x))]), 0, {});
    return options.keepdims ? reshape(index, extents(x).map(() => 1)) : index;
  }
  const a = normalizeAxis(name, extents(x), axis), order = iota(extents(x), a, "i32");
  const best = pick(x, a, { keepdims: true });
  const hit = isFloat(x.dtype as DType) ? where(equal(best, best), equal(x, best), notEqual(x, x)) : equal(x, best);
  return min(where(hit, order, like(0x7fffffff, order)), a, options);
};

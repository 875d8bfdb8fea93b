/** Evenly spaced numbers, and all combinations of the elements of vectors. */
import type { DType, Float } from "../core/dtype.ts";
import { inNameOf, ShapeError } from "../core/errors.ts";
import { byArity } from "../core/pipe.ts";
import { type Dim, type Fail, type Shape, type Show, showShape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import type { Arg } from "../core/typed.ts";
import { add, mul, sub } from "./arithmetic.ts";
import { checkShape, needNumber } from "./checks.ts";
import { less, where } from "./comparison.ts";
import { full, iota } from "./source.ts";
import { expandAxes, expandDims } from "./structure.ts";

const vector = (op: string, x: Tensor): number => {
  const shape = extents(x), got = showShape(shape);
  if (shape.length === 1) return shape[0]!;
  throw new ShapeError(`${op}: expects vectors, got ${got}`, { op, expected: "1 axis", got });
};

/** The type of `arange`. */
export interface ArangeFunction {
  <const N extends number>(stop: N): Tensor<[WholeFrom0<N>], "f32">;
  <D extends DType = "f32">(start: number, stop: number, step?: number, dtype?: D): Tensor<[number], NoInfer<D>>;
}
type WholeFrom0<N extends number> = `${N}` extends `-${string}` | `${string}.${string}` | `${string}e${string}` ? number
  : N;
/**
 * start, start + step, … up to stop, which is not included: `arange(5)` from 0, `arange(1, 5)`, `arange(1, 0, -0.25)`. `-> T[n]`,
 * n = ceil((stop - start) / step). Throws `ShapeError` where the step does not lead from start to stop, `DTypeError` where the
 * dtype does not have start, step or the last number.
 */
export const arange: ArangeFunction = (first: number, second?: number, step = 1, dtype: DType = "f32"): never => {
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  const count = Math.max(0, Math.ceil((stop - start) / step)), towards = start === stop || (stop - start) / step > 0;
  if (!towards || step === 0 || !Number.isSafeInteger(count)) {
    const got = `${start}, ${stop} and ${step}`;
    throw new ShapeError(`arange: the step must lead from start to stop, got ${got}`, {
      op: "arange",
      expected: "a step toward stop",
      got,
    });
  }
  for (const v of [start, step, ...(count > 0 ? [start + step * (count - 1)] : [])]) needNumber("arange", v, dtype);
  return inNameOf("arange", () => add(mul(iota([count], 0, dtype), step), start)) as Tensor as never;
};
/** `count` numbers from start to stop, both included and exact, evenly spaced. `-> F[count]` */
export const linspace = <const N extends number, D extends Float = "f32">(
  start: number,
  stop: number,
  count: N,
  dtype: D = "f32" as D,
): Tensor<[N], NoInfer<D>> => {
  checkShape("linspace", [count]);
  const step = count > 1 ? (stop - start) / (count - 1) : 0, i: Tensor = iota([count], 0, dtype);
  // Each half is counted from its own end.
  const up = add(mul(i, step), start), down = sub(stop, mul(sub(count - 1, i), step));
  const y: Tensor = count > 1 ? where(less(i, count / 2), up, down) : full([count], start, dtype);
  return y as Tensor<[N], D>;
};

/** The product of every element of a vector with every element of another. `T[m], T[n] -> T[m, n]` */
export const outer: OuterFunction = byArity("outer", 2, (a: Tensor, b: Tensor): Tensor => {
  vector("outer", a), vector("outer", b);
  return mul(expandDims(a, 1), expandDims(b, 0));
});
/** The type of `outer`. */
export interface OuterFunction {
  <A extends Shape, B extends Shape, D extends DType>(
    a: Arg<A, D, VectorFit<"outer", A>>,
    b: Arg<B, NoInfer<D>, VectorFit<"outer", B>>,
  ): Tensor<[First<A>, First<B>], D>;
}
type VectorFit<Op extends string, S extends Shape> = number extends S["length"] ? S
  : S extends readonly [unknown] ? S
  : Fail<`${Op}: expects vectors, got ${Show<S>}`>;
type First<S extends Shape> = S extends readonly [infer N, ...unknown[]] ? N : number;

/**
 * The coordinates of the points of a grid: for every vector a tensor of all axes in which it varies along its own. With
 * "xy" the first two axes are swapped, as pictures have them. `T[m], T[n] -> T[m, n], T[m, n]`
 */
export const meshgrid = <D extends DType>(
  vectors: readonly Tensor<Shape, D>[],
  indexing: "ij" | "xy" = "ij",
): Tensor<Dim[], D>[] => {
  const lengths = vectors.map((v) => vector("meshgrid", v as Tensor)),
    swapped = indexing === "xy" && vectors.length > 1;
  const place = (i: number): number => swapped && i < 2 ? 1 - i : i;
  const shape = lengths.map((_, i) => lengths[place(i)]!);
  return vectors.map((v, i) => expandAxes(v as Tensor, shape, [place(i)]) as Tensor<Dim[], D>);
};

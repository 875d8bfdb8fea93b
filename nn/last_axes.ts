/** The last axes of an example: what layer and RMS normalization speak of. */
import type { Extents } from "../core/aval.ts";
import { ShapeError } from "../core/errors.ts";
import { type Dim, type Fail, type IsDynamic, type Show, showShape } from "../core/shape/dim.ts";

/** The last `N` axes of `I`, or a `Fail`. */
export type LastAxes<Op extends string, I, N extends number> = I extends readonly unknown[]
  ? IsDynamic<I> extends true ? Dim[]
  : number extends N ? Dim[]
  : TakeLast<I, N> extends infer R ? [R] extends [never] ? Fail<`${Op}: expects at least ${N} axes, got ${Show<I>}`> : R
  : never
  : never;
type TakeLast<I extends readonly unknown[], N extends number, O extends readonly unknown[] = []> = O["length"] extends N
  ? [...O]
  : I extends [...infer R, infer X] ? TakeLast<R, N, [X, ...O]>
  : never;

/** Twin of `LastAxes`. Throws `ShapeError`. */
export const lastAxes = (op: string, shape: Extents, n: number): number[] => {
  if (n <= shape.length) return shape.slice(shape.length - n);
  const got = showShape(shape);
  throw new ShapeError(`${op}: expects at least ${n} axes, got ${got}`, { op, expected: `at least ${n} axes`, got });
};

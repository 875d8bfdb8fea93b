/** Joining tensors: concat along an existing axis, stack along a new one. The failure names the tensor it happened at. */
import type { Add } from "../arith.ts";
import type { Extents } from "../aval.ts";
import { ShapeError } from "../errors.ts";
import { type AxisFail, type AxisKey, type InsertAt, normalizeAxis, type ReplaceAt } from "./axes.ts";
import { type Dim, type Fail, type IsDynamic, type SameShape, type Show, showShape } from "./dim.ts";

/** Failure at element `I` of a list. */
export interface FailAt<out I extends string = string, out M extends string = string> {
  readonly "~at": I;
  readonly "~sentence": M;
}
/** The expected element types of a list `T` for which a rule gave `R`: each itself, the sentence at the offending one. */
export type Elements<T extends readonly unknown[], R> = {
  [I in keyof T]: R extends { readonly "~at": I; readonly "~sentence": infer M } ? M : T[I];
};
type At<I extends string, E> = E extends Fail<infer M> ? FailAt<I, M> : never;

/** Shapes `T` joined along axis `X`: equal but for that axis, which adds up. */
export type Concat<T extends readonly unknown[], X extends number> = number extends T["length"] ? Dim[]
  : T extends readonly [infer H extends readonly unknown[], ...infer R] ? IsDynamic<H> extends true ? Dim[]
    : number extends X ? Dim[]
    : [AxisKey<H, X>] extends [never] ? At<"0", AxisFail<"concat", H, X>>
    : ConcatFold<R, H, AxisKey<H, X>, [0]>
  : Dim[];
type ConcatFold<T, Acc extends readonly unknown[], K, N extends unknown[]> = T extends readonly [] ? Acc
  : T extends readonly [infer H extends readonly unknown[], ...infer R] ? IsDynamic<H> extends true ? Dim[]
    : SameExcept<Acc, H, K> extends true
      ? ConcatFold<R, ReplaceAt<Acc, K, AddDim<Acc[K & keyof Acc], H[K & keyof H]>>, K, [...N, 0]>
    : FailAt<
      `${N["length"]}`,
      `concat: ${Show<H>} does not match ${Show<Acc>} before it (only axis ${K & string} may differ)`
    >
  : Acc;
type SameExcept<A extends readonly unknown[], B extends readonly unknown[], K> = A["length"] extends B["length"]
  ? SameShape<ReplaceAt<A, K, 0>, ReplaceAt<B, K, 0>>
  : false;
/** Sum of two dims; names add up to something unknown. */
export type AddDim<A, B> = A extends number ? B extends number ? Add<A, B> : number : number;

const same = (a: Extents, b: Extents, except = -1): boolean =>
  a.length === b.length && a.every((d, i) => i === except || d === b[i]);

/** Twin of `Concat`: `concatShape([[2, 3], [2, 4]], 1)` is `[2, 7]`. Throws `ShapeError` or `AxisError`. */
export const concatShape = (shapes: readonly Extents[], axis: number): number[] => {
  const [first, ...rest] = shapes;
  if (first === undefined) {
    throw new ShapeError("concat: expects at least 1 tensor, got none", {
      op: "concat",
      expected: "at least 1 tensor",
      got: "none",
    });
  }
  const k = normalizeAxis("concat", first, axis);
  return rest.reduce<number[]>((acc, shape) => {
    if (!same(acc, shape, k)) {
      const sentence = `${showShape(shape)} does not match ${showShape(acc)} before it (only axis ${k} may differ)`;
      throw new ShapeError(`concat: ${sentence}`, {
        op: "concat",
        expected: `${showShape(acc)} but for axis ${k}`,
        got: showShape(shape),
      });
    }
    return acc.map((d, i) => i === k ? d + shape[i]! : d);
  }, [...first]);
};

/** Equal shapes `T` put side by side along a new axis `X` of the result. */
export type Stack<T extends readonly unknown[], X extends number = 0> = number extends T["length"] ? Dim[]
  : T extends readonly [infer H extends readonly unknown[], ...infer R] ? IsDynamic<H> extends true ? Dim[]
    : number extends X ? Dim[]
    : StackFold<R, H, [0]> extends infer B
      ? B extends true ? [AxisKey<[...H, 0], X>] extends [never] ? At<"0", AxisFail<"stack", [T["length"], ...H], X>>
        : InsertAt<H, AxisKey<[...H, 0], X>, T["length"]>
      : B
    : never
  : Dim[];
type StackFold<T, H extends readonly unknown[], N extends unknown[]> = T extends readonly [infer X, ...infer R]
  ? SameShape<X, H> extends true ? StackFold<R, H, [...N, 0]>
  : FailAt<`${N["length"]}`, `stack: ${Show<X>} is not ${Show<H>}`>
  : true;

/** Twin of `Stack`: `stackShape([[2, 3], [2, 3]])` is `[2, 2, 3]`. Throws `ShapeError` or `AxisError`. */
export const stackShape = (shapes: readonly Extents[], axis = 0): number[] => {
  const [first, ...rest] = shapes;
  if (first === undefined) {
    throw new ShapeError("stack: expects at least 1 tensor, got none", {
      op: "stack",
      expected: "at least 1 tensor",
      got: "none",
    });
  }
  for (const shape of rest) {
    if (!same(first, shape)) {
      throw new ShapeError(`stack: ${showShape(shape)} is not ${showShape(first)}`, {
        op: "stack",
        expected: showShape(first),
        got: showShape(shape),
      });
    }
  }
  const at = normalizeAxis("stack", [shapes.length, ...first], axis);
  return [...first.slice(0, at), shapes.length, ...first.slice(at)];
};

/** Broadcasting: axes are matched from the right; equal dims stay, 1 stretches. */
import type { Add } from "../arith.ts";
import type { Extents } from "../aval.ts";
import { ShapeError } from "../errors.ts";
import { type Dim, type Fail, type Is, type IsDynamic, type Show, type ShowDim, showShape } from "./dim.ts";

/**
 * `[result]`, or `undefined`. `number` is dynamic (checked when traced); names are rigid. `Is` comes first and the result
 * is boxed, so that it is decided even where both dims are one type variable (`[B] extends [B]` would be deferred).
 */
type BroadcastDim<A, B> = Is<A, B> extends true ? [A]
  : A extends 1 ? [B]
  : B extends 1 ? [A]
  : number extends A ? [B]
  : number extends B ? [A]
  : undefined;

/** The shape two shapes broadcast to, or a `Fail` without a subject: `3 and 4 (axis -1)`. */
export type Broadcast<A extends readonly unknown[], B extends readonly unknown[]> = Is<A, B> extends true ? A
  : IsDynamic<A> extends true ? Dim[]
  : IsDynamic<B> extends true ? Dim[]
  : BroadcastRight<A, B, []>;
// Empty tuples first: a tuple pattern that fails to match costs hundreds of instantiations.
type BroadcastRight<A extends readonly unknown[], B extends readonly unknown[], O extends unknown[]> = A extends
  readonly [] ? [...B, ...O]
  : B extends readonly [] ? [...A, ...O]
  : A extends readonly [...infer A1, infer a]
    ? B extends readonly [...infer B1, infer b]
      ? BroadcastDim<a, b> extends [infer R] ? BroadcastRight<A1, B1, [R, ...O]>
      : Fail<`${ShowDim<a>} and ${ShowDim<b>} (axis -${Add<O["length"], 1>})`>
    : never
  : never;

/** `Broadcast` with the sentence of operation `Op`. */
export type BroadcastNamed<Op extends string, A extends readonly unknown[], B extends readonly unknown[]> =
  Broadcast<A, B> extends infer R
    ? R extends Fail<infer M> ? Fail<`${Op}: cannot broadcast ${Show<A>} with ${Show<B>}: ${M} differ`> : R
    : never;

/** The common shape, or the first pair from the right that differs: `3 and 4 (axis -1)`. */
export const broadcastOr = (a: Extents, b: Extents): number[] | string => {
  const rank = Math.max(a.length, b.length);
  const out = new Array<number>(rank);
  for (let i = 1; i <= rank; i++) {
    const m = a.at(-i) ?? 1, n = b.at(-i) ?? 1;
    if (m !== n && m !== 1 && n !== 1) return `${m} and ${n} (axis -${i})`;
    out[rank - i] = m === 1 ? n : m;
  }
  return out;
};

/** The shape two shapes broadcast to. Throws `ShapeError`. `broadcastShapes("add", [8, 1, 4], [3, 1])` is `[8, 3, 4]`. */
export const broadcastShapes = (op: string, a: Extents, b: Extents): number[] => {
  const out = broadcastOr(a, b);
  if (typeof out !== "string") return out;
  throw new ShapeError(`${op}: cannot broadcast ${showShape(a)} with ${showShape(b)}: ${out} differ`, {
    op,
    expected: `a shape that broadcasts with ${showShape(a)}`,
    got: showShape(b),
  });
};

/** `T` where `S` can be stretched to it. */
export type BroadcastTo<S extends readonly unknown[], T extends readonly unknown[]> = IsDynamic<S> extends true ? T
  : IsDynamic<T> extends true ? Dim[]
  : Is<S, T> extends true ? T
  : StretchRight<S, T, S, T, []>;
type StretchRight<S, T, A extends readonly unknown[], B extends readonly unknown[], O extends unknown[]> = A extends
  readonly [] ? [...B, ...O]
  : A extends readonly [...infer A1, infer a]
    ? B extends readonly [...infer B1, infer b]
      ? StretchDim<a, b> extends [infer R] ? StretchRight<S, T, A1, B1, [R, ...O]> : StretchFail<S, T>
    : StretchFail<S, T>
  : never;
/** Compared as results of functions: decided even where `B` is a type variable and `A` is 1 or the same. */
type StretchDim<A, B> = (() => A) extends (() => 1 | B) ? [B] : number extends A ? [B] : undefined;
type StretchFail<S, T> = Fail<`broadcastTo: cannot stretch ${Show<S>} to ${Show<T>}`>;

/** `target` if `shape` can be stretched to it. Throws `ShapeError`. Twin of `BroadcastTo`. */
export const broadcastToShape = (shape: Extents, target: Extents): number[] => {
  const out = broadcastOr(shape, target);
  if (typeof out !== "string" && out.length === target.length && out.every((d, i) => d === target[i])) return out;
  throw new ShapeError(`broadcastTo: cannot stretch ${showShape(shape)} to ${showShape(target)}`, {
    op: "broadcastTo",
    expected: `a shape that stretches to ${showShape(target)}`,
    got: showShape(shape),
  });
};

/** What layers on images [channels, height, width], sequences [channels, length] and volumes share. */
import type { Extents } from "../core/aval.ts";
import { ShapeError } from "../core/errors.ts";
import { type Dim, type Fail, type IsDynamic, type Show, showShape } from "../core/shape/dim.ts";
import { type AtAxis, axisNames, type Rank } from "../core/shape/spatial.ts";
import type { AxisPadding } from "../core/shape/window.ts";

/** How a shape with channels and so many axes more is spoken of. */
export interface Fields {
  readonly 1: "[channels, length]";
  readonly 2: "[channels, height, width]";
  readonly 3: "[channels, depth, height, width]";
}
/** One number for every axis, or one for each of `N`. */
export type SizeOf<N extends Rank> =
  | number
  | { 1: readonly [number]; 2: readonly [number, number]; 3: readonly [number, number, number] }[N];
/** An amount on both sides of every axis, "valid" (none), "same", or for each axis an amount or [before, after]. */
export type PaddingOf<N extends Rank> =
  | number
  | "same"
  | "valid"
  | {
    1: readonly [AxisPadding];
    2: readonly [AxisPadding, AxisPadding];
    3: readonly [AxisPadding, AxisPadding, AxisPadding];
  }[N];
/** `N` extents of which nothing is known. */
export type UnknownOf<N extends Rank> = { 1: [number]; 2: [number, number]; 3: [number, number, number] }[N];
/** `[a, b, ...kernel]`, the shape of the weight of a convolution. */
export type KernelShape<A extends Dim, B extends Dim, K, N extends Rank> = {
  1: [A, B, KernelAt<K, "0">];
  2: [A, B, KernelAt<K, "0">, KernelAt<K, "1">];
  3: [A, B, KernelAt<K, "0">, KernelAt<K, "1">, KernelAt<K, "2">];
}[N];
type KernelAt<K, X> = AtAxis<K, X> & Dim;
/** The failure of a shape that has not channels and `N` axes more, or `D` where its rank is unknown. */
export type NoField<I, Op extends string, N extends Rank, D> = I extends readonly unknown[]
  ? IsDynamic<I> extends true ? D : Fail<`${Op}: expects ${Fields[N]}, got ${Show<I>}`>
  : never;
/** The failure of a shape that is no image, or `D` where its rank is unknown. */
export type NoImage<I, Op extends string, D> = NoField<I, Op, 2, D>;

/** Throws `ShapeError` for a shape that has not channels and `n` axes more. */
export const needField = (op: string, shape: Extents, n: Rank): void => {
  if (shape.length === n + 1) return;
  const expected = `[channels, ${axisNames(n).join(", ")}]`, got = showShape(shape);
  throw new ShapeError(`${op}: expects ${expected}, got ${got}`, { op, expected, got });
};
/** Channels, height and width; throws `ShapeError` for a shape that is no image. */
export const image = (op: string, shape: Extents): readonly [number, number, number] => {
  needField(op, shape, 2);
  return shape as readonly [number, number, number];
};

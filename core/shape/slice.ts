/** Parts of a tensor: a range along an axis, rows of a table by index, axes of extent 1 put in and taken out. */
import type { Lt, Sub } from "../arith.ts";
import type { Extents } from "../aval.ts";
import { ShapeError } from "../errors.ts";
import { type AxisFail, type AxisKey, type DropAt, type InsertAt, normalizeAxis, type ReplaceAt } from "./axes.ts";
import { type Dim, type Fail, type IsDynamic, type Show, type ShowDim, showShape } from "./dim.ts";

/** Positions `A` to `B` (exclusive) along axis `X`; negative positions count from the end. */
export type Slice<S extends readonly unknown[], X extends number, A extends number, B extends number> =
  IsDynamic<S> extends true ? Dim[]
    : number extends X ? Dim[]
    : [AxisKey<S, X>] extends [never] ? AxisFail<"slice", S, X>
    : S[AxisKey<S, X> & keyof S] extends infer W
      ? Range<W, A, B> extends infer R
        ? R extends Fail<infer M> ? Fail<`slice: ${M} (axis ${X} of ${Show<S>})`> : ReplaceAt<S, AxisKey<S, X>, R>
      : never
    : never;
type Range<W, A extends number, B extends number> = W extends number
  ? number extends W | A | B ? number : Between<W, Position<W, A>, Position<W, B>, A, B>
  : number;
/** The position counted from the front; `never` before the front. */
type Position<W extends number, X extends number> = `${X}` extends `-${infer N extends number}` ? Sub<W, N> : X;
type Between<W extends number, F extends number, T extends number, A extends number, B extends number> = [F] extends
  [never] ? Fail<`start ${A} is before the beginning of the extent ${W}`>
  : [T] extends [never] ? Fail<`end ${B} is before the beginning of the extent ${W}`>
  : Lt<W, T> extends true ? Fail<`end ${B} is past the extent ${W}`>
  : [Sub<T, F>] extends [infer R] ? [R] extends [never] ? Fail<`start ${A} is past end ${B}`> : R
  : never;

/** Twin of `Slice`: `sliceShape([8, 10], 1, 2, -1)` is `[8, 7]`. Throws `ShapeError` or `AxisError`. */
export const sliceShape = (shape: Extents, axis: number, start: number, end: number): number[] => {
  const { at, from, to } = sliceRange(shape, axis, start, end);
  return shape.map((d, i) => i === at ? to - from : d);
};

/** The axis and both positions counted from the front. Throws `ShapeError` or `AxisError`. */
export const sliceRange = (shape: Extents, axis: number, start: number, end: number) => {
  const at = normalizeAxis("slice", shape, axis);
  const extent = shape[at]!;
  const from = start < 0 ? extent + start : start, to = end < 0 ? extent + end : end;
  const complaint = from < 0
    ? `start ${start} is before the beginning of the extent ${extent}`
    : to < 0
    ? `end ${end} is before the beginning of the extent ${extent}`
    : to > extent
    ? `end ${end} is past the extent ${extent}`
    : from > to
    ? `start ${start} is past end ${end}`
    : !Number.isInteger(from) || !Number.isInteger(to)
    ? `${start} to ${end} are not whole positions`
    : "";
  if (complaint === "") return { at, from, to };
  throw new ShapeError(`slice: ${complaint} (axis ${axis} of ${showShape(shape)})`, {
    op: "slice",
    expected: `positions from ${-extent} to ${extent}`,
    got: `${start} to ${end}`,
  });
};

/** Rows of a table by index along axis 0: `T[v, ...r], i32[...i] -> T[...i, ...r]`. */
export type Take<S extends readonly unknown[], I extends readonly unknown[], Op extends string = "take"> =
  IsDynamic<S> extends true ? Dim[]
    : S extends readonly [unknown, ...infer R] ? [...I, ...R]
    : Fail<`${Op}: the table is a scalar`>;

/** Twin of `Take`. Throws `ShapeError`. */
export const takeShape = (table: Extents, indices: Extents, op = "take"): number[] => {
  if (table.length > 0) return [...indices, ...table.slice(1)];
  throw new ShapeError(`${op}: the table is a scalar`, { op, expected: "at least 1 axis", got: "[]" });
};

/** `S` with a new axis of extent 1 at `X` of the result. */
export type ExpandDims<S extends readonly unknown[], X extends number> = IsDynamic<S> extends true ? Dim[]
  : number extends X ? Dim[]
  : [AxisKey<[...S, 1], X>] extends [never] ? AxisFail<"expandDims", [...S, 1], X>
  : InsertAt<S, AxisKey<[...S, 1], X>, 1>;

/** Twin of `ExpandDims`. Throws `AxisError`. */
export const expandDimsShape = (shape: Extents, axis: number): number[] => {
  const at = normalizeAxis("expandDims", [...shape, 1], axis);
  return [...shape.slice(0, at), 1, ...shape.slice(at)];
};

/** `S` without axis `X`, which must have extent 1. */
export type Squeeze<S extends readonly unknown[], X extends number> = IsDynamic<S> extends true ? Dim[]
  : number extends X ? Dim[]
  : [AxisKey<S, X>] extends [never] ? AxisFail<"squeeze", S, X>
  : S[AxisKey<S, X> & keyof S] extends infer W ? W extends 1 ? DropAt<S, AxisKey<S, X>>
    : number extends W ? DropAt<S, AxisKey<S, X>>
    : Fail<`squeeze: axis ${X} of ${Show<S>} is ${ShowDim<W>}, not 1`>
  : never;

/** Twin of `Squeeze`. Throws `ShapeError` or `AxisError`. */
export const squeezeShape = (shape: Extents, axis: number): number[] => {
  const at = normalizeAxis("squeeze", shape, axis);
  if (shape[at] === 1) return shape.filter((_, i) => i !== at);
  throw new ShapeError(`squeeze: axis ${axis} of ${showShape(shape)} is ${shape[at]}, not 1`, {
    op: "squeeze",
    expected: "an axis of extent 1",
    got: `${shape[at]}`,
  });
};

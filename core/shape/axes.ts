/** Naming axes: `-1` is the last; and the rules that drop or reorder them: reductions, permute, transpose. */
import type { Sub } from "../arith.ts";
import type { Extents } from "../aval.ts";
import { AxisError, ShapeError } from "../errors.ts";
import { type AnyFail, type Dim, type Fail, type IsDynamic, type Show, showShape } from "./dim.ts";

/** Axes counted from the end, by rank and axis. Higher ranks are counted by subtraction. */
// deno-fmt-ignore
interface FromEnd {
  "1-1": "0";
  "2-1": "1"; "2-2": "0";
  "3-1": "2"; "3-2": "1"; "3-3": "0";
  "4-1": "3"; "4-2": "2"; "4-3": "1"; "4-4": "0";
  "5-1": "4"; "5-2": "3"; "5-3": "2"; "5-4": "1"; "5-5": "0";
}
type CountBack<At, S extends readonly unknown[], N extends number> = At extends keyof FromEnd ? FromEnd[At]
  : [Sub<S["length"], N>] extends [infer R extends number] ? [R] extends [never] ? never : `${R}`
  : never;

/** The key (`"0"`, `"1"`, ...) of axis `X`, or `never` where there is no such axis. */
export type AxisKey<S extends readonly unknown[], X extends number> = `${X}` extends `-${infer N extends number}`
  ? CountBack<`${S["length"]}-${N}`, S, N>
  : `${X}` extends keyof S ? `${X}`
  : never;
export type AxisFail<Op extends string, S, X extends number> = Fail<`${Op}: axis ${X} is out of range for ${Show<S>}`>;

/** The keys of a list of axes, in its order. */
export type AxisKeys<Op extends string, S extends readonly unknown[], X extends readonly unknown[]> = CollectKeys<
  Op,
  S,
  X,
  X,
  []
>;
type CollectKeys<Op extends string, S extends readonly unknown[], X, Rest, O extends string[]> = Rest extends
  readonly [] ? O
  : Rest extends readonly [infer H extends number, ...infer T]
    ? [AxisKey<S, H>] extends [infer K extends string] ? [K] extends [never] ? AxisFail<Op, S, H>
      : K extends O[number] ? Fail<`${Op}: axis ${K} is given twice in ${Show<X>}`>
      : CollectKeys<Op, S, X, T, [...O, K]>
    : never
  : never;

/** `axis` as an index from the front. Throws `AxisError`. */
export const normalizeAxis = (op: string, shape: Extents, axis: number): number => {
  if (typeof axis !== "number") {
    const got = typeof axis === "object" && axis !== null && "dtype" in axis ? "a tensor" : typeof axis;
    throw new AxisError(`${op}: expected an axis, a number, got ${got}`, { op, expected: "a number", got });
  }
  const index = axis < 0 ? axis + shape.length : axis;
  if (Number.isInteger(index) && index >= 0 && index < shape.length) return index;
  throw new AxisError(`${op}: axis ${axis} is out of range for ${showShape(shape)}`, {
    op,
    expected: shape.length === 0 ? "no axis" : `an axis from ${-shape.length} to ${shape.length - 1}`,
    got: `${axis}`,
  });
};

/** `axes` as indices from the front, in the given order; all axes where none are given. Throws `AxisError`. */
export const normalizeAxes = (op: string, shape: Extents, axes?: number | readonly number[]): number[] => {
  if (axes === undefined) return shape.map((_, i) => i);
  const list = typeof axes === "number" ? [axes] : axes;
  const out: number[] = [];
  for (const axis of list) {
    const index = normalizeAxis(op, shape, axis);
    if (out.includes(index)) {
      throw new AxisError(`${op}: axis ${index} is given twice in ${showShape(list)}`, {
        op,
        expected: "distinct axes",
        got: showShape(list),
      });
    }
    out.push(index);
  }
  return out;
};

/** `S` with the dim at key `K` replaced by `V`. */
export type ReplaceAt<S extends readonly unknown[], K, V> = { [I in keyof S]: I extends K ? V : S[I] };
/** `S` without the dims at keys `K`. */
export type DropAt<S extends readonly unknown[], K, O extends unknown[] = [], I extends unknown[] = []> = S extends
  readonly [infer H, ...infer T]
  ? `${I["length"]}` extends K ? DropAt<T, K, O, [...I, 0]> : DropAt<T, K, [...O, H], [...I, 0]>
  : O;
/** `S` with `V` put in before key `K`, or at the end. */
export type InsertAt<S extends readonly unknown[], K, V, O extends unknown[] = []> = `${O["length"]}` extends K
  ? [...O, V, ...S]
  : S extends readonly [infer H, ...infer T] ? InsertAt<T, K, V, [...O, H]>
  : [...O, V];

/**
 * What a reduction leaves: axes `X` (a number, a list, or all where `undefined`) are dropped, or 1 with keepdims.
 * An axis known only at run time leaves nothing known.
 */
export type Reduce<Op extends string, S extends readonly unknown[], X, Keep> = IsDynamic<S> extends true ? Dim[]
  : X extends undefined ? Keep extends true ? { [I in keyof S]: 1 } : []
  : X extends number ? number extends X ? Dim[]
    : [AxisKey<S, X>] extends [never] ? AxisFail<Op, S, X>
    : ReduceAt<S, AxisKey<S, X>, Keep>
  : X extends readonly number[] ? number extends X["length"] | X[number] ? Dim[]
    : AxisKeys<Op, S, X> extends infer K ? K extends AnyFail ? K
      : K extends readonly unknown[] ? ReduceAt<S, K[number], Keep>
      : never
    : never
  : never;
type ReduceAt<S extends readonly unknown[], K, Keep> = Keep extends true ? ReplaceAt<S, K, 1> : DropAt<S, K>;

/** Twin of `Reduce`: `reduceShape("sum", [2, 3, 4], [0, -1])` is `[3]`. Throws `AxisError`. */
export const reduceShape = (
  op: string,
  shape: Extents,
  axes?: number | readonly number[],
  keepdims = false,
): number[] => {
  const dropped = normalizeAxes(op, shape, axes);
  return keepdims ? shape.map((d, i) => dropped.includes(i) ? 1 : d) : shape.filter((_, i) => !dropped.includes(i));
};

/** `S` if it has an axis `X`, as softmax, cumsum or sort need. */
export type AlongAxis<Op extends string, S extends readonly unknown[], X extends number> = IsDynamic<S> extends true ? S
  : number extends X ? S
  : [AxisKey<S, X>] extends [never] ? AxisFail<Op, S, X>
  : S;

/** The axes of `S` in the order `P`. */
export type Permute<S extends readonly unknown[], P extends readonly number[]> = IsDynamic<S> extends true ? Dim[]
  : number extends P["length"] | P[number] ? Dim[]
  : P["length"] extends S["length"] ? AxisKeys<"permute", S, P> extends infer K ? K extends AnyFail ? K
      : { [I in keyof K]: S[K[I] & keyof S] }
    : never
  : Fail<`permute: got ${P["length"]} axes for ${Show<S>}`>;

/** Twin of `Permute`: `permuteShape([2, 3, 4], [2, 0, 1])` is `[4, 2, 3]`. Throws `ShapeError` or `AxisError`. */
export const permuteShape = (shape: Extents, axes: readonly number[]): number[] => {
  if (axes.length !== shape.length) {
    throw new ShapeError(`permute: got ${axes.length} axes for ${showShape(shape)}`, {
      op: "permute",
      expected: `${shape.length} axes`,
      got: showShape(axes),
    });
  }
  return normalizeAxes("permute", shape, axes).map((axis) => shape[axis]!);
};

/** `S` with axis `A` put at place `B` of the result. */
export type MoveAxis<S extends readonly unknown[], A extends number, B extends number> = IsDynamic<S> extends true
  ? Dim[]
  : number extends A | B ? Dim[]
  : [AxisKey<S, A>] extends [never] ? AxisFail<"moveAxis", S, A>
  : [AxisKey<S, B>] extends [never] ? AxisFail<"moveAxis", S, B>
  : InsertAt<DropAt<S, AxisKey<S, A>>, AxisKey<S, B>, S[AxisKey<S, A> & keyof S]>;

/** Twin of `MoveAxis`: the order in which `permute` takes the axes. Throws `AxisError`. */
export const moveAxisOrder = (shape: Extents, from: number, to: number): number[] => {
  const a = normalizeAxis("moveAxis", shape, from), b = normalizeAxis("moveAxis", shape, to);
  const rest = shape.map((_, i) => i).filter((i) => i !== a);
  return [...rest.slice(0, b), a, ...rest.slice(b)];
};

/** `S` with its last two axes exchanged. */
export type Transpose<S extends readonly unknown[]> = IsDynamic<S> extends true ? Dim[]
  : S extends readonly [...infer B, infer X, infer Y] ? [...B, Y, X]
  : Fail<`transpose: expects at least 2 axes, got ${Show<S>}`>;

/** Twin of `Transpose`. Throws `ShapeError`. */
export const transposeShape = (shape: Extents): number[] => {
  if (shape.length < 2) {
    throw new ShapeError(`transpose: expects at least 2 axes, got ${showShape(shape)}`, {
      op: "transpose",
      expected: "at least 2 axes",
      got: showShape(shape),
    });
  }
  return [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!];
};

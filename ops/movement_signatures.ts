/** The types of operations that move elements without computing: reshape, permute, slice, concat and their like. */
import type { DType } from "../core/dtype.ts";
import type { In, Operation } from "../core/pipe.ts";
import type { MoveAxis, Permute, Transpose } from "../core/shape/axes.ts";
import type { BroadcastTo } from "../core/shape/broadcast.ts";
import type { Dim, Mut, Shape } from "../core/shape/dim.ts";
import type { AddDim, Concat, Elements, Stack } from "../core/shape/join.ts";
import type { Reshape } from "../core/shape/reshape.ts";
import type { ExpandDims, Slice, Squeeze } from "../core/shape/slice.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Arg, Guard, Ok, ShapesOf } from "../core/typed.ts";

/** An operation that moves elements: the dtype stays. */
interface Movement<K extends string> extends Operation {
  readonly kind: K;
  readonly "~to": this["~from"];
}

export interface ReshapeTo<T extends Shape> extends Movement<"reshape"> {
  readonly "~out": Reshape<In<this["~in"]>, T>;
  <S extends Shape, D extends DType>(x: Arg<S, D, Reshape<S, T>>): Tensor<Ok<Reshape<S, T>>, D>;
}
export interface ReshapeFunction {
  <S extends Shape, D extends DType, const T extends Shape>(
    x: Tensor<S, D>,
    shape: Guard<T, Reshape<S, Mut<T>>>,
  ): Tensor<Ok<Reshape<S, Mut<T>>>, D>;
  <const T extends Shape>(shape: T): ReshapeTo<Mut<T>>;
}

export interface BroadcastToBy<T extends Shape> extends Movement<"broadcastTo"> {
  readonly "~out": BroadcastTo<In<this["~in"]>, T>;
  <S extends Shape, D extends DType>(x: Arg<S, D, BroadcastTo<S, T>>): Tensor<Ok<BroadcastTo<S, T>>, D>;
}
export interface BroadcastToFunction {
  <S extends Shape, D extends DType, const T extends Shape>(
    x: Tensor<S, D>,
    shape: Guard<T, BroadcastTo<S, Mut<T>>>,
  ): Tensor<Ok<BroadcastTo<S, Mut<T>>>, D>;
  <const T extends Shape>(shape: T): BroadcastToBy<Mut<T>>;
}

export interface PermuteBy<P extends readonly number[]> extends Movement<"permute"> {
  readonly "~out": Permute<In<this["~in"]>, P>;
  <S extends Shape, D extends DType>(x: Arg<S, D, Permute<S, P>>): Tensor<Ok<Permute<S, P>>, D>;
}
export interface PermuteFunction {
  <S extends Shape, D extends DType, const P extends readonly number[]>(
    x: Tensor<S, D>,
    axes: Guard<P, Permute<S, Mut<P>>>,
  ): Tensor<Ok<Permute<S, Mut<P>>>, D>;
  <const P extends readonly number[]>(axes: P): PermuteBy<Mut<P>>;
}

/** `x => moveAxis(x, from, to)` */
export interface MoveAxisBy<A extends number, B extends number> extends Movement<"moveAxis"> {
  readonly "~out": MoveAxis<In<this["~in"]>, A, B>;
  <S extends Shape, D extends DType>(x: Arg<S, D, MoveAxis<S, A, B>>): Tensor<Ok<MoveAxis<S, A, B>>, D>;
}
export interface MoveAxisFunction {
  <S extends Shape, D extends DType, const A extends number, const B extends number>(
    x: Tensor<S, D>,
    from: A,
    to: Guard<B, MoveAxis<S, A, B>>,
  ): Tensor<Ok<MoveAxis<S, A, B>>, D>;
  <const A extends number, const B extends number>(from: A, to: B): MoveAxisBy<A, B>;
}

export interface TransposeFunction extends Movement<"transpose"> {
  readonly "~out": Transpose<In<this["~in"]>>;
  <S extends Shape, D extends DType>(x: Arg<S, D, Transpose<S>>): Tensor<Ok<Transpose<S>>, D>;
}

export interface ExpandDimsBy<X extends number> extends Movement<"expandDims"> {
  readonly "~out": ExpandDims<In<this["~in"]>, X>;
  <S extends Shape, D extends DType>(x: Arg<S, D, ExpandDims<S, X>>): Tensor<Ok<ExpandDims<S, X>>, D>;
}
export interface ExpandDimsFunction {
  <S extends Shape, D extends DType, const X extends number>(
    x: Tensor<S, D>,
    axis: Guard<X, ExpandDims<S, X>>,
  ): Tensor<Ok<ExpandDims<S, X>>, D>;
  <const X extends number>(axis: X): ExpandDimsBy<X>;
}

export interface SqueezeBy<X extends number> extends Movement<"squeeze"> {
  readonly "~out": Squeeze<In<this["~in"]>, X>;
  <S extends Shape, D extends DType>(x: Arg<S, D, Squeeze<S, X>>): Tensor<Ok<Squeeze<S, X>>, D>;
}
export interface SqueezeFunction {
  <S extends Shape, D extends DType, const X extends number>(
    x: Tensor<S, D>,
    axis: Guard<X, Squeeze<S, X>>,
  ): Tensor<Ok<Squeeze<S, X>>, D>;
  <const X extends number>(axis: X): SqueezeBy<X>;
}

export interface SliceBy<X extends number, A extends number, B extends number> extends Movement<"slice"> {
  readonly "~out": Slice<In<this["~in"]>, X, A, B>;
  <S extends Shape, D extends DType>(x: Arg<S, D, Slice<S, X, A, B>>): Tensor<Ok<Slice<S, X, A, B>>, D>;
}
export interface SliceFunction {
  <S extends Shape, D extends DType, const X extends number, const A extends number, const B extends number>(
    x: Tensor<S, D>,
    axis: X,
    start: A,
    end: Guard<B, Slice<S, X, A, B>>,
  ): Tensor<Ok<Slice<S, X, A, B>>, D>;
  <const X extends number, const A extends number, const B extends number>(axis: X, start: A, end: B): SliceBy<X, A, B>;
}

type DTypeOf<T extends readonly unknown[]> = T extends readonly [Tensor<unknown, infer D>, ...unknown[]] ? D
  : T[number] extends Tensor<unknown, infer D> ? D
  : DType;
export interface ConcatFunction {
  <T extends readonly Tensor[], const X extends number>(
    tensors: readonly [...Elements<T, Concat<ShapesOf<T>, X>>],
    axis: X,
  ): Tensor<Ok<Concat<ShapesOf<T>, X>>, DTypeOf<T>>;
}
export interface StackFunction {
  <T extends readonly Tensor[], const X extends number = 0>(
    tensors: readonly [...Elements<T, Stack<ShapesOf<T>, X>>],
    axis?: X,
  ): Tensor<Ok<Stack<ShapesOf<T>, X>>, DTypeOf<T>>;
}

type Pair = readonly [number, number];
/** Every dim with what is put before and after it. */
export type Padded<S extends Shape, P extends readonly Pair[]> = number extends S["length"] | P["length"] ? Dim[]
  : { [I in keyof S]: I extends keyof P ? P[I] extends Pair ? Grown<S[I], P[I][0], P[I][1]> : number : number };
type Grown<W, L extends number, R extends number> = [L, R] extends [0, 0] ? W
  : `1${L}${R}` extends `${bigint}` ? AddDim<AddDim<W, L>, R>
  : number;
export interface PadFunction {
  <S extends Shape, D extends DType, const P extends readonly Pair[]>(
    x: Tensor<S, D>,
    amounts: P,
    value?: number,
  ): Tensor<Padded<S, P>, D>;
}

export interface CastTo<R extends DType> extends Operation {
  readonly kind: "cast";
  readonly "~out": this["~in"];
  readonly "~to": R;
  <S extends Shape>(x: Tensor<S>): Tensor<S, R>;
}
export interface CastFunction {
  <S extends Shape, R extends DType>(x: Tensor<S>, dtype: R): Tensor<S, R>;
  <R extends DType>(dtype: R): CastTo<R>;
}

/**
 * The types of operations: data first, `add(x, y)`, or, with one argument less, data last, `pipe(x, add(y))`. A shape that
 * does not fit turns the type of an argument into the sentence that the same call throws at run time.
 */
import type { DType } from "../core/dtype.ts";
import type { Kind, NeedKind } from "../core/kinds.ts";
import type { In, Operation } from "../core/pipe.ts";
import type { AlongAxis, Reduce } from "../core/shape/axes.ts";
import type { Broadcast, BroadcastNamed } from "../core/shape/broadcast.ts";
import type { Fail, Is, Shape } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Arg, Guard, Ok } from "../core/typed.ts";

/** A plain number beside a tensor takes its shape and dtype. */
export type Operand = Tensor | number;

/** An operation that keeps shape and dtype. */
export interface Unary<K extends string, F extends DType = DType> extends Operation {
  readonly kind: K;
  readonly "~out": this["~in"];
  readonly "~to": this["~from"];
  <S extends Shape, D extends F>(x: Tensor<S, D>): Tensor<S, D>;
}

/** `true` where two operands go together and are of the kind, the sentence otherwise. */
export type Fitting<Op extends string, A, B, K extends Kind = "elements of any type"> = A extends
  Tensor<infer SA extends Shape, infer DA>
  ? B extends Tensor<infer SB extends Shape, infer DB>
    ? OneDType<DA, DB> extends true ? Is<SA, SB> extends true ? OfKind<Op, K, DB>
      : BroadcastNamed<Op, SA, SB> extends Fail<infer M> ? M
      : OfKind<Op, K, DB>
    : `${Op}: expected operands of one dtype, got ${DA} and ${DB}: cast one of them`
  : OfKind<Op, K, DA>
  : B extends Tensor<unknown, infer DB> ? OfKind<Op, K, DB>
  : true;
/** Floats and numbers may be of a dtype that is a type variable, of which nothing can be asked: those are told at run time. */
type OfKind<Op extends string, K extends Kind, D> = K extends "whole numbers" | "whole numbers or booleans"
  ? NeedKind<Op, K, D> extends Fail<infer M> ? M : true
  : true;
/** May two dtypes be the same? */
type OneDType<A, B> = Is<A, B> extends true ? true : [A & B] extends [never] ? false : true;
type Narrower<A, B> = [A] extends [B] ? A : B;
/** The result of two operands; `R` is the dtype of a comparison, or "same". */
export type Joined<A, B, R extends DType | "same"> = A extends Tensor<infer SA extends Shape, infer DA>
  ? B extends Tensor<infer SB extends Shape, infer DB>
    ? Tensor<Is<SA, SB> extends true ? SA : Ok<Broadcast<SA, SB>>, R extends DType ? R : Narrower<DA, DB> & DType>
  : R extends DType ? Tensor<SA, R>
  : A
  : B extends Tensor<infer SB> ? R extends DType ? Tensor<SB, R> : B
  : Tensor<[], R extends DType ? R : "f32">;
/** An argument: itself, or the sentence. */
type Fit<T, M> = M extends string ? M : T;

/** `x => op(x, y)` with broadcasting. */
export interface ElementwiseBy<Op extends string, B extends Operand, R extends DType | "same", K extends Kind>
  extends Operation {
  readonly kind: Op;
  readonly "~out": B extends Tensor<infer SB extends Shape> ? BroadcastNamed<Op, In<this["~in"]>, SB> : this["~in"];
  readonly "~to": R extends DType ? R : this["~from"];
  <const A extends Operand>(x: Fit<A, Fitting<Op, A, B, K>>): Joined<A, B, R>;
}
/** An operation on two operands of a kind with broadcasting; `R` is the dtype of the result, or "same". */
export interface Elementwise<Op extends string, R extends DType | "same" = "same", K extends Kind = "numbers"> {
  <A extends Operand, B extends Operand>(x: A, y: Fit<B, Fitting<Op, A, B, K>>): Joined<A, B, R>;
  <B extends Operand>(y: B): ElementwiseBy<Op, B, R, K>;
}

/** The sentence where the operands of `where` do not go together, `true` otherwise. */
type WhereFit<C extends Shape, A, B> = Fitting<"where", A, B> extends infer M ? M extends string ? M
  : Joined<A, B, "same"> extends Tensor<infer S extends Shape>
    ? BroadcastNamed<"where", C, S> extends Fail<infer E> ? E : true
  : true
  : never;
/** `where(condition, x, y)` with broadcasting of all three. */
export interface Where {
  <C extends Shape, E extends DType, A extends Operand, B extends Operand>(
    condition: Arg<C, E, NeedKind<"where", "a condition of booleans", E>>,
    x: A,
    y: Fit<B, WhereFit<C, A, B>>,
  ): Joined<A, B, "same"> extends Tensor<infer S extends Shape, infer D> ? Tensor<Ok<Broadcast<C, S>>, D> : never;
}

/** An axis, several, or all. */
export type Axes = number | readonly number[] | undefined;
/** `x => op(x, axis)` */
export interface ReductionBy<Op extends string, X, R extends DType | "same"> extends Operation {
  readonly kind: Op;
  readonly "~out": Reduce<Op, In<this["~in"]>, X, false>;
  readonly "~to": R extends DType ? R : this["~from"];
  <S extends Shape, D extends DType>(
    x: Arg<S, D, Reduce<Op, S, X, false>>,
  ): Tensor<Ok<Reduce<Op, S, X, false>>, R extends DType ? R : D>;
}
/** An operation over an axis, several, or all; without arguments in a pipe: over all. `O` are its options but `keepdims`. */
export interface Reduction<Op extends string, F extends DType, R extends DType | "same" = "same", O = unknown>
  extends Operation {
  readonly kind: Op;
  readonly "~out": [];
  readonly "~to": R extends DType ? R : this["~from"];
  <S extends Shape, D extends F, const X extends Axes = undefined, const K extends boolean = false>(
    x: Tensor<S, D>,
    axis?: Guard<X, Reduce<Op, S, X, K>>,
    options?: { readonly keepdims?: K } & O,
  ): Tensor<Ok<Reduce<Op, S, X, K>>, R extends DType ? R : D>;
  <const X extends number | readonly number[]>(axis: X): ReductionBy<Op, X, R>;
}
/** An operation over exactly one axis. */
export interface AxisReduction<Op extends string, R extends DType> {
  <S extends Shape, D extends DType, const X extends number, const K extends boolean = false>(
    x: Tensor<S, D>,
    axis: Guard<X, Reduce<Op, S, X, K>>,
    options?: { readonly keepdims?: K },
  ): Tensor<Ok<Reduce<Op, S, X, K>>, R>;
  <const X extends number>(axis: X): ReductionBy<Op, X, R>;
}
/** An operation along an axis, the last unless given, that keeps the shape. */
export interface Along<Op extends string, F extends DType> extends Operation {
  readonly kind: Op;
  readonly "~out": this["~in"];
  readonly "~to": this["~from"];
  <S extends Shape, D extends F, const X extends number = -1>(
    x: Tensor<S, D>,
    axis?: Guard<X, AlongAxis<Op, S, X>>,
  ): Tensor<S, D>;
}

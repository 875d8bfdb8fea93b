/** The types of elementwise operations with parameters, of questions about elements, of gated halves and of positions. */
import type { DivMod } from "../core/arith.ts";
import type { DType, Float } from "../core/dtype.ts";
import type { In, Operation } from "../core/pipe.ts";
import type { AxisFail, AxisKey, ReplaceAt } from "../core/shape/axes.ts";
import type { Dim, Fail, IsDynamic, Shape, Show } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Arg, Guard, Ok } from "../core/typed.ts";
import type { AxisReduction, Fitting, Joined, Operand, Unary } from "./signatures.ts";

/** An operation that keeps shape and dtype, set by numbers: `op(x, ...numbers)`; in a pipe `op(...numbers)` or `op`. */
export interface UnaryWith<K extends string, P extends readonly unknown[], F extends DType = Float> extends Operation {
  readonly kind: K;
  readonly "~out": this["~in"];
  readonly "~to": this["~from"];
  <S extends Shape, D extends F>(x: Tensor<S, D>, ...parameters: P): Tensor<S, D>;
  (...parameters: P): Unary<K, F>;
}

/** A question about every element. */
export interface Predicate<K extends string> extends Operation {
  readonly kind: K;
  readonly "~out": this["~in"];
  readonly "~to": "bool";
  <S extends Shape>(x: Tensor<S>): Tensor<S, "bool">;
}

/** `S` with half as many elements along axis `X`. */
export type Halve<Op extends string, S extends readonly unknown[], X extends number> = IsDynamic<S> extends true ? Dim[]
  : number extends X ? Dim[]
  : [AxisKey<S, X>] extends [infer K extends string] ? [K] extends [never] ? AxisFail<Op, S, X>
    : HalveAt<Op, S, K, S[K & keyof S]>
  : never;
type HalveAt<Op extends string, S extends readonly unknown[], K, W> = W extends number
  ? number extends W ? ReplaceAt<S, K, number>
  : DivMod<W, 2> extends [infer Q, infer R]
    ? R extends 1 ? Fail<`${Op}: expected an even number along axis ${K & string} of ${Show<S>}, got ${W}`>
    : ReplaceAt<S, K, Q>
  : never
  : ReplaceAt<S, K, number>;

/** An operation that halves an axis, the last unless given. */
export interface Halving<Op extends string> extends Operation {
  readonly kind: Op;
  readonly "~out": Halve<Op, In<this["~in"]>, -1>;
  readonly "~to": this["~from"];
  <S extends Shape, D extends Float, const X extends number = -1>(
    x: Tensor<S, D>,
    axis?: Guard<X, Halve<Op, S, X>>,
  ): Tensor<Ok<Halve<Op, S, X>>, D>;
  <const X extends number = -1>(axis?: X): HalvingBy<Op, X>;
}
export interface HalvingBy<Op extends string, X extends number> extends Operation {
  readonly kind: Op;
  readonly "~out": Halve<Op, In<this["~in"]>, X>;
  readonly "~to": this["~from"];
  <S extends Shape, D extends Float>(x: Arg<S, D, Halve<Op, S, X>>): Tensor<Ok<Halve<Op, S, X>>, D>;
}

/** `op(a, b, weight)` with broadcasting of all three. */
export interface Blend<Op extends string> {
  <A extends Operand, B extends Operand, W extends Operand>(
    a: A,
    b: Fit<B, Fitting<Op, A, B>>,
    weight: Fit<W, Fitting<Op, Joined<A, B, "same">, W>>,
  ): Joined<Joined<A, B, "same">, W, "same">;
}
type Fit<T, M> = M extends string ? M : T;

/** The index of an extreme along one axis, or among all elements. */
export interface ArgReduction<Op extends string> extends AxisReduction<Op, "i32"> {
  <S extends Shape, D extends DType>(x: Tensor<S, D>): Tensor<[], "i32">;
}

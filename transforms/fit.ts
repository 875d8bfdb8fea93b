/** What transforms ask of the functions and values they are given, as types: the sentences are those that are thrown. */
import type { DType } from "../core/dtype.ts";
import type { Fail, Is, IsDynamic, SameShape, ShowDim } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Guard } from "../core/typed.ts";

/** `"f32[2,3]"`: the type of a tensor as it is shown. */
export type ShowTensor<T> = T extends Tensor<infer S, infer D>
  ? S extends readonly unknown[] ? IsDynamic<S> extends true ? `${D}[...]` : `${D}[${Commas<S>}]` : "?"
  : T extends boolean ? "a boolean"
  : "?";
type Commas<S, A extends string = ""> = S extends readonly [infer H, ...infer T]
  ? Commas<T, A extends "" ? ShowDim<H> : `${A},${ShowDim<H>}`>
  : A;
type IsAny<T> = 0 extends 1 & T ? true : false;

/**
 * The pair of a tensor of the tree `W` and the one at its place in `G` that is not like it, "structure" where the trees differ;
 * `never` where all are alike.
 */
export type Unlike<W, G> = Is<W, G> extends true ? never
  : IsAny<W> extends true ? never
  : IsAny<G> extends true ? never
  : W extends Tensor<infer S extends readonly unknown[], infer D>
    ? G extends Tensor<infer T extends readonly unknown[], infer E> ? Alike<S, D, T, E> extends true ? never : [W, G]
    : "structure"
  : G extends Tensor ? "structure"
  : W extends readonly [infer A, ...infer B]
    ? G extends readonly [infer C, ...infer F] ? [Unlike<A, C>] extends [never] ? Unlike<B, F> : Unlike<A, C>
    : "structure"
  : W extends object ? { [K in keyof W]: K extends keyof G ? Unlike<W[K], G[K]> : "structure" }[keyof W]
  : never;
type Alike<S extends readonly unknown[], D extends DType, T extends readonly unknown[], E extends DType> =
  [D & E] extends [never] ? false
    : IsDynamic<S> extends true ? true
    : IsDynamic<T> extends true ? true
    : SameShape<S, T>;

/** The failure of a test or predicate that is not one bool. */
export type PredicateFit<Op extends string, What extends string, P> = IsAny<P> extends true ? P
  : P extends Tensor<infer S extends readonly unknown[], infer D>
    ? Alike<S, D, [], "bool"> extends true ? P : Fail<`${Op}: expected a ${What} bool[], got ${ShowTensor<P>}`>
  : P extends boolean ? Fail<`${Op}: expected a ${What} bool[], got a boolean`>
  : P;
/** The failure of a second branch whose result `Q` is not like that of the first. */
export type BranchFit<R, Q> = Unlike<R, Q> extends infer U ? [U] extends [never] ? true
  : U extends [infer W, infer G] ? Fail<`cond: the second branch returns ${ShowTensor<G>}, expected ${ShowTensor<W>}`>
  : true
  : never;
/** The failure of a step whose next carry `N` is not like the carry `C`. */
export type CarryFit<Op extends string, C, N> = Unlike<C, N> extends infer U ? [U] extends [never] ? true
  : U extends [infer W, infer G]
    ? Fail<`${Op}: the carry must keep its type, ${ShowTensor<W>}, but the step returns ${ShowTensor<G>}`>
  : Fail<`${Op}: the carry must keep its structure`>
  : never;
/** The failure of tangents or cotangents `T` that are not like the values `A`. */
export type DirectionFit<Op extends string, What extends string, A, T> = Unlike<A, T> extends infer U
  ? [U] extends [never] ? true
  : U extends [infer W, infer G] ? Fail<`${Op}: expected a ${What} of type ${ShowTensor<W>}, got ${ShowTensor<G>}`>
  : Fail<`${Op}: expected a ${What} of the structure of its value`>
  : never;
/** Tangents of the arguments `A`, or the sentence in the place of one that is not like its argument. */
export type Tangents<Op extends string, A extends readonly unknown[], T extends readonly unknown[]> = {
  [I in keyof T]: Counted<A, T> extends true
    ? I extends keyof A ? Guard<T[I], DirectionFit<Op, "tangent", A[I], T[I]>> : T[I]
    : `${Op}: expected ${A["length"]} tangents, got ${T["length"]}`;
};
/** Are there as many `T` as there are `A`? */
type Counted<A extends readonly unknown[], T extends readonly unknown[]> = number extends A["length"] | T["length"]
  ? true
  : Is<A["length"], T["length"]>;
/** The failure of entries whose leading axes are known to differ, or that have none. */
export type EntriesFit<X> = X extends Tensor<infer S extends readonly unknown[]> ? IsDynamic<S> extends true ? X
  : S extends readonly [] ? Fail<`scan: expected leading entries, got ${ShowTensor<X>}`>
  : X
  : X extends readonly [Tensor<infer S extends readonly unknown[]>, ...infer R] ? EntriesLike<X, S[0], R>
  : X;
type EntriesLike<X, N, R> = R extends readonly [infer H, ...infer T]
  ? H extends Tensor<infer S extends readonly unknown[]>
    ? N extends number ? number extends N | S[0] ? EntriesLike<X, N, T>
      : S[0] extends N ? EntriesLike<X, N, T>
      : Fail<`scan: expected ${N} leading entries, got ${ShowTensor<H>}`>
    : X
  : X
  : X;
/** The failure of options that name, under one of the keys `K`, an argument that there is not. */
export type PositionsFit<Op extends string, A extends readonly unknown[], O, K extends string> = number extends
  A["length"] ? O
  : [Absent<A, O extends { readonly [I in K]?: infer N } ? N : never>] extends [infer M]
    ? [M] extends [never] ? O : Fail<`${Op}: there is no argument ${M & number} among ${A["length"]}`>
  : never;
type Absent<A extends readonly unknown[], N> = N extends readonly unknown[] ? Absent<A, N[number]>
  : N extends number ? number extends N ? never : `${N}` extends keyof A ? never : N
  : never;

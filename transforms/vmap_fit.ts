/** What `vmap` asks of its options and arguments, as types: the sentences are those that are thrown. */
import type { Fail, Is, IsDynamic, Show } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";

/** The axis that options `O` give the argument at place `I`. */
export type AxisOf<O, I> = O extends { readonly in: infer N }
  ? N extends readonly unknown[] ? I extends keyof N ? N[I] : 0 : N
  : 0;

/** The options, or the failure of an axis that an argument or the result does not have. */
export type VmapFit<A extends readonly unknown[], R, O> = number extends A["length"] ? O
  : O extends { readonly in: infer N } ? InFit<A, N> extends infer F extends Fail ? F : OutFit<R, O>
  : OutFit<R, O>;
type InFit<A extends readonly unknown[], N> = [N] extends [null] ? NoBatch
  : N extends readonly unknown[] ? number extends N["length"] ? true
    : Longer<N, A> extends true ? Fail<`vmap: in has ${N["length"]} axes for ${A["length"]} arguments`>
    : [N["length"], N[number]] extends [A["length"], null] ? NoBatch
    : AxesFit<A, { readonly in: N }>
  : AxesFit<A, { readonly in: N }>;
type NoBatch = Fail<"vmap: no argument has a batch axis">;
type Longer<N extends readonly unknown[], A extends readonly unknown[]> = N extends
  readonly [...A, unknown, ...unknown[]] ? true
  : N extends readonly [unknown, ...infer M] ? A extends readonly [unknown, ...infer B] ? Longer<M, B> : true
  : false;
/** The first argument that lacks its axis. */
type AxesFit<A extends readonly unknown[], O, T extends readonly unknown[] = A, C extends readonly unknown[] = []> =
  T extends readonly [infer H, ...infer U]
    ? H extends Tensor<infer S extends readonly unknown[]> ? Lacks<S, AxisOf<O, `${C["length"]}`>> extends true ? Fail<
          `vmap: argument ${[...C, 0]["length"]} has no axis ${AxisOf<O, `${C["length"]}`> & number} among ${Rank<S>}`
        >
      : AxesFit<A, O, U, [...C, 0]>
    : AxesFit<A, O, U, [...C, 0]>
    : true;
type Rank<S extends readonly unknown[]> = [...S, 0]["length"];
/** Does a batch of examples of shape `S` lack axis `X`? */
type Lacks<S extends readonly unknown[], X> = IsDynamic<S> extends true ? false
  : X extends number ? number extends X ? false
    : `${X}` extends `-${infer P}` ? P extends Exclude<keyof [0, 0, ...S], "0"> ? false : true
    : `${X}` extends keyof [0, ...S] ? false
    : true
  : false;
type OutFit<R, O> = O extends { readonly out: infer X }
  ? R extends Tensor<infer S extends readonly unknown[]>
    ? Lacks<S, X> extends true ? Fail<`vmap: the result has no axis ${X & number} among ${Rank<S>}`> : O
  : O
  : O;

/** Batches: each itself, or the sentence in the place of the first that has another number of examples. */
export type SameBatch<B extends readonly unknown[], O> = {
  [I in keyof B]: Sized<B, O> extends { readonly at: I; readonly says: infer M } ? M : B[I];
};
type Sized<
  B extends readonly unknown[],
  O,
  Length = number,
  C extends readonly unknown[] = [],
> = B extends readonly [infer H, ...infer T]
  ? Extent<H, AxisOf<O, `${C["length"]}`>> extends infer N ? number extends N ? Sized<T, O, Length, [...C, 0]>
    : number extends Length ? Sized<T, O, N, [...C, 0]>
    : Is<N, Length> extends true ? Sized<T, O, Length, [...C, 0]>
    : H extends Tensor<infer S> ? {
        readonly at: `${C["length"]}`;
        readonly says: `vmap: argument ${[...C, 0]["length"]} has ${N & (number | string)} examples along axis ${
          & AxisOf<O, `${C["length"]}`>
          & number}, the ones before it ${Length & (number | string)}: ${Show<S>}`;
      }
    : never
  : never
  : null;
/** The number of examples of a batch, where it is known. */
type Extent<H, X> = H extends Tensor<infer S extends readonly unknown[]> ? IsDynamic<S> extends true ? number
  : X extends number ? `${X}` extends keyof S ? S[`${X}` & keyof S] : number
  : number
  : number;

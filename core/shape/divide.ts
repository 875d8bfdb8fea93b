/** Extents that must be divisible, and numbers that must be counts, as types: their twins are in the operations that ask. */
import type { DivMod, Lt, Mul } from "../arith.ts";
import type { AxisFail, AxisKey } from "./axes.ts";
import type { Fail, IsDynamic, Show } from "./dim.ts";

/** Is a number known to be no count, that is no whole number from 1? */
type NoCount<N> = N extends number ? number extends N ? false
  : `${N}` extends "0" | `-${string}` | `${string}.${string}` | `${string}e-${string}` ? true
  : false
  : false;
/** Is an extent known not to be divisible by a number? */
type Indivisible<W, N> = NoCount<N> extends true ? true
  : W extends number ? N extends number ? number extends W | N ? false
      : DivMod<W, N> extends readonly [unknown, infer R] ? R extends 0 ? false : true
      : false
    : false
  : false;

/** `S` where its channels, axis 1, are divisible by `G`. */
export type ChannelsDivisible<Op extends string, S extends readonly unknown[], G> = IsDynamic<S> extends true ? S
  : S extends readonly [unknown, infer C, ...unknown[]]
    ? Indivisible<C, G> extends true
      ? Fail<`${Op}: expected channels divisible by ${G & number} groups, got ${Show<S>}`>
    : S
  : Fail<`${Op}: expected at least 2 axes, got ${Show<S>}`>;

/** `S` where its channels, the third axis from the end, are divisible by `R` times `R`. */
export type PixelsFit<S extends readonly unknown[], R extends number> = IsDynamic<S> extends true ? S
  : number extends R ? S
  : NoCount<R> extends true ? Fail<`pixelShuffle: expects a whole factor from 1, got ${R}`>
  : S extends readonly [...unknown[], infer C, unknown, unknown]
    ? Indivisible<C, Mul<R, R>> extends true
      ? Fail<`pixelShuffle: expects channels divisible by ${Mul<R, R>}, got ${Show<S>}`>
    : S
  : Fail<`pixelShuffle: expects channels divisible by ${Mul<R, R>}, got ${Show<S>}`>;

/** `S` where axis `X` has at least `K` elements. */
export type AtLeast<S extends readonly unknown[], K extends number, X extends number> = IsDynamic<S> extends true ? S
  : number extends X ? S
  : [AxisKey<S, X>] extends [infer A extends string]
    ? [A] extends [never] ? AxisFail<"topk", S, X> : Enough<S, S[A & keyof S], K, A>
  : never;
type Enough<S, W, K extends number, A extends string> = W extends number ? number extends W | K ? S
  : K extends 0 ? S
  : NoCount<K> extends true ? Few<S, W, K, A>
  : Lt<W, K> extends true ? Few<S, W, K, A>
  : S
  : S;
type Few<S, W extends number, K extends number, A extends string> = Fail<
  `topk: expected k from 0 to ${W} for axis ${A} of ${Show<S>}, got ${K}`
>;

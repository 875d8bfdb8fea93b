/** Images whose sides are halved again and again: what encoders and generators begin or end with. */
import type { DivMod, Mul } from "../core/arith.ts";
import type { Dim } from "../core/shape/dim.ts";

/** Half of an extent, rounded down. */
type Half<D> = D extends number
  ? number extends D ? number : DivMod<D, 2> extends readonly [infer Q, unknown] ? Q : number
  : number;
/** An extent halved as often as `W` has entries. */
export type HalvedBy<D, W extends readonly unknown[]> = W extends readonly [unknown, ...infer R] ? HalvedBy<Half<D>, R>
  : D;
/** The sides `[h, w]` of an image `[c, h, w]`, halved as often as `W` has entries. */
export type CoarseSides<I extends readonly Dim[], W extends readonly unknown[]> = I extends
  readonly [unknown, infer H, infer V] ? readonly [HalvedBy<H, W> & number, HalvedBy<V, W> & number]
  : readonly [number, number];
/** Twin of `CoarseSides`. */
export const coarseSides = ([, h, w]: readonly Dim[], widths: readonly unknown[]): readonly [number, number] =>
  [h, w].map((d) => Math.floor(Number(d) / 2 ** widths.length)) as [number, number];
/** The last of a list. */
export type Last<W extends readonly unknown[]> = W extends readonly [...unknown[], infer L] ? L : number;
/** A list back to front. */
export type Reversed<W extends readonly unknown[]> = W extends readonly [infer H, ...infer T] ? [...Reversed<T>, H]
  : [];
/** `c h w` numbers. */
export type Volume<C, S extends readonly [number, number]> = Mul<Mul<C & number, S[0]>, S[1]>;

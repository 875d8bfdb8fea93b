/**
 * Dimensions and shapes in the types, and the vocabulary that every shape rule uses.
 *
 * A shape rule is a type and a function of one name in one file: the type returns a shape or a `Fail`, the function
 * returns a shape or throws a `ShapeError` with the very same sentence.
 */
import type { Mul } from "../arith.ts";
import type { Extents } from "../aval.ts";

/** A literal (checked by the compiler), `number` (checked when the program is traced) or a name (`"batch"`: rigid). */
export type Dim = number | string;
/** `Dim[]`, not a tuple, is the fully dynamic shape. Canonical shapes are mutable tuples: they print shorter. */
export type Shape = readonly Dim[];

/** Failure of a shape rule: the sentence, and the path of layer labels (outermost first) where it happened. */
export interface Fail<out M extends string = string, out P extends string = ""> {
  readonly "~sentence": M;
  readonly "~path": P;
}
/** Any failure: the pattern that rules test for. */
export type AnyFail = Fail<string, string>;
/** The failure `E` seen from one layer further out. */
export type Within<L extends string, E> = E extends Fail<infer M, infer P> ? Fail<M, P extends "" ? L : `${L}/${P}`>
  : E;
/** What the user reads. */
export type Message<E> = E extends Fail<infer M, infer P> ? P extends "" ? M : `${M} [in ${P}]` : never;

/** Are two types one and the same? Decided even where both are one type variable. */
export type Is<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
/** May two dims be equal: identical, or one of them dynamic? */
export type Same<A, B> = Is<A, B> extends true ? true : number extends A ? true : number extends B ? true : false;
/** A tuple whose dims are all the same as, or compatible with, those of another. */
export type SameShape<A, B> = Is<A, B> extends true ? true
  : A extends readonly [] ? B extends readonly [] ? true : false
  : A extends readonly [infer a, ...infer A1]
    ? B extends readonly [infer b, ...infer B1] ? Same<a, b> extends true ? SameShape<A1, B1> : false
    : false
  : true;
/** Is the rank unknown? */
export type IsDynamic<S extends readonly unknown[]> = number extends S["length"] ? true : false;
/** The same tuple without `readonly`. */
export type Mut<T extends readonly unknown[]> = [...T];

/** `"3"`, `"batch"`, `"?"` for a dynamic dim. */
export type ShowDim<D> = D extends number ? number extends D ? "?" : `${D}` : D extends string ? D : "?";
/** `"[3, 224, 224]"`, `"[...]"` where the rank is unknown. */
export type Show<S> = S extends readonly unknown[] ? number extends S["length"] ? "[...]" : `[${ShowDims<S>}]` : "?";
type ShowDims<S, A extends string = ""> = S extends readonly [infer H, ...infer T]
  ? ShowDims<T, A extends "" ? ShowDim<H> : `${A}, ${ShowDim<H>}`>
  : A;
/** `[3, 224, 224]`: twin of the type `Show`. An extent that is not known yet is NaN. */
export const showShape = (shape: readonly Dim[]): string =>
  `[${shape.map((d) => Number.isNaN(d) ? "?" : d).join(", ")}]`;

/** The most precise dim compatible with both, `never` when they contradict. */
export type UnifyDim<A, B> = A extends B ? A : B extends A ? B : number extends A ? B : number extends B ? A : never;
/** The most precise shape compatible with both, `never` when they contradict. */
export type Unify<A, B> = A extends B ? A : B extends A ? B : UnifyDims<A, B>;
type UnifyDims<A, B, O extends unknown[] = []> = A extends readonly [infer a, ...infer A1]
  ? B extends readonly [infer b, ...infer B1]
    ? [UnifyDim<a, b>] extends [infer R] ? [R] extends [never] ? never : UnifyDims<A1, B1, [...O, R]> : never
  : never
  : B extends readonly [unknown, ...unknown[]] ? never
  : O;
/** Twin of `Unify`: extents not known yet (NaN) agree with anything; `null` when the shapes contradict. */
export const unify = (a: Extents, b: Extents): number[] | null => {
  if (a.length !== b.length) return null;
  const out = a.map((d, i) => Number.isNaN(d) ? b[i]! : d);
  return b.every((d, i) => Number.isNaN(d) || d === out[i]) ? out : null;
};

/** Number of elements: a literal, or `number` where a dim is dynamic or a name. */
export type Product<S, P extends number = 1> = S extends readonly [infer H, ...infer T]
  ? H extends number ? number extends H ? number : Product<T, Mul<P, H>> : number
  : S extends readonly [] ? P
  : number;
/** Number of elements: twin of the type `Product`. */
export const product = (shape: Extents): number => shape.reduce((n, d) => n * d, 1);

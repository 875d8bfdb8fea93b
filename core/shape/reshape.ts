/** Reshape: equal axes cancel first, so names survive and products stay small; one `-1` takes what is left. */
import type { DivMod, Mul } from "../arith.ts";
import type { Extents } from "../aval.ts";
import { ShapeError } from "../errors.ts";
import { type Dim, type Fail, type Is, type IsDynamic, type Product, product, type Show, showShape } from "./dim.ts";

/** `A` without the first `X`; `never` when absent. */
type Remove<A extends readonly unknown[], X, O extends unknown[] = []> = A extends readonly [infer H, ...infer T]
  ? Is<H, X> extends true ? [...O, ...T] : Remove<T, X, [...O, H]>
  : never;
/** Cancels common dims: [rest of A, rest of B]. */
type Cancel<A extends readonly unknown[], B extends readonly unknown[], KA extends unknown[] = []> = A extends
  readonly [infer H, ...infer T]
  ? [Remove<B, H>] extends [infer R extends readonly unknown[]]
    ? [R] extends [never] ? Cancel<T, B, [...KA, H]> : Cancel<T, R, KA>
  : never
  : [KA, B];
type HasHole<S> = S extends readonly [infer H, ...infer T] ? H extends -1 ? true : HasHole<T> : false;
type FillHole<S extends readonly unknown[], V> = [V] extends [never] ? never
  : { [I in keyof S]: S[I] extends -1 ? V : S[I] };
type DropHole<S, O extends unknown[] = []> = S extends readonly [infer H, ...infer T]
  ? H extends -1 ? DropHole<T, O> : DropHole<T, [...O, H]>
  : O;

/** Shape `S` laid out anew as `T`, where a `-1` of `T` is inferred. */
export type Reshape<S extends readonly unknown[], T extends readonly unknown[]> = IsDynamic<T> extends true ? Dim[]
  : IsDynamic<S> extends true ? FillHole<T, number>
  : Cancel<S, T> extends [infer A extends readonly unknown[], infer B extends readonly unknown[]]
    ? A extends readonly [] ? B extends readonly [] ? T : ReshapeRest<S, T, A, B> : ReshapeRest<S, T, A, B>
  : never;
/**
 * What is left after cancelling common axes. Exported, and guarded by `A[number] | B[number]`, so that it stays closed
 * under its own name where a dim is a type variable.
 */
export type ReshapeRest<
  S extends readonly unknown[],
  T extends readonly unknown[],
  A extends readonly unknown[],
  B extends readonly unknown[],
> = (A[number] | B[number]) extends Dim
  ? HasHole<B> extends true
    ? HasHole<DropFirstHole<B>> extends true ? Fail<`reshape: only one dimension may be -1, got ${Show<T>}`>
    : FillHole<T, Hole<LitProduct<A>, LitProduct<B>, Names<A>, Names<DropHole<B>>>> extends infer R
      ? [R] extends [never] ? HoleFail<S, T, A, B> : R
    : never
  : Product<A> extends infer N ? Product<B> extends infer M ? number extends N ? T
      : number extends M ? T
      : N extends M ? T
      : 0 extends S[number] & T[number] ? T // empty, before and after
      : Fail<`reshape: cannot turn ${Show<S>} into ${Show<T>}: ${N & number} vs ${M & number} elements${Rest<A, S>}`>
    : never
  : never
  : never;
type DropFirstHole<S> = S extends readonly [infer H, ...infer T] ? H extends -1 ? T : DropFirstHole<T> : [];
type HoleFail<S, T, A, B> = Fail<
  `reshape: cannot infer -1 in ${Show<T>}: ${Show<S>} leaves ${LitProduct<A>} elements, not a multiple of ${LitProduct<
    B
  >}`
>;
type Rest<A, S extends readonly unknown[]> = A extends readonly unknown[]
  ? A["length"] extends S["length"] ? "" : " after cancelling common axes"
  : "";
/** Product of the literal dims; the hole -1, names and dynamic dims count as 1. */
type LitProduct<S, P extends number = 1> = S extends readonly [infer H, ...infer T]
  ? H extends number ? number extends H ? LitProduct<T, P> : H extends -1 ? LitProduct<T, P> : LitProduct<T, Mul<P, H>>
  : LitProduct<T, P>
  : P;
/** The names and dynamic dims. */
type Names<S, O extends unknown[] = []> = S extends readonly [infer H, ...infer T]
  ? H extends number ? number extends H ? Names<T, [...O, H]> : Names<T, O> : Names<T, [...O, H]>
  : O;
/** The value of the hole; `never` where the literal counts do not divide. */
type Hole<N extends number, M extends number, NA, NB> = NA extends readonly []
  ? NB extends readonly [] ? DivMod<N, M> extends [infer Q, infer R] ? R extends 0 ? Q : never : never
  : number
  : NA extends readonly [infer X] ? NB extends readonly [] ? N extends M ? X : number : number
  : number;

/** Cancels common extents: [rest of a, rest of b]. */
const cancel = (a: Extents, b: Extents): [number[], number[]] => {
  const rest = [...b];
  const kept = a.filter((d) => {
    const at = rest.indexOf(d);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
  return [kept, rest];
};

/** Twin of `Reshape`: `reshapeShape([2, 3, 4], [6, -1])` is `[6, 4]`. Throws `ShapeError`. */
export const reshapeShape = (shape: Extents, target: readonly Dim[]): number[] => {
  const from = showShape(shape), to = showShape(target);
  const fail = (sentence: string, expected: string): never => {
    throw new ShapeError(`reshape: ${sentence}`, { op: "reshape", expected, got: to });
  };
  const extents = target.map((d) =>
    typeof d === "number" ? d : fail(`${d} in ${to} is a name: write the extent, as in x.shape[0]`, "numbers")
  );
  const odd = extents.find((d) => !Number.isInteger(d) || d < -1);
  if (odd !== undefined) return fail(`${odd} in ${to} is not an extent`, "whole numbers of at least 0, and one -1");
  const [a, b] = cancel(shape, extents);
  const n = product(a), m = product(b.filter((d) => d !== -1));
  const hole = extents.indexOf(-1);
  if (hole >= 0) {
    if (extents.includes(-1, hole + 1)) return fail(`only one dimension may be -1, got ${to}`, "one -1");
    if (n % m !== 0) {
      return fail(`cannot infer -1 in ${to}: ${from} leaves ${n} elements, not a multiple of ${m}`, `${n} elements`);
    }
    return extents.map((d) => d === -1 ? n / m : d);
  }
  if (n === m || (shape.includes(0) && extents.includes(0))) return extents;
  const rest = a.length === shape.length ? "" : " after cancelling common axes";
  return fail(`cannot turn ${from} into ${to}: ${n} vs ${m} elements${rest}`, `${product(shape)} elements`);
};

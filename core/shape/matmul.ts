/** Matrix product of the last two axes; axes before them broadcast; a vector is a row on the left, a column on the right. */
import type { Extents } from "../aval.ts";
import { ShapeError } from "../errors.ts";
import { type Broadcast, broadcastOr } from "./broadcast.ts";
import { type Dim, type Fail, type IsDynamic, type Same, type Show, type ShowDim, showShape } from "./dim.ts";

/** `[..., n, k] @ [..., k, m] -> [..., n, m]`. */
export type Matmul<A extends readonly unknown[], B extends readonly unknown[]> = IsDynamic<A> extends true ? Dim[]
  : IsDynamic<B> extends true ? Dim[]
  : A extends readonly [] ? Fail<"matmul: the left operand is a scalar">
  : B extends readonly [] ? Fail<"matmul: the right operand is a scalar">
  : A extends readonly [infer K]
    ? B extends readonly [infer K2] ? Same<K, K2> extends true ? [] : InnerFail<A, B, K, K2>
    : B extends readonly [...infer BB, infer K2, infer M]
      ? Same<K, K2> extends true ? [...BB, M] : InnerFail<A, B, K, K2>
    : never
  : A extends readonly [...infer BA, infer N, infer K]
    ? B extends readonly [infer K2] ? Same<K, K2> extends true ? [...BA, N] : InnerFail<A, B, K, K2>
    : B extends readonly [...infer BB, infer K2, infer M]
      ? Same<K, K2> extends true
        ? Broadcast<BA, BB> extends infer R
          ? R extends Fail<infer E> ? Fail<`matmul: batch axes ${E} of ${Show<A>} @ ${Show<B>} differ`>
          : R extends readonly unknown[] ? [...R, N, M]
          : never
        : never
      : InnerFail<A, B, K, K2>
    : never
  : never;
type InnerFail<A, B, K, K2> = Fail<
  `matmul: inner dimensions ${ShowDim<K>} and ${ShowDim<K2>} differ: ${Show<A>} @ ${Show<B>}`
>;

/** Twin of `Matmul`: `matmulShape([2, 3], [3, 4])` is `[2, 4]`. Throws `ShapeError`. */
export const matmulShape = (a: Extents, b: Extents): number[] => {
  const fail = (sentence: string, expected: string): never => {
    throw new ShapeError(`matmul: ${sentence}`, { op: "matmul", expected, got: `${showShape(a)} @ ${showShape(b)}` });
  };
  if (a.length === 0) return fail("the left operand is a scalar", "at least one axis");
  if (b.length === 0) return fail("the right operand is a scalar", "at least one axis");
  const k = a.at(-1)!, k2 = b.at(b.length === 1 ? -1 : -2)!;
  if (k !== k2) {
    return fail(
      `inner dimensions ${k} and ${k2} differ: ${showShape(a)} @ ${showShape(b)}`,
      "equal inner dimensions",
    );
  }
  const batch = broadcastOr(a.slice(0, -2), b.slice(0, -2));
  if (typeof batch === "string") {
    return fail(`batch axes ${batch} of ${showShape(a)} @ ${showShape(b)} differ`, "batch axes that broadcast");
  }
  return [...batch, ...a.slice(-2, -1), ...(b.length === 1 ? [] : b.slice(-1))];
};

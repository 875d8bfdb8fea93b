import type { Expr } from "./expr.ts";
import type { Combine } from "./scalar.ts";

/** How a lowering reads the inputs of its equation. */
export interface Reader {
  /** The element of input `i` at `index`, one index expression for each axis. */
  readonly at: (i: number, index: readonly Expr[]) => Expr;
}

/**
 * How one element of a result is computed. A backend implements these four forms, not primitives.
 *
 * - `map`: an expression of the output index; movement reads its input at another index, elementwise at the same one;
 * - `reduce`: an expression of the output index and of indices over `extents`, combined over the latter;
 * - `contract`: the sum of `a * b` over `reduced`. `out` refines the output shape (same row-major order), so that each of
 *   its axes is an axis of `a` alone, of `b` alone, or of both;
 * - `scatter`: every element is `start` of its index. Then, in the order of `updates` entries that stand in the place of one axis
 *   of the index, `update` is combined with the element whose index has `place` along that axis.
 */
export type Lowering =
  | { readonly tag: "map"; readonly body: (r: Reader, index: readonly Expr[]) => Expr }
  | {
    readonly tag: "reduce";
    readonly extents: readonly number[];
    readonly combine: Combine;
    readonly body: (r: Reader, index: readonly Expr[], reduced: readonly Expr[]) => Expr;
  }
  | {
    readonly tag: "contract";
    readonly out: readonly number[];
    readonly reduced: readonly number[];
    readonly a: (r: Reader, out: readonly Expr[], reduced: readonly Expr[]) => Expr;
    readonly b: (r: Reader, out: readonly Expr[], reduced: readonly Expr[]) => Expr;
  }
  | {
    readonly tag: "scatter";
    readonly axis: number;
    readonly updates: number;
    readonly combine: Combine;
    readonly start: (r: Reader, index: readonly Expr[]) => Expr;
    readonly place: (r: Reader, index: readonly Expr[]) => Expr;
    readonly update: (r: Reader, index: readonly Expr[]) => Expr;
  };

export const map = (body: (r: Reader, index: readonly Expr[]) => Expr): Lowering => ({ tag: "map", body });

/** Extents of transposed convolutions: the input extents of which a convolution would give this one. */
import type { Add, Lt, Mul, Sub } from "../arith.ts";
import type { Fail } from "./dim.ts";
import { type WindowComplaint, windowComplaint } from "./window.ts";

/** Extent of a transposed convolution, (W - 1) * S - 2P + D * (K - 1) + 1 + M, or a `Fail` without a subject. */
export type TransposedWindow<
  W,
  K extends number,
  S extends number,
  P extends number,
  D extends number = 1,
  M extends number = 0,
> = W extends number ? number extends W | K | S | P | D | M ? number
  : 0 extends W ? Fail<"the input is empty">
  : WindowComplaint<K, S, D, P> extends infer C extends string ? Fail<C>
  : TooMuch<M, S, D> extends true ? Fail<`output padding ${M} must be smaller than stride ${S} or dilation ${D}`>
  : [Sub<Add<Add<Mul<Sub<W, 1>, S>, Span<K, D>>, M>, Add<P, P>>] extends [infer R extends number]
    ? [R] extends [never] | [0] ? Fail<`padding ${P} removes the whole output`> : R
  : never
  : number;
/** D * (K - 1) + 1 */
type Span<K extends number, D extends number> = D extends 1 ? K : Add<Mul<Sub<K, 1>, D>, 1>;
type TooMuch<M extends number, S extends number, D extends number> = M extends 0 ? false
  : Lt<M, S> extends true ? false
  : Lt<M, D> extends true ? false
  : true;

/** What fixes the windows of a transposed convolution along one axis. */
export interface TransposedOptions {
  readonly kernel: number;
  readonly stride?: number | undefined;
  /** Taken off on both sides. */
  readonly padding?: number | undefined;
  readonly dilation?: number | undefined;
  /** Added behind: which of the inputs of a strided convolution is meant. */
  readonly outputPadding?: number | undefined;
}
/** Twin of `TransposedWindow`: the extent, or the complaint without a subject. */
export const transposedWindow = (w: number, options: TransposedOptions): number | string => {
  const { kernel, stride = 1, padding = 0, dilation = 1, outputPadding = 0 } = options;
  if (w === 0) return "the input is empty";
  const complaint = windowComplaint(kernel, stride, dilation, [padding]);
  if (complaint !== null) return complaint;
  if (!Number.isInteger(outputPadding) || outputPadding < 0) {
    return `output padding must be a whole number from 0, got ${outputPadding}`;
  }
  if (outputPadding > 0 && outputPadding >= Math.max(stride, dilation)) {
    return `output padding ${outputPadding} must be smaller than stride ${stride} or dilation ${dilation}`;
  }
  const extent = (w - 1) * stride + dilation * (kernel - 1) + 1 + outputPadding - 2 * padding;
  return extent < 1 ? `padding ${padding} removes the whole output` : extent;
};

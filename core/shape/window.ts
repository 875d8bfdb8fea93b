/** Extents of sliding windows, one axis at a time: what convolution and pooling give, and the padding they mean. */
import type { Add, DivMod, Lt, Mul, Sub } from "../arith.ts";
import type { Fail } from "./dim.ts";

/** What happens to what is left over where the stride does not tile the padded input. */
export type Fit = "floor" | "ceil" | "exact";
/** One axis: an amount on both sides or [before, after]. */
export type AxisPadding = number | readonly [number, number];
/** An amount, "valid" (none), "same" (output = ceil(input / stride)), or [height, width], each an amount or [before, after]. */
export type Padding = number | "valid" | "same" | readonly [AxisPadding, AxisPadding];

/** (K - 1) * D + 1 */
type Span<K extends number, D extends number> = D extends 1 ? K : Add<Mul<Sub<K, 1>, D>, 1>;
type Padded<W extends number, P> = P extends 0 | "valid" ? W
  : P extends number ? Add<W, Add<P, P>>
  : P extends readonly [infer L extends number, infer R extends number] ? Add<Add<W, L>, R>
  : W;
type ShowPadding<P> = P extends 0 | "valid" ? ""
  : P extends number ? ` + 2*${P} padding`
  : P extends readonly [infer L extends number, infer R extends number] ? ` + ${L}+${R} padding`
  : "";
type CeilDiv<A extends number, B extends number> = B extends 1 ? A
  : DivMod<A, B> extends [infer Q extends number, infer R] ? R extends 0 ? Q : Add<Q, 1>
  : never;

/** The number of windows over extent `W`, or a `Fail` without a subject: `kernel 17 does not fit input 15`. */
export type Window<W, K extends number, S extends number, P, D extends number, F> = W extends number
  ? number extends W | K | S | D | P ? number
  : WindowComplaint<K, S, D, P> extends infer M extends string ? Fail<M>
  : P extends "same" ? CeilDiv<W, S>
  : P extends readonly [infer L, infer R]
    ? number extends L | R ? number : Slide<W, Padded<W, P>, Span<K, D>, K, S, P, F>
  : Slide<W, Padded<W, P>, Span<K, D>, K, S, P, F>
  : P extends "same" ? S extends 1 ? W : number
  : K extends 1 ? S extends 1 ? P extends 0 | "valid" ? W : number : number
  : number;
/** The literals among `T` that are no whole numbers from 0. */
type NotWhole<T> = Extract<`${T & number}`, `-${string}` | `${string}.${string}` | `${string}e-${string}`>;
/** The complaint about numbers that are not whole, or too small, `null` where there is none. */
export type WindowComplaint<K extends number, S extends number, D extends number, P> =
  [Extract<`${K}` | `${S}` | `${D}`, "0"> | NotWhole<K | S | D>] extends [never]
    ? [NotWhole<P extends readonly unknown[] ? P[number] : P>] extends [never] ? null
    : `padding must be whole numbers from 0, got ${ShowAmounts<P>}`
    : `kernel, stride and dilation must be whole numbers from 1, got ${K}, ${S} and ${D}`;
type ShowAmounts<P> = P extends readonly [infer L extends number, infer R extends number] ? `${L} and ${R}`
  : `${P & number}`;
const whole = (least: number, ...numbers: readonly number[]): boolean =>
  numbers.every((v) => Number.isInteger(v) && v >= least);
/** Twin of `WindowComplaint`. */
export const windowComplaint = (
  kernel: number,
  stride: number,
  dilation: number,
  padding: readonly number[],
): string | null =>
  !whole(1, kernel, stride, dilation)
    ? `kernel, stride and dilation must be whole numbers from 1, got ${kernel}, ${stride} and ${dilation}`
    : !whole(0, ...padding)
    ? `padding must be whole numbers from 0, got ${padding.join(" and ")}`
    : null;
type Slide<W extends number, PW extends number, Sp extends number, K extends number, S extends number, P, F> =
  [Sub<PW, Sp>] extends [infer R extends number]
    ? [R] extends [never]
      ? Fail<`kernel ${K}${Sp extends K ? "" : ` (dilated: ${Sp})`} does not fit input ${W}${ShowPadding<P>}`>
    : S extends 1 ? Add<R, 1>
    : DivMod<R, S> extends [infer Q extends number, infer M extends number] ? M extends 0 ? Add<Q, 1>
      : F extends "exact" ? Fail<
          `stride ${S} does not tile: (${W}${ShowPadding<P>} - ${Sp}) / ${S} + 1 is not an integer (remainder ${M})`
        >
      : F extends "ceil" ? LastWindow<Add<Q, 1>, S, PaddedBefore<W, P>>
      : Add<Q, 1>
    : never
    : never;
type PaddedBefore<W extends number, P> = P extends number ? Add<W, P>
  : P extends readonly [infer L extends number, unknown] ? Add<W, L>
  : W;
/** Ceil drops a last window that would start in the padding after the input, as PyTorch does. */
type LastWindow<N extends number, S extends number, End extends number> = Lt<Mul<N, S>, End> extends true ? Add<N, 1>
  : N;

/** Everything that fixes the windows along one axis. */
export interface WindowOptions {
  readonly kernel: number;
  readonly stride?: number | undefined;
  readonly padding?: AxisPadding | "same" | "valid" | undefined;
  readonly dilation?: number | undefined;
  readonly fit?: Fit | undefined;
}
/** The windows along one axis: how many, and the explicit padding that makes them `floor((w + before + after - span) / stride) + 1`. */
export interface WindowPlan {
  readonly extent: number;
  readonly before: number;
  readonly after: number;
}

/** Twin of `Window`: the plan, or the complaint without a subject. */
export const planWindow = (w: number, options: WindowOptions): WindowPlan | string => {
  const { kernel, stride = 1, padding = 0, dilation = 1, fit = "floor" } = options;
  if (typeof padding === "string" && padding !== "same" && padding !== "valid") {
    return `padding must be whole numbers from 0, "same" or "valid", got ${padding}`;
  }
  const complaint = windowComplaint(kernel, stride, dilation, typeof padding === "string" ? [] : [padding].flat());
  if (complaint !== null) return complaint;
  const span = (kernel - 1) * dilation + 1;
  if (padding === "same") {
    const extent = Math.ceil(w / stride);
    const total = Math.max((extent - 1) * stride + span - w, 0);
    return { extent, before: total >> 1, after: total - (total >> 1) };
  }
  const [before, after] = padding === "valid" ? [0, 0] : typeof padding === "number" ? [padding, padding] : padding;
  const padded = typeof padding === "object"
    ? ` + ${before}+${after} padding`
    : before === 0
    ? ""
    : ` + 2*${before} padding`;
  const rest = w + before + after - span;
  if (Number.isNaN(rest)) return { extent: rest, before, after }; // the extent is not known yet
  if (rest < 0) {
    return `kernel ${kernel}${span === kernel ? "" : ` (dilated: ${span})`} does not fit input ${w}${padded}`;
  }
  const whole = Math.floor(rest / stride), over = rest % stride;
  if (over === 0 || fit === "floor") return { extent: whole + 1, before, after };
  if (fit === "exact") {
    return `stride ${stride} does not tile: (${w}${padded} - ${span}) / ${stride} + 1 is not an integer (remainder ${over})`;
  }
  return (whole + 1) * stride < w + before
    ? { extent: whole + 2, before, after: after + stride - over }
    : { extent: whole + 1, before, after };
};

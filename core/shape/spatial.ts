/** What sliding windows over any number of axes share: sizes given once or for each axis, and where the windows lie. */
import type { Add, Lt } from "../arith.ts";
import { ShapeError } from "../errors.ts";
import { type Fail, type Show, showShape } from "./dim.ts";
import { type TransposedWindow, transposedWindow } from "./transposed.ts";
import { type AxisPadding, type Fit, planWindow, type Window } from "./window.ts";

/** One number for every axis, or one for each. */
export type Sizes = number | readonly number[];
/** An amount on both sides of every axis, "valid" (none), "same", or for each axis an amount or `[before, after]`. */
export type SpatialPadding = number | "same" | "valid" | readonly AxisPadding[];
/** How windows lie along the last axes. */
export interface WindowsOptions {
  readonly stride?: Sizes | undefined;
  readonly padding?: SpatialPadding | undefined;
  readonly dilation?: Sizes | undefined;
  readonly fit?: Fit | undefined;
}
/** Where windows lie, one entry for each axis. `after` is the padding behind that the last windows need. */
export interface SpatialPlan {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly extent: readonly number[];
  readonly input: readonly number[];
}

/** What the last axes are called, by how many there are. */
export interface AxisNames {
  readonly 1: ["length"];
  readonly 2: ["height", "width"];
  readonly 3: ["depth", "height", "width"];
}
/** How many axes windows may slide along. */
export type Rank = keyof AxisNames;
const known = { 1: ["length"], 2: ["height", "width"], 3: ["depth", "height", "width"] } as const satisfies {
  readonly [N in Rank]: Readonly<AxisNames[N]>;
};
/** What the last `n` axes are called. */
export const axisNames = (n: number): readonly string[] =>
  (known as Readonly<Record<number, readonly string[]>>)[n] ?? [];

/** What an option says of axis `X`. */
export type AtAxis<V, X> = V extends readonly unknown[] ? X extends keyof V ? V[X] : never : V;
/** The windows along the axes `S`: extents, each a dim or a `Fail` without a subject. */
export type SlidExtents<S extends readonly unknown[], K, T, P, D, F> = {
  [X in keyof S]: Window<S[X], AtAxis<K, X> & number, AtAxis<T, X> & number, AtAxis<P, X>, AtAxis<D, X> & number, F>;
};
/** The same of a transposed convolution; `M` is the output padding. */
export type TransposedExtents<S extends readonly unknown[], K, T, P, D, M> = {
  [X in keyof S]: TransposedWindow<
    S[X],
    AtAxis<K, X> & number,
    AtAxis<T, X> & number,
    AtAxis<P, X> & number,
    AtAxis<D, X> & number,
    AtAxis<M, X> & number
  >;
};
/** `[...Lead, ...E]`, or the sentence of the first axis of `I` that failed. */
export type AllFit<
  Op extends string,
  I,
  Lead extends readonly unknown[],
  E extends readonly unknown[],
  N extends Rank,
> = FirstFail<E, AxisNames[N]> extends readonly [infer M extends string, infer A extends string]
  ? Fail<`${Op}: ${M} (${A} of ${Show<I>})`>
  : [...Lead, ...E];
type FirstFail<E, Names extends readonly string[]> = E extends readonly [infer H, ...infer T]
  ? H extends Fail<infer M> ? [M, Names[0]] : FirstFail<T, Names extends readonly [string, ...infer R] ? R : []>
  : null;

/** `v` as one number for each of `n` axes. Throws `ShapeError` where there are not so many. */
export const eachAxis = (op: string, what: string, v: Sizes, n: number): readonly number[] => {
  if (typeof v === "number") return Array.from({ length: n }, () => v);
  needEach(op, what, v, n);
  return v;
};
/** Throws `ShapeError` where an option that is given for each axis is not given for `n`. */
export const needEach = (op: string, what: string, v: readonly AxisPadding[], n: number): void => {
  if (v.length === n) return;
  const got = `[${v.map((a) => typeof a === "number" ? a : showShape(a)).join(", ")}]`;
  const expected = `${n} number${n === 1 ? "" : "s"} for the ${what}`;
  throw new ShapeError(`${op}: expected ${expected}, got ${got}`, { op, expected, got });
};

/** The complaint about padding of more than half a kernel, under which a window might see nothing of the input, or `null`. */
export type HalfComplaint<K, P, N extends Rank> = HalfOf<K, P, AxisNames[N]>;
type HalfOf<K, P, Names extends readonly string[], I extends readonly unknown[] = []> = I["length"] extends
  Names["length"] ? null
  : [AtAxis<K, `${I["length"]}`>, Before<AtAxis<P, `${I["length"]}`>>] extends
    [infer k extends number, infer p extends number] ? number extends k | p ? HalfOf<K, P, Names, [...I, 0]>
    : Lt<k, Add<p, p>> extends true ? `expected padding of at most half the kernel ${k}, got ${p}`
    : HalfOf<K, P, Names, [...I, 0]>
  : HalfOf<K, P, Names, [...I, 0]>;
type Before<P> = P extends readonly [infer B, unknown] ? B : P;
/** Throws `ShapeError` where padding that was given is more than half the kernel: twin of `HalfComplaint`. */
export const needHalf = (
  op: string,
  kernel: readonly number[],
  before: readonly number[],
  padding?: SpatialPadding,
): void => {
  const wide = padding === "same" ? -1 : before.findIndex((b, i) => 2 * b > kernel[i]!);
  if (wide < 0) return;
  const got = `${before[wide]}`, expected = `padding of at most half the kernel ${kernel[wide]}`;
  throw new ShapeError(`${op}: expected ${expected}, got ${got}`, { op, expected, got });
};
const refuseAxis = (op: string, complaint: string, shape: readonly number[], n: number, axis: number): never => {
  const got = showShape(shape);
  throw new ShapeError(`${op}: ${complaint} (${axisNames(n)[axis] ?? `axis ${axis}`} of ${got})`, {
    op,
    expected: "windows that fit",
    got,
  });
};
/** The windows over the last `n` axes of a shape: twin of `SlidExtents` and `AllFit`. Throws `ShapeError` where they do not fit. */
export const planSpatial = (
  op: string,
  shape: readonly number[],
  n: number,
  kernel: Sizes,
  options: WindowsOptions,
): SpatialPlan => {
  const input = shape.slice(shape.length - n), sizes = eachAxis(op, "kernel", kernel, n);
  const stride = eachAxis(op, "stride", options.stride ?? 1, n),
    dilation = eachAxis(op, "dilation", options.dilation ?? 1, n);
  const { padding } = options;
  if (typeof padding === "object") needEach(op, "padding", padding, n);
  const plans = input.map((d, i) => {
    const plan = planWindow(d, {
      kernel: sizes[i]!,
      stride: stride[i],
      dilation: dilation[i],
      padding: typeof padding === "object" ? padding[i] : padding,
      fit: options.fit,
    });
    return typeof plan === "string" ? refuseAxis(op, plan, shape, n, i) : plan;
  });
  return {
    kernel: sizes,
    stride,
    dilation,
    before: plans.map((p) => p.before),
    after: plans.map((p) => p.after),
    extent: plans.map((p) => p.extent),
    input,
  };
};

/** Options of transposed convolutions, for all axes or for each. */
export interface TransposedWindowsOptions {
  readonly stride?: Sizes | undefined;
  /** Taken off the result on both sides. */
  readonly padding?: Sizes | undefined;
  readonly dilation?: Sizes | undefined;
  /** Added to the result behind: which of the inputs of a strided convolution of this output size is meant. */
  readonly outputPadding?: Sizes | undefined;
}
/** Twin of `TransposedExtents` and `AllFit` for the last `n` axes of a shape. Throws `ShapeError`. */
export const transposedExtents = (
  op: string,
  shape: readonly number[],
  n: number,
  kernel: Sizes,
  options: TransposedWindowsOptions,
): number[] => {
  const of = (what: string, v: Sizes) => eachAxis(op, what, v, n), sizes = of("kernel", kernel);
  const stride = of("stride", options.stride ?? 1), dilation = of("dilation", options.dilation ?? 1);
  const padding = of("padding", options.padding ?? 0), more = of("output padding", options.outputPadding ?? 0);
  return shape.slice(shape.length - n).map((d, i) => {
    const extent = transposedWindow(d, {
      kernel: sizes[i]!,
      stride: stride[i],
      padding: padding[i],
      dilation: dilation[i],
      outputPadding: more[i],
    });
    return typeof extent === "string" ? refuseAxis(op, extent, shape, n, i) : extent;
  });
};

/** Refuses a tensor that is not `[batch, channels, ...]` with `n` more axes. */
export const needImages = (op: string, shape: readonly number[], n: number): void => {
  if (shape.length === n + 2) return;
  const expected = `[batch, channels, ${axisNames(n).join(", ")}]`, got = showShape(shape);
  throw new ShapeError(`${op}: expects ${expected}, got ${got}`, { op, expected, got });
};

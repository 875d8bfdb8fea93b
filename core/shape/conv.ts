/** Images under sliding windows: what 2-D convolution and pooling make of [..., channels, height, width]. */
import type { DivMod } from "../arith.ts";
import type { Extents } from "../aval.ts";
import { ShapeError } from "../errors.ts";
import { type Dim, type Fail, type IsDynamic, type Same, type Show, type ShowDim, showShape } from "./dim.ts";
import { eachAxis, type HalfComplaint, needEach, needHalf } from "./spatial.ts";
import { type AxisPadding, type Fit, type Padding, planWindow, type Window, type WindowPlan } from "./window.ts";

/** One number for both axes, or [height, width]. */
export type Size2 = number | readonly [number, number];
export type First<K> = K extends readonly [infer A, unknown] ? A : K;
export type Second<K> = K extends readonly [unknown, infer B] ? B : K;

/** [outH, outW], each a dim or a `Fail` without a subject. A square input under square windows is computed once. */
export type Windows<H, W, K, S, P, D, F> = P extends readonly [unknown, unknown]
  ? Windows2<H, W, First<K>, Second<K>, First<S>, Second<S>, P, D, F>
  : W extends H
    ? K extends number ? S extends number ? D extends number ? Window<H, K, S, P, D, F> extends infer O ? [O, O] : never
        : Windows2<H, W, K, K, S, S, P, D, F>
      : Windows2<H, W, K, K, First<S>, Second<S>, P, D, F>
    : Windows2<H, W, First<K>, Second<K>, First<S>, Second<S>, P, D, F>
  : Windows2<H, W, First<K>, Second<K>, First<S>, Second<S>, P, D, F>;
type Windows2<H, W, KH, KW, SH, SW, P, D, F> = [
  Window<H, KH & number, SH & number, First<P>, First<D> & number, F>,
  Window<W, KW & number, SW & number, Second<P>, Second<D> & number, F>,
];
/** `[...Lead, outH, outW]`, or the sentence of the axis that failed. `I` is the input shape to speak of. */
export type Sliding<Op extends string, I, Lead extends readonly unknown[], Ws> = Ws extends readonly [infer H, infer W]
  ? H extends Fail<infer M> ? Fail<`${Op}: ${M} (height of ${Show<I>})`>
  : W extends Fail<infer M> ? Fail<`${Op}: ${M} (width of ${Show<I>})`>
  : [...Lead, H, W]
  : never;

/**
 * `Sliding` of a pooling with kernel `K` and padding `P`. The largest and the smallest value want padding of at most half the kernel: a
 * window that saw nothing of the input would have none.
 */
export type Pooling<Op extends string, I, Lead extends readonly unknown[], H, W, K, S, P, F> = P extends
  0 | "valid" | "same" ? Sliding<Op, I, Lead, Windows<H, W, K, S, P, 1, F>>
  : Op extends `avg${string}` ? Sliding<Op, I, Lead, Windows<H, W, K, S, P, 1, F>>
  : Sliding<Op, I, Lead, Windows<H, W, K, S, P, 1, F>> extends infer A
    ? A extends Fail ? A : HalfComplaint<K, P, 2> extends infer M extends string ? Fail<`${Op}: ${M}`> : A
  : never;

/** The complaint about groups that do not divide the channels, or `undefined`. */
export type GroupsComplaint<C, O, G> = G extends 1 ? undefined
  : `${G & number}` extends "0" | `-${string}` | `${string}.${string}`
    ? `groups must be a whole number from 1, got ${G & number}`
  : NotDivisible<C, G> extends true ? `${C & number} input channels are not divisible by groups ${G & number}`
  : NotDivisible<O, G> extends true ? `${O & number} output channels are not divisible by groups ${G & number}`
  : undefined;
type NotDivisible<C, G> = C extends number
  ? number extends C | G ? false : DivMod<C, G & number> extends [unknown, 0] ? false : true
  : false;
/** Twin of `GroupsComplaint`. Channels not known yet (NaN) are divisible. */
export const groupsComplaint = (inputs: number, outputs: number, groups: number): string | undefined =>
  !Number.isInteger(groups) || groups < 1
    ? `groups must be a whole number from 1, got ${groups}`
    : Math.abs(inputs % groups) > 0
    ? `${inputs} input channels are not divisible by groups ${groups}`
    : Math.abs(outputs % groups) > 0
    ? `${outputs} output channels are not divisible by groups ${groups}`
    : undefined;

/** Options of windows over height and width. */
export interface Windows2dOptions {
  readonly kernel: Size2;
  readonly stride?: Size2 | undefined;
  readonly padding?: Padding | undefined;
  readonly dilation?: Size2 | undefined;
  readonly fit?: Fit | undefined;
}
const pick = (size: Size2 | undefined, axis: 0 | 1): number | undefined => typeof size === "object" ? size[axis] : size;
const pickPadding = (p: Padding | undefined, axis: 0 | 1): AxisPadding | "same" | "valid" | undefined =>
  typeof p === "object" ? p[axis] : p;

const explain = (op: string, complaint: string, axis: 0 | 1, shape: Extents): never => {
  const got = showShape(shape);
  throw new ShapeError(`${op}: ${complaint} (${axis === 0 ? "height" : "width"} of ${got})`, {
    op,
    expected: "windows that fit",
    got,
  });
};

/** The plans of height and width of `[..., h, w]`. Throws `ShapeError`. Twin of `Windows` and `Sliding`. */
export const planWindows = (op: string, shape: Extents, options: Windows2dOptions): [WindowPlan, WindowPlan] => {
  eachAxis(op, "kernel", options.kernel, 2);
  eachAxis(op, "stride", options.stride ?? 1, 2);
  eachAxis(op, "dilation", options.dilation ?? 1, 2);
  if (typeof options.padding === "object") needEach(op, "padding", options.padding, 2);
  const plan = (axis: 0 | 1): WindowPlan => {
    const result = planWindow(shape.at(axis - 2)!, {
      kernel: pick(options.kernel, axis)!,
      stride: pick(options.stride, axis),
      padding: pickPadding(options.padding, axis),
      dilation: pick(options.dilation, axis),
      fit: options.fit,
    });
    return typeof result === "string" ? explain(op, result, axis, shape) : result;
  };
  return [plan(0), plan(1)];
};

/** Twin of `Pooling`: the plans of height and width. Throws `ShapeError`. */
export const planPooling = (op: string, shape: Extents, options: Windows2dOptions): [WindowPlan, WindowPlan] => {
  const plans = planWindows(op, shape, options), { kernel, padding } = options;
  if (op.startsWith("avg")) return plans;
  needHalf(op, eachAxis(op, "kernel", kernel, 2), plans.map((p) => p.before), padding);
  return plans;
};

/** `T[n, c, h, w]` under windows, channel by channel. */
export type Pool2d<Op extends string, X extends readonly unknown[], K, S, P, F> = IsDynamic<X> extends true ? Dim[]
  : X extends readonly [infer N, infer C, infer H, infer W] ? Sliding<Op, X, [N, C], Windows<H, W, K, S, P, 1, F>>
  : Fail<`${Op}: expects [batch, channels, height, width], got ${Show<X>}`>;

const image = (op: string, shape: Extents): [number, number, number, number] => {
  const [n, c, h, w] = shape;
  if (shape.length === 4) return [n!, c!, h!, w!];
  throw new ShapeError(`${op}: expects [batch, channels, height, width], got ${showShape(shape)}`, {
    op,
    expected: "[batch, channels, height, width]",
    got: showShape(shape),
  });
};

/** Twin of `Pool2d`. Throws `ShapeError`. */
export const pool2dShape = (op: string, shape: Extents, options: Windows2dOptions): number[] => {
  const [n, c] = image(op, shape);
  return [n, c, ...planWindows(op, shape, options).map((p) => p.extent)];
};

/** `T[n, c, h, w]` convolved with the kernels `T[o, c / groups, kh, kw]`. */
export type Conv2d<X extends readonly unknown[], K extends readonly unknown[], S, P, D, G, F> = IsDynamic<X> extends
  true ? Dim[]
  : IsDynamic<K> extends true ? Dim[]
  : X extends readonly [infer N, infer C, infer H, infer W]
    ? K extends readonly [infer O, infer I, infer KH, infer KW]
      ? GroupsComplaint<C, O, G> extends infer M extends string ? Fail<`conv2d: ${M}`>
      : Same<GroupChannels<C, G>, I> extends true ? Sliding<"conv2d", X, [N, O], Windows<H, W, Is2<KH, KW>, S, P, D, F>>
      : Fail<
        `conv2d: the kernel ${Show<K>} takes ${ShowDim<I>} channels per group, the input ${Show<X>} has ${ShowDim<
          GroupChannels<C, G>
        >}`
      >
    : Fail<`conv2d: expects a kernel [out, in, height, width], got ${Show<K>}`>
  : Fail<`conv2d: expects [batch, channels, height, width], got ${Show<X>}`>;
/** Square kernels take the short way through `Windows`. */
type Is2<H, W> = W extends H ? H : [H, W];
/** Channels of one group. */
export type GroupChannels<C, G> = G extends 1 ? C
  : C extends number ? DivMod<C, G & number> extends [infer Q, unknown] ? Q : number
  : number;

export interface Conv2dOptions extends Omit<Windows2dOptions, "kernel"> {
  readonly groups?: number | undefined;
}
/** Twin of `Conv2d`. Throws `ShapeError`. */
export const conv2dShape = (x: Extents, kernel: Extents, options: Conv2dOptions = {}): number[] => {
  const [n, c] = image("conv2d", x);
  const [o, i, kh, kw] = kernel;
  const groups = options.groups ?? 1;
  const fail = (sentence: string, expected: string): never => {
    throw new ShapeError(`conv2d: ${sentence}`, { op: "conv2d", expected, got: showShape(kernel) });
  };
  if (kernel.length !== 4) {
    return fail(`expects a kernel [out, in, height, width], got ${showShape(kernel)}`, "[out, in, height, width]");
  }
  const complaint = groupsComplaint(c, o!, groups);
  if (complaint !== undefined) return fail(complaint, `channels divisible by ${groups}`);
  if (c / groups !== i) {
    const sentence = `the kernel ${showShape(kernel)} takes ${i} channels per group`;
    return fail(`${sentence}, the input ${showShape(x)} has ${c / groups}`, `${c / groups} channels per group`);
  }
  return [n, o!, ...planWindows("conv2d", x, { ...options, kernel: [kh!, kw!] }).map((p) => p.extent)];
};

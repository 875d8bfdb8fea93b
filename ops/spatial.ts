/** What sliding windows over any number of axes share: sizes given once or for each axis, and where the windows lie. */
import { ShapeError } from "../core/errors.ts";
import { showShape } from "../core/shape/dim.ts";
import { type AxisPadding, type Fit, planWindow } from "../core/shape/window.ts";

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

const names: Readonly<Record<number, readonly string[]>> = {
  1: ["length"],
  2: ["height", "width"],
  3: ["depth", "height", "width"],
};

/** `v` as one number for each of `n` axes. Throws `ShapeError` where there are not so many. */
export const eachAxis = (op: string, what: string, v: Sizes, n: number): readonly number[] => {
  if (typeof v === "number") return Array.from({ length: n }, () => v);
  if (v.length === n) return v;
  const got = showShape(v), expected = `${n} numbers for the ${what}`;
  throw new ShapeError(`${op}: expected ${expected}, got ${got}`, { op, expected, got });
};

/** The windows over the last `n` axes of a shape. Throws `ShapeError` where they do not fit. */
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
  if (typeof padding === "object") eachAxis(op, "padding", padding.map(() => 0), n);
  const plans = input.map((d, i) => {
    const plan = planWindow(d, {
      kernel: sizes[i]!,
      stride: stride[i],
      dilation: dilation[i],
      padding: typeof padding === "object" ? padding[i] : padding,
      fit: options.fit,
    });
    if (typeof plan !== "string") return plan;
    const got = showShape(shape);
    throw new ShapeError(`${op}: ${plan} (${names[n]?.[i] ?? `axis ${i}`} of ${got})`, {
      op,
      expected: "windows that fit",
      got,
    });
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

/** Refuses a tensor that is not `[batch, channels, ...]` with `n` more axes. */
export const needImages = (op: string, shape: readonly number[], n: number): void => {
  if (shape.length === n + 2) return;
  const expected = `[batch, channels, ${(names[n] ?? []).join(", ")}]`, got = showShape(shape);
  throw new ShapeError(`${op}: expects ${expected}, got ${got}`, { op, expected, got });
};

import { aval, showAval } from "../core/aval.ts";
import { floats } from "../core/dtype.ts";
import { DTypeError, ShapeError } from "../core/errors.ts";
import { type Expr, guard, lit } from "../core/expr.ts";
import { forEachIndex, position, tabulate } from "../core/host.ts";
import { all, iadd, idiv, ieq, imod, imul, int, isub, within } from "../core/index_expr.ts";
import { map } from "../core/lowering.ts";
import { host, type Primitive } from "../core/primitive.ts";
import { type Fit } from "../core/shape/window.ts";
import { planPooling, planWindows, pool2dShape, type Windows2dOptions } from "../core/shape/conv.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import { div } from "./arithmetic.ts";
import { inSingle } from "./half.ts";
import { max } from "./reduction.ts";
import { sum } from "./structure.ts";
import { byData } from "../core/pipe.ts";
import { optionsOf } from "../core/options.ts";
import type { PoolFunction } from "./contraction_signatures.ts";

/** Windows over the last axes: one entry per windowed axis. `before` is the padding in front, `extent` the number of windows. */
export interface WindowParams {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly before: readonly number[];
  readonly extent: readonly number[];
  /** Extents of the windowed axes of the input. */
  readonly input: readonly number[];
  /** What a window sees in the padding. */
  readonly fill: number;
}
const lead = (shape: readonly number[], n: number): readonly number[] => shape.slice(0, shape.length - n);
/** The place in the input of entry `k` of window `o`. */
const place = (p: WindowParams, i: number, o: number, k: number): number =>
  o * p.stride[i]! + k * p.dilation[i]! - p.before[i]!;

/** `T[...b, ...input] -> T[...b, ...extent, ...kernel]`: every window laid out. Its adjoint is `foldP`. */
export const windowsP: Primitive<WindowParams> = {
  name: "windows",
  kind: "movement",
  abstractEval: ([x], p) => {
    const n = p.kernel.length;
    if (x!.shape.slice(x!.shape.length - n).some((d, i) => d !== p.input[i])) {
      throw new ShapeError(`windows: expected the last axes to be [${p.input}], got ${showAval(x!)}`, {
        op: "windows",
        expected: `[${p.input}]`,
        got: showAval(x!),
      });
    }
    return [aval([...lead(x!.shape, n), ...p.extent, ...p.kernel], x!.dtype)];
  },
  evaluate: ([x], [out], p) => {
    const n = p.kernel.length, b = x!.aval.shape.length - n;
    return [tabulate(out!.shape, (index) => {
      const at = p.kernel.map((_, i) => place(p, i, index[b + i]!, index[b + n + i]!));
      return at.every((v, i) => v >= 0 && v < p.input[i]!)
        ? x!.data[position([...index.slice(0, b), ...at], x!.aval.shape)]!
        : p.fill;
    })];
  },
  linearize: (_p, _o, p) => ([dx]) => [dx ? bind(windowsP, [dx], { ...p, fill: 0 }) : null],
  transpose: ([ct], _x, p) => [ct ? bind(foldP, [ct], p) : null],
  batch: ([x], _b, _n, p) => [bind(windowsP, [x!], p)],
  lower: ([x], p) => [map((r, index) => {
    const n = p.kernel.length, b = x!.shape.length - n;
    const at = p.kernel.map((_, i) =>
      iadd(iadd(imul(index[b + i]!, p.stride[i]!), imul(index[b + n + i]!, p.dilation[i]!)), int(-p.before[i]!))
    );
    const inside = all(at.map((v, i) => within(v, 0, p.input[i]!)));
    return guard(inside, r.at(0, [...index.slice(0, b), ...at]), lit(p.fill, x!.dtype));
  })],
  samples: [
    {
      inputs: [host([2, 4], [1, 2, 3, 4, 5, 6, 7, -8])],
      params: { kernel: [3], stride: [2], dilation: [1], before: [1], extent: [2], input: [4], fill: 0 },
    },
    {
      inputs: [host([3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9])],
      params: {
        kernel: [2, 2],
        stride: [1, 1],
        dilation: [1, 2],
        before: [0, 1],
        extent: [2, 3],
        input: [3, 3],
        fill: 0,
      },
    },
  ],
};

/** `T[...b, ...extent, ...kernel] -> T[...b, ...input]`: every place sums the window entries that saw it. */
export const foldP: Primitive<WindowParams> = {
  name: "fold",
  kind: "reduction",
  abstractEval: ([x], p) => [aval([...lead(x!.shape, 2 * p.kernel.length), ...p.input], x!.dtype)],
  evaluate: ([x], [out], p) => {
    const n = p.kernel.length,
      b = x!.aval.shape.length - 2 * n,
      total = new Float64Array(out!.shape.reduce((a, d) => a * d, 1));
    forEachIndex(x!.aval.shape, (index, q) => {
      const at = p.kernel.map((_, i) => place(p, i, index[b + i]!, index[b + n + i]!));
      if (at.every((v, i) => v >= 0 && v < p.input[i]!)) {
        total[position([...index.slice(0, b), ...at], out!.shape)]! += x!.data[q]!;
      }
    });
    return [total];
  },
  linearize: (_p, _o, p) => ([dx]) => [dx ? bind(foldP, [dx], p) : null],
  transpose: ([ct], _x, p) => [ct ? bind(windowsP, [ct], { ...p, fill: 0 }) : null],
  batch: ([x], _b, _n, p) => [bind(foldP, [x!], p)],
  lower: ([x], p) => {
    const n = p.kernel.length, b = x!.shape.length - 2 * n;
    // Without dilation a place is seen by at most ceil(kernel / stride) windows: only those are visited.
    const visits = p.kernel.map((k, i) => p.dilation[i] === 1 ? Math.ceil(k / p.stride[i]!) : k);
    return [{
      tag: "reduce",
      extents: visits,
      combine: "add",
      body: (r, index, reduced) => {
        const conditions: Expr[] = [], windows: Expr[] = [], entries: Expr[] = [];
        p.kernel.forEach((kernel, i) => {
          const from = iadd(index[b + i]!, int(p.before[i]!)), stride = p.stride[i]!;
          if (p.dilation[i] === 1) {
            const window = isub(idiv(from, stride), reduced[i]!), entry = isub(from, imul(window, stride));
            conditions.push(within(window, 0, p.extent[i]!), within(entry, 0, kernel));
            windows.push(window);
            entries.push(entry);
          } else {
            const at = isub(from, imul(reduced[i]!, p.dilation[i]!)), window = idiv(at, stride);
            conditions.push(within(at, 0, (p.extent[i]! - 1) * stride + 1), ieq(imod(at, stride), int(0)));
            windows.push(window);
            entries.push(reduced[i]!);
          }
        });
        return guard(all(conditions), r.at(0, [...index.slice(0, b), ...windows, ...entries]), lit(0, x!.dtype));
      },
    }];
  },
  samples: [
    {
      inputs: [host([2, 3], [1, 2, 3, 4, 5, 6])],
      params: { kernel: [3], stride: [2], dilation: [1], before: [1], extent: [2], input: [4], fill: 0 },
    },
    {
      inputs: [host([2, 2], [1, 2, 3, 4])],
      params: { kernel: [2], stride: [1], dilation: [2], before: [0], extent: [2], input: [4], fill: 0 },
    },
  ],
};

/** Options of pooling; the stride is the kernel unless given. */
export interface PoolOptions extends Omit<Windows2dOptions, "kernel" | "dilation"> {
  readonly fit?: Fit;
}
const pair = (v: number | readonly [number, number]): readonly [number, number] => typeof v === "number" ? [v, v] : v;
const windows = (
  op: string,
  x: Tensor,
  kernel: number | readonly [number, number],
  options: PoolOptions,
  fill: number,
): Tensor => {
  optionsOf(op, options, { stride: true, padding: true, fit: true });
  if (!(floats as readonly string[]).includes(x.dtype)) {
    throw new DTypeError(`${op}: expected a float, got ${x.dtype}`, { op, expected: "a float", got: x.dtype });
  }
  const all = { stride: kernel, ...options, kernel };
  pool2dShape(op, extents(x), all);
  const [h, w] = fill === 0 ? planWindows(op, extents(x), all) : planPooling(op, extents(x), all);
  return bind(windowsP, [x], {
    kernel: pair(kernel),
    stride: pair(all.stride ?? kernel),
    dilation: [1, 1],
    before: [h.before, w.before],
    extent: [h.extent, w.extent],
    input: extents(x).slice(-2),
    fill,
  });
};
/**
 * Largest value of each window. `F[n,c,h,w] -> F[n,c,h',w']`, h' = floor((h + 2p - k) / s) + 1. Padding never wins, and is at most half the kernel. Where
 * several are largest, the first in row-major order gets the derivative. Throws `ShapeError` where the window does not fit.
 */
export const maxPool2d: PoolFunction<"maxPool2d"> = byData(
  "maxPool2d",
  (x: Tensor, kernel: number | readonly [number, number], options: PoolOptions = {}) =>
    max(windows("maxPool2d", x, kernel, options, -Infinity), [-2, -1], { ties: "first" }),
);
/** Mean of each window, padding counted as zeros. `F[n,c,h,w] -> F[n,c,h',w']`. Throws `ShapeError` where it does not fit. */
export const avgPool2d: PoolFunction<"avgPool2d"> = byData(
  "avgPool2d",
  (x: Tensor, kernel: number | readonly [number, number], options: PoolOptions = {}) => {
    const [kh, kw] = pair(kernel);
    return inSingle(x, (y) => div(sum(windows("avgPool2d", y, kernel, options, 0), [-2, -1]), kh * kw));
  },
);

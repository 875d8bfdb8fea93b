import type { Axis } from "../../core/expr.ts";
import { least } from "./blocks.ts";
import type { Context, Env } from "./env.ts";
import { bindingOf } from "./env.ts";
import type { Value } from "./ir.ts";

/** A box of an index space: of every axis a piece of `sizes[i]` values, in row-major order. */
export interface Tiling {
  readonly axes: readonly Axis[];
  readonly sizes: readonly number[];
  /** Elements from one value of each axis to the next, inside a box. */
  readonly strides: readonly number[];
  /** Elements of a whole box. */
  readonly length: number;
  /** Boxes along each axis. */
  readonly counts: readonly number[];
}

export const tiling = (axes: readonly Axis[], sizes: readonly number[]): Tiling => {
  const strides = new Array<number>(axes.length);
  let length = 1;
  for (let i = axes.length - 1; i >= 0; i--) {
    strides[i] = length;
    length *= sizes[i]!;
  }
  return { axes, sizes, strides, length, counts: axes.map((a, i) => Math.ceil(a.extent / sizes[i]!)) };
};
/** Boxes of about `target` elements: inner axes whole, one axis in equal pieces (multiples of `grain` if it is the last one). */
export const boxes = (axes: readonly Axis[], target: number, grain: number): Tiling => {
  let room = target;
  const sizes = new Array<number>(axes.length);
  for (let i = axes.length - 1; i >= 0; i--) {
    const { extent } = axes[i]!, unit = i === axes.length - 1 ? grain : 1;
    if (extent <= room) sizes[i] = extent;
    else {
      const pieces = Math.ceil(extent / Math.max(unit, Math.floor(room / unit) * unit));
      sizes[i] = Math.min(extent, Math.ceil(Math.ceil(extent / pieces) / unit) * unit);
    }
    room = sizes[i] === extent ? Math.floor(room / extent) : 1;
    room = Math.max(1, room);
  }
  return tiling(axes, sizes);
};
/** Elements of all boxes together if each is filled up to a multiple of `unit`; boxes are as `boxes` makes them. */
export const filledUp = ({ axes, sizes, strides, length }: Tiling, unit: number): number => {
  const up = (n: number): number => Math.ceil(n / unit) * unit,
    cut = axes.findLastIndex((a, i) => sizes[i]! < a.extent);
  if (cut < 0) return up(length);
  const { extent } = axes[cut]!, size = sizes[cut]!, inside = strides[cut]!;
  const outside = axes.slice(0, cut).reduce((n, a) => n * a.extent, 1);
  return outside * (Math.floor(extent / size) * up(size * inside) + up(extent % size * inside));
};
/** Whether all boxes have a multiple of `unit` elements. */
export const multiplesOf = (t: Tiling, unit: number): boolean =>
  filledUp(t, unit) === t.axes.reduce((n, a) => n * a.extent, 1);
export const boxCount = (t: Tiling): number => t.counts.reduce((n, d) => n * d, 1);

/** Where a box begins, and how many values of each axis it has. */
export interface Box {
  readonly from: readonly Value[];
  readonly to: readonly Value[];
}
export const boxAt = (cx: Context, t: Tiling, numbers: readonly Value[]): Box => {
  const { b } = cx;
  const from = t.sizes.map((size, i) => b.op("i32.mul", numbers[i]!, b.i32(size)));
  const to = t.sizes.map((size, i) => {
    const { extent } = t.axes[i]!;
    if (t.counts[i] === 1) return b.i32(extent);
    const end = b.op("i32.add", from[i]!, b.i32(size));
    return extent % size === 0 ? end : least(cx, end, b.i32(extent));
  });
  return { from, to };
};
/** All of some axes as one box, and that box. */
export const whole = (axes: readonly Axis[]): Tiling => tiling(axes, axes.map((x) => x.extent));
export const entire = (cx: Context, t: Tiling): { readonly tiling: Tiling; readonly box: Box } => ({
  tiling: t,
  box: boxAt(cx, t, t.axes.map(() => cx.b.i32(0))),
});
/** Elements of a box: all if boxes are cut along its outermost axis only, as `boxes` does. */
export const boxLength = ({ b }: Context, t: Tiling, { from, to }: Box): Value =>
  t.axes.reduce((n, _, i) => b.op("i32.mul", n, b.op("i32.sub", to[i]!, from[i]!)), b.i32(1));

/** A position in a box, for what the axes are bound to: what is computed, and what is constant. */
export interface Position {
  readonly value: Value;
  readonly constant: number;
}
export const positionIn = ({ b }: Context, t: Tiling, { from }: Box, env: Env, scale: number): Position => {
  let constant = 0;
  const terms = t.axes.map((a, i) => {
    const { base, offset } = bindingOf(env, a), k = t.strides[i]! * scale;
    constant += offset * k;
    return { value: base, from: from[i]!, k };
  }).sort((x, y) => x.value.scope.depth - y.value.scope.depth);
  const start = terms.reduce((sum, x) => b.op("i32.add", sum, b.op("i32.mul", x.from, b.i32(x.k))), b.i32(0));
  const value = terms.reduce(
    (sum, x) => b.op("i32.add", sum, b.op("i32.mul", x.value, b.i32(x.k))),
    b.op("i32.sub", b.i32(0), start),
  );
  return { value, constant };
};

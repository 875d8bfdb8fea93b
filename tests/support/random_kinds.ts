/** What a step of a random program can be. */
import type { DType } from "../../core/dtype.ts";
import { broadcastShapes } from "../../core/shape/broadcast.ts";
import { extents } from "../../core/tensor.ts";
import * as ops from "../../ops/mod.ts";

// deno-lint-ignore no-explicit-any -- operations on shapes that are drawn
type Any = any;
const o = ops as Any;

/** More elements than this a value does not get. */
const LARGEST = 300;
export const size = (s: readonly number[]): number => s.reduce((n, d) => n * d, 1);
export const pick = <T>(xs: readonly T[], n: number): T => xs[n % xs.length]!;
/** Values that keep their size whatever is done to them many times. */
const tame = (x: Any): Any => o.tanh(x);

export interface Place {
  readonly x: Any;
  readonly y: Any;
  readonly p: readonly number[];
  readonly shape: readonly number[];
  readonly dtype: DType;
}
/** What a step can be; null where its operands do not fit. */
export type Kind = (at: Place) => Any | null;
const unary = (f: (x: Any) => Any): Kind => ({ x }) => f(x);
const binary = (f: (x: Any, y: Any) => Any): Kind => ({ x, y }) => {
  try {
    return size(broadcastShapes("any", extents(x), extents(y))) > LARGEST ? null : f(x, y);
  } catch {
    return null;
  }
};
const axisOf = ({ shape, p }: Place): number | null => shape.length === 0 ? null : p[0]! % shape.length;
const onAxis = (f: (x: Any, axis: number, at: Place) => Any): Kind => (at) => {
  const axis = axisOf(at);
  return axis === null ? null : f(at.x, axis, at);
};
/** Over one axis, several or all, of which none may be empty where `full` says so. */
const reduction = (f: (x: Any, axes: Any, options: Any) => Any, full = false): Kind => ({ x, shape, p }) => {
  const axes = shape.map((_, i) => i).filter((i) => (p[0]! >> i & 1) === 1);
  if (full && axes.some((a) => shape[a] === 0)) return null;
  return f(x, p[1]! % 4 === 0 && !(full && shape.includes(0)) ? undefined : axes, { keepdims: p[2]! % 2 === 0 });
};
const isDivisor = (n: number) => (d: number): boolean => n % d === 0;
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Places along an axis of extent `n` that depend on values. */
const places = (y: Any, n: number): Any => o.cast(o.floor(o.mul(o.abs(tame(y)), n)), "i32");
/** By name. */
export const kinds: Readonly<Record<string, Kind>> = {
  neg: unary(o.neg),
  abs: unary(o.abs),
  sin: unary(o.sin),
  tanh: unary(o.tanh),
  sigmoid: unary(o.sigmoid),
  relu: unary(o.relu),
  softplus: unary((x) => tame(o.softplus(x))),
  exp: unary((x) => o.exp(tame(x))),
  log: unary((x) => o.log(o.add(o.abs(x), 0.5))),
  sqrt: unary((x) => o.sqrt(o.add(o.abs(x), 0.25))),
  square: unary((x) => tame(o.square(x))),
  floor: unary((x) => o.floor(tame(o.mul(x, 3)))),
  sign: unary(o.sign),
  erf: unary(o.erf),
  gelu: unary((x) => o.gelu(tame(x))),
  atan: unary(o.atan),
  cube: unary((x) => o.pow(tame(x), 3)),
  twice: unary((x) => o.mul(x, 2)),
  half: unary((x) => o.div(x, 2)),
  shift: unary((x) => o.sub(1, x)),
  add: binary(o.add),
  sub: binary(o.sub),
  mul: binary((x, y) => o.mul(tame(x), tame(y))),
  div: binary((x, y) => o.div(tame(x), o.add(o.abs(y), 0.5))),
  maximum: binary(o.maximum),
  minimum: binary(o.minimum),
  hypot: binary(o.hypot),
  remainder: binary((x, y) => o.remainder(x, o.add(o.abs(y), 0.5))),
  where: binary((x, y) => o.where(o.less(x, y), x, o.mul(y, 0.5))),
  pick: ({ x, y }) => binary((v, w) => o.where(o.greater(v, 0), w, v))({ x, y } as Place),
  softmax: onAxis((x, axis) => x.shape[axis] === 0 ? null : o.softmax(x, axis)),
  sum: reduction((x, a, k) => tame(o.sum(x, a, k))),
  mean: reduction((x, a, k) => o.mean(x, a, k), true),
  prod: reduction((x, a, k) => o.prod(tame(x), a, k)),
  max: reduction((x, a, k) => o.max(x, a, k), true),
  min: reduction((x, a, k) => o.min(x, a, { ...k, ties: "first" }), true),
  norm: reduction((x, a, k) => o.norm(x, a, k)),
  variance: reduction((x, a, k) => o.variance(x, a, { ...k, correction: 0 }), true),
  logSumExp: reduction((x, a, k) => o.logSumExp(x, a, k), true),
  center: onAxis((x, axis) => x.shape[axis] === 0 ? null : o.sub(x, o.mean(x, axis, { keepdims: true }))),
  argmax: onAxis((x, axis) => x.shape[axis] === 0 ? null : o.cast(o.argmax(x, axis), x.dtype)),
  count: reduction((x, a, k) => o.cast(o.countNonzero(o.greater(x, 0), a, k), x.dtype)),
  matmul: ({ x, y }) => {
    const [s, t] = [extents(x), extents(y)];
    if (s.length < 1 || t.length < 1) return null;
    const wide = s.length > 1 && t.length > 1 ? size([...s.slice(0, -1), t.at(-1)!]) : 1,
      inner = t.length === 1 ? t[0] : t.at(-2);
    if (s.at(-1) !== inner || wide > LARGEST || s.length > 2 || t.length > 2) return null;
    return tame(o.matmul(x, y));
  },
  gram: ({ x, shape }) => shape.length === 2 && shape[0]! <= 9 ? tame(o.matmul(x, o.transpose(x))) : null,
  reshape: ({ x, shape, p }) => {
    const n = size(shape), first = pick(n === 0 ? [0] : range(n).map((i) => i + 1).filter(isDivisor(n)), p[0]!);
    if (n === 0) return null;
    const rest = n / first, second = pick(range(rest).map((i) => i + 1).filter(isDivisor(rest)), p[1]!);
    return o.reshape(x, p[2]! % 3 === 0 ? [n] : p[2]! % 3 === 1 ? [first, rest] : [first, second, rest / second]);
  },
  permute: ({ x, shape, p }) =>
    o.permute(x, range(shape.length).toSorted((i, j) => (p[i]! % 17) - (p[j]! % 17) || i - j)),
  expandDims: ({ x, shape, p }) => shape.length > 3 ? null : o.expandDims(x, p[0]! % (shape.length + 1)),
  broadcast: ({ x, shape, p }) =>
    shape.length > 3 || size(shape) * 3 > LARGEST ? null : o.broadcastTo(x, [2 + p[0]! % 2, ...shape]),
  slice: onAxis((x, axis, { shape, p }) => {
    const n = shape[axis]!, start = p[1]! % (n + 1), stop = start + p[2]! % (n - start + 1);
    return o.slice(x, axis, start, stop);
  }),
  pad: ({ x, shape, p }) => {
    const amounts = shape.map((_, i) => [p[i % 5]! % 2, (p[(i + 1) % 5]! >> 2) % 3]);
    return size(shape.map((d, i) => d + amounts[i]![0]! + amounts[i]![1]!)) > LARGEST
      ? null
      : o.pad(x, amounts, p[4]! % 3 === 0 ? 0.5 : 0);
  },
  concat: onAxis((x, axis, { y, shape, p }) => {
    const t = extents(y), fits = t.length === shape.length && t.every((d, i) => i === axis || d === shape[i]);
    const other = fits ? y : o.neg(x), parts = p[1]! % 2 === 0 ? [x, other] : [other, x, x];
    return parts.reduce((n: number, v: Any) => n + size(v.shape), 0) > LARGEST ? null : o.concat(parts, axis);
  }),
  stack: ({ x, shape, p }) =>
    shape.length > 3 || size(shape) * 2 > LARGEST ? null : o.stack([x, tame(x)], p[0]! % (shape.length + 1)),
  index: ({ x, shape, p }) => {
    if (shape.length === 0) return null;
    const axis = p[0]! % shape.length, i = o.cast(o.iota(shape, axis, "i32"), x.dtype);
    return o.add(x, o.mul(i, 0.25));
  },
  whole: ({ x }) => o.cast(o.rem(o.cast(o.mul(tame(x), 9), "i32"), 4), x.dtype),
  truth: ({ x, y }) => binary((v, w) => o.cast(o.xor(o.less(v, w), o.greater(v, 0)), v.dtype))({ x, y } as Place),
  any: reduction((x, a, k) => o.cast(o.any(o.greater(x, 0.5), a, k), x.dtype)),
  cumsum: onAxis((x, axis) => tame(o.cumsum(x, axis))),
  cumprod: onAxis((x, axis) => o.cumprod(tame(x), axis)),
  cummax: onAxis((x, axis, { shape }) => shape[axis] === 0 ? null : o.cummax(x, axis).values),
  logCumSumExp: onAxis((x, axis, { shape }) => shape[axis] === 0 ? null : o.logCumSumExp(x, axis)),
  sort: onAxis((x, axis, { p }) => o.sort(x, axis, { descending: p[1]! % 2 === 0 }).values),
  topk: onAxis((x, axis, { shape, p }) => o.topk(x, p[1]! % (shape[axis]! + 1), axis).values),
  flip: onAxis((x, axis) => o.flip(x, axis)),
  roll: onAxis((x, axis, { p }) => o.roll(x, p[1]! % 5 - 2, axis)),
  strided: onAxis((x, axis, { shape, p }) =>
    o.stridedSlice(
      x,
      shape.map((_, i) => i === axis ? [p[1]! % 2, null, 1 + p[2]! % 3] : [null, null, p[3]! % 2 === 0 ? 1 : -1]),
    )
  ),
  select: onAxis((x, axis, { shape, p }) => shape[axis] === 0 ? null : o.select(x, axis, p[1]! % shape[axis]!)),
  tile: onAxis((x, axis, { shape, p }) =>
    shape.length > 3 || size(shape) * 2 > LARGEST
      ? null
      : p[1]! % 2 === 0
      ? o.repeatInterleave(x, 2, axis)
      : o.tile(x, shape.map((_, i) => i === axis ? 2 : 1))
  ),
  triangle: ({ x, shape, p }) => shape.length < 2 ? null : (p[0]! % 2 === 0 ? o.tril : o.triu)(x, p[1]! % 3 - 1),
  diagonal: ({ x, shape, p }) =>
    p[0]! % 2 === 0 && shape.length >= 2
      ? o.diagonal(x)
      : shape.length < 1 || shape.length > 3 || size(shape) * shape.at(-1)! > LARGEST
      ? null
      : o.diagEmbed(x),
  take: onAxis((x, axis, { y, shape }) =>
    shape[axis] === 0 || size(extents(y)) * size(shape) / Math.max(1, shape[axis]!) > LARGEST ||
      extents(y).length + shape.length > 5
      ? null
      : o.take(x, places(y, shape[axis]!), axis)
  ),
  gather: onAxis((x, axis, { shape }) =>
    shape[axis] === 0 ? null : o.gather(x, axis, places(o.sin(o.mul(x, 5)), shape[axis]!))
  ),
  scatterAdd: onAxis((x, axis, { shape }) =>
    shape[axis] === 0 ? null : tame(o.scatterAdd(x, axis, places(o.sin(o.mul(x, 7)), shape[axis]!), o.mul(x, 0.5)))
  ),
  conv: ({ x, shape, p }) => {
    if (shape.length !== 2 || shape.some((d) => d < 2)) return null;
    const kernel = o.reshape(o.slice(o.slice(x, 0, 0, 2), 1, 0, 2), [1, 1, 2, 2]),
      padding = p[0]! % 2,
      stride = 1 + p[1]! % 2;
    const y = o.conv2d(o.reshape(x, [1, 1, ...shape]), o.mul(kernel, 0.5), { padding, stride });
    return tame(o.reshape(y, y.shape.slice(2)));
  },
  pool: ({ x, shape, p }) => {
    if (shape.length !== 2 || shape.some((d) => d < 2)) return null;
    const y = (p[0]! % 2 === 0 ? o.maxPool2d : o.avgPool2d)(o.reshape(x, [1, 1, ...shape]), 2, {
      stride: 1 + p[1]! % 2,
    });
    return o.reshape(y, y.shape.slice(2));
  },
  stop: ({ x, p }) => p[0]! % 3 === 0 ? o.stopGradient(x) : null,
};

/**
 * Random programs for property tests: a recipe of numbers, which shrinks well, and what it means. Every number chooses among
 * what is possible at its place, so that every recipe is a program.
 */
import fc from "fast-check";
import { isFloat } from "../../core/dtype.ts";
import type { DType } from "../../core/dtype.ts";
import { extents, type Tensor } from "../../core/tensor.ts";
import * as ops from "../../ops/mod.ts";
import { broadcastShapes } from "../../core/shape/broadcast.ts";

// deno-lint-ignore no-explicit-any -- operations on shapes that are drawn
type Any = any;
const o = ops as Any;

export interface Step {
  readonly kind: number;
  /** Which values it reads, counted from the latest. */
  readonly a: number;
  readonly b: number;
  /** Axes, extents and the like. */
  readonly p: readonly number[];
}
export interface Recipe {
  readonly inputs: readonly (readonly number[])[];
  readonly steps: readonly Step[];
  readonly outputs: readonly number[];
  readonly seed: number;
}

const extent = fc.oneof({ weight: 30, arbitrary: fc.integer({ min: 1, max: 4 }) }, { weight: 1, arbitrary: fc.constant(0) }, {
  weight: 2,
  arbitrary: fc.integer({ min: 5, max: 9 }),
});
const choice = fc.nat(9999);
/** Recipes of 5 to 30 steps on one to three inputs. */
export const recipe: fc.Arbitrary<Recipe> = fc.record({
  inputs: fc.array(fc.array(extent, { maxLength: 3 }), { minLength: 1, maxLength: 3 }),
  steps: fc.array(fc.record({ kind: choice, a: choice, b: choice, p: fc.array(choice, { minLength: 5, maxLength: 5 }) }), { minLength: 5, maxLength: 30 }),
  outputs: fc.array(choice, { minLength: 1, maxLength: 3 }),
  seed: fc.nat(1e6),
});

/** Numbers in (-2, 2) for the inputs of a recipe. */
export const numbersFor = (r: Recipe): readonly number[][] =>
  r.inputs.map((shape, k) => Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, i) => 2 * Math.sin(r.seed + 78.233 * (k + 1) + 12.9898 * (i + 1))));

const special = [NaN, Infinity, -Infinity, -0, 0, 1e300, -1e-310, 1];
/** The same with what arithmetic has exceptions for in some places. */
export const exceptionsFor = (r: Recipe): readonly number[][] =>
  numbersFor(r).map((xs, k) => xs.map((x, i) => (i + k + r.seed) % 3 === 0 ? special[(i * 5 + r.seed) % special.length]! : x));

/** More elements than this a value does not get. */
const LARGEST = 300;
const size = (s: readonly number[]): number => s.reduce((n, d) => n * d, 1);
const pick = <T>(xs: readonly T[], n: number): T => xs[n % xs.length]!;
/** Values that keep their size whatever is done to them many times. */
const tame = (x: Any): Any => o.tanh(x);

interface Place {
  readonly x: Any;
  readonly y: Any;
  readonly p: readonly number[];
  readonly shape: readonly number[];
  readonly dtype: DType;
}
/** What a step can be; null where its operands do not fit. */
type Kind = (at: Place) => Any | null;
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
const kinds: Readonly<Record<string, Kind>> = {
  neg: unary(o.neg), abs: unary(o.abs), sin: unary(o.sin), tanh: unary(o.tanh), sigmoid: unary(o.sigmoid), relu: unary(o.relu),
  softplus: unary((x) => tame(o.softplus(x))), exp: unary((x) => o.exp(tame(x))), log: unary((x) => o.log(o.add(o.abs(x), 0.5))),
  sqrt: unary((x) => o.sqrt(o.add(o.abs(x), 0.25))), square: unary((x) => tame(o.square(x))), floor: unary((x) => o.floor(tame(o.mul(x, 3)))),
  sign: unary(o.sign), erf: unary(o.erf), gelu: unary((x) => o.gelu(tame(x))), atan: unary(o.atan),
  cube: unary((x) => o.pow(tame(x), 3)), twice: unary((x) => o.mul(x, 2)), half: unary((x) => o.div(x, 2)), shift: unary((x) => o.sub(1, x)),
  add: binary(o.add), sub: binary(o.sub), mul: binary((x, y) => o.mul(tame(x), tame(y))), div: binary((x, y) => o.div(tame(x), o.add(o.abs(y), 0.5))),
  maximum: binary(o.maximum), minimum: binary(o.minimum), hypot: binary(o.hypot), remainder: binary((x, y) => o.remainder(x, o.add(o.abs(y), 0.5))),
  where: binary((x, y) => o.where(o.less(x, y), x, o.mul(y, 0.5))),
  pick: ({ x, y }) => binary((v, w) => o.where(o.greater(v, 0), w, v))({ x, y } as Place),
  softmax: onAxis((x, axis) => x.shape[axis] === 0 ? null : o.softmax(x, axis)),
  sum: reduction((x, a, k) => tame(o.sum(x, a, k))), mean: reduction((x, a, k) => o.mean(x, a, k), true), prod: reduction((x, a, k) => o.prod(tame(x), a, k)),
  max: reduction((x, a, k) => o.max(x, a, k), true), min: reduction((x, a, k) => o.min(x, a, { ...k, ties: "first" }), true),
  norm: reduction((x, a, k) => o.norm(x, a, k)), variance: reduction((x, a, k) => o.variance(x, a, { ...k, correction: 0 }), true),
  logSumExp: reduction((x, a, k) => o.logSumExp(x, a, k), true),
  center: onAxis((x, axis) => x.shape[axis] === 0 ? null : o.sub(x, o.mean(x, axis, { keepdims: true }))),
  argmax: onAxis((x, axis) => x.shape[axis] === 0 ? null : o.cast(o.argmax(x, axis), x.dtype)),
  count: reduction((x, a, k) => o.cast(o.countNonzero(o.greater(x, 0), a, k), x.dtype)),
  matmul: ({ x, y }) => {
    const [s, t] = [extents(x), extents(y)];
    if (s.length < 1 || t.length < 1) return null;
    const wide = s.length > 1 && t.length > 1 ? size([...s.slice(0, -1), t.at(-1)!]) : 1, inner = t.length === 1 ? t[0] : t.at(-2);
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
  permute: ({ x, shape, p }) => o.permute(x, range(shape.length).toSorted((i, j) => (p[i]! % 17) - (p[j]! % 17) || i - j)),
  expandDims: ({ x, shape, p }) => shape.length > 3 ? null : o.expandDims(x, p[0]! % (shape.length + 1)),
  broadcast: ({ x, shape, p }) => shape.length > 3 || size(shape) * 3 > LARGEST ? null : o.broadcastTo(x, [2 + p[0]! % 2, ...shape]),
  slice: onAxis((x, axis, { shape, p }) => {
    const n = shape[axis]!, start = p[1]! % (n + 1), stop = start + p[2]! % (n - start + 1);
    return o.slice(x, axis, start, stop);
  }),
  pad: ({ x, shape, p }) => {
    const amounts = shape.map((_, i) => [p[i % 5]! % 2, (p[(i + 1) % 5]! >> 2) % 3]);
    return size(shape.map((d, i) => d + amounts[i]![0]! + amounts[i]![1]!)) > LARGEST ? null : o.pad(x, amounts, p[4]! % 3 === 0 ? 0.5 : 0);
  },
  concat: onAxis((x, axis, { y, shape, p }) => {
    const t = extents(y), fits = t.length === shape.length && t.every((d, i) => i === axis || d === shape[i]);
    const other = fits ? y : o.neg(x), parts = p[1]! % 2 === 0 ? [x, other] : [other, x, x];
    return parts.reduce((n: number, v: Any) => n + size(v.shape), 0) > LARGEST ? null : o.concat(parts, axis);
  }),
  stack: ({ x, shape, p }) => shape.length > 3 || size(shape) * 2 > LARGEST ? null : o.stack([x, tame(x)], p[0]! % (shape.length + 1)),
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
  strided: onAxis((x, axis, { shape, p }) => o.stridedSlice(x, shape.map((_, i) => i === axis ? [p[1]! % 2, null, 1 + p[2]! % 3] : [null, null, p[3]! % 2 === 0 ? 1 : -1]))),
  select: onAxis((x, axis, { shape, p }) => shape[axis] === 0 ? null : o.select(x, axis, p[1]! % shape[axis]!)),
  tile: onAxis((x, axis, { shape, p }) => shape.length > 3 || size(shape) * 2 > LARGEST ? null : p[1]! % 2 === 0 ? o.repeatInterleave(x, 2, axis) : o.tile(x, shape.map((_, i) => i === axis ? 2 : 1))),
  triangle: ({ x, shape, p }) => shape.length < 2 ? null : (p[0]! % 2 === 0 ? o.tril : o.triu)(x, p[1]! % 3 - 1),
  diagonal: ({ x, shape, p }) => p[0]! % 2 === 0 && shape.length >= 2 ? o.diagonal(x) : shape.length < 1 || shape.length > 3 || size(shape) * shape.at(-1)! > LARGEST ? null : o.diagEmbed(x),
  take: onAxis((x, axis, { y, shape }) => shape[axis] === 0 || size(extents(y)) * size(shape) / Math.max(1, shape[axis]!) > LARGEST || extents(y).length + shape.length > 5 ? null : o.take(x, places(y, shape[axis]!), axis)),
  gather: onAxis((x, axis, { shape }) => shape[axis] === 0 ? null : o.gather(x, axis, places(o.sin(o.mul(x, 5)), shape[axis]!))),
  scatterAdd: onAxis((x, axis, { shape }) => shape[axis] === 0 ? null : tame(o.scatterAdd(x, axis, places(o.sin(o.mul(x, 7)), shape[axis]!), o.mul(x, 0.5)))),
  conv: ({ x, shape, p }) => {
    if (shape.length !== 2 || shape.some((d) => d < 2)) return null;
    const kernel = o.reshape(o.slice(o.slice(x, 0, 0, 2), 1, 0, 2), [1, 1, 2, 2]), padding = p[0]! % 2, stride = 1 + p[1]! % 2;
    const y = o.conv2d(o.reshape(x, [1, 1, ...shape]), o.mul(kernel, 0.5), { padding, stride });
    return tame(o.reshape(y, y.shape.slice(2)));
  },
  pool: ({ x, shape, p }) => {
    if (shape.length !== 2 || shape.some((d) => d < 2)) return null;
    const y = (p[0]! % 2 === 0 ? o.maxPool2d : o.avgPool2d)(o.reshape(x, [1, 1, ...shape]), 2, { stride: 1 + p[1]! % 2 });
    return o.reshape(y, y.shape.slice(2));
  },
  stop: ({ x, p }) => p[0]! % 3 === 0 ? o.stopGradient(x) : null,
};
const names = Object.keys(kinds);

/** Steps whose results jump, or whose derivatives do: rounding may take them to the other side. */
const jumps: ReadonlySet<string> = new Set([
  "relu", "abs", "floor", "sign", "maximum", "minimum", "remainder", "where", "pick", "max", "min", "argmax", "count", "whole", "truth",
  "any", "cummax", "sort", "topk", "take", "gather", "scatterAdd", "pool", "norm", "hypot",
]); // deno-fmt-ignore
/** The steps a program may take. */
export type Among = "all" | "continuous" | "views";
const among: Readonly<Record<Among, readonly string[]>> = {
  all: names,
  continuous: names.filter((n) => !jumps.has(n)),
  views: [
    "reshape", "permute", "expandDims", "broadcast", "slice", "pad", "concat", "stack", "flip", "roll", "strided", "select", "tile",
    "triangle", "diagonal", "index",
  ],
}; // deno-fmt-ignore

/** The program of a recipe, as a function of its inputs. */
export const play = (r: Recipe, kind: Among = "all") => (...inputs: readonly Tensor[]): readonly Tensor[] => {
  const values: Tensor[] = [...inputs];
  for (const s of r.steps) {
    // Mostly recent values, so that programs are deep; sometimes any, so that values are used again.
    const recent = (n: number): Tensor => values[n % 3 === 0 ? n % values.length : Math.max(0, values.length - 1 - n % 3)]!;
    const x = recent(s.a), y = recent(s.b);
    const made = kinds[pick(among[kind], s.kind)]!({ x, y, p: s.p, shape: extents(x), dtype: x.dtype });
    values.push(made ?? o.neg(x));
  }
  const made = values.slice(inputs.length);
  return [made.at(-1)!, ...r.outputs.slice(1).map((n) => pick(made, n))];
};
/** A weighted sum of all outputs of a recipe, as a function of its inputs. */
export const scalarOf = (r: Recipe, kind: Among = "all") => (...inputs: readonly Tensor[]): Tensor =>
  play(r, kind)(...inputs).reduce<Any>((total, y, i) => {
    if (!isFloat(y.dtype)) return total;
    const part = o.sum(o.mul(o.sin(y), 1 + i / 4));
    return total === null ? part : o.add(total, part);
  }, null);
/** The names of the steps of a recipe, for messages. */
export const stepsOf = (r: Recipe, kind: Among = "all"): string => r.steps.map((s) => pick(among[kind], s.kind)).join(" ");

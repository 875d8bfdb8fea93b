import { acc, type Axis, axis, type Expr, fold, guard, lit, load, op } from "../../core/expr.ts";
import { iadd, imul, int, ravel } from "../../core/index_expr.ts";
import type { Contraction, Kernel, Store } from "../kernel.ts";
import { analyse, stepAlong } from "./analysis.ts";
import { volume } from "./operand.ts";
import { replaceAcc, substitute } from "./rewrite.ts";

/** Kernels that do a convolution of 3 by 3 one after the other. */
export interface Winograd {
  /** The image and the weights, transformed; the contraction of both; the result, transformed back, and its stores. */
  readonly image: Kernel;
  readonly weights: Kernel;
  readonly products: Kernel;
  readonly result: Kernel;
  /** Elements of the temporary buffer. */
  readonly temp: number;
  /** Cycles that the transforms take. */
  readonly time: number;
}
/** Elements of the temporary buffer at most, and cycles for each of those that are transformed. */
const mostElements = 10_000_000, forward = 2.3, back = 2.7;

/** The axis of places and that of a window, of which an operand only knows the sum, or the difference. */
interface Pair {
  readonly place: Axis;
  readonly within: Axis;
  readonly turned: boolean;
}
const pairsOf = (c: Contraction): readonly [Pair, Pair] | null => {
  const { free } = analyse(), { a, b } = c;
  if (a.tag !== "load" || b.tag !== "load" || a.dtype !== "f32" || b.dtype !== "f32" || c.dtype !== "f32") return null;
  const regular = (e: Expr, axes: readonly Axis[]) => axes.every((x) => stepAlong(e, x, free) !== null);
  const [left, right] = [[...c.batch, ...c.m, ...c.k], [...c.batch, ...c.n, ...c.k]];
  if (!regular(a.index, left) || !regular(b.index, right)) return null;
  const step = (x: Axis): number => stepAlong(b.index, x, free)!;
  const [p, q, ...more] = c.k.filter((x) => x.extent === 3).flatMap((within): readonly Pair[] => {
    const place = c.n.find((x) => x.extent % 2 === 0 && step(x) !== 0 && Math.abs(step(x)) === Math.abs(step(within)));
    return place === undefined ? [] : [{ place, within, turned: step(place) !== step(within) }];
  });
  return p !== undefined && q !== undefined && more.length === 0 && p.place !== q.place ? [p, q] : null;
};

const add = (x: Expr, y: Expr): Expr => op("add", x, y), sub = (x: Expr, y: Expr): Expr => op("sub", x, y);
const half = (x: Expr): Expr => op("mul", x, lit(0.5, "f32"));
type Transform = (x: readonly Expr[]) => readonly Expr[];
const ofImage: Transform = ([a, b, c, d]) => [sub(a!, c!), add(b!, c!), sub(c!, b!), sub(b!, d!)];
const ofWeights: Transform = ([a, b, c]) => {
  const outer = add(a!, c!);
  return [a!, half(add(outer, b!)), half(sub(outer, b!)), c!];
};
const ofProducts: Transform = ([a, b, c, d]) => [add(add(a!, b!), c!), sub(sub(b!, c!), d!)];
/** A result, or where it is not finite what it is by definition: infinities must not meet in the products. */
const finite = (result: Expr, defined: Expr): Expr =>
  guard(op("not", op("lt", op("abs", result), lit(Infinity, "f32"))), defined, result);
/** A transform of the columns, then of the rows. */
const square = (f: Transform, size: number, at: (i: number, j: number) => Expr): readonly Expr[] => {
  const inside = Array.from({ length: size }, (_, i) => i), done = inside.map((j) => f(inside.map((i) => at(i, j))));
  return done[0]!.flatMap((_, i) => f(done.map((column) => column[i]!)));
};

/**
 * A convolution with windows of 3 by 3, in steps of one, with 16 products for 4 results instead of 36: F(2 x 2, 3 x 3). Every
 * result is made of the pixels of its own window only, and where it is not finite it is computed by definition, so that NaN and
 * infinities are where they should be. It is rounded by the largest product of pixels and weights in the window. Null for other
 * contractions. Source: Lavin, Gray, Fast algorithms for convolutional neural networks, CVPR (2016), section 4.1.
 */
export const winograd = (k: Kernel, c: Contraction, taken: number): Winograd | null => {
  const pairs = pairsOf(c);
  if (pairs === null) return null;
  const [p, q] = pairs, s = axis(16), [th, tw] = [axis(p.place.extent / 2), axis(q.place.extent / 2)];
  const tiled = (axes: readonly Axis[]) => axes.map((x) => x === p.place ? th : x === q.place ? tw : x);
  const others = c.k.filter((x) => x !== p.within && x !== q.within), n = tiled(c.n), grid = tiled(k.grid);
  const [imageAxes, weightAxes, productAxes] = [[...others, ...n], [...c.m, ...others], [...c.m, ...n]].map((axes) => [
    ...c.batch,
    ...axes,
  ]) as [Axis[], Axis[], Axis[]];
  // Where each of the three begins in the temporary buffer, after what is there.
  const after = (from: number, axes: readonly Axis[]): number => Math.ceil((from + 16 * volume(axes)) / 16) * 16 + 16;
  const imageAt = after(taken, []), weightsAt = after(imageAt, imageAxes), productsAt = after(weightsAt, weightAxes);
  const temp = productsAt + 16 * volume(productAxes);
  if (temp > mostElements) return null;
  const given = taken > 0 ? k.buffers.slice(0, -1) : k.buffers, target = given.length;
  const buffers = [...given, { dtype: "f32", length: temp, access: "write" } as const];
  const place = (start: number, which: Expr, axes: readonly Axis[]): Expr =>
    iadd(ravel([which, ...axes], [16, ...axes.map((x) => x.extent)]), int(start));
  const kernel = (name: string, start: number, axes: readonly Axis[], values: readonly Expr[]): Kernel => ({
    name: `${k.name}_${name}`,
    buffers,
    grid: axes,
    stores: values.map((value, i) => ({ target, index: place(start, int(i), axes), value, axes: [] })),
    contraction: null,
  });
  const inTile = (e: Expr, i: number, j: number): Expr =>
    substitute(e, new Map<Expr, Expr>([[p.place, iadd(imul(th, 2), int(i))], [q.place, iadd(imul(tw, 2), int(j))]]));
  const inWindow = (e: Expr, i: number, j: number): Expr => {
    const at = (x: Pair, d: number) => [x.within, int(x.turned ? 2 - d : d)] as const;
    return substitute(e, new Map<Expr, Expr>([at(p, i), at(q, j)]));
  };
  const pixels = square(ofImage, 4, (i, j) => inTile(inWindow(c.b, 0, 0), i, j));
  const weights = square(ofWeights, 3, (i, j) => inWindow(c.a, i, j));
  const sums = square(ofProducts, 4, (i, j) => load(target, place(productsAt, int(4 * i + j), productAxes), "f32"));
  const defined = fold("add", c.k, op("mul", c.a, c.b));
  const stores = sums.flatMap((sum, at) => {
    const [i, j] = [at >> 1, at & 1];
    return replaceAcc(k, finite(sum, defined)).stores.map((x): Store => ({
      ...x,
      index: inTile(x.index, i, j),
      value: inTile(x.value, i, j),
    }));
  });
  return {
    image: kernel("image", imageAt, imageAxes, pixels),
    weights: kernel("weights", weightsAt, weightAxes, weights),
    products: {
      name: `${k.name}_products`,
      buffers,
      grid: [s, ...productAxes],
      stores: [{ target, index: place(productsAt, s, productAxes), value: acc("f32"), axes: [] }],
      contraction: {
        batch: [s, ...c.batch],
        m: c.m,
        n,
        k: others,
        a: load(target, place(weightsAt, s, weightAxes), "f32"),
        b: load(target, place(imageAt, s, imageAxes), "f32"),
        dtype: "f32",
      },
    },
    result: { name: k.name, buffers, grid, stores, contraction: null },
    temp,
    time: 16 * (forward * (volume(imageAxes) + volume(weightAxes)) + back * volume(productAxes)),
  };
};

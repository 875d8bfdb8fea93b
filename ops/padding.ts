import type { DType } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { type Shape, showShape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import type { Padded } from "./movement_signatures.ts";
import { needNumber } from "./checks.ts";
import { flip } from "./reverse.ts";
import { concat, pad as surround, slice } from "./slice.ts";
import { stretch } from "./structure.ts";

type Pair = readonly [number, number];
/**
 * What is put around a tensor: the elements mirrored at its border (which is not repeated), the border repeated, or the
 * elements of the other end.
 */
export type PadMode = "reflect" | "replicate" | "circular";

const refuse = (mode: string, most: string, shape: readonly number[], axis: number, pair: Pair): never => {
  const got = showShape(pair), expected = `at most ${most} on each side`;
  throw new ShapeError(`pad: ${mode} takes ${expected} of axis ${axis} of ${showShape(shape)}, got ${got}`, {
    op: "pad",
    expected,
    got,
  });
};
/** What is put before and after along one axis. */
const sides = (x: Tensor, axis: number, [before, after]: Pair, mode: PadMode): readonly [Tensor, Tensor] => {
  const shape = extents(x), d = shape[axis]!, most = Math.max(before, after);
  const part = (from: number, to: number): Tensor => slice(x, axis, from, to);
  const repeat = (from: number, n: number): Tensor =>
    stretch(part(from, from + 1), shape.map((v, i) => i === axis ? n : v));
  switch (mode) {
    case "reflect":
      if (most >= d) refuse(mode, `${d - 1}`, shape, axis, [before, after]);
      return [flip(part(1, before + 1), axis), flip(part(d - 1 - after, d - 1), axis)];
    case "replicate":
      if (d === 0) refuse(mode, "0", shape, axis, [before, after]);
      return [repeat(0, before), repeat(d - 1, after)];
    case "circular":
      if (most > d) refuse(mode, `${d}`, shape, axis, [before, after]);
      return [part(d - before, d), part(0, after)];
  }
};
const along = (x: Tensor, axis: number, pair: Pair, mode: PadMode): Tensor => {
  if (pair[0] === 0 && pair[1] === 0) return x;
  const [before, after] = sides(x, axis, pair, mode);
  return concat([before, x, after].filter((t) => extents(t)[axis]! > 0 || t === x), axis);
};

/**
 * Puts elements around a tensor, `[before, after]` for each axis: a constant, 0 unless given, or what a mode says; negative
 * amounts cut off. `pad(x, [[0, 0], [1, 2]], "reflect")`. `T[...S] -> T[...S padded]`
 *
 * Throws `ShapeError` where there is not one pair for each axis, or a mode would need more than there is.
 */
export const pad = <S extends Shape, D extends DType, const P extends readonly Pair[]>(
  x: Tensor<S, D>,
  amounts: P,
  fill: number | PadMode = 0,
): Tensor<Padded<S, P>, D> => {
  const shape = extents(x as Tensor);
  if (amounts.length !== shape.length || amounts.some((p) => !p.every(Number.isInteger))) {
    const got = JSON.stringify(amounts), expected = `${shape.length} pairs of whole numbers`;
    throw new ShapeError(`pad: expected ${expected} for ${showShape(shape)}, got ${got}`, { op: "pad", expected, got });
  }
  if (typeof fill === "number") needNumber("pad", fill, x.dtype);
  const cut = amounts.reduce<Tensor>((y, [lo, hi], i) => {
    const d = extents(y)[i]!, from = Math.max(0, -lo), to = d - Math.max(0, -hi);
    if (from > to) refuse("cutting", `${d}`, shape, i, [lo, hi]);
    return from === 0 && to === d ? y : slice(y, i, from, to);
  }, x as Tensor);
  const grown = amounts.map(([lo, hi]): Pair => [Math.max(0, lo), Math.max(0, hi)]);
  const y = typeof fill !== "number"
    ? grown.reduce((z, p, i) => along(z, i, p, fill), cut)
    : grown.every(([lo, hi]) => lo === 0 && hi === 0)
    ? cut
    : surround(cut, grown, fill);
  return y as Tensor as Tensor<Padded<S, P>, D>;
};

/** Channels and pixels exchanged, without arithmetic. */
import type { DType } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { byArity } from "../core/pipe.ts";
import { type Dim, type Shape, showShape } from "../core/shape/dim.ts";
import type { PixelsFit } from "../core/shape/divide.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import type { Guard } from "../core/typed.ts";
import { moveAxis, permute, reshape } from "./structure.ts";

const refuse = (op: string, expected: string, shape: readonly number[]): never => {
  const got = showShape(shape);
  throw new ShapeError(`${op}: expects ${expected}, got ${got}`, { op, expected, got });
};
const whole = (v: number): boolean => Number.isInteger(v) && v >= 1;

const refuseFactor = (r: number): never => {
  const expected = "a whole factor from 1";
  throw new ShapeError(`pixelShuffle: expects ${expected}, got ${r}`, { op: "pixelShuffle", expected, got: `${r}` });
};

/** An operation on images set by one number, data first or data last. */
export interface ImageBy {
  <D extends DType>(x: Tensor<Shape, D>, by: number): Tensor<Dim[], D>;
}
/** The type of `pixelShuffle`. */
export interface PixelShuffle {
  <S extends Shape, D extends DType, const R extends number>(
    x: Tensor<S, D>,
    by: Guard<R, PixelsFit<S, R>>,
  ): Tensor<Dim[], D>;
}
/**
 * Every r² channels become one channel of r times the height and width. `T[..., c r², h, w] -> T[..., c, h r, w r]`.
 * Throws `ShapeError` where r² does not divide the channels. (Shi et al. 2016)
 */
export const pixelShuffle: PixelShuffle = byArity("pixelShuffle", 2, (x: Tensor, r: number): Tensor => {
  const shape = extents(x),
    lead = shape.slice(0, -3),
    [c, h, w] = shape.slice(-3) as [number, number, number],
    n = lead.length;
  if (!whole(r)) refuseFactor(r);
  if (shape.length < 3 || c % (r * r) !== 0) {
    refuse("pixelShuffle", `channels divisible by ${r * r}`, shape);
  }
  const parts = reshape(x, [...lead, c / (r * r), r, r, h, w]);
  const order = [...lead.map((_, i) => i), n, n + 3, n + 1, n + 4, n + 2];
  return reshape(permute(parts, order), [...lead, c / (r * r), h * r, w * r]);
});
/**
 * Every r by r pixels become r² channels: the inverse of `pixelShuffle`. `T[..., c, h r, w r] -> T[..., c r², h, w]`.
 * Throws `ShapeError` where r does not divide height and width.
 */
export const pixelUnshuffle: ImageBy = byArity("pixelUnshuffle", 2, (x: Tensor, r: number): Tensor => {
  const shape = extents(x),
    lead = shape.slice(0, -3),
    [c, h, w] = shape.slice(-3) as [number, number, number],
    n = lead.length;
  if (shape.length < 3 || !whole(r) || h % r !== 0 || w % r !== 0) {
    refuse("pixelUnshuffle", `height and width divisible by ${r}`, shape);
  }
  const parts = reshape(x, [...lead, c, h / r, r, w / r, r]);
  const order = [...lead.map((_, i) => i), n, n + 2, n + 4, n + 1, n + 3];
  return reshape(permute(parts, order), [...lead, c * r * r, h / r, w / r]);
});
/**
 * The channels of `groups` groups taken in turn, one of each. `T[n, c, ...] -> T[n, c, ...]`. Throws `ShapeError` where the
 * groups do not divide the channels. (Zhang et al. 2018)
 */
export const channelShuffle: ImageBy = byArity("channelShuffle", 2, (x: Tensor, groups: number): Tensor => {
  const shape = extents(x), c = shape[1] ?? 0;
  if (shape.length < 2 || !whole(groups) || c % groups !== 0) {
    refuse("channelShuffle", `channels divisible by ${groups}`, shape);
  }
  const parts = reshape(x, [shape[0]!, groups, c / groups, ...shape.slice(2)]);
  return reshape(moveAxis(parts, 1, 2), shape);
});

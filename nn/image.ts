/** What layers on images [channels, height, width] share. */
import type { Extents } from "../core/aval.ts";
import { ShapeError } from "../core/errors.ts";
import { type Fail, type IsDynamic, type Show, showShape } from "../core/shape/dim.ts";

/** The failure of a shape that is no image, or `D` where its rank is unknown. */
export type NoImage<I, Op extends string, D> = I extends readonly unknown[]
  ? IsDynamic<I> extends true ? D : Fail<`${Op}: expects [channels, height, width], got ${Show<I>}`>
  : never;

/** Channels, height and width; throws `ShapeError` for a shape that is no image. */
export const image = (op: string, shape: Extents): readonly [number, number, number] => {
  const [c, h, w] = shape;
  if (shape.length === 3) return [c!, h!, w!];
  throw new ShapeError(`${op}: expects [channels, height, width], got ${showShape(shape)}`, {
    op,
    expected: "[channels, height, width]",
    got: showShape(shape),
  });
};

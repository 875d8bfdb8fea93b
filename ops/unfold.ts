/** Patches of images laid out as columns, and put together again. */
import type { DType } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { type Dim, type Shape, showShape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import { needImages, planSpatial, type Sizes, type WindowsOptions } from "../core/shape/spatial.ts";
import { optionsOf } from "../core/options.ts";
import { permute, reshape } from "./structure.ts";
import { foldP, windowsP } from "./window.ts";

/**
 * Every patch under a window as a column: `T[n,c,h,w] -> T[n, c kh kw, l]`, l the number of windows, row by row.
 * `unfold(x, 3, { padding: 1 })`. Throws `ShapeError` where the window does not fit. (Also called im2col.)
 */
export const unfold = <D extends DType>(
  x: Tensor<Shape, D>,
  kernel: Sizes,
  options: WindowsOptions = {},
): Tensor<Dim[], D> => {
  const shape = extents(x);
  needImages("unfold", shape, 2);
  optionsOf("unfold", options, { stride: true, padding: true, dilation: true, fit: true });
  const plan = planSpatial("unfold", shape, 2, kernel, options), [n, c] = shape as [number, number];
  const patches = permute(bind(windowsP, [x as Tensor], { ...plan, fill: 0 }), [0, 1, 4, 5, 2, 3]);
  const count = c * plan.kernel[0]! * plan.kernel[1]!;
  return reshape(patches, [n, count, plan.extent[0]! * plan.extent[1]!]) as Tensor as Tensor<Dim[], D>;
};
/**
 * Adds columns back where `unfold` takes them from an image of this size: its adjoint. `T[n, c kh kw, l] -> T[n,c,h,w]`.
 * `fold(columns, [5, 5], 3, { padding: 1 })`. Throws `ShapeError` where the columns are not those of such an image.
 */
export const fold = <D extends DType>(
  columns: Tensor<Shape, D>,
  size: readonly [number, number],
  kernel: Sizes,
  options: WindowsOptions = {},
): Tensor<Dim[], D> => {
  const shape = extents(columns), [n, rows, l] = shape as [number, number, number];
  optionsOf("fold", options, { stride: true, padding: true, dilation: true, fit: true });
  const plan = planSpatial("fold", size, 2, kernel, options), [kh, kw] = plan.kernel as [number, number];
  if (shape.length !== 3 || rows % (kh * kw) !== 0 || l !== plan.extent[0]! * plan.extent[1]!) {
    const expected = `[batch, channels * ${kh * kw}, ${plan.extent[0]! * plan.extent[1]!}]`, got = showShape(shape);
    throw new ShapeError(`fold: expected columns ${expected}, got ${got}`, { op: "fold", expected, got });
  }
  const patches = reshape(columns as Tensor, [n, rows / (kh * kw), kh, kw, ...plan.extent]);
  return bind(foldP, [permute(patches, [0, 1, 4, 5, 2, 3])], { ...plan, fill: 0 }) as Tensor<Dim[], D>;
};

import type { DType } from "../core/dtype.ts";
import { byArity } from "../core/pipe.ts";
import { normalizeAxis } from "../core/shape/axes.ts";
import type { Dim, Shape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { permute } from "./structure.ts";

/** The type of `swapAxes`. */
export interface SwapAxesFunction {
  <D extends DType>(x: Tensor<Shape, D>, first: number, second: number): Tensor<Dim[], D>;
}
/** Exchanges two axes. `T[..., m, ..., n, ...] -> T[..., n, ..., m, ...]`. Throws `AxisError` where there is no such axis. */
export const swapAxes: SwapAxesFunction = byArity("swapAxes", 3, (x: Tensor, first: number, second: number): Tensor => {
  const shape = extents(x), a = normalizeAxis("swapAxes", shape, first), b = normalizeAxis("swapAxes", shape, second);
  return permute(x, shape.map((_, i) => i === a ? b : i === b ? a : i));
});

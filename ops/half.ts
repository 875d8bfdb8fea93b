/** Functions of f16 that would leave its range on the way: squares, sums of many, numbers of elements. */
import type { Tensor } from "../core/tensor.ts";
import { cast } from "./cast.ts";

/** `f` in f32, and its result in f16 again, where x is f16. */
export const inSingle = (x: Tensor, f: (x: Tensor) => Tensor): Tensor =>
  x.dtype === "f16" ? cast(f(cast(x, "f32")), "f16") : f(x);

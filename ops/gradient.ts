import { dtypes } from "../core/dtype.ts";
import { unary } from "../core/families.ts";
import type { Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";

/** The value itself, whose derivative is declared to be 0. */
export const stopGradientP = unary({
  name: "stopGradient",
  dtypes,
  evaluate: (x) => x,
  linearize: () => () => null,
  lower: (x) => x,
  at: [],
});
/** The value, treated as a constant by every derivative. `T[...S] -> T[...S]` */
export const stopGradient = <T extends Tensor>(x: T): T => bind(stopGradientP, [x], null) as T;

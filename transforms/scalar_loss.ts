/** The type of a function to take the gradient of: its result, or the first of its results, is one float. */
import type { Float } from "../core/dtype.ts";
import type { Show } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import type { AnyFunction } from "./call.ts";

/** The function itself, or the sentence that `Op` throws where the loss is no scalar float. */
export type ScalarLoss<Op extends string, F extends AnyFunction> = 0 extends 1 & ReturnType<F> ? F
  : Loss<ReturnType<F>> extends Tensor<infer S, infer D>
    ? S extends readonly [unknown, ...unknown[]] ? `${Op}: the loss must be a scalar float, got ${Show<S>}`
    : S extends readonly [] ? [D & Float] extends [never] ? `${Op}: the loss must be a scalar float, got ${D}[]` : F
    : F
  : F;
type Loss<R> = R extends readonly [infer L, ...unknown[]] ? L : R;

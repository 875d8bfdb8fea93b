import type { DType } from "./dtype.ts";
import type { Shape } from "./shape/dim.ts";

declare const brand: unique symbol;

/**
 * An immutable tensor: a value already computed, a value recorded to be computed when it is read, or a value of a trace.
 *
 * `S` is the shape as far as it is known to the compiler: literals, `number` for an axis known at run time, a name for a
 * rigid one. The shape at run time is always numbers. Tensors are covariant: `Tensor<[32, 784]>` is a `Tensor<[number, 784]>`.
 */
export interface Tensor<out S = Shape, out D extends DType = DType> {
  readonly shape: S;
  readonly dtype: D;
  readonly [brand]: true;
  /** Throws: a tensor has no value until it is read, so it cannot decide a condition or become a number or a string. */
  [Symbol.toPrimitive](hint: string): never;
  /** Frees the memory of this value at the end of a `using` scope. Reading it afterwards is an error. */
  [Symbol.dispose](): void;
}

/** The extents of a tensor at run time. */
export const extents = (x: Tensor): readonly number[] => x.shape as readonly number[];

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

/** The extents of a tensor at run time. Throws `TypeError` where it is none. */
export const extents = (x: Tensor): readonly number[] => {
  const shape = (x as Partial<Tensor> | null | undefined)?.shape;
  if (shape !== undefined) return shape as readonly number[];
  throw new TypeError(`Expected a tensor, got ${kindOf(x)}`);
};
/** What a value that should be a tensor is instead. */
export const kindOf = (x: unknown): string => x === null ? "null" : Array.isArray(x) ? "an array" : typeof x;

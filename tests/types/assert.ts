/** Assertions of the type checker's own, without values. */
import type { DType } from "../../core/dtype.ts";
import type { Dim, Shape } from "../../core/shape/dim.ts";
import type { Tensor } from "../../core/tensor.ts";

/** Are two types one and the same? */
export type Eq<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
/** Compiles for `true` alone. */
export declare const yes: <_ extends true>() => void;
/** `is<[2, 3]>()(x)` compiles where `x` has exactly that shape. */
export declare const is: <const S>() => <T extends Tensor>(x: T & (Eq<T["shape"], S> extends true ? unknown : never)) => void;
/** A tensor of a shape, for programs that are checked but never run. */
export declare const mk: <const S extends Dim[]>(...shape: S) => Tensor<S, "f32">;
/** The same with a dtype. */
export declare const mkOf: <const S extends Dim[], D extends DType>(dtype: D, ...shape: S) => Tensor<S, D>;
/** A tensor of which only the dtype is known. */
export declare const dynamic: Tensor<Shape, "f32">;
/** A number of which nothing is known. */
export declare const n: number;

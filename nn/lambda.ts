/** `lambda`: a function of a tensor as a layer. */
import { aval, type Extents } from "../core/aval.ts";
import type { DType } from "../core/dtype.ts";
import type { Operation, Out } from "../core/pipe.ts";
import { type Dim, type Fail, type IsDynamic, type Mut, type Show } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import { trace } from "../core/trace.ts";
import { vmap } from "../transforms/vmap.ts";
import { type Stateless, stateless } from "./layer.ts";

/** A function of one example: an operation, or a function whose type says its shapes. */
export type ExampleFunction = (x: never) => Tensor;
/** The type of `lambda`. */
export interface Lambda<F extends ExampleFunction> extends Stateless {
  readonly kind: "lambda";
  readonly "~out": LambdaOut<F, this["~in"]>;
}
type LambdaOut<F, I> = F extends Operation ? Out<F, I>
  : F extends (x: Tensor<infer A, never>) => Tensor<infer B>
    ? I extends readonly unknown[] ? IsDynamic<I> extends true ? Canonical<B>
      : I extends A ? Canonical<B>
      : Fail<`lambda: the function takes ${Show<A>}, got ${Show<I>}`>
    : never
  : Dim[];
type Canonical<S> = S extends readonly unknown[] ? IsDynamic<S> extends true ? Dim[] : Mut<S> : Dim[];

/** The result for an example of a shape, by writing the function down without running it. */
const shapeOf = (
  f: (x: Tensor) => Tensor,
  shape: Extents,
  dtype: DType,
): number[] => [...trace((x) => [f(x!)], [aval(shape, dtype)]).program.outputs[0]!.aval.shape];
/** The same where an extent is not known yet, NaN: what differs between two guesses is not known either. */
const shapeOfUnknown = (f: (x: Tensor) => Tensor, shape: Extents, dtype: DType): number[] => {
  const guess = (n: number): number[] => shapeOf(f, shape.map((d) => Number.isNaN(d) ? n : d), dtype);
  const [a, b] = [guess(96), guess(192)];
  return a.map((d, i) => d === b[i] ? d : NaN);
};

/**
 * A pure function of one example as a layer: an operation such as `transpose` or `flow(square, mul(2))`, whose shapes are known for
 * every input, or a function whose type says what it takes and gives. A batch is done by `vmap`. `dtype` is that of its input,
 * f32 unless given. Throws what the function throws where it does not fit.
 *
 * @example
 * ```ts
 * import { nn, sqrt, square, sum, type Tensor } from "@pullback/pullback";
 * const magnitude = nn.lambda((x: Tensor<[2, 8, 8], "f32">) => sqrt(sum(square(x), 0))); // [2, 8, 8] -> [8, 8]
 * ```
 */
export const lambda = <F extends ExampleFunction>(
  f: F,
  { dtype = "f32" }: { readonly dtype?: DType } = {},
): Lambda<F> => {
  const of = f as unknown as (x: Tensor) => Tensor, many = vmap(of) as unknown as (x: Tensor) => Tensor;
  const outShape = (shape: Extents): number[] =>
    shape.some(Number.isNaN) ? shapeOfUnknown(of, shape, dtype) : shapeOf(of, shape, dtype);
  return stateless<Lambda<F>>("lambda", outShape, (x) => many(x));
};

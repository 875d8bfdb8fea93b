/** Layers that speak of shapes alone: `flatten` and `expectShape`. */
import { ShapeError } from "../core/errors.ts";
import {
  type Dim,
  type Fail,
  type Product,
  product,
  type Show,
  showShape,
  type Unify,
  unify,
} from "../core/shape/dim.ts";
import { extents } from "../core/tensor.ts";
import { reshape } from "../ops/structure.ts";
import { type Stateless, stateless } from "./layer.ts";

/** The type of `flatten`. */
export interface Flatten extends Stateless {
  readonly kind: "flatten";
  readonly "~out": [Product<this["~in"]>];
}
/** An image as a vector, row-major: [c, h, w] to [c * h * w]. */
export const flatten: Flatten = stateless<Flatten>("flatten", (shape) => [product(shape)], (x) => {
  const [batch, ...rest] = extents(x);
  return reshape(x, [batch!, product(rest)]);
});

/** The type of `expectShape`. */
export interface Expect<S extends readonly Dim[]> extends Stateless {
  readonly kind: "expectShape";
  readonly "~out": ExpectOut<this["~in"], S>;
}
type ExpectOut<I, S> = [Unify<I, S>] extends [infer U]
  ? [U] extends [never] ? Fail<`expectShape: expected ${Show<S>} here, got ${Show<I>}`> : U
  : never;
/** States the shape at this point of a network; dims unknown until here become known. Throws `ShapeError`. */
export const expectShape = <const S extends Dim[]>(...shape: S): Expect<S> => {
  const wanted = shape.map((d) => typeof d === "number" ? d : NaN);
  const check = (got: readonly number[]): number[] => {
    const out = unify(got, wanted);
    if (out !== null) return out;
    throw new ShapeError(`expectShape: expected ${showShape(shape)} here, got ${showShape(got)}`, {
      op: "expectShape",
      expected: showShape(shape),
      got: showShape(got),
    });
  };
  return stateless<Expect<S>>("expectShape", check, (x) => (check(extents(x).slice(1)), x));
};

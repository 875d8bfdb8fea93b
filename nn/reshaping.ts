/** Layers that speak of shapes alone. */
import type { Lt } from "../core/arith.ts";
import { ShapeError } from "../core/errors.ts";
import {
  type Dim,
  type Fail,
  type IsDynamic,
  type Product,
  product,
  type Show,
  showShape,
  type Unify,
  unify,
} from "../core/shape/dim.ts";
import { type Reshape, reshapeShape } from "../core/shape/reshape.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { select as pick } from "../ops/pieces.ts";
import { reshape as reshapeTo } from "../ops/structure.ts";
import { swapAxes } from "../ops/swap.ts";
import { type Stateless, stateless } from "./layer.ts";

const layOut = (x: Tensor, shape: readonly number[]): Tensor => reshapeTo(x, shape) as Tensor;
const entry = (x: Tensor, axis: number, index: number): Tensor => pick(x, axis, index) as Tensor;

/** The type of `flatten`. */
export interface Flatten extends Stateless {
  readonly kind: "flatten";
  readonly "~out": [Product<this["~in"]>];
}
/**
 * An image as a vector, row-major: [c, h, w] to [c * h * w].
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([16, 5, 5], nn.flatten).output); // [ 400 ]
 * ```
 */
export const flatten: Flatten = stateless<Flatten>("flatten", (shape) => [product(shape)], (x) => {
  const [batch, ...rest] = extents(x);
  return layOut(x, [batch!, product(rest)]);
});

/** The type of `expectShape`. */
export interface Expect<S extends readonly Dim[]> extends Stateless {
  readonly kind: "expectShape";
  readonly "~out": ExpectOut<this["~in"], S>;
}
type ExpectOut<I, S> = [Unify<I, S>] extends [infer U]
  ? [U] extends [never] ? Fail<`expectShape: expected ${Show<S>} here, got ${Show<I>}`> : U
  : never;
/**
 * States the shape at this point of a network; dims unknown until here become known. Throws `ShapeError`.
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([3], nn.linear(8), nn.expectShape(8)).output); // [ 8 ]
 * ```
 */
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

/** The type of `reshape`. */
export interface Reshaped<S extends readonly number[]> extends Stateless {
  readonly kind: "reshape";
  readonly "~out": this["~in"] extends readonly unknown[] ? Reshape<this["~in"], S> : never;
}
/**
 * The elements of an example laid out anew, row-major; one -1 is what is left. `[256] -> [16, 4, 4]`: `reshape(16, 4, 4)`. Throws `ShapeError`.
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([256], nn.reshape(16, 4, -1)).output); // [ 16, 4, 4 ]
 * ```
 */
export const reshape = <const S extends number[]>(...shape: S): Reshaped<S> => {
  const found = (from: readonly number[]): number[] =>
    from.some(Number.isNaN) ? shape.map((d) => d === -1 ? NaN : d) : reshapeShape(from, shape);
  return stateless<Reshaped<S>>("reshape", found, (x) => {
    const [batch, ...rest] = extents(x);
    return layOut(x, [batch!, ...reshapeShape(rest, shape)]);
  });
};

/** The type of `asSequence`. */
export interface AsSequence extends Stateless {
  readonly kind: "asSequence";
  readonly "~out": SequenceOut<this["~in"]>;
}
type SequenceOut<I> = I extends [infer C, infer D, ...infer R] ? [Product<[D, ...R]>, C]
  : I extends readonly unknown[] ? IsDynamic<I> extends true ? [number, number]
    : Fail<`asSequence: expects [channels, ...] with at least one axis more, got ${Show<I>}`>
  : never;
/**
 * The places of an image one after the other, row by row, each with its channels. `[c, ...s] -> [product of s, c]`
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([8, 4, 4], nn.asSequence).output); // [ 16, 8 ]
 * ```
 */
export const asSequence: AsSequence = stateless<AsSequence>("asSequence", (shape) => {
  const [c, ...rest] = shape;
  if (rest.length > 0) return [product(rest), c!];
  const expected = "[channels, ...] with at least one axis more", got = showShape(shape);
  throw new ShapeError(`asSequence: expects ${expected}, got ${got}`, { op: "asSequence", expected, got });
}, (x) => {
  const [batch, c, ...rest] = extents(x);
  return swapAxes(layOut(x, [batch!, c!, product(rest)]), 1, 2);
});

/** The type of `select`. */
export interface Select<N extends number> extends Stateless {
  readonly kind: "select";
  readonly "~out": SelectOut<this["~in"], N>;
}
type SelectOut<I, N extends number> = I extends [infer T, ...infer R] ? T extends number ? number extends T | N ? R
    : Within<T, N> extends true ? R
    : SelectFail<I, N>
  : R
  : I extends readonly unknown[] ? IsDynamic<I> extends true ? Dim[] : SelectFail<I, N>
  : never;
type SelectFail<I, N extends number> = Fail<`select: there is no entry ${N} along the first axis of ${Show<I>}`>;
/** Is N one of 0 to T - 1, or of -T to -1? */
type Within<T extends number, N extends number> = `${N}` extends `-${infer M extends number}`
  ? Lt<T, M> extends true ? false : true
  : Lt<N, T>;
/**
 * One entry along the first axis of an example: of a sequence what stands at one place. `[t, ...s] -> [...s]`; -1 is the last.
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([16, 8], nn.select(-1)).output); // [ 8 ]
 * ```
 */
export const select = <const N extends number>(index: N): Select<N> => {
  const found = (shape: readonly number[]): number[] => {
    const [n, ...rest] = shape;
    if (n !== undefined && (Number.isNaN(n) || (index < n && index >= -n))) return rest;
    const sentence = `select: there is no entry ${index} along the first axis of ${showShape(shape)}`;
    throw new ShapeError(sentence, { op: "select", expected: `less than ${n} entries`, got: `${index}` });
  };
  return stateless<Select<N>>("select", found, (x) => (found(extents(x).slice(1)), entry(x, 1, index)));
};

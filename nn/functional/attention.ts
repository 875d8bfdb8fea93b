/** Attention, and the layer of transformers, as functions of their weights. (Vaswani et al. 2017) */
import type { Float } from "../../core/dtype.ts";
import { DTypeError, ShapeError } from "../../core/errors.ts";
import { type Dim, type Shape, showShape } from "../../core/shape/dim.ts";
import { extents, type Tensor } from "../../core/tensor.ts";
import { optionsOf } from "../../core/options.ts";
import { gelu, relu, softmax } from "../../ops/activation.ts";
import { add, mul } from "../../ops/arithmetic.ts";
import { and, where } from "../../ops/comparison.ts";
import { matmul } from "../../ops/contraction.ts";
import { linear } from "../../ops/linear.ts";
import { layerNorm } from "../../ops/normalization.ts";
import { slice } from "../../ops/slice.ts";
import { type AnyFloat, needFloat } from "../../ops/pointwise.ts";
import { mean } from "../../ops/reduction.ts";
import { ones } from "../../ops/source.ts";
import { expandDims, permute, reshape, transpose } from "../../ops/structure.ts";
import { tril } from "../../ops/triangle.ts";

type Mask = Tensor<Shape, "bool">;
/** Options of `attention`. */
export interface AttentionOptions<D extends Float = Float> {
  /** Which keys a query may see; broadcast to `[..., l, m]`. A query that sees none gives NaN. */
  readonly mask?: Mask | undefined;
  /** Whether query i sees only keys 0 to i. */
  readonly causal?: boolean | undefined;
  /** Added to the scaled scores; broadcast to `[..., l, m]`. */
  readonly bias?: Tensor<Shape, D> | undefined;
  /** What scores are multiplied by; 1 / √d unless given. */
  readonly scale?: number | undefined;
}
const float = (x: Tensor): AnyFloat => x as AnyFloat;
/** softmax(scale q kᵀ + bias) over the keys that may be seen. */
const shares = (q: Tensor, k: Tensor, { mask, causal = false, bias, scale }: AttentionOptions): Tensor => {
  const d = extents(q).at(-1)!, l = extents(q).at(-2)!, m = extents(k).at(-2)!, raw = matmul(q, transpose(k)) as Tensor;
  const scaled: Tensor = mul(raw, scale ?? 1 / Math.sqrt(d)),
    scores: Tensor = bias === undefined ? scaled : add(scaled, bias as Tensor);
  const past = causal ? tril(ones([l, m], "bool")) as Tensor : null;
  const seen = mask === undefined ? past : past === null ? mask as Tensor : and(mask as Tensor, past) as Tensor;
  return softmax(float(seen === null ? scores : where(seen as Tensor<[], "bool">, scores, -Infinity)), -1);
};
const needKeys = (op: string, q: Tensor, k: Tensor, v: Tensor): void => {
  const [a, b, c] = [q, k, v].map((x) => extents(needFloat(op, x))),
    got = `${showShape(a!)}, ${showShape(b!)} and ${showShape(c!)}`;
  if (a!.length >= 2 && b!.length >= 2 && c!.length >= 2 && a!.at(-1) === b!.at(-1) && b!.at(-2) === c!.at(-2)) return;
  const expected = "queries [..., l, d], keys [..., m, d] and values [..., m, e]";
  throw new ShapeError(`${op}: expected ${expected}, got ${got}`, { op, expected, got });
};
/**
 * softmax(q kᵀ / √d) v: for every query a mean of the values, weighed by how well their keys match.
 * `F[...b,l,d], F[...b,m,d], F[...b,m,e] -> F[...b,l,e]`. Throws `ShapeError` where they do not go together.
 */
export const attention = <D extends Float>(
  q: Tensor<Shape, D>,
  k: Tensor<Shape, D>,
  v: Tensor<Shape, D>,
  options: AttentionOptions<D> = {},
): Tensor<Dim[], D> => {
  optionsOf("attention", options, { mask: true, causal: true, bias: true, scale: true });
  needKeys("attention", q as Tensor, k as Tensor, v as Tensor);
  if (options.mask !== undefined && options.mask.dtype !== "bool") {
    throw new DTypeError(`attention: expected a mask of booleans, got ${options.mask.dtype}`, {
      op: "attention",
      expected: "bool",
      got: options.mask.dtype,
    });
  }
  return matmul(shares(q as Tensor, k as Tensor, options as AttentionOptions), v as Tensor) as Tensor as Tensor<
    Dim[],
    D
  >;
};

/** Weights of multi-head attention: rows for queries, keys and values one after the other, F[3e, e], and out again, F[e, e]. */
export interface MultiHeadWeights<D extends Float = Float> {
  readonly input: Tensor<Shape, D>;
  readonly inputBias?: Tensor<Shape, D> | undefined;
  readonly output: Tensor<Shape, D>;
  readonly outputBias?: Tensor<Shape, D> | undefined;
}
/** Options of `multiHeadAttention`. */
export interface MultiHeadOptions {
  readonly heads: number;
  /** Which keys a query may see: `[l, m]`, or `[b, l, m]`. */
  readonly mask?: Mask | undefined;
  /** Which of the keys of each example are there at all: `[b, m]`. */
  readonly keys?: Mask | undefined;
  readonly causal?: boolean | undefined;
  /** What is done to the shares of the keys before they weigh the values: dropout, in training. */
  readonly drop?: ((shares: Tensor) => Tensor) | undefined;
}
const names = { heads: true, mask: true, keys: true, causal: true, drop: true } as const;
/** The result of `multiHeadAttention`, and how much every query looked at every key, on the mean of the heads. */
export interface MultiHeadOutput<D extends Float = Float> {
  readonly y: Tensor<Dim[], D>;
  readonly weights: Tensor<Dim[], D>;
}
/**
 * Attention of several heads, each on its part of the features. `F[b,l,e], F[b,m,e], F[b,m,e] -> { y: F[b,l,e], weights: F[b,l,m] }`.
 * Throws `ShapeError` where the heads do not divide the features or weights do not fit.
 */
export const multiHeadAttention = <D extends Float>(
  weights: MultiHeadWeights<D>,
  query: Tensor<Shape, D>,
  key: Tensor<Shape, D>,
  value: Tensor<Shape, D>,
  options: MultiHeadOptions,
): MultiHeadOutput<D> => {
  optionsOf("multiHeadAttention", options, names);
  const { heads, mask, keys, causal, drop = (x) => x } = options;
  const op = "multiHeadAttention",
    q = query as Tensor,
    shape = extents(needFloat(op, q)),
    [b = 0, l = 0, e = 0] = shape;
  if (shape.length !== 3 || !Number.isInteger(heads) || heads < 1 || e % heads !== 0) {
    const expected = `queries [b, l, features] divisible by ${heads} heads`, got = showShape(shape);
    throw new ShapeError(`${op}: expected ${expected}, got ${got}`, { op, expected, got });
  }
  const part = (x: Tensor, axis: number, i: number): Tensor => slice(x, axis, i * e, (i + 1) * e);
  const project = (x: Tensor, i: number): Tensor => {
    const bias = weights.inputBias === undefined ? undefined : part(weights.inputBias as Tensor, 0, i);
    const y = linear(float(x), float(part(weights.input as Tensor, 0, i)), bias as AnyFloat | undefined) as Tensor;
    return permute(reshape(y, [b, -1, heads, e / heads]) as Tensor, [0, 2, 1, 3]) as Tensor;
  };
  const [hq, hk, hv] = [q, key as Tensor, value as Tensor].map(project) as [Tensor, Tensor, Tensor];
  needKeys(op, hq, hk, hv);
  const own: Tensor | undefined = mask === undefined || extents(mask).length === 2
    ? mask
    : expandDims(mask as Tensor, 1);
  const there: Tensor | undefined = keys === undefined ? undefined : reshape(keys as Tensor, [b, 1, 1, -1]);
  const seen = own === undefined ? there : there === undefined ? own : and(own, there) as Tensor;
  const share = shares(hq, hk, { mask: seen as Mask | undefined, causal }),
    mixed = permute(matmul(drop(share), hv) as Tensor, [0, 2, 1, 3]);
  const y = linear(
    float(reshape(mixed, [b, l, e]) as Tensor),
    float(weights.output as Tensor),
    weights.outputBias as AnyFloat | undefined,
  );
  return { y, weights: mean(share, 1) as Tensor } as {
    readonly y: Tensor;
    readonly weights: Tensor;
  } as MultiHeadOutput<D>;
};

/** Scale and shift of a layer norm. */
export interface NormWeights<D extends Float = Float> {
  readonly scale: Tensor<Shape, D>;
  readonly shift: Tensor<Shape, D>;
}
/** Weights of one layer of a transformer: attention, the two linear maps of the feed-forward part, and two layer norms. */
export interface EncoderWeights<D extends Float = Float> {
  readonly attention: MultiHeadWeights<D>;
  readonly expand: { readonly weight: Tensor<Shape, D>; readonly bias?: Tensor<Shape, D> | undefined };
  readonly contract: { readonly weight: Tensor<Shape, D>; readonly bias?: Tensor<Shape, D> | undefined };
  readonly norm1: NormWeights<D>;
  readonly norm2: NormWeights<D>;
}
/** Options of `transformerEncoderLayer`. */
export interface EncoderOptions extends MultiHeadOptions {
  /** Whether norms come before attention and feed-forward, instead of after the sums. */
  readonly normFirst?: boolean | undefined;
  readonly activation?: "relu" | "gelu" | undefined;
  readonly epsilon?: number | undefined;
}
/**
 * One layer of a transformer. After: x = norm1(x + attend(x)), x = norm2(x + feed(x)); first: x += attend(norm1(x)), x +=
 * feed(norm2(x)); feed(x) = contract(activation(expand(x))). `F[b,l,e] -> F[b,l,e]`
 */
export const transformerEncoderLayer = <D extends Float>(
  weights: EncoderWeights<D>,
  x: Tensor<Shape, D>,
  given: EncoderOptions,
): Tensor<Dim[], D> => {
  optionsOf("transformerEncoderLayer", given, { ...names, normFirst: true, activation: true, epsilon: true });
  const { normFirst = false, activation = "relu", epsilon = 1e-5, ...options } = given;
  const w = weights as EncoderWeights as EncoderWeights<"f32">, bend = activation === "relu" ? relu : gelu;
  const attend = (y: Tensor): Tensor =>
    multiHeadAttention(w.attention, y as never, y as never, y as never, options).y as Tensor;
  const feed = (y: Tensor): Tensor => {
    const wide = linear(y as never, w.expand.weight, w.expand.bias);
    return linear(bend(wide) as never, w.contract.weight, w.contract.bias) as Tensor;
  };
  const norm = (y: Tensor, n: NormWeights<"f32">): Tensor => layerNorm(y as never, 1, { ...n, epsilon }) as Tensor;
  const parts = [[attend, w.norm1], [feed, w.norm2]] as const;
  return parts.reduce<Tensor>(
    (y, [f, n]) => normFirst ? add(y, f(norm(y, n))) : norm(add(y, f(y)), n),
    x as Tensor,
  ) as Tensor<Dim[], D>;
};

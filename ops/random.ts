import { aval } from "../core/aval.ts";
import { needDType, needSame } from "../core/families.ts";
import { type Expr, lit, op } from "../core/expr.ts";
import { map } from "../core/lowering.ts";
import { host, no, type Primitive } from "../core/primitive.ts";
import type { Tensor } from "../core/tensor.ts";
import { bind, constant } from "../core/trace.ts";
import { add, mul, sub } from "./arithmetic.ts";
import { bitcastTo, cast } from "./cast.ts";
import { checkShape } from "./checks.ts";
import { less, maximum, or, xor } from "./comparison.ts";
import { shiftRight } from "./bits.ts";
import { erfinv } from "./special.ts";
import { iota } from "./source.ts";
import { concat, slice, stack } from "./slice.ts";
import { reshape, squeeze, stretch } from "./structure.ts";

const ROTATIONS = [[13, 15, 26, 6], [17, 29, 16, 24]] as const;
const PARITY = 0x1bd11bda;

/** The 20 rounds, over any arithmetic of 32-bit words. */
const rounds = <T>(
  k0: T,
  k1: T,
  c0: T,
  c1: T,
  word: (v: number) => T,
  f: { add(x: T, y: T): T; xor(x: T, y: T): T; rotate(x: T, r: number): T },
): readonly [T, T] => {
  const keys = [k0, k1, f.xor(f.xor(k0, k1), word(PARITY))];
  let x = f.add(c0, k0), y = f.add(c1, k1);
  for (let i = 0; i < 5; i++) {
    for (const r of ROTATIONS[i % 2]!) {
      x = f.add(x, y);
      y = f.xor(f.rotate(y, r), x);
    }
    x = f.add(x, keys[(i + 1) % 3]!);
    y = f.add(f.add(y, keys[(i + 2) % 3]!), word(i + 1));
  }
  return [x, y];
};
const u32 = (x: number): number => x >>> 0;
const onNumbers = {
  add: (x: number, y: number) => u32(x + y),
  xor: (x: number, y: number) => u32(x ^ y),
  rotate: (x: number, r: number) => u32((x << r) | (x >>> (32 - r))),
};
const onExprs = {
  add: (x: Expr, y: Expr) => op("add", x, y),
  xor: (x: Expr, y: Expr) => op("xor", x, y),
  rotate: (x: Expr, r: number) => op("or", op("shl", x, lit(r, "u32")), op("shr", x, lit(32 - r, "u32"))),
};

/**
 * The block cipher Threefry-2x32 with 20 rounds: two key words and two counter words to one of two output words.
 * Source: Salmon et al., Parallel random numbers: as easy as 1, 2, 3 (SC 2011).
 */
export const threefryP: Primitive<{ readonly word: 0 | 1 }> = {
  name: "threefry2x32",
  kind: "elementwise",
  abstractEval: (inputs) => {
    inputs.forEach((a) => needDType("threefry2x32", a, ["u32"]));
    needSame("threefry2x32", inputs);
    return [inputs[0]!];
  },
  evaluate: ([k0, k1, c0, c1], _outs, { word }) => [
    Float64Array.from(
      k0!.data,
      (_, i) => rounds(k0!.data[i]!, k1!.data[i]!, c0!.data[i]!, c1!.data[i]!, u32, onNumbers)[word]!,
    ),
  ],
  linearize: () => () => [null],
  transpose: no("random bits are not linear"),
  batch: "pointwise",
  lower: (_x, { word }) => [
    map((r, i) => rounds(r.at(0, i), r.at(1, i), r.at(2, i), r.at(3, i), (v) => lit(v, "u32") as Expr, onExprs)[word]),
  ],
  samples: ([0, 1] as const).map((word) => ({
    inputs: [[0, 0x13198a2e], [0, 0x03707344], [0, 0x243f6a88], [0, 0x85a308d3]].map((v) => host([2], v, "u32")),
    params: { word },
  })),
};

/** A key: two words that determine a stream of random bits. Use each key once; make more with `split`. */
export type Key = Tensor<[2], "u32">;

/** The key of a seed, a whole number from 0 to 2^53. */
export const key = (seed: number): Key => {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`random.key: expected a whole number from 0 to 2^53 - 1, got ${seed}`);
  }
  const word = (v: number) => constant(v, aval([1], "u32"));
  return concat([word(Math.floor(seed / 2 ** 32)), word(u32(seed))], 0) as Key;
};
const words = (k: Tensor, shape: readonly number[]): readonly [Tensor, Tensor] => {
  const word = (i: number) => stretch(squeeze(slice(k, 0, i, i + 1), 0), shape);
  return [word(0), word(1)];
};
/** Both output words for the counters 0, 1, 2, … laid out in `shape`. */
const blocks = (k: Tensor, shape: readonly number[]): readonly [Tensor, Tensor] => {
  const n = shape.reduce((a, d) => a * d, 1), [k0, k1] = words(k, shape);
  const low = reshape(iota([n], 0, "u32"), shape), high = constant(0, aval(shape, "u32"));
  const inputs = [k0, k1, high, low];
  return [bind(threefryP, inputs, { word: 0 }), bind(threefryP, inputs, { word: 1 })];
};

/** `count` new keys, independent of each other and of `k`. `u32[2] -> count keys` */
export const split = <const N extends number = 2>(k: Key, count: N = 2 as N): Keys<N> => {
  const [a, b] = blocks(k, [count]);
  const pairs = stack([a, b], 1);
  return Array.from({ length: count }, (_, i) => squeeze(slice(pairs, 0, i, i + 1), 0)) as never;
};
/** A tuple of `N` keys for small literal `N`, an array otherwise. */
export type Keys<N extends number, T extends Key[] = []> = number extends N ? Key[]
  : T["length"] extends N ? T
  : T["length"] extends 32 ? Key[]
  : Keys<N, [...T, Key]>;

/** A new key from a key and a whole number, such as the number of a step; `foldIn(k, i)` is the i-th key of `split(k, n)`. `u32[2] -> u32[2]` */
export const foldIn = (k: Key, data: number | Tensor<[], "u32" | "i32">): Key => {
  const low = typeof data === "number" ? constant(u32(data), aval([], "u32")) : cast(data, "u32");
  const [k0, k1] = words(k, []),
    high = constant(typeof data === "number" ? Math.floor(data / 2 ** 32) : 0, aval([], "u32"));
  const inputs = [k0, k1, high, low];
  return stack([bind(threefryP, inputs, { word: 0 }), bind(threefryP, inputs, { word: 1 })]) as Key;
};
/** Uniform 32-bit words. `u32[2] -> u32[...S]` */
export const bits = <const S extends readonly number[]>(k: Key, shape: S): Tensor<[...S], "u32"> => {
  checkShape("random.bits", shape);
  const [a, b] = blocks(k, shape);
  return xor(a, b) as Tensor as Tensor<[...S], "u32">;
};
/** The bits of 1.0: a mantissa of 23 random bits under this exponent lies in [1, 2). */
const ONE = 0x3f800000;
/** Uniform floats in [low, high): 23 random bits of mantissa. `u32[2] -> f32[...S]` */
export const uniform = <const S extends readonly number[]>(
  k: Key,
  shape: S,
  low = 0,
  high = 1,
): Tensor<[...S], "f32"> => {
  const unit = sub(bitcastTo(or(shiftRight(bits(k, shape), 9), ONE), "f32"), 1);
  const value = low === 0 && high === 1 ? unit : maximum(add(mul(unit, high - low), low), low);
  return value as Tensor as Tensor<[...S], "f32">;
};
/** Independent normal floats of mean 0 and deviation 1: √2 erfinv(u), u uniform in (-1, 1). `u32[2] -> f32[...S]` */
export const normal = <const S extends readonly number[]>(k: Key, shape: S): Tensor<[...S], "f32"> =>
  mul(erfinv(uniform(k, shape, -1 + 2 ** -24, 1)), Math.SQRT2) as Tensor as Tensor<[...S], "f32">;
/** True with probability `p`. `u32[2] -> bool[...S]` */
export const bernoulli = <const S extends readonly number[]>(k: Key, p: number, shape: S): Tensor<[...S], "bool"> =>
  less(uniform(k, shape), p) as Tensor as Tensor<[...S], "bool">;

/** What models of sequences of tokens share: their loss, and how the next token is drawn. */
import type { Dim } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import * as nn from "../nn/mod.ts";
import type { Tree } from "../core/tree.ts";
import { optionsOf } from "../core/options.ts";
import { ShapeError } from "../core/errors.ts";
import { add, div, sub } from "../ops/arithmetic.ts";
import { equal, minimum, where } from "../ops/comparison.ts";
import { tensor } from "../ops/create.ts";
import { categorical } from "../ops/distributions.ts";
import { foldIn, type Key } from "../ops/random.ts";
import { concat, slice, stack } from "../ops/slice.ts";
import { iota, zeros } from "../ops/source.ts";
import { expandDims, reshape, squeeze } from "../ops/structure.ts";
import { take } from "../ops/take.ts";
import { jit } from "../transforms/jit.ts";

/** Options of `tokenCrossEntropy`. */
export interface TokenLossOptions {
  /** A target that does not count, such as the padding of sequences of different lengths. */
  readonly ignore?: number;
}
/**
 * Cross-entropy of the tokens that logits predict with those that come, the mean over all places that count, in nats.
 * `f32[n,t,v], i32[n,t] -> f32[]`. Throws as `nn.crossEntropy` does.
 */
export const tokenCrossEntropy = <N extends Dim, T extends Dim>(
  logits: Tensor<readonly [N, T, Dim], "f32">,
  targets: Tensor<readonly [NoInfer<N>, NoInfer<T>], "i32">,
  options: TokenLossOptions = {},
): Tensor<[], "f32"> => {
  const { ignore } = optionsOf<TokenLossOptions>("tokenCrossEntropy", options, { ignore: true });
  const vocabulary = extents(logits as Tensor).at(-1)!, rows = reshape(logits as Tensor, [-1, vocabulary]) as Tensor;
  const labels = reshape(targets as Tensor, [-1]) as Tensor;
  const loss = nn.crossEntropy(rows as Tensor<Dim[], "f32">, labels as Tensor<Dim[], "i32">, { ignore });
  return loss as Tensor as Tensor<[], "f32">;
};

/** How tokens are drawn. */
export interface SampleConfig {
  /** Determines all that is drawn. */
  readonly key: Key;
  /** How many tokens come after those given. */
  readonly count: number;
  /** What logits are divided by: below 1 the likely becomes likelier; 1 unless given. */
  readonly temperature?: number;
}
/** A token drawn by its logits. `f32[v] -> i32[]` */
export const drawToken = (key: Key, logits: Tensor, temperature: Tensor): Tensor =>
  categorical(key, div(logits, temperature) as Tensor as Tensor<number[], "f32">, -1) as Tensor;

/** A model of the last tokens that gives logits after each of them. */
interface Reader {
  predict(variables: { readonly params: Tree }, x: Tensor): Tensor;
}
type Counter = Tensor<[], "i32">;
const counted = (n: number): Counter => tensor(Int32Array.of(n), []);
/**
 * Writes on with a model that sees `context` tokens and not what comes after a token. The tokens so far are at the beginning of its
 * input; when that is full, the first of them goes.
 */
export const writer = (
  model: Reader,
  context: number,
): (params: Tree, prompt: Tensor, config: SampleConfig) => Tensor => {
  const at = iota([context], 0, "i32") as Tensor;
  const step = jit((params: Tree, seen: Tensor, length: Counter, key: Key, round: Counter, heat: Tensor) => {
    const logits = model.predict({ params }, expandDims(seen, 0) as Tensor), last = sub(length, 1) as Tensor;
    const here = squeeze(take(logits, last as Counter, 1) as Tensor, 0) as Tensor;
    const token = drawToken(foldIn(key, round), here, heat);
    const added = where(equal(at, length) as Tensor<[], "bool">, token, seen) as Tensor;
    const moved = concat([slice(seen, 0, 1, context) as Tensor, reshape(token, [1]) as Tensor], 0) as Tensor;
    const full = equal(length, context) as Tensor<[], "bool">;
    return [token, where(full, moved, added) as Tensor, minimum(add(length, 1), context), add(round, 1)] as const;
  });
  return (params, prompt, { key, count, temperature = 1 }) => {
    const given = extents(prompt)[0]!, length = Math.min(given, context), drawn: Tensor[] = [];
    if (given < 1) {
      throw new ShapeError("sample: expected a prompt of at least 1 token, got [0]", {
        op: "sample",
        expected: "[t >= 1]",
        got: "[0]",
      });
    }
    const recent = slice(prompt, 0, given - length, given) as Tensor;
    let seen = concat([recent, zeros([context - length], "i32") as Tensor], 0) as Tensor;
    let now: Tensor = counted(length), round: Tensor = counted(0);
    const heat = tensor(Float32Array.of(temperature), []) as Tensor;
    for (let i = 0; i < count; i++) {
      const [token, next, after, then] = step(params, seen, now as Counter, key, round as Counter, heat);
      drawn.push(token);
      [seen, now, round] = [next, after as Tensor, then as Tensor];
    }
    return stack(drawn, 0) as Tensor;
  };
};

/** A language model of characters by long short-term memory. */
import type { Dim } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { optionsOf } from "../core/options.ts";
import * as nn from "../nn/mod.ts";
import { lstm } from "../nn/functional/recurrent.ts";
import { add } from "../ops/arithmetic.ts";
import { tensor } from "../ops/create.ts";
import { embedding as lookUp } from "../ops/embedding.ts";
import { linear } from "../ops/linear.ts";
import type { AnyFloat } from "../ops/pointwise.ts";
import { foldIn, type Key } from "../ops/random.ts";
import { slice, stack } from "../ops/slice.ts";
import { scalar, zeros } from "../ops/source.ts";
import { reshape } from "../ops/structure.ts";
import { jit } from "../transforms/jit.ts";
import { published } from "./model.ts";
import { drawToken, type SampleConfig } from "./tokens.ts";

const source = "Hochreiter, Schmidhuber, Long short-term memory, Neural Computation 9 (1997)";

/** Options of `charLstm`. */
export interface CharLstmConfig<V, T, E, H, N> {
  /** How many characters there are; 65 unless given, as in the collected Shakespeare. */
  readonly vocabulary?: V;
  /** How many characters are read at once; 64 unless given. */
  readonly context?: T;
  /** Numbers for each character; 64 unless given. */
  readonly embedding?: E;
  /** Width of the state; 128 unless given. */
  readonly hidden?: H;
  /** LSTMs on top of each other; 1 unless given. */
  readonly layers?: N;
}
/** What an LSTM remembers: of each layer the hidden state and the cell, f32[layers, n, hidden]. */
export interface Memory<N extends Dim, H extends Dim> {
  readonly hidden: Tensor<[N, number, H], "f32">;
  readonly cell: Tensor<[N, number, H], "f32">;
}
interface Params {
  readonly embed: { readonly weight: Tensor };
  readonly lstm: Parameters<typeof lstm<"f32">>[0];
  readonly head: { readonly weight: Tensor; readonly bias: Tensor };
}
type Plain = Memory<number, number>;

/**
 * A model of which character comes next. `i32[n,64] -> f32[n,64,65]` logits, from a state of 0. Its loss is `tokenCrossEntropy`, in
 * nats for each character.
 *
 * `run` goes on from what the model remembers of the text before, and gives that of its end: for backpropagation through time cut
 * into pieces, whose gradients do not reach back beyond `stopGradient` of the memory. `sample` writes on.
 *
 * Source: Hochreiter and Schmidhuber, Long short-term memory, Neural Computation 9 (1997); as a writer of texts Graves, Generating
 * sequences with recurrent neural networks (2013).
 *
 * @example
 * ```ts
 * import { random, tensor } from "../mod.ts";
 * import * as models from "../models/mod.ts";
 * const net = models.charLstm({ vocabulary: 11, context: 7, embedding: 6, hidden: 9 }), { params } = net.init(random.key(0));
 * const [logits, memory] = net.run(params, net.start(1), tensor([[1, 2, 3]], "i32"));
 * console.log(logits.shape.join(), memory.cell.shape.join()); // 1,3,11 1,1,9
 * ```
 */
export const charLstm = <
  const V extends number = 65,
  const T extends number = 64,
  const E extends number = 64,
  const H extends number = 128,
  const N extends number = 1,
>(config: CharLstmConfig<V, T, E, H, N> = {}) => {
  optionsOf("charLstm", config, { vocabulary: true, context: true, embedding: true, hidden: true, layers: true });
  const { vocabulary = 65 as V, context = 64 as T, embedding = 64 as E, hidden = 128 as H, layers = 1 as N } = config;
  const model = published(
    { name: "char_lstm", source, naming: {} },
    nn.model(
      [context],
      nn.named("embed", nn.embedding(vocabulary, embedding)),
      nn.named("lstm", nn.lstm(hidden, { layers })),
      nn.named("head", nn.dense(vocabulary)),
    ),
  );
  type Own = ReturnType<typeof model.init>["params"];
  const run = (params: unknown, { hidden: h, cell }: Plain, tokens: Tensor): readonly [Tensor, Plain] => {
    const { embed, lstm: weights, head } = params as Params;
    const x = lookUp(tokens as Tensor<number[], "i32">, embed.weight as Tensor<number[], "f32">) as Tensor;
    const end = lstm<"f32">(weights, x as Tensor<Dim[], "f32">, h, cell);
    const logits = linear(end.y as Tensor as AnyFloat, head.weight as AnyFloat, head.bias as AnyFloat) as Tensor;
    return [logits, { hidden: end.hidden, cell: end.cell } as unknown as Plain];
  };
  const start = (batch: number): Plain => ({
    hidden: zeros([layers, batch, hidden]),
    cell: zeros([layers, batch, hidden]),
  });
  const last = (logits: Tensor): Tensor => {
    const [, time] = extents(logits);
    return reshape(slice(logits, 1, time! - 1, time!) as Tensor, [vocabulary]) as Tensor;
  };
  const begin = jit((params: Own, prompt: Tensor) => {
    const [logits, memory] = run(params, start(1), prompt);
    return [last(logits), memory] as const;
  });
  const step = jit((params: Own, memory: Plain, logits: Tensor, key: Key, at: Tensor, heat: Tensor) => {
    const token = drawToken(foldIn(key, at as Tensor<[], "i32">), logits, heat);
    const [next, after] = run(params, memory, reshape(token, [1, 1]) as Tensor);
    return [token, last(next), after, add(at, 1) as Tensor] as const;
  });
  return {
    ...model,
    /** What is remembered of nothing. */
    start: (batch: number): Memory<N, H> => start(batch) as unknown as Memory<N, H>,
    /** Logits after every character, and what is remembered of them. `i32[n,t] -> f32[n,t,v]` */
    run: <B extends Dim, L extends Dim>(
      params: Own,
      memory: Memory<N, H>,
      tokens: Tensor<readonly [B, L], "i32">,
    ): readonly [Tensor<[B, L, V], "f32">, Memory<N, H>] =>
      run(params, memory as unknown as Plain, tokens as Tensor) as unknown as readonly [
        Tensor<[B, L, V], "f32">,
        Memory<N, H>,
      ],
    /** Characters that come after a prompt of one or more, drawn one after the other. `i32[t] -> i32[count]` */
    sample: (
      params: Own,
      prompt: Tensor<readonly [Dim], "i32">,
      { key, count, temperature = 1 }: SampleConfig,
    ): Tensor<[number], "i32"> => {
      const heat = scalar(temperature) as Tensor, drawn: Tensor[] = [];
      let [logits, memory] = begin(params, reshape(prompt as Tensor, [1, -1]) as Tensor);
      let at: Tensor = tensor(Int32Array.of(0), []);
      for (let i = 0; i < count; i++) {
        const [token, next, after, then] = step(params, memory, logits, key, at, heat);
        drawn.push(token);
        [logits, memory, at] = [next, after, then];
      }
      return stack(drawn, 0) as Tensor as Tensor<[number], "i32">;
    },
  };
};

/** Recurrent layers: they read a sequence from its start and, if asked, from its end too. */
import type { Mul } from "../core/arith.ts";
import type { Extents } from "../core/aval.ts";
import type { Dim } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { needCount } from "../core/shape/count.ts";
import { optionsOf } from "../core/options.ts";
import { foldIn, type Key } from "../ops/random.ts";
import { concat, slice } from "../ops/slice.ts";
import { squeeze } from "../ops/structure.ts";
import * as functional from "./functional/recurrent.ts";
import { type Initializer, uniform } from "./init.ts";
import { type Layer, layer, type LayerFields, type Parametric } from "./layer.ts";
import { type OnSequence, sequence } from "./sequence.ts";

/** What a recurrent layer is made of. */
export type RecurrentKind = "rnn" | "lstm" | "gru";
/** How many gates there are, each with weights of its own. */
interface Gates {
  readonly rnn: 1;
  readonly lstm: 4;
  readonly gru: 3;
}
const gates: Gates = { rnn: 1, lstm: 4, gru: 3 };

/** Kind, width of the state, number of layers, whether it reads both ways, whether it gives the last state alone, biases. */
export interface Recurrent<K extends RecurrentKind, H extends number, N extends number, D, L, B = true>
  extends Parametric {
  readonly kind: K;
  readonly "~out": RecurrentOut<K, this["~in"], Both<H, D>, L>;
  readonly "~params": RecurrentParams<K, H, N, D, B, this["~in"]>;
}
type Both<H extends number, D> = D extends true ? Mul<2, H> : H;
type RecurrentOut<K extends string, I, O, L> = OnSequence<
  K,
  I,
  L extends true ? [O] : [I extends [infer T, unknown] ? T : number, O],
  L extends true ? [O] : [number, O]
>;
/** Weights of one direction, rows of all gates one after the other, as PyTorch has them. */
type Direction<K extends RecurrentKind, H extends number, I, B> =
  & {
    readonly input: Tensor<[Mul<Gates[K], H>, I & Dim], "f32">;
    readonly hidden: Tensor<[Mul<Gates[K], H>, H], "f32">;
  }
  & (B extends false ? unknown : {
    readonly inputBias: Tensor<[Mul<Gates[K], H>], "f32">;
    readonly hiddenBias: Tensor<[Mul<Gates[K], H>], "f32">;
  });
type Directions<K extends RecurrentKind, H extends number, D, I, B> =
  & { readonly forward: Direction<K, H, I, B> }
  & (D extends true ? { readonly backward: Direction<K, H, I, B> } : unknown);
/** What each layer holds, the first on the features of the input, the others on what the one before gives. */
export type RecurrentParams<K extends RecurrentKind, H extends number, N extends number, D, B, I> = Stacked<
  Directions<K, H, D, I extends [...unknown[], infer F] ? F : number, B>,
  Directions<K, H, D, Both<H, D>, B>,
  N
>;
type Stacked<First, Rest, N extends number, O extends readonly unknown[] = [First]> = number extends N
  ? readonly (First | Rest)[]
  : O["length"] extends N ? readonly [...O]
  : O["length"] extends 16 ? readonly (First | Rest)[]
  : Stacked<First, Rest, N, [...O, Rest]>;

/** Options of `rnn`, `lstm` and `gru`. */
export interface RecurrentConfig<N, D, L, B> {
  /** How many layers, one on the results of the other; 1 unless given. */
  readonly layers?: N;
  /** Whether a second network reads from the end; results are joined. */
  readonly bidirectional?: D;
  /** Whether only the last state is given: of both directions, where each of them ends. */
  readonly last?: L;
  /** Whether there are biases; there are unless said. */
  readonly bias?: B;
  /** How all weights begin: uniform in ±1 / √h unless given. */
  readonly weightInit?: Initializer;
}
type Config = RecurrentConfig<number, boolean, boolean, boolean>;
interface Activated {
  readonly activation?: "tanh" | "relu";
}

const make = <L extends Layer>(kind: RecurrentKind, hidden: number, options: Config & Activated): L => {
  const known = { layers: true, bidirectional: true, last: true, bias: true, weightInit: true } as const;
  optionsOf<Config & Partial<Activated>>(
    kind,
    options,
    kind === "rnn" ? { ...known, activation: true } : known as never,
  );
  const { layers = 1, bidirectional = false, last = false, bias = true, activation = "tanh" } = options;
  needCount(kind, "hidden features", hidden);
  needCount(kind, "layers", layers);
  const rows = gates[kind] * hidden, width = bidirectional ? 2 * hidden : hidden;
  const init = options.weightInit ?? uniform(-1 / Math.sqrt(hidden), 1 / Math.sqrt(hidden));
  const outShape = (shape: Extents): number[] => {
    const [time] = sequence(kind, shape);
    return last ? [width] : [time, width];
  };
  const direction = (key: Key, features: number) => {
    const draw = (i: number, ...shape: number[]): Tensor =>
      init(foldIn(key, i), shape, { fanIn: shape.at(-1)!, fanOut: hidden });
    const weights = { input: draw(0, rows, features), hidden: draw(1, rows, hidden) };
    return bias ? { ...weights, inputBias: draw(2, rows), hiddenBias: draw(3, rows) } : weights;
  };
  const stack = (key: Key, features: number) =>
    Array.from({ length: layers }, (_, i) => {
      const inputs = i === 0 ? features : width, own = foldIn(key, i);
      return {
        forward: direction(foldIn(own, 0), inputs),
        ...(bidirectional ? { backward: direction(foldIn(own, 1), inputs) } : {}),
      };
    });
  const run = (params: readonly functional.RecurrentLayer<"f32">[], x: Tensor<number[], "f32">) =>
    kind === "rnn" ? functional.rnn(params, x, undefined, activation) : functional[kind](params, x);
  const fields: LayerFields<Parametric> = {
    kind,
    has: { params: true, state: false },
    outShape,
    init: (key, shape) => ({ params: stack(key, shape.at(-1)!), state: {} }),
    apply: ({ params }, x) => {
      const { y, hidden: ends } = run(
        params as unknown as readonly functional.RecurrentLayer<"f32">[],
        x as Tensor<number[], "f32">,
      );
      if (!last) return [y as Tensor, {}];
      const count = extents(ends as Tensor)[0]!, each = bidirectional ? [count - 2, count - 1] : [count - 1];
      return [concat(each.map((i) => squeeze(slice(ends as Tensor, 0, i, i + 1) as Tensor, 0) as Tensor), 1), {}];
    },
    multiplyAdds: ([time, features]) =>
      time! * (width / hidden) * rows * (features! + hidden + (layers - 1) * (width + hidden)),
  };
  return layer(fields as unknown as LayerFields<L>);
};

/**
 * A plain recurrent network: h' = tanh(W x + b + V h + c), or relu. `[t, c] -> [t, h]`, with `last` `[h]`, twice as wide with
 * `bidirectional`. Its first state is 0. Parameters are those of the function `rnn`: of each layer `forward` and `backward`, each
 * with `input` f32[h, c], `hidden` f32[h, h], `inputBias` and `hiddenBias` f32[h]. `rnn(64, { last: true })` (Elman 1990)
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([16, 8], nn.rnn(32, { last: true })).output); // [ 32 ]
 * ```
 */
export const rnn = <
  const H extends number,
  const N extends number = 1,
  const D extends boolean = false,
  const L extends boolean = false,
  const B extends boolean = true,
>(hidden: H, options: RecurrentConfig<N, D, L, B> & Activated = {}): Recurrent<"rnn", H, N, D, L, B> =>
  make("rnn", hidden, options);
/**
 * A network of long short-term memory, shapes as for `rnn`. Parameters are those of the function `lstm`: rows of the input, forget,
 * cell and output gates one after the other, `input` f32[4 h, c], `hidden` f32[4 h, h], biases f32[4 h]. (Hochreiter and
 * Schmidhuber 1997)
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([16, 8], nn.lstm(32, { layers: 2 })).output); // [ 16, 32 ]
 * ```
 */
export const lstm = <
  const H extends number,
  const N extends number = 1,
  const D extends boolean = false,
  const L extends boolean = false,
  const B extends boolean = true,
>(hidden: H, options: RecurrentConfig<N, D, L, B> = {}): Recurrent<"lstm", H, N, D, L, B> =>
  make("lstm", hidden, options);
/**
 * A network of gated recurrent units, shapes as for `rnn`. Parameters are those of the function `gru`: rows of the reset and update
 * gates and of the new state one after the other, `input` f32[3 h, c], `hidden` f32[3 h, h], biases f32[3 h]. (Cho et al. 2014)
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([16, 8], nn.gru(32, { bidirectional: true })).output); // [ 16, 64 ]
 * ```
 */
export const gru = <
  const H extends number,
  const N extends number = 1,
  const D extends boolean = false,
  const L extends boolean = false,
  const B extends boolean = true,
>(hidden: H, options: RecurrentConfig<N, D, L, B> = {}): Recurrent<"gru", H, N, D, L, B> =>
  make("gru", hidden, options);

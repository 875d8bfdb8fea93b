import type { Dim } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import { optionsOf } from "../core/options.ts";
import * as nn from "../nn/mod.ts";
import { abs, mul, sub } from "../ops/arithmetic.ts";
import { cast } from "../ops/cast.ts";
import { greater, greaterEqual } from "../ops/comparison.ts";
import { published } from "./model.ts";
import { inTurn, type Learned, learnInTurn, moved, type UnitParams, weighted } from "./linear_unit.ts";

const source =
  "Rosenblatt, The perceptron: a probabilistic model for information storage and organization in the brain (1958)";

/** Options of `perceptron`. */
export interface PerceptronConfig<N extends number> {
  /** How many inputs it has. */
  readonly inputs: N;
}
/**
 * Rosenblatt's perceptron: 1 where w · x + b is at least 0, else 0. `f32[n,inputs] -> f32[n,1]`. Weights and bias begin with 0.
 * Its steps have no derivative: it learns by `trainPerceptron`.
 *
 * Source: Rosenblatt, The perceptron: a probabilistic model for information storage and organization in the brain,
 * Psychological Review 65 (1958).
 *
 * @example
 * ```ts
 * import { random, tensor } from "../mod.ts";
 * const gate = perceptron({ inputs: 2 });
 * const x = tensor([[0, 0], [0, 1], [1, 0], [1, 1]]), isBoth = tensor([0, 0, 0, 1]);
 * const { params } = trainPerceptron(gate.init(random.key(0)).params, x, isBoth, { epochs: 10 });
 * gate.predict({ params }, x); // [[0], [0], [0], [1]]
 * ```
 */
export const perceptron = <const N extends number>(config: PerceptronConfig<N>) => {
  const { inputs } = optionsOf("perceptron", config, { inputs: true });
  return published(
    { name: "perceptron", source, naming: {} },
    nn.model([inputs], nn.named("unit", nn.linear(1, { weightInit: nn.init.zeros })), nn.step),
  );
};

/** Options of `trainPerceptron`. */
export interface PerceptronTraining {
  /** How often it sees every example. */
  readonly epochs: number;
  /** By what part of an example a mistake moves the weights; 1 unless given. From zeros it changes the scale alone. */
  readonly rate?: number;
}
const turns = inTurn((params, x, target, rate) => {
  const wanted = cast(greater(target, 0), "f32") as Tensor;
  const error = sub(wanted, cast(greaterEqual(weighted(params, x), 0), "f32") as Tensor) as Tensor;
  return [moved(params, x, mul(error, rate)), abs(error)];
});
/**
 * Rosenblatt's rule over examples in their order: w += rate (t - y) x, b += rate (t - y), so only mistakes teach. Targets are 1 for
 * yes, and 0 or -1 for no. `f32[m,inputs], f32[m]` give the parameters and the mistakes of every epoch, `costs` f32[epochs]. Throws
 * `RangeError` where epochs are not whole and at least 1.
 *
 * Where a hyperplane separates the classes with margin γ and the examples (with a 1 for the bias) lie within radius R, there are
 * at most (R / γ)² mistakes in all, and then none. Where there is no such hyperplane, as for exclusive or, they never end.
 *
 * Source: Novikoff, On convergence proofs for perceptrons, Symposium on the Mathematical Theory of Automata 12 (1962).
 */
export const trainPerceptron = <N extends Dim, M extends Dim>(
  params: UnitParams<N>,
  x: Tensor<[M, NoInfer<N>], "f32">,
  targets: Tensor<[NoInfer<M>], "f32">,
  training: PerceptronTraining,
): Learned<N> => {
  const { epochs, rate = 1 } = optionsOf("trainPerceptron", training, { epochs: true, rate: true });
  return learnInTurn(turns, params, x, targets, { op: "trainPerceptron", epochs, rate });
};

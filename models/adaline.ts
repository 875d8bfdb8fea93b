import type { Dim } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import { optionsOf } from "../core/options.ts";
import * as nn from "../nn/mod.ts";
import { mul, square, sub } from "../ops/arithmetic.ts";
import { greaterEqual, where } from "../ops/comparison.ts";
import { published } from "./model.ts";
import { inTurn, type Learned, learnInTurn, moved, type UnitParams, weighted } from "./linear_unit.ts";

const source = "Widrow, Hoff, Adaptive switching circuits, IRE WESCON Convention Record 4 (1960)";

/** Options of `adaline`. */
export interface AdalineConfig<N extends number> {
  /** How many inputs it has. */
  readonly inputs: N;
}
/**
 * The adaptive linear element of Widrow and Hoff: s = w · x + b, whose sign is the decision (`adalineDecision`) while the error
 * that teaches is that of s itself. `f32[n,inputs] -> f32[n,1]`. Weights and bias begin with 0.
 *
 * Source: Widrow and Hoff, Adaptive switching circuits, IRE WESCON Convention Record 4 (1960).
 */
export const adaline = <const N extends number>(config: AdalineConfig<N>) => {
  const { inputs } = optionsOf("adaline", config, { inputs: true });
  return published(
    { name: "adaline", source, naming: {} },
    nn.model([inputs], nn.named("unit", nn.linear(1, { weightInit: nn.init.zeros }))),
  );
};

/** The quantizer: 1 where s is at least 0, else -1. `f32[...s] -> f32[...s]` */
export const adalineDecision = <S extends readonly Dim[]>(s: Tensor<S, "f32">): Tensor<S, "f32"> =>
  where(greaterEqual(s as Tensor, 0) as Tensor<[], "bool">, 1, -1) as Tensor as Tensor<S, "f32">;

/** Options of `trainAdaline`. */
export interface AdalineTraining {
  /** How often it sees every example. */
  readonly epochs: number;
  /** What part of the error moves the weights: less than 2 / |x|² where it shall converge, the bias counted as an input of 1. */
  readonly rate: number;
}
const turns = inTurn((params, x, target, rate) => {
  const error = sub(target, weighted(params, x)) as Tensor;
  return [moved(params, x, mul(error, rate)), square(error)];
});
/**
 * The delta rule, also called least mean squares, over examples in their order: w += rate (t - s) x, b += rate (t - s), a step down
 * the gradient of (t - s)² / 2. Targets are -1 or 1. `f32[m,inputs], f32[m]` give the parameters and the summed squared errors of
 * every epoch, `costs` f32[epochs]. Throws `RangeError` where epochs are not whole and at least 1.
 */
export const trainAdaline = <N extends Dim, M extends Dim>(
  params: UnitParams<N>,
  x: Tensor<[M, NoInfer<N>], "f32">,
  targets: Tensor<[NoInfer<M>], "f32">,
  training: AdalineTraining,
): Learned<N> => {
  const { epochs, rate } = optionsOf("trainAdaline", training, { epochs: true, rate: true });
  return learnInTurn(turns, params, x, targets, { op: "trainAdaline", epochs, rate });
};

/** The game of two networks: what each of them loses, and a step of training for both. */
import type { Dim } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import type { Tree } from "../core/tree.ts";
import * as nn from "../nn/mod.ts";
import type { GradientTransformation, OptimizerState } from "../nn/optim/mod.ts";
import { applyUpdates } from "../nn/optim/mod.ts";
import { add, neg } from "../ops/arithmetic.ts";
import { stopGradient } from "../ops/gradient.ts";
import { full } from "../ops/source.ts";
import { valueAndGrad } from "../transforms/grad.ts";

type Logits = Tensor<readonly Dim[], "f32">;
/** Cross-entropy of logits with one answer for all. */
const answered = (logits: Logits, answer: number): Tensor =>
  nn.bceWithLogits(logits as Tensor as Tensor<Dim[], "f32">, full([...extents(logits as Tensor)], answer)) as Tensor;

/**
 * What the discriminator loses: -log D(x) - log(1 - D(G(z))), means over the examples. `f32[n,1], f32[m,1] -> f32[]`, both logits. With
 * `real` below 1 it is asked to be no surer than that of real examples. (Goodfellow et al. 2014, algorithm 1; Salimans et al. 2016,
 * section 3.4, for one-sided label smoothing)
 */
export const discriminatorLoss = (
  real: Logits,
  fake: Logits,
  options: { readonly real?: number } = {},
): Tensor<[], "f32"> => add(answered(real, options.real ?? 1), answered(fake, 0)) as Tensor as Tensor<[], "f32">;
/**
 * What the generator loses, of the logits of what it made: -log D(G(z)), or with "minimax" log(1 - D(G(z))), which is the game as it
 * was first written but has a small gradient where the discriminator is right. `f32[n,1] -> f32[]` (Goodfellow et al. 2014, section 3)
 */
export const generatorLoss = (fake: Logits, form: "nonSaturating" | "minimax" = "nonSaturating"): Tensor<[], "f32"> =>
  (form === "minimax" ? neg(answered(fake, 0)) : answered(fake, 1)) as Tensor as Tensor<[], "f32">;

/** What a player has: its variables, and the state of its optimizer. */
export interface Player<P, S> {
  readonly params: P;
  readonly state: S;
  readonly memory: OptimizerState<P>;
}
/** The networks of the game: any two models that fit. */
interface Network {
  init(key: never): { readonly params: unknown; readonly state: unknown };
  apply(variables: never, x: never, context?: nn.Context): readonly [Tensor, unknown, unknown];
}
/** The player that a model is. */
export type PlayerOf<M extends Network> = Player<ReturnType<M["init"]>["params"], ReturnType<M["init"]>["state"]>;
/** Both players between two steps. */
export interface Game<G extends Network, D extends Network> {
  readonly generator: PlayerOf<G>;
  readonly discriminator: PlayerOf<D>;
}
/** What a step shows: both losses, logits of the discriminator before the step, and what was made. */
export interface GameStep {
  readonly discriminatorLoss: Tensor<[], "f32">;
  readonly generatorLoss: Tensor<[], "f32">;
  readonly real: Tensor<[number, 1], "f32">;
  readonly fake: Tensor<[number, 1], "f32">;
  readonly made: Tensor<Dim[], "f32">;
}
/** How the game is played. */
export interface GameRules {
  readonly generator: GradientTransformation;
  readonly discriminator: GradientTransformation;
  /** What real examples are called; 1 unless given. */
  readonly real?: number;
  readonly form?: "nonSaturating" | "minimax";
}

interface Plain {
  apply(variables: { params: Tree; state: Tree }, x: Tensor, context: nn.Context): readonly [Logits, Tree, unknown];
}
type AnyPlayer = Player<Tree, Tree>;
/** One step down the gradient of a loss, which gives the state after it and more besides. */
const moved = <A>(
  player: AnyPlayer,
  rule: GradientTransformation,
  loss: (params: Tree) => readonly [Tensor<[], "f32">, A],
): readonly [Tensor<[], "f32">, A, Omit<AnyPlayer, "state">] => {
  const of = valueAndGrad as unknown as (
    f: typeof loss,
    options: { readonly aux: true },
  ) => (p: Tree) => readonly [readonly [Tensor<[], "f32">, A], Tree];
  const [[value, aside], gradients] = of(loss, { aux: true })(player.params);
  const [updates, memory] = rule.update(gradients, player.memory, player.params);
  return [value, aside, { params: applyUpdates(player.params, updates), memory }];
};

/**
 * Both players before the game: their variables, and optimizers that have seen nothing.
 */
export const startGame = <G extends Network, D extends Network>(
  variables: { readonly generator: ReturnType<G["init"]>; readonly discriminator: ReturnType<D["init"]> },
  rules: GameRules,
): Game<G, D> => {
  const player = ({ params, state }: { params: unknown; state: unknown }, rule: GradientTransformation) => ({
    params,
    state,
    memory: rule.init(params),
  });
  return {
    generator: player(variables.generator, rules.generator),
    discriminator: player(variables.discriminator, rules.discriminator),
  } as Game<G, D>;
};
/**
 * A step of the game: the generator makes examples of `z`; the discriminator takes a step down its loss of `x` and of them; then, with
 * the new discriminator, the generator takes a step down its own loss. Both are applied in training, so that statistics of batches
 * move whenever a network is used: those of the discriminator three times. Pure, made for `jit`.
 *
 * Throws `ShapeError` where what the generator makes is not what the discriminator takes. (Goodfellow et al. 2014, algorithm 1)
 */
export const adversarialStep = <G extends Network, D extends Network>(
  networks: { readonly generator: G; readonly discriminator: D },
  rules: GameRules,
) =>
(game: Game<G, D>, x: Parameters<D["apply"]>[1], z: Parameters<G["apply"]>[1]): readonly [Game<G, D>, GameStep] => {
  const generator = networks.generator as unknown as Plain, discriminator = networks.discriminator as unknown as Plain;
  const { generator: g, discriminator: d } = game as unknown as Game<never, never> as {
    generator: AnyPlayer;
    discriminator: AnyPlayer;
  };
  const training = { training: true };
  const make = (params: Tree) => generator.apply({ params, state: g.state }, z as Tensor, training);
  const [made] = make(g.params);
  const [lossD, seen, nextD] = moved(d, rules.discriminator, (params) => {
    const [real, once] = discriminator.apply({ params, state: d.state }, x as Tensor, training);
    const [fake, twice] = discriminator.apply({ params, state: once }, stopGradient(made) as Tensor, training);
    return [discriminatorLoss(real, fake, rules), { real, fake, state: twice }];
  });
  const [lossG, fooled, nextG] = moved(g, rules.generator, (params) => {
    const [again, state] = make(params);
    const [verdict, judged] = discriminator.apply(
      { params: nextD.params, state: seen.state },
      again as Tensor,
      training,
    );
    return [generatorLoss(verdict, rules.form), { state, judged }];
  });
  const next = { generator: { ...nextG, state: fooled.state }, discriminator: { ...nextD, state: fooled.judged } };
  const shown = { discriminatorLoss: lossD, generatorLoss: lossG, real: seen.real, fake: seen.fake, made };
  return [next as unknown as Game<G, D>, shown as unknown as GameStep];
};

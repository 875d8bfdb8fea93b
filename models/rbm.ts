/** Restricted Boltzmann machines: two layers of units that draw each other, and how they learn what they see. */
import { ShapeError } from "../core/errors.ts";
import { optionsOf } from "../core/options.ts";
import type { Dim } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { softplus } from "../ops/activation.ts";
import { add, div, mul, neg, square, sub } from "../ops/arithmetic.ts";
import { cast } from "../ops/cast.ts";
import { less } from "../ops/comparison.ts";
import { matmul } from "../ops/contraction.ts";
import { sigmoid } from "../ops/exponential.ts";
import type { AnyFloat } from "../ops/pointwise.ts";
import { foldIn, type Key, normal, uniform } from "../ops/random.ts";
import { mean } from "../ops/reduction.ts";
import { zeros } from "../ops/source.ts";
import { sum, transpose } from "../ops/structure.ts";

/** Weights between the layers, laid out as those of `linear`, and a bias for each unit. */
export interface RbmParams<V extends Dim, H extends Dim> {
  readonly weight: Tensor<[H, V], "f32">;
  readonly visibleBias: Tensor<[V], "f32">;
  readonly hiddenBias: Tensor<[H], "f32">;
}
/** Options of `rbm`. */
export interface RbmConfig<V extends number, H extends number> {
  /** How many units are seen; they are binary, or numbers from 0 to 1 that are taken for probabilities. */
  readonly visible: V;
  /** How many units are not. */
  readonly hidden: H;
  /** Whether hidden units are 0 or 1, or numbers with noise of deviation 1 around a linear function; binary unless given. */
  readonly units?: "binary" | "gaussian";
}
type Batch<D extends Dim> = Tensor<readonly [Dim, D], "f32">;
type Layer<D extends Dim> = Tensor<[number, D], "f32">;
/** What a step of learning gives: gradients to descend, and how far the reconstruction is from the examples, squared, by unit. */
export interface Divergence<V extends Dim, H extends Dim> {
  readonly gradients: RbmParams<V, H>;
  readonly error: Tensor<[], "f32">;
}
/** A restricted Boltzmann machine: functions of its parameters. Batches are along the first axis. */
export interface Rbm<V extends number, H extends number> {
  readonly visible: V;
  readonly hidden: H;
  readonly units: "binary" | "gaussian";
  /** Weights of deviation 0.01, biases of 0. (Hinton 2010, section 8) */
  init(key: Key): RbmParams<V, H>;
  /** Means of the hidden units, given visible ones: σ(W v + c), without σ where they are gaussian. `f32[n,v] -> f32[n,h]` */
  hiddenMeans(params: RbmParams<V, H>, v: Batch<V>): Layer<H>;
  /** Means of the visible units, given hidden ones: σ(Wᵀ h + b). `f32[n,h] -> f32[n,v]` */
  visibleMeans(params: RbmParams<V, H>, h: Batch<H>): Layer<V>;
  /** Hidden units drawn from their means. `f32[n,h] -> f32[n,h]` */
  drawHidden(key: Key, means: Batch<H>): Layer<H>;
  /** -b·v - c·h - h·W v, with h·h / 2 more where hidden units are gaussian. `f32[n,v], f32[n,h] -> f32[n]` */
  energy(params: RbmParams<V, H>, v: Batch<V>, h: Batch<H>): Tensor<[number], "f32">;
  /** -log Σ exp(-energy) over all hidden units, up to a constant: -b·v - Σ log(1 + exp(W v + c)). `f32[n,v] -> f32[n]` */
  freeEnergy(params: RbmParams<V, H>, v: Batch<V>): Tensor<[number], "f32">;
  /** Visible means after so many times back and forth from visible units. `f32[n,v] -> f32[n,v]` */
  gibbs(params: RbmParams<V, H>, key: Key, v: Batch<V>, steps: number): Layer<V>;
  /** A step of contrastive divergence from examples. `f32[n,v]` gives gradients, means over the batch. */
  contrastiveDivergence(
    params: RbmParams<V, H>,
    v: Batch<V>,
    key: Key,
    options?: { readonly steps?: number },
  ): Divergence<V, H>;
}

interface Weights {
  readonly weight: Tensor;
  readonly visibleBias: Tensor;
  readonly hiddenBias: Tensor;
}
const sig = (x: Tensor): Tensor => sigmoid(x as AnyFloat) as Tensor;
const into = ({ weight, hiddenBias }: Weights, v: Tensor): Tensor => add(matmul(v, transpose(weight)), hiddenBias);
const back = ({ weight, visibleBias }: Weights, h: Tensor): Tensor => sig(add(matmul(h, weight), visibleBias));
const dot = (a: Tensor, b: Tensor): Tensor => sum(mul(a, b) as Tensor, -1) as Tensor;

/**
 * A restricted Boltzmann machine of binary visible units and binary or gaussian hidden ones. Throws `ShapeError` for a number of units
 * that is not whole and at least 1.
 *
 * It learns by contrastive divergence: the gradient of the log-likelihood with what the machine itself would show replaced by what
 * it shows a few steps from the examples. Hidden units are drawn on the way there, visible ones and the last hidden ones are their
 * means. The gradients are those of `freeEnergy` of the examples minus that of what is shown.
 *
 * Source: Hinton, Training products of experts by minimizing contrastive divergence, Neural Computation 14 (2002); Hinton, A practical
 * guide to training restricted Boltzmann machines (2010), section 3; for gaussian units Hinton and Salakhutdinov, Reducing the
 * dimensionality of data with neural networks, Science 313 (2006).
 *
 * @example
 * ```ts
 * import { item, random } from "../mod.ts";
 * import * as models from "../models/mod.ts";
 * const machine = models.rbm({ visible: 6, hidden: 2 }), params = machine.init(random.key(0));
 * const { error } = machine.contrastiveDivergence(params, random.uniform(random.key(1), [5, 6]), random.key(2));
 * console.log(await item(error) > 0); // true
 * ```
 */
export const rbm = <const V extends number, const H extends number>(
  config: RbmConfig<V, H>,
): Rbm<V, H> => {
  const { visible, hidden, units = "binary" } = optionsOf("rbm", config, { visible: true, hidden: true, units: true });
  for (const [what, n] of Object.entries({ visible, hidden })) {
    const expected = `${what} units, 1 or more`, got = `${n}`;
    if (Number.isInteger(n) && n >= 1) continue;
    throw new ShapeError(`rbm: expected ${expected}, got ${got}`, { op: "rbm", expected, got });
  }
  const binary = units === "binary";
  const means = (p: Weights, v: Tensor): Tensor => binary ? sig(into(p, v)) : into(p, v);
  const draw = (key: Key, m: Tensor): Tensor => {
    const shape = extents(m);
    return binary
      ? cast(less(uniform(key, shape), m as Tensor<number[], "f32">) as Tensor, "f32") as Tensor
      : add(m, normal(key, shape) as Tensor);
  };
  const gibbs = (p: Weights, key: Key, v: Tensor, steps: number): Tensor => {
    let shown = v;
    for (let i = 0; i < steps; i++) shown = back(p, draw(foldIn(key, i), means(p, shown)));
    return shown;
  };
  const machine = {
    visible,
    hidden,
    units,
    init: (key: Key) => ({
      weight: mul(normal(key, [hidden, visible]), 0.01),
      visibleBias: zeros([visible]),
      hiddenBias: zeros([hidden]),
    }),
    hiddenMeans: means,
    visibleMeans: back,
    drawHidden: draw,
    energy: (p: Weights, v: Tensor, h: Tensor): Tensor => {
      const linear = add(dot(v, p.visibleBias), dot(h, into(p, v)));
      return binary ? neg(linear) : sub(mul(sum(square(h), -1) as Tensor, 0.5), linear);
    },
    freeEnergy: (p: Weights, v: Tensor): Tensor => {
      const x = into(p, v), own = binary ? sum(softplus(x as AnyFloat), -1) : mul(sum(square(x), -1) as Tensor, 0.5);
      return neg(add(dot(v, p.visibleBias), own as Tensor));
    },
    gibbs,
    contrastiveDivergence: (p: Weights, v: Tensor, key: Key, { steps = 1 }: { readonly steps?: number } = {}) => {
      const shown = gibbs(p, key, v, steps), seen = means(p, v), imagined = means(p, shown), n = extents(v)[0]!;
      const pairs = (h: Tensor, x: Tensor): Tensor => matmul(transpose(h), x) as Tensor;
      const gradients = {
        weight: div(sub(pairs(imagined, shown), pairs(seen, v)), n),
        visibleBias: mean(sub(shown, v), 0),
        hiddenBias: mean(sub(imagined, seen), 0),
      };
      return { gradients, error: mean(square(sub(v, shown))) };
    },
  };
  return machine as unknown as Rbm<V, H>;
};

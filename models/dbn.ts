/** Deep belief networks: restricted Boltzmann machines on top of each other, learned from below. */
import { extents, type Tensor } from "../core/tensor.ts";
import { ShapeError } from "../core/errors.ts";
import { optionsOf } from "../core/options.ts";
import { type Dim, showShape } from "../core/shape/dim.ts";
import { applyUpdates, type GradientTransformation, type OptimizerState, sgd } from "../nn/optim/mod.ts";
import { permutation } from "../ops/distributions.ts";
import { foldIn, type Key, uniform } from "../ops/random.ts";
import { add, mul } from "../ops/arithmetic.ts";
import { tensor } from "../ops/create.ts";
import { iota } from "../ops/source.ts";
import { stack } from "../ops/slice.ts";
import { mean } from "../ops/reduction.ts";
import { take } from "../ops/take.ts";
import { jit } from "../transforms/jit.ts";
import { type Rbm, rbm, type RbmParams } from "./rbm.ts";

/** The widths of layers, from what is seen upwards: two or more. */
export type LayerWidths = readonly [number, number, ...number[]];
/** The machines between neighbouring widths. */
export type Machines<W extends readonly number[]> = W extends
  readonly [infer V extends number, infer H extends number, ...infer R extends readonly number[]]
  ? [Rbm<V, H>, ...Machines<[H, ...R]>]
  : [];
/** Their parameters. */
export type MachineParams<W extends readonly number[]> = W extends
  readonly [infer V extends number, infer H extends number, ...infer R extends readonly number[]]
  ? [RbmParams<V, H>, ...MachineParams<[H, ...R]>]
  : [];
/** The last width. */
export type Top<W extends readonly number[]> = W extends readonly [...unknown[], infer H extends number] ? H : number;

/** A deep belief network. */
export interface Dbn<W extends readonly number[]> {
  readonly widths: W;
  readonly machines: Machines<W>;
  init(key: Key): MachineParams<W>;
  /** Means of the topmost units, given what is seen, layer by layer. `f32[n,v] -> f32[n,top]` */
  up(params: MachineParams<W>, v: Tensor<readonly [Dim, W[0]], "f32">): Tensor<[number, Top<W>], "f32">;
  /** What is seen, as means, given the topmost units. `f32[n,top] -> f32[n,v]` */
  down(params: MachineParams<W>, top: Tensor<readonly [Dim, Top<W>], "f32">): Tensor<[number, W[0]], "f32">;
  /** Examples from the model: so many times back and forth in the topmost machine, then down. `-> f32[count,v]` */
  generate(params: MachineParams<W>, key: Key, count: number, steps: number): Tensor<[number, W[0]], "f32">;
}
/** Options of `dbn`. */
export interface DbnConfig {
  /** The units of the topmost layer; binary unless given. */
  readonly top?: "binary" | "gaussian";
}
type AnyMachine = Rbm<number, number>;
type AnyParams = RbmParams<number, number>;
type Examples = Tensor<[number, number], "f32">;
type Order = Tensor<[number], "i32">;
type Count = Tensor<[], "i32">;
const counted = (n: number): Count => tensor(Int32Array.of(n), []);

/**
 * A deep belief network: the two topmost layers are a restricted Boltzmann machine, those below draw the next one down. It is learned
 * by `pretrain`, a machine at a time. `dbn([784, 500, 500, 2000])`. Throws `ShapeError` for fewer than two widths.
 *
 * Source: Hinton, Osindero and Teh, A fast learning algorithm for deep belief nets, Neural Computation 18 (2006).
 */
export const dbn = <const W extends LayerWidths>(widths: W, config: DbnConfig = {}): Dbn<W> => {
  const { top = "binary" } = optionsOf("dbn", config, { top: true });
  if (!(widths.length >= 2)) {
    const expected = "two widths or more", got = showShape(widths as readonly number[]);
    throw new ShapeError(`dbn: expected ${expected}, got ${got}`, { op: "dbn", expected, got });
  }
  const last = widths.length - 2;
  const machines: readonly AnyMachine[] = widths.slice(1).map((hidden, i) =>
    rbm({ visible: widths[i]!, hidden, units: i === last ? top : "binary" })
  );
  const down = (params: readonly AnyParams[], h: Examples, from = last): Examples =>
    machines.slice(0, from + 1).reduceRight((x, m, i) => m.visibleMeans(params[i]!, x), h);
  const net = {
    widths,
    machines,
    init: (key: Key) => machines.map((m, i) => m.init(foldIn(key, i))),
    up: (params: readonly AnyParams[], v: Examples) => machines.reduce((x, m, i) => m.hiddenMeans(params[i]!, x), v),
    down: (params: readonly AnyParams[], h: Examples) => down(params, h),
    generate: (params: readonly AnyParams[], key: Key, count: number, steps: number) => {
      const m = machines[last]!, start = uniform(foldIn(key, 0), [count, m.visible]);
      return down(params, m.gibbs(params[last]!, foldIn(key, 1), start, steps), last - 1);
    },
  };
  return net as unknown as Dbn<W>;
};

/** How machines are learned. */
export interface PretrainConfig {
  /** Determines all that is drawn. */
  readonly key: Key;
  /** How often every machine sees every example. */
  readonly epochs: number;
  /** Examples for each step; 100 unless given. What is left over is left out. */
  readonly batch?: number;
  /** What makes steps of gradients; descent with rate 0.1, momentum 0.5 and decay 0.0002 unless given. (Hinton 2010) */
  readonly optimizer?: GradientTransformation;
  /** Times back and forth of contrastive divergence; 1 unless given. */
  readonly steps?: number;
}
/** A machine that has learned, with the mean error of reconstruction of every epoch. */
export interface LearnedRbm<V extends Dim, H extends Dim> {
  readonly params: RbmParams<V, H>;
  readonly errors: Tensor<[number], "f32">;
}
/**
 * Learns one machine by contrastive divergence over shuffled batches. `f32[m,v]` gives parameters and `errors` f32[epochs]. Not inside
 * a trace: its steps are compiled once and run one after the other.
 */
export const trainRbm = <V extends number, H extends number>(
  machine: Rbm<V, H>,
  params: RbmParams<V, H>,
  examples: Tensor<readonly [Dim, NoInfer<V>], "f32">,
  { key, epochs, batch = 100, optimizer, steps = 1 }: PretrainConfig,
): LearnedRbm<V, H> => {
  const rule = optimizer ?? sgd(0.1, { momentum: 0.5, weightDecay: 0.0002 });
  const count = extents(examples as Tensor)[0]!, size = Math.min(batch, count), rounds = Math.floor(count / size);
  const shuffle = jit((k: Key, epoch: Count) => {
    const own = foldIn(k, epoch);
    return [own, permutation(foldIn(own, 0), count)] as const;
  });
  const step = jit(
    (p: AnyParams, memory: OptimizerState<AnyParams>, all: Examples, own: Key, order: Order, round: Count) => {
      const at = take(order, add(iota([size], 0, "i32"), mul(round, size)) as Tensor as Order) as Tensor as Order;
      const v = take(all, at) as Tensor as Examples, k = foldIn(own, add(round, 1) as Tensor as Count);
      const { gradients, error } = (machine as unknown as AnyMachine).contrastiveDivergence(p, v, k, { steps });
      const [updates, next] = rule.update(gradients, memory, p);
      return [applyUpdates(p, updates), next, error] as const;
    },
  );
  let now = params as unknown as AnyParams, memory = rule.init(now);
  const errors: Tensor[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const [own, order] = shuffle(key, counted(epoch)), seen: Tensor[] = [];
    for (let round = 0; round < rounds; round++) {
      const done = step(now, memory, examples as Tensor as Examples, own, order, counted(round));
      [now, memory] = [done[0], done[1]];
      seen.push(done[2]);
    }
    errors.push(mean(stack(seen, 0) as Tensor) as Tensor);
  }
  return { params: now, errors: stack(errors, 0) } as unknown as LearnedRbm<V, H>;
};

/**
 * Learns the machines of a network one after the other, from below: each from the means that those below give of the examples.
 * `f32[m,v]` gives parameters, and `errors` f32[epochs] of every machine. Not inside a trace, as `trainRbm`.
 *
 * Source: Hinton, Osindero and Teh (2006), section 4.
 */
export const pretrain = <W extends LayerWidths>(
  net: Dbn<W>,
  params: MachineParams<W>,
  examples: Tensor<readonly [Dim, W[0]], "f32">,
  config: PretrainConfig,
): { readonly params: MachineParams<W>; readonly errors: readonly Tensor<[number], "f32">[] } => {
  const learned: LearnedRbm<number, number>[] = [];
  let seen = examples as Tensor as Examples;
  (net.machines as unknown as readonly AnyMachine[]).forEach((machine, i) => {
    const start = (params as unknown as readonly AnyParams[])[i]!,
      lift = jit((p: AnyParams, v: Examples) => machine.hiddenMeans(p, v));
    const own = trainRbm(machine, start, seen, { ...config, key: foldIn(config.key, i) });
    learned.push(own);
    seen = lift(own.params, seen);
  });
  return { params: learned.map((l) => l.params), errors: learned.map((l) => l.errors) } as unknown as ReturnType<
    typeof pretrain<W>
  >;
};

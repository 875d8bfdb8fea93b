/** The neuron of McCulloch and Pitts: nothing is learned, the wiring says what it computes. */
import { ShapeError } from "../core/errors.ts";
import { type Fail, type IsDynamic, type Show, showShape } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import * as nn from "../nn/mod.ts";
import { add, mul } from "../ops/arithmetic.ts";
import { cast } from "../ops/cast.ts";
import { and, equal, greaterEqual } from "../ops/comparison.ts";
import { matmul } from "../ops/contraction.ts";
import { tensor } from "../ops/create.ts";
import { published } from "./model.ts";

const source =
  "McCulloch, Pitts, A logical calculus of the ideas immanent in nervous activity, Bulletin of Mathematical Biophysics 5 (1943)";

/** Which input excites (1) and which one inhibits (-1). */
export type Synapse = 1 | -1;
/** The type of a neuron with synapses `W`. */
export interface Neuron<W extends readonly Synapse[]> extends nn.Stateless {
  readonly kind: "neuron";
  readonly "~out": NeuronOut<this["~in"], W["length"]>;
}
type NeuronOut<I, N extends number> = I extends readonly [infer D]
  ? number extends D | N ? [1] : D extends N ? [1] : NeuronFail<I, N>
  : I extends readonly unknown[] ? IsDynamic<I> extends true ? [1] : NeuronFail<I, N>
  : never;
type NeuronFail<I, N extends number> = Fail<`neuron: expects [${N}], got ${Show<I>}`>;

/** How a neuron of McCulloch and Pitts is wired. */
export interface NeuronConfig<W extends readonly Synapse[]> {
  /** A synapse for each input. */
  readonly synapses: W;
  /** How much excitation makes it fire. */
  readonly threshold: number;
  /** Whether an active inhibitory input takes 1 from the excitation, or silences the neuron by itself; relative unless given. */
  readonly inhibition?: "relative" | "absolute";
}

/**
 * The neuron of McCulloch and Pitts: it fires, 1, where its excitation reaches the threshold, else it rests, 0. The excitation is
 * the number of active excitatory inputs; an active inhibitory input takes 1 from it, or with absolute inhibition silences the
 * neuron. `[n] -> [1]`; inputs are 0 or 1. No parameters.
 *
 * Throws `ShapeError` where the inputs are not as many as the synapses. Source: McCulloch and Pitts, A logical calculus of the
 * ideas immanent in nervous activity, Bulletin of Mathematical Biophysics 5 (1943), sections 2 and 3.
 */
export const neuron = <const W extends readonly Synapse[]>(config: NeuronConfig<W>): Neuron<W> => {
  const { synapses, threshold, inhibition = "relative" } = config, n = synapses.length;
  const outShape = (shape: readonly number[]): number[] => {
    if (shape.length === 1 && (Number.isNaN(shape[0]) || shape[0] === n)) return [1];
    const got = showShape(shape), expected = `[${n}]`;
    throw new ShapeError(`neuron: expects ${expected}, got ${got}`, { op: "neuron", expected, got });
  };
  const column = (f: (s: Synapse) => number): Tensor => tensor(Float32Array.from(synapses, f), [n, 1]);
  return nn.stateless<Neuron<W>>("neuron", outShape, (x) => {
    const excited = matmul(x, column((s) => s > 0 ? 1 : 0)), inhibited = matmul(x, column((s) => s < 0 ? 1 : 0));
    const fires = inhibition === "absolute"
      ? and(greaterEqual(excited, threshold), equal(inhibited, 0))
      : greaterEqual(add(excited, mul(inhibited, -1)), threshold);
    return cast(fires, "f32");
  });
};

/** The logical gates that one neuron computes. */
export const gates = {
  /** Both. `[2] -> [1]` */
  and: neuron({ synapses: [1, 1], threshold: 2 }),
  /** At least one. `[2] -> [1]` */
  or: neuron({ synapses: [1, 1], threshold: 1 }),
  /** The opposite. `[1] -> [1]` */
  not: neuron({ synapses: [-1], threshold: 0 }),
  /** Not both. `[2] -> [1]` */
  nand: neuron({ synapses: [-1, -1], threshold: -1 }),
  /** None. `[2] -> [1]` */
  nor: neuron({ synapses: [-1, -1], threshold: 0 }),
} as const;

/**
 * Exclusive or, which no single neuron computes, by two layers of them: (a or b) and not (a and b).
 * `f32[n, 2] -> f32[n, 1]`
 */
export const xorGate = published(
  { name: "mcculloch_pitts_xor", source, naming: {} },
  nn.model(
    [2],
    nn.concat(nn.named("or", gates.or), nn.named("nand", gates.nand)), // [2]
    nn.named("and", gates.and), // [1]
  ),
);

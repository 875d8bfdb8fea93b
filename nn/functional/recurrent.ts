/** Recurrent networks over sequences: layers of cells, forwards and, if there are weights for it, backwards. */
import type { Float } from "../../core/dtype.ts";
import { ShapeError } from "../../core/errors.ts";
import { type Dim, type Shape, showShape } from "../../core/shape/dim.ts";
import { extents, type Tensor } from "../../core/tensor.ts";
import { needFloat } from "../../ops/pointwise.ts";
import { select } from "../../ops/pieces.ts";
import { concat, stack } from "../../ops/slice.ts";
import { full } from "../../ops/source.ts";
import { moveAxis } from "../../ops/structure.ts";
import { scan } from "../../transforms/loop.ts";
import {
  advance,
  fromInput,
  needWeights,
  type RecurrentKind,
  type RecurrentState,
  type RecurrentWeights,
} from "./recurrent_cells.ts";

/** The weights of one layer; with `backward` it also reads from the end, and its output is that of both, one after the other. */
export interface RecurrentLayer<D extends Float = Float> {
  readonly forward: RecurrentWeights<D>;
  readonly backward?: RecurrentWeights<D> | undefined;
}
/** The output of every step, and the last state of every layer and direction (forward before backward). */
export interface RecurrentOutput<D extends Float = Float> {
  readonly y: Tensor<Dim[], D>;
  readonly hidden: Tensor<Dim[], D>;
}

type Step = (state: RecurrentState, x: Tensor) => readonly [RecurrentState, Tensor];
type Loop = (
  step: Step,
  state: RecurrentState,
  xs: Tensor,
  options: { readonly reverse: boolean },
) => readonly [RecurrentState, Tensor];
const loop = scan as unknown as Loop;

/** All layers; `initial` holds one tensor `[layers * directions, b, h]` for each part of the state, zeros unless given. */
const run = (
  op: string,
  kind: RecurrentKind,
  layers: readonly RecurrentLayer[],
  x: Tensor,
  initial: readonly (Tensor | undefined)[],
): { readonly y: Tensor; readonly states: readonly Tensor[] } => {
  const shape = extents(needFloat(op, x)), ends: RecurrentState[] = [];
  if (shape.length !== 3 || layers.length === 0) {
    const got = `${showShape(shape)} and ${layers.length} layers`,
      expected = "sequences [batch, time, features] and layers";
    throw new ShapeError(`${op}: expected ${expected}, got ${got}`, { op, expected, got });
  }
  const count = layers.reduce((n, l) => n + (l.backward === undefined ? 1 : 2), 0);
  const start = (hidden: number): RecurrentState =>
    initial.map((s) => {
      const want = [count, shape[0]!, hidden],
        got = showShape(s === undefined ? want : extents(s)),
        expected = `a first state ${showShape(want)}`;
      if (got !== showShape(want)) {
        throw new ShapeError(`${op}: expected ${expected}, got ${got}`, { op, expected, got });
      }
      return s === undefined ? full(want.slice(1), 0, x.dtype) as Tensor : select(s, 0, ends.length) as Tensor;
    });
  /** One direction of one layer over `[time, batch, features]`. */
  const direction = (w: RecurrentWeights, xs: Tensor, reverse: boolean): Tensor => {
    const hidden = needWeights(op, kind, w, extents(xs).at(-1)!),
      step: Step = (state, gate) => {
        const next = advance(kind, w, gate, state);
        return [next, next[0]!];
      };
    const [last, ys] = loop(step, start(hidden), fromInput(w, xs), { reverse });
    ends.push(last);
    return ys;
  };
  const y = layers.reduce((xs, { forward, backward }) => {
    const there = direction(forward, xs, false);
    return backward === undefined ? there : concat([there, direction(backward, xs, true)], 2) as Tensor;
  }, moveAxis(x, 1, 0) as Tensor);
  return { y: moveAxis(y, 0, 1) as Tensor, states: initial.map((_, i) => stack(ends.map((e) => e[i]!), 0) as Tensor) };
};

/**
 * A plain recurrent network: `rnn(layers, x)`. `F[b,t,i] -> { y: F[b,t,h directions], hidden: F[layers directions,b,h] }`; the first
 * state is 0 unless given. Throws `ShapeError` where weights or states do not fit. (Elman 1990)
 */
export const rnn = <D extends Float>(
  layers: readonly RecurrentLayer<D>[],
  x: Tensor<Shape, D>,
  hidden?: Tensor<Shape, D>,
  kind: "tanh" | "relu" = "tanh",
): RecurrentOutput<D> => {
  const { y, states } = run("rnn", kind, layers as readonly RecurrentLayer[], x as Tensor, [
    hidden as Tensor | undefined,
  ]);
  return { y, hidden: states[0]! } as { readonly y: Tensor; readonly hidden: Tensor } as RecurrentOutput<D>;
};
/**
 * A network of gated recurrent units, as `rnn`. `F[b,t,i] -> { y: F[b,t,h directions], hidden: F[layers directions,b,h] }` (Cho et
 * al. 2014)
 */
export const gru = <D extends Float>(
  layers: readonly RecurrentLayer<D>[],
  x: Tensor<Shape, D>,
  hidden?: Tensor<Shape, D>,
): RecurrentOutput<D> => {
  const { y, states } = run("gru", "gru", layers as readonly RecurrentLayer[], x as Tensor, [
    hidden as Tensor | undefined,
  ]);
  return { y, hidden: states[0]! } as { readonly y: Tensor; readonly hidden: Tensor } as RecurrentOutput<D>;
};
/**
 * A network of long short-term memory, as `rnn`, with a cell beside the hidden state.
 * `F[b,t,i] -> { y: F[b,t,h directions], hidden: F[layers directions,b,h], cell: likewise }` (Hochreiter and Schmidhuber 1997)
 */
export const lstm = <D extends Float>(
  layers: readonly RecurrentLayer<D>[],
  x: Tensor<Shape, D>,
  hidden?: Tensor<Shape, D>,
  cell?: Tensor<Shape, D>,
): RecurrentOutput<D> & { readonly cell: Tensor<Dim[], D> } => {
  const { y, states } = run("lstm", "lstm", layers as readonly RecurrentLayer[], x as Tensor, [
    hidden as Tensor | undefined,
    cell as Tensor | undefined,
  ]);
  return { y, hidden: states[0]!, cell: states[1]! } as {
    readonly y: Tensor;
    readonly hidden: Tensor;
    readonly cell: Tensor;
  } as never;
};

/** One step of recurrent networks, as functions of their weights. */
import type { Float } from "../../core/dtype.ts";
import { ShapeError } from "../../core/errors.ts";
import { type Dim, type Shape, showShape } from "../../core/shape/dim.ts";
import { extents, type Tensor } from "../../core/tensor.ts";
import { relu } from "../../ops/activation.ts";
import { add, mul, sub } from "../../ops/arithmetic.ts";
import { sigmoid, tanh } from "../../ops/exponential.ts";
import { linear } from "../../ops/linear.ts";
import { chunk } from "../../ops/pieces.ts";
import type { AnyFloat } from "../../ops/pointwise.ts";

/**
 * Weights of one direction of a layer, rows of all gates one after the other: `input` F[g h, i], `hidden` F[g h, h] and, if there
 * are biases, `inputBias` and `hiddenBias` F[g h].
 */
export interface RecurrentWeights<D extends Float = Float> {
  readonly input: Tensor<Shape, D>;
  readonly hidden: Tensor<Shape, D>;
  readonly inputBias?: Tensor<Shape, D> | undefined;
  readonly hiddenBias?: Tensor<Shape, D> | undefined;
}
/** The kind of a recurrent network; the two plain ones are named after their activation. */
export type RecurrentKind = "tanh" | "relu" | "lstm" | "gru";
/** What is handed from step to step: the hidden state and, of an LSTM, the cell. */
export type RecurrentState = readonly Tensor[];

const gates: Readonly<Record<RecurrentKind, number>> = { tanh: 1, relu: 1, lstm: 4, gru: 3 };
const float = (x: Tensor): AnyFloat => x as AnyFloat;
const sig = (x: Tensor): Tensor => sigmoid(float(x));
const hyp = (x: Tensor): Tensor => tanh(float(x));

/** Refuses weights that are not those of a cell of this kind; gives the extent of the hidden state. */
export const needWeights = (op: string, kind: RecurrentKind, w: RecurrentWeights, features: number): number => {
  const [rows, columns] = extents(w.input as Tensor),
    [also, hidden] = extents(w.hidden as Tensor),
    want = gates[kind] * (hidden ?? 0);
  if (rows === want && also === want && columns === features) return hidden!;
  const expected = `weights [${gates[kind]} h, ${features}] and [${gates[kind]} h, h]`;
  const got = `${showShape(extents(w.input as Tensor))} and ${showShape(extents(w.hidden as Tensor))}`;
  throw new ShapeError(`${op}: expected ${expected}, got ${got}`, { op, expected, got });
};
/** What the input adds to all gates; of every step at once where `x` has them. `F[..., i] -> F[..., g h]` */
export const fromInput = (w: RecurrentWeights, x: Tensor): Tensor =>
  linear(x as AnyFloat, w.input as AnyFloat, w.inputBias as AnyFloat | undefined) as Tensor;

/** One step, given what the input adds to the gates. */
export const advance = (kind: RecurrentKind, w: RecurrentWeights, x: Tensor, state: RecurrentState): RecurrentState => {
  const [h, c] = state,
    own = linear(h as AnyFloat, w.hidden as AnyFloat, w.hiddenBias as AnyFloat | undefined) as Tensor;
  const parts = (v: Tensor): readonly Tensor[] => chunk(v, gates[kind], -1) as readonly Tensor[];
  switch (kind) {
    case "tanh":
      return [hyp(add(x, own))];
    case "relu":
      return [relu(float(add(x, own)))];
    case "lstm": {
      const [i, f, g, o] = parts(add(x, own)), next = add(mul(sig(f!), c!), mul(sig(i!), hyp(g!))) as Tensor;
      return [mul(sig(o!), hyp(next)), next];
    }
    case "gru": {
      const [xr, xz, xn] = parts(x), [hr, hz, hn] = parts(own);
      const r = sig(add(xr!, hr!)), z = sig(add(xz!, hz!)), n = hyp(add(xn!, mul(r, hn!)));
      return [add(mul(sub(1, z), n), mul(z, h!))];
    }
  }
};

const cell = (
  op: string,
  kind: RecurrentKind,
  w: RecurrentWeights,
  x: Tensor,
  state: RecurrentState,
): RecurrentState => {
  const hidden = needWeights(op, kind, w, extents(x).at(-1) ?? 0),
    bad = state.find((s) => extents(s).at(-1) !== hidden);
  if (bad !== undefined) {
    const expected = `a state of ${hidden} features`, got = showShape(extents(bad));
    throw new ShapeError(`${op}: expected ${expected}, got ${got}`, { op, expected, got });
  }
  return advance(kind, w, fromInput(w, x), state);
};
/** h' = tanh(W x + b + V h + c), or relu in place of tanh. `F[...b,i], F[...b,h] -> F[...b,h]` (Elman 1990) */
export const rnnCell = <D extends Float>(
  weights: RecurrentWeights<D>,
  x: Tensor<Shape, D>,
  h: Tensor<Shape, D>,
  kind: "tanh" | "relu" = "tanh",
): Tensor<Dim[], D> => cell("rnnCell", kind, weights, x as Tensor, [h as Tensor])[0] as Tensor as Tensor<Dim[], D>;
/**
 * c' = σ(f) c + σ(i) tanh(g), h' = σ(o) tanh(c'), where i, f, g, o are the rows of W x + b + V h + c. Gives `[h', c']`.
 * `F[...b,i], F[...b,h], F[...b,h] -> F[...b,h], F[...b,h]` (Hochreiter and Schmidhuber 1997)
 */
export const lstmCell = <D extends Float>(
  weights: RecurrentWeights<D>,
  x: Tensor<Shape, D>,
  h: Tensor<Shape, D>,
  c: Tensor<Shape, D>,
): readonly [Tensor<Dim[], D>, Tensor<Dim[], D>] =>
  cell("lstmCell", "lstm", weights, x as Tensor, [h as Tensor, c as Tensor]) as unknown as readonly [
    Tensor<Dim[], D>,
    Tensor<Dim[], D>,
  ];
/**
 * h' = (1 - z) n + z h, where r = σ(W_r x + b_r + V_r h + c_r), z likewise, n = tanh(W_n x + b_n + r (V_n h + c_n)).
 * `F[...b,i], F[...b,h] -> F[...b,h]` (Cho et al. 2014)
 */
export const gruCell = <D extends Float>(
  weights: RecurrentWeights<D>,
  x: Tensor<Shape, D>,
  h: Tensor<Shape, D>,
): Tensor<Dim[], D> => cell("gruCell", "gru", weights, x as Tensor, [h as Tensor])[0] as Tensor as Tensor<Dim[], D>;

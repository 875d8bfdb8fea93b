/** Layers one after another: the fold of their shapes, their trees of variables, and the layers `named` and `sequential`. */
import type { Extents } from "../core/aval.ts";
import { ShapeError } from "../core/errors.ts";
import type { Known, Out, Shapes } from "../core/pipe.ts";
import type { AnyFail, Dim, Within } from "../core/shape/dim.ts";
import {
  applyChild,
  children,
  hasOf,
  initChildren,
  multiplyAddsOf,
  nothingLeft,
  runShapes,
  sequenceParts,
} from "./children.ts";
import { type Layer, layer, type LayerFields, type Layers, type Slot, type TreeName } from "./layer.ts";

/** What a path calls a layer: its name, or its position and kind. */
export type Label<L, At extends string> = L extends Named<infer N, Layer> ? N
  : L extends { readonly kind: infer K extends string } ? `${At}:${K}`
  : At;
/** The last shape of a fold. Kept flat: the compiler allows 100 nested instantiations, about 3 a combinator. */
export type RunLast<L extends Layers, I, N extends readonly 0[] = []> = N["length"] extends Known<L>
  ? number extends L["length"] ? Dim[] : I
  : Taken<L, Out<L[N["length"]], I>, N>;
type Taken<L extends Layers, O, N extends readonly 0[]> = O extends unknown[] ? RunLast<L, O, [...N, 0]>
  : O extends AnyFail ? Within<Label<L[N["length"]], `${N["length"]}`>, O>
  : O extends readonly unknown[] ? RunLast<L, [...O], [...N, 0]>
  : RunLast<L, O, [...N, 0]>;
/** The numbers below a length: 0 | 1 | 2. */
type Below<Length, N extends readonly 0[] = [], P = never> = N["length"] extends Length ? P
  : Below<Length, [...N, 0], P | N["length"]>;
type KeyName<L, K extends number> = L extends Named<infer N, Layer> ? N : `${K}`;
type KeyOf<W, L extends Layers, K extends number> = W extends L[K]["~has"] ? KeyName<L[K], K> : never;
type Element<T, K extends number> = T extends infer R extends readonly unknown[] ? R[K] : never;
/** `{ c1: {...}, "3": ... }`: named layers by name, others by position; layers that hold nothing are left out. */
export type SequenceTree<W extends TreeName, L extends Layers, I> = {
  readonly [K in Below<Known<L>> as KeyOf<W, L, K & number>]: Slot<W, L[K & number], Element<Shapes<L, I>, K & number>>;
};
/** The same keys where every layer sees the input, as branches do. */
export type BranchTree<W extends TreeName, L extends Layers, I> = {
  readonly [K in Below<Known<L>> as KeyOf<W, L, K & number>]: Slot<W, L[K & number], I>;
};
type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
/** The name, or the sentence where it is a position (below 100), which is the key of a layer without a name. */
export type Name<N extends string> = `${N}` extends Digit | `${Digit}${Digit}`
  ? `named: ${N} is a position: a name needs another character than digits`
  : N;
/** The layer, or the sentence where it has a name. */
type Nameless<L extends Layer> = `${L["kind"]}` extends "named" ? "named: the layer has a name already" : L;
/** A layer with a name: the key of its variables, and what paths call it. */
export interface Named<out N extends string, out L extends Layer> extends Layer {
  readonly kind: "named";
  readonly name: N;
  readonly layer: L;
  readonly "~out": Out<L, this["~in"]>;
  readonly "~params": Slot<"params", L, this["~in"]>;
  readonly "~state": Slot<"state", L, this["~in"]>;
  readonly "~outputs": Slot<"outputs", L, this["~in"]>;
  readonly "~has": L["~has"];
}
const refuseName = (sentence: string, expected: string, got: string): never => {
  throw new ShapeError(`named: ${sentence}`, { op: "named", expected, got });
};
/**
 * Gives a layer a name: `named("c1", conv2d(6, { kernel: 5 }))` has its weight at `params.c1.weight`. Throws `ShapeError` where the
 * name is a whole number, as positions are, or the layer has a name.
 *
 * @example
 * ```ts
 * import { nn, random } from "@pullback/pullback";
 * const net = nn.model([3], nn.named("out", nn.linear(2)));
 * console.log(Object.keys(net.init(random.key(0)).params)); // [ 'out' ]
 * ```
 */
export const named = <const N extends string, L extends Layer>(
  name: Name<N>,
  inner: Nameless<L>,
): Named<N, L> => made(name as N, inner as L);
const made = <N extends string, L extends Layer>(name: N, inner: L): Named<N, L> => {
  if (inner.kind === "named") refuseName("the layer has a name already", "a layer without a name", name);
  if (/^\d+$/.test(name)) {
    refuseName(`${name} is a position: a name needs another character than digits`, "a name", name);
  }
  const { has, outShape, init, apply, parts, multiplyAdds } = inner;
  const fields = { kind: "named", name, layer: inner, has, outShape, init, apply, parts, multiplyAdds };
  return layer(fields as unknown as LayerFields<Named<N, L>>);
};
/**
 * Layers in sequence, as one layer. The trees stand before `~out`: comparing them, the compiler learns that lists of layers are to
 * be compared member by member, so that this is a `Sequential<Layers>`.
 */
export interface Sequential<L extends Layers> extends Layer {
  readonly kind: "sequential";
  readonly layers: L;
  readonly "~params": SequenceTree<"params", L, this["~in"]>;
  readonly "~state": SequenceTree<"state", L, this["~in"]>;
  readonly "~outputs": SequenceTree<"outputs", L, this["~in"]>;
  readonly "~out": RunLast<L, this["~in"]>;
  readonly "~has": L[number]["~has"];
}
/**
 * Layers one after another: a block to use in a model. `sequential(conv2d(8, { kernel: 3 }), relu)`
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([3, 8, 8], nn.sequential(nn.conv2d(8, { kernel: 3 }), nn.relu)).output); // [ 8, 6, 6 ]
 * ```
 */
export const sequential = <L extends Layers>(...layers: L): Sequential<L> => {
  const list = children(layers);
  const inputs = (shape: Extents): Extents[] => [shape, ...runShapes(list, shape)];
  return layer<Sequential<Layers>>({
    kind: "sequential",
    layers,
    has: hasOf(layers),
    outShape: (shape) => [...inputs(shape).at(-1)!],
    init: (key, shape) => initChildren(list, key, inputs(shape)),
    apply: (variables, x, context) => {
      const left = nothingLeft(), y = list.reduce((z, _, i) => applyChild(list, i, variables, z, context, left), x);
      return [y, left.state, left.outputs];
    },
    parts: (shape) => sequenceParts(list, shape),
    multiplyAdds: (shape) => multiplyAddsOf(sequenceParts(list, shape)),
  }) as Layer as Sequential<L>;
};

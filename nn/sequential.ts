/** Layers one after another: the fold of their shapes, their trees of variables, and the layers `named` and `sequential`. */
import type { Extents } from "../core/aval.ts";
import type { Out, Run } from "../core/pipe.ts";
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
export type RunLast<L extends Layers, I, N extends readonly unknown[] = []> = L extends
  readonly [infer H extends Layer, ...infer T extends Layers]
  ? Out<H, I> extends infer O ? O extends AnyFail ? Within<Label<H, `${N["length"]}`>, O> : RunLast<T, O, [...N, 0]>
  : never
  : L extends readonly [] ? I
  : Dim[];

type IndexKeys<L> = Extract<keyof L, `${number}`>;
type KeyName<L, K> = L extends Named<infer N, Layer> ? N : K;
type Has<W, L> = L extends Layer ? W extends L["~has"] ? true : false : false;
type Inputs<L extends Layers, I> = Run<L, I> extends infer R extends readonly unknown[] ? [I, ...R] : never;
/** `{ c1: {...}, "3": ... }`: named layers by name, others by position; layers that hold nothing are left out. */
export type SequenceTree<W extends TreeName, L extends Layers, I> = {
  readonly [K in IndexKeys<L> as Has<W, L[K]> extends true ? KeyName<L[K], K> : never]: Slot<
    W,
    L[K],
    Inputs<L, I>[K & keyof Inputs<L, I>]
  >;
};
/** The same keys where every layer sees the input, as branches do. */
export type BranchTree<W extends TreeName, L extends Layers, I> = {
  readonly [K in IndexKeys<L> as Has<W, L[K]> extends true ? KeyName<L[K], K> : never]: Slot<W, L[K], I>;
};
/** A layer with a name: the key of its variables, and what paths call it. */
export interface Named<N extends string, L extends Layer> extends Layer {
  readonly kind: "named";
  readonly name: N;
  readonly layer: L;
  readonly "~out": Out<L, this["~in"]>;
  readonly "~params": Slot<"params", L, this["~in"]>;
  readonly "~state": Slot<"state", L, this["~in"]>;
  readonly "~outputs": Slot<"outputs", L, this["~in"]>;
  readonly "~has": L["~has"];
}
/** Gives a layer a name: `named("c1", conv2d(6, { kernel: 5 }))` has its weight at `params.c1.weight`. */
export const named = <const N extends string, L extends Layer>(name: N, inner: L): Named<N, L> => {
  const { has, outShape, init, apply, parts, multiplyAdds } = inner;
  const fields = { kind: "named", name, layer: inner, has, outShape, init, apply, parts, multiplyAdds };
  return layer(fields as unknown as LayerFields<Named<N, L>>);
};

/** Layers in sequence, as one layer. */
export interface Sequential<L extends Layers> extends Layer {
  readonly kind: "sequential";
  readonly layers: L;
  readonly "~out": RunLast<L, this["~in"]>;
  readonly "~params": SequenceTree<"params", L, this["~in"]>;
  readonly "~state": SequenceTree<"state", L, this["~in"]>;
  readonly "~outputs": SequenceTree<"outputs", L, this["~in"]>;
  readonly "~has": L[number]["~has"];
}
/** Layers one after another: a block to use in a model. `sequential(conv2d(8, { kernel: 3 }), relu)` */
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

/** `gated`: a branch whose result scales that of another. */
import type { Extents } from "../core/aval.ts";
import { ShapeError } from "../core/errors.ts";
import type { Out } from "../core/pipe.ts";
import {
  type AnyFail,
  type Fail,
  type IsDynamic,
  type Same,
  type Show,
  showShape,
  type Within,
} from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { mul } from "../ops/arithmetic.ts";
import { reshape } from "../ops/structure.ts";
import { type Identity, identity } from "./activation.ts";
import { branching } from "./branches.ts";
import type { Child } from "./children.ts";
import { type Layer, layer, type LayerFields, type Nothing, type Slot, type TreeName } from "./layer.ts";

/** `main(x) * gate(x)`. */
export interface Gated<G extends Layer, L extends Layer> extends Layer {
  readonly kind: "gated";
  readonly gate: G;
  readonly main: L;
  readonly "~out": GatedOut<G, L, this["~in"]>;
  readonly "~params": GatedTree<"params", G, L, this["~in"]>;
  readonly "~state": GatedTree<"state", G, L, this["~in"]>;
  readonly "~outputs": GatedTree<"outputs", G, L, this["~in"]>;
  readonly "~has": G["~has"] | L["~has"];
}
type GatedTree<W extends TreeName, G extends Layer, L extends Layer, I> =
  & (W extends G["~has"] ? { readonly gate: Slot<W, G, I> } : Nothing)
  & (W extends L["~has"] ? { readonly main: Slot<W, L, I> } : Nothing);
type GatedOut<G extends Layer, L extends Layer, I> = Out<G, I> extends infer A ? A extends AnyFail ? Within<"gate", A>
  : Out<L, I> extends infer B ? B extends AnyFail ? Within<"main", B>
    : Scales<A, B> extends true ? B
    : Fail<`gated: the gate gives ${Show<A>}, which does not scale ${Show<B>}`>
  : never
  : never;
/** One factor for each channel, `[c]`, or a shape of the same rank whose dims are the same or 1. */
type Scales<A, B> = A extends readonly unknown[] ? B extends readonly unknown[] ? IsDynamic<A> extends true ? true
    : IsDynamic<B> extends true ? true
    : [A, B] extends [readonly [infer a], readonly [infer b, ...unknown[]]]
      ? Same<a, b> extends true ? true : B["length"] extends 1 ? SameOrOne<A, B> : false
    : SameOrOne<A, B>
  : false
  : false;
type SameOrOne<A, B> = A extends readonly [infer a, ...infer R]
  ? B extends readonly [infer b, ...infer T]
    ? a extends 1 ? SameOrOne<R, T> : Same<a, b> extends true ? SameOrOne<R, T> : false
  : false
  : B extends readonly [] ? true
  : false;
/** Twin of `Scales`; an extent not known yet agrees with any. */
const scales = (a: Extents, b: Extents): boolean => {
  const same = (i: number): boolean => a[i] === b[i] || Number.isNaN(a[i]) || Number.isNaN(b[i]);
  return (a.length === 1 && b.length > 0 && same(0)) ||
    (a.length === b.length && a.every((d, i) => d === 1 || same(i)));
};

/**
 * `main(x) * gate(x)`; main is the identity unless given. The gate gives a factor for each element, each channel (`[c, 1, 1]` or
 * `[c]`), or whatever else has the same number of axes, each of the same extent or 1. Its variables are at `gate` and `main`.
 * (Hu et al. 2018, Squeeze-and-excitation networks)
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([8, 4, 4], nn.gated(nn.sequential(nn.globalAvgPool, nn.linear(8), nn.sigmoid))).output); // [ 8, 4, 4 ]
 * ```
 */
export const gated = <G extends Layer, L extends Layer = Identity>(
  gate: G,
  main: L = identity as Layer as L,
): Gated<G, L> => {
  const list: readonly Child[] = [{ key: "gate", label: "gate", layer: gate }, {
    key: "main",
    label: "main",
    layer: main,
  }];
  const fields = branching(list, {
    shape: (out) => {
      const a = out(0), b = out(1);
      if (scales(a, b)) return b;
      throw new ShapeError(`gated: the gate gives ${showShape(a)}, which does not scale ${showShape(b)}`, {
        op: "gated",
        expected: showShape(b),
        got: showShape(a),
      });
    },
    values: ([a, b]) => mul(b!, spread(a!, extents(b!))),
  });
  return layer({ kind: "gated", gate, main, ...fields } as unknown as LayerFields<Gated<G, L>>);
};
const spread = (a: Tensor, shape: Extents): Tensor => {
  const own = extents(a);
  return own.length === shape.length ? a : reshape(a, [...own, ...shape.slice(own.length).map(() => 1)]);
};

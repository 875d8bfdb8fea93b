/** Layers that rearrange channels. */
import type { DivMod } from "../core/arith.ts";
import type { Extents } from "../core/aval.ts";
import { ShapeError, within } from "../core/errors.ts";
import { type AnyFail, type Dim, type Fail, type IsDynamic, type Show, showShape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import * as shuffle from "../ops/shuffle.ts";
import { concat as join, slice } from "../ops/slice.ts";
import { type ConcatOut, concatOut, needBranches } from "./branches.ts";
import { applyChild, children, hasOf, initChildren, multiplyAddsOf, nothingLeft } from "./children.ts";
import { type Layer, layer, type LayerFields, type Layers, type Part, type Stateless, stateless } from "./layer.ts";
import type { BranchTree } from "./sequential.ts";

/** One of `N` equal parts of the channels of `I`, or a `Fail`. */
export type Share<Op extends string, I, N extends number> = I extends [infer C, ...infer R]
  ? C extends number ? number extends C | N ? [number, ...R]
    : DivMod<C, N> extends readonly [infer Q, 0] ? [Q, ...R]
    : Fail<`${Op}: ${C} channels are not divisible by ${N}`>
  : [number, ...R]
  : I extends readonly unknown[] ? IsDynamic<I> extends true ? Dim[]
    : Fail<`${Op}: expects [channels, ...], got ${Show<I>}`>
  : never;
/** Twin of `Share`. Throws `ShapeError`. */
export const share = (op: string, shape: Extents, n: number): number[] => {
  const [c, ...rest] = shape;
  if (c !== undefined && (Number.isNaN(c) || c % n === 0)) return [c / n, ...rest];
  const expected = c === undefined ? "[channels, ...]" : `channels divisible by ${n}`, got = showShape(shape);
  const sentence = c === undefined ? `expects ${expected}, got ${got}` : `${c} channels are not divisible by ${n}`;
  throw new ShapeError(`${op}: ${sentence}`, { op, expected, got });
};

/** The type of `channelShuffle`. */
export interface ChannelShuffle<G extends number> extends Stateless {
  readonly kind: "channelShuffle";
  readonly "~out": Share<"channelShuffle", this["~in"], G> extends infer R extends AnyFail ? R : this["~in"];
}
/**
 * The channels of `groups` groups taken in turn, one of each. `[c, ...] -> [c, ...]` (Zhang et al. 2018)
 *
 * @example
 * ```ts
 * import { nn, random, read, tensor } from "@pullback/pullback";
 * const net = nn.model([4, 1, 1], nn.channelShuffle(2), nn.flatten);
 * console.log(await read(net.predict(net.init(random.key(0)), tensor([[[[0]], [[1]], [[2]], [[3]]]])))); // [ [ 0, 2, 1, 3 ] ]
 * ```
 */
export const channelShuffle = <const G extends number>(groups: G): ChannelShuffle<G> =>
  stateless<ChannelShuffle<G>>(
    "channelShuffle",
    (shape) => (share("channelShuffle", shape, groups), [...shape]),
    (x) => shuffle.channelShuffle(x, groups) as Tensor,
  );

/** Branches that each see their part of the channels. The trees stand before `~out` as in `Sequential`. */
export interface SplitChannels<L extends Layers> extends Layer {
  readonly kind: "splitChannels";
  readonly branches: L;
  readonly "~params": BranchTree<"params", L, Share<"splitChannels", this["~in"], L["length"]>>;
  readonly "~state": BranchTree<"state", L, Share<"splitChannels", this["~in"], L["length"]>>;
  readonly "~outputs": BranchTree<"outputs", L, Share<"splitChannels", this["~in"], L["length"]>>;
  readonly "~out": SplitOut<L, this["~in"]>;
  readonly "~has": L[number]["~has"];
}
type SplitOut<L extends Layers, I> = Share<"splitChannels", I, L["length"]> extends infer P
  ? P extends AnyFail ? P : ConcatOut<"splitChannels", L, P>
  : never;
/**
 * Cuts the channels into as many equal parts as there are branches, runs each branch on its part and joins the results along the
 * channels. `splitChannels(identity, block)` is the unit of ShuffleNet v2, before its shuffle. (Ma et al. 2018)
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([8, 4, 4], nn.splitChannels(nn.identity, nn.conv2d(6, { kernel: 1 }))).output); // [ 10, 4, 4 ]
 * ```
 */
export const splitChannels = <L extends Layers>(...branches: L): SplitChannels<L> => {
  const op = "splitChannels";
  needBranches(op, branches);
  const list = children(branches), n = list.length;
  const parts = (input: Extents): Part[] =>
    list.map(({ label, layer }) => ({ label, layer, input: share(op, input, n) }));
  const fields: Omit<LayerFields<Layer>, "kind"> = {
    has: hasOf(branches),
    outShape: (shape) => {
      const part = share(op, shape, n);
      return concatOut(op, list, (i) => within(list[i]!.label, () => list[i]!.layer.outShape(part)));
    },
    init: (key, shape) => initChildren(list, key, list.map(() => share(op, shape, n))),
    apply: (variables, x, context) => {
      const width = extents(x)[1]! / n, left = nothingLeft();
      const part = (i: number): Tensor => slice(x, 1, i * width, (i + 1) * width) as Tensor;
      const outs = list.map((_, i) => applyChild(list, i, variables, part(i), context, left));
      return [join(outs, 1), left.state, left.outputs];
    },
    parts,
    multiplyAdds: (shape) => multiplyAddsOf(parts(shape)),
  };
  return layer({ kind: op, branches, ...fields } as unknown as LayerFields<SplitChannels<L>>);
};

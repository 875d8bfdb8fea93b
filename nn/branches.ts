/** Branches on one input: `residual` adds them, `concat` joins their channels. */
import type { Extents } from "../core/aval.ts";
import { ShapeError, within } from "../core/errors.ts";
import type { Known, Out } from "../core/pipe.ts";
import {
  type AnyFail,
  type Dim,
  type Fail,
  type Show,
  showShape,
  type Unify,
  unify,
  type Within,
} from "../core/shape/dim.ts";
import type { AddDim } from "../core/shape/join.ts";
import type { Tensor } from "../core/tensor.ts";
import { add } from "../ops/arithmetic.ts";
import { concat as join } from "../ops/slice.ts";
import { applyChild, type Child, children, hasOf, initChildren, multiplyAddsOf, nothingLeft } from "./children.ts";
import { type Identity, identity } from "./activation.ts";
import {
  type Layer,
  layer,
  type LayerFields,
  type Layers,
  type Nothing,
  type Part,
  type Slot,
  type TreeName,
} from "./layer.ts";
import type { BranchTree, Label } from "./sequential.ts";

/** Every branch sees the input. */
const branchParts = (list: readonly Child[], input: Extents): Part[] =>
  list.map(({ label, layer }) => ({ label, layer, input }));

/** What branches share: everything but how shapes and results meet. */
export const branching = (
  list: readonly Child[],
  meet: {
    readonly shape: (out: (branch: number) => number[]) => number[];
    readonly values: (outs: readonly Tensor[]) => Tensor;
  },
): Omit<LayerFields<Layer>, "kind"> => ({
  has: hasOf(list.map((c) => c.layer)),
  outShape: (shape) => meet.shape((i) => within(list[i]!.label, () => list[i]!.layer.outShape(shape))),
  init: (key, shape) => initChildren(list, key, list.map(() => shape)),
  apply: (variables, x, context) => {
    const left = nothingLeft(), outs = list.map((_, i) => applyChild(list, i, variables, x, context, left));
    return [meet.values(outs), left.state, left.outputs];
  },
  parts: (shape) => branchParts(list, shape),
  multiplyAdds: (shape) => multiplyAddsOf(branchParts(list, shape)),
});

/** `main(x) + shortcut(x)`. */
export interface Residual<L extends Layer, S extends Layer> extends Layer {
  readonly kind: "residual";
  readonly main: L;
  readonly shortcut: S;
  readonly "~out": ResidualOut<L, S, this["~in"]>;
  readonly "~params": ResidualTree<"params", L, S, this["~in"]>;
  readonly "~state": ResidualTree<"state", L, S, this["~in"]>;
  readonly "~outputs": ResidualTree<"outputs", L, S, this["~in"]>;
  readonly "~has": L["~has"] | S["~has"];
}
type ResidualTree<W extends TreeName, L extends Layer, S extends Layer, I> =
  & (W extends L["~has"] ? { readonly main: Slot<W, L, I> } : Nothing)
  & (W extends S["~has"] ? { readonly shortcut: Slot<W, S, I> } : Nothing);
type ResidualOut<L extends Layer, S extends Layer, I> = Out<L, I> extends infer A
  ? A extends AnyFail ? Within<"main", A>
  : Out<S, I> extends infer B ? B extends AnyFail ? Within<"shortcut", B> : A extends B ? A : ResidualUnify<A, B>
  : never
  : never;
type ResidualUnify<A, B> = [Unify<A, B>] extends [infer U]
  ? [U] extends [never] ? Fail<`residual: main path gives ${Show<A>} but shortcut gives ${Show<B>}`> : U
  : never;

/**
 * `main(x) + shortcut(x)`; the shortcut is the identity unless given. Both must give one shape. Its variables are at `main`
 * and `shortcut`. (He et al. 2015, Deep residual learning)
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([8, 4, 4], nn.residual(nn.sequential(nn.conv2d(8, { kernel: 3, padding: 1 }), nn.relu))).output); // [ 8, 4, 4 ]
 * ```
 */
export const residual = <L extends Layer, S extends Layer = Identity>(
  main: L,
  shortcut: S = identity as Layer as S,
): Residual<L, S> => {
  const list: readonly Child[] = [
    { key: "main", label: "main", layer: main },
    { key: "shortcut", label: "shortcut", layer: shortcut },
  ];
  const fields = branching(list, {
    shape: (out) => {
      const a = out(0), b = out(1), both = unify(a, b);
      if (both !== null) return both;
      throw new ShapeError(`residual: main path gives ${showShape(a)} but shortcut gives ${showShape(b)}`, {
        op: "residual",
        expected: showShape(b),
        got: showShape(a),
      });
    },
    values: ([a, b]) => add(a!, b!),
  });
  return layer({ kind: "residual", main, shortcut, ...fields } as unknown as LayerFields<Residual<L, S>>);
};

/** Branches joined along the channels. The trees stand before `~out` as in `Sequential`. */
export interface Concat<L extends Layers> extends Layer {
  readonly kind: "concat";
  readonly branches: L;
  readonly "~params": BranchTree<"params", L, this["~in"]>;
  readonly "~state": BranchTree<"state", L, this["~in"]>;
  readonly "~outputs": BranchTree<"outputs", L, this["~in"]>;
  readonly "~out": ConcatOut<"concat", L, this["~in"]>;
  readonly "~has": L[number]["~has"];
}
/** What branches on `I` give, joined along axis 0. */
export type ConcatOut<Op extends string, L extends Layers, I, Acc = undefined, N extends readonly 0[] = []> =
  N["length"] extends Known<L> ? number extends L["length"] ? Dim[] : Acc
    : Out<L[N["length"]], I> extends infer O ? O extends AnyFail ? Within<Label<L[N["length"]], `${N["length"]}`>, O>
      : Acc extends undefined ? ConcatOut<Op, L, I, O, [...N, 0]>
      : JoinChannels<Op, Acc, O, Label<L[N["length"]], `${N["length"]}`>> extends infer J
        ? J extends AnyFail ? J : ConcatOut<Op, L, I, J, [...N, 0]>
      : never
    : never;
type JoinChannels<Op extends string, A, B, At extends string> = A extends readonly [infer C, ...infer R]
  ? B extends readonly [infer C2, ...infer R2]
    ? [Unify<R, R2>] extends [infer U extends readonly unknown[]] ? [U] extends [never] ? Fail<
          `${Op}: branch ${At} gives ${Show<B>}, the branches before it ${Show<A>}: only axis 0 may differ`
        >
      : [AddDim<C, C2>, ...U]
    : never
  : Dim[]
  : Dim[];
/** Twin of `ConcatOut`: branch `i` gives `out(i)`. Throws `ShapeError`. */
export const concatOut = (op: string, list: readonly Child[], out: (branch: number) => number[]): number[] =>
  list.slice(1).reduce((acc, { label }, i) => {
    const next = out(i + 1), rest = unify(acc.slice(1), next.slice(1));
    if (acc.length > 0 && next.length > 0 && rest !== null) return [acc[0]! + next[0]!, ...rest];
    const sentence = `branch ${label} gives ${showShape(next)}, the branches before it ${showShape(acc)}`;
    throw new ShapeError(`${op}: ${sentence}: only axis 0 may differ`, {
      op,
      expected: showShape(acc),
      got: showShape(next),
    });
  }, out(0));
/** Throws `ShapeError` where there is no branch. */
export const needBranches = (op: string, branches: Layers): void => {
  if (branches.length > 0) return;
  const details = { op, expected: "at least 1 branch", got: "none" };
  throw new ShapeError(`${op}: expects at least 1 branch, got none`, details);
};

/**
 * Runs branches on one input and joins their results along axis 0, the channels. `concat(conv2d(...), maxPool2d(...))`
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([3, 8, 8], nn.concat(nn.conv2d(4, { kernel: 1 }), nn.identity)).output); // [ 7, 8, 8 ]
 * ```
 */
export const concat = <L extends Layers>(...branches: L): Concat<L> => {
  needBranches("concat", branches);
  const list = children(branches);
  const fields = branching(list, {
    shape: (out) => concatOut("concat", list, out),
    values: (outs) => join(outs, 1),
  });
  return layer({ kind: "concat", branches, ...fields } as unknown as LayerFields<Concat<L>>);
};

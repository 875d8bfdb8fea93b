/** The same block several times, each with variables of its own. */
import type { Extents } from "../core/aval.ts";
import { ShapeError, within } from "../core/errors.ts";
import type { Out } from "../core/pipe.ts";
import { type AnyFail, type Fail, type Show, showShape, type Unify, unify, type Within } from "../core/shape/dim.ts";
import type { Tree } from "../core/tree.ts";
import { foldIn } from "../ops/random.ts";
import { type Layer, layer, type LayerFields, type Part, type Slot, type TreeName } from "./layer.ts";

/** The type of `repeat`. */
export interface Repeat<out N extends number, out L extends Layer> extends Layer {
  readonly kind: "repeat";
  readonly count: N;
  readonly block: L;
  readonly "~out": RepeatOut<L, this["~in"]>;
  readonly "~params": RepeatTree<"params", N, L, this["~in"]>;
  readonly "~state": RepeatTree<"state", N, L, this["~in"]>;
  readonly "~outputs": RepeatTree<"outputs", N, L, this["~in"]>;
  readonly "~has": L["~has"];
}
type RepeatTree<W extends TreeName, N extends number, L extends Layer, I> = readonly Slot<W, L, I>[] & {
  readonly length: N;
};
type RepeatOut<L extends Layer, I> = Out<L, I> extends infer O ? O extends AnyFail ? Within<"repeat", O>
  : O extends I ? O
  : [Unify<I, O>] extends [never] ? Fail<`repeat: the block must preserve its shape but maps ${Show<I>} to ${Show<O>}`>
  : O
  : never;

/**
 * `n` copies of a block that preserves its shape; variables are a list of `n` trees. One step for the type checker.
 *
 * @example
 * ```ts
 * import { nn, random } from "@pullback/pullback";
 * const net = nn.model([8], nn.named("blocks", nn.repeat(3, nn.residual(nn.linear(8)))));
 * console.log(net.init(random.key(0)).params.blocks.length); // 3
 * ```
 */
export const repeat = <const N extends number, L extends Layer>(n: N, block: L): Repeat<N, L> => {
  if (!Number.isInteger(n) || n < 0) {
    const expected = "a whole number from 0";
    throw new ShapeError(`repeat: copies must be ${expected}, got ${n}`, { op: "repeat", expected, got: `${n}` });
  }
  const copies = Array.from({ length: n }, (_, i) => i);
  const list = (tree: Tree): readonly Tree[] => Array.isArray(tree) ? tree : [];
  const parts = (input: Extents): Part[] => [{ label: "repeat", layer: block, input, times: n }];
  const fields: Omit<LayerFields<Layer>, "kind"> = {
    has: block.has,
    outShape: (shape) => {
      const out = within("repeat", () => block.outShape(shape));
      const same = unify(shape, out);
      if (same !== null) return out;
      throw new ShapeError(
        `repeat: the block must preserve its shape but maps ${showShape(shape)} to ${showShape(out)}`,
        { op: "repeat", expected: showShape(shape), got: showShape(out) },
      );
    },
    init: (key, shape) => {
      const drawn = copies.map((i) => within(`repeat`, () => block.init(foldIn(key, i), shape)));
      return { params: drawn.map((v) => v.params), state: drawn.map((v) => v.state) };
    },
    apply: (variables, x, context) => {
      const params = list(variables.params), state = list(variables.state), next: Tree[] = [], outputs: Tree[] = [];
      const y = copies.reduce((z, i) => {
        const inner = context.key === undefined ? context : { ...context, path: [...context.path ?? [], i] };
        const here = { params: params[i] ?? {}, state: state[i] ?? {} };
        const [out, after, more] = within("repeat", () => block.apply(here, z, inner));
        next.push(after);
        outputs.push(more);
        return out;
      }, x);
      return [y, next, outputs];
    },
    parts,
    multiplyAdds: (shape) => n * block.multiplyAdds(shape),
  };
  return layer({ kind: "repeat", count: n, block, ...fields } as unknown as LayerFields<Repeat<N, L>>);
};

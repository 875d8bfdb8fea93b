/** The connection of U-Net: what went in, cropped to the size of what came out, beside it. */
import type { Lt } from "../core/arith.ts";
import type { Extents } from "../core/aval.ts";
import { ShapeError } from "../core/errors.ts";
import type { Out } from "../core/pipe.ts";
import { type AnyFail, type Fail, type Show, showShape, type Within } from "../core/shape/dim.ts";
import type { AddDim } from "../core/shape/join.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { concat, slice } from "../ops/slice.ts";
import { identity } from "./activation.ts";
import { branching } from "./branches.ts";
import type { Child } from "./children.ts";
import { image, type NoImage } from "./image.ts";
import { type Layer, layer, type LayerFields, type Nothing, type Slot, type TreeName } from "./layer.ts";

/** The type of `cropConcat`. */
export interface CropConcat<L extends Layer> extends Layer {
  readonly kind: "cropConcat";
  readonly path: L;
  readonly "~out": CropConcatOut<this["~in"], Out<L, this["~in"]>>;
  readonly "~params": PathTree<"params", L, this["~in"]>;
  readonly "~state": PathTree<"state", L, this["~in"]>;
  readonly "~outputs": PathTree<"outputs", L, this["~in"]>;
  readonly "~has": L["~has"];
}
type PathTree<W extends TreeName, L extends Layer, I> = W extends L["~has"] ? { readonly path: Slot<W, L, I> }
  : Nothing;
type CropConcatOut<I, O> = O extends AnyFail ? Within<"path", O>
  : I extends [infer C, infer H, infer W]
    ? O extends readonly [infer D, infer H2, infer W2]
      ? More<H2, H> extends true ? Grown<I, O> : More<W2, W> extends true ? Grown<I, O> : [AddDim<C, D>, H2, W2]
    : Grown<I, O>
  : NoImage<I, "cropConcat", [number, number, number]>;
type Grown<I, O> = Fail<
  `cropConcat: the path makes ${Show<O>} of ${Show<I>}: its result must be an image that is not larger`
>;
type More<A, B> = A extends number ? B extends number ? number extends A | B ? false : Lt<B, A> : false : false;

/** The middle of an image `[n, c, h, w]`; of two middles the upper left. */
const middle = (x: Tensor, size: Extents): Tensor =>
  size.reduce<Tensor>((y, n, i) => {
    const extent = extents(y)[i + 2]!, start = Math.floor((extent - n) / 2);
    return extent === n ? y : slice(y, i + 2, start, start + n) as Tensor;
  }, x);

/**
 * The channels of the input, cropped to the middle where the path makes images smaller, and after them those that the path gives.
 * `[c, h, w] -> [c + d, h', w']` for a path `[c, h, w] -> [d, h', w']`. Variables are at `path`. Throws `ShapeError` where the path
 * makes images larger. (Ronneberger et al. 2015, figure 1)
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.model([2, 8, 8], nn.cropConcat(nn.conv2d(3, { kernel: 3 }))).output); // [ 5, 6, 6 ]
 * ```
 */
export const cropConcat = <L extends Layer>(path: L): CropConcat<L> => {
  const list: readonly Child[] = [
    { key: "0", label: "0:identity", layer: identity },
    { key: "path", label: "path", layer: path },
  ];
  const fields = branching(list, {
    shape: (out) => {
      const made = out(1), [c, h, w] = image("cropConcat", out(0));
      if (made.length === 3 && !(made[1]! > h) && !(made[2]! > w)) return [c + made[0]!, made[1]!, made[2]!];
      const got = showShape(made), from = showShape([c, h, w]);
      throw new ShapeError(
        `cropConcat: the path makes ${got} of ${from}: its result must be an image that is not larger`,
        {
          op: "cropConcat",
          expected: `at most the size of ${from}`,
          got,
        },
      );
    },
    values: ([x, y]) => concat([middle(x!, extents(y!).slice(2)), y!], 1) as Tensor,
  });
  return layer({ kind: "cropConcat", path, ...fields } as unknown as LayerFields<CropConcat<L>>);
};

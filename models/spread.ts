/** What a whole image says, at every place of it. */
import type { Extents } from "../core/aval.ts";
import { ShapeError, within } from "../core/errors.ts";
import type { Out } from "../core/pipe.ts";
import { type AnyFail, type Fail, type Show, showShape, type Within } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import type { Slot } from "../nn/layer.ts";
import * as nn from "../nn/mod.ts";
import { broadcastTo } from "../ops/structure.ts";

/** The type of `spread`. */
export interface Spread<L extends nn.Layer> extends nn.Layer {
  readonly kind: "spread";
  readonly "~out": SpreadOut<Out<L, this["~in"]>, this["~in"]>;
  readonly "~params": Slot<"params", L, this["~in"]>;
  readonly "~state": Slot<"state", L, this["~in"]>;
  readonly "~outputs": nn.Nothing;
  readonly "~has": Exclude<L["~has"], "outputs">;
}
type SpreadOut<O, I> = O extends AnyFail ? Within<"inner", O>
  : O extends readonly [infer C, 1, 1] ? I extends readonly [unknown, infer H, infer W] ? [C, H, W] : never
  : Fail<`spread: expects [channels, 1, 1] inside, got ${Show<O>}`>;

/**
 * Copies what `inner` makes of an image, one value for each channel, to every place of the image.
 * `[c, h, w] -> [c', h, w]`, inner `[c, h, w] -> [c', 1, 1]`. Its variables are those of `inner`.
 */
export const spread = <L extends nn.Layer>(inner: L): Spread<L> => {
  const outShape = (shape: Extents): number[] => {
    const [c, ...rest] = within("inner", () => inner.outShape(shape));
    if (rest.length === 2 && rest.every((d) => d === 1)) return [c!, ...shape.slice(1)];
    const got = showShape([c!, ...rest]), expected = "[channels, 1, 1]";
    throw new ShapeError(`spread: expects ${expected} inside, got ${got}`, { op: "spread", expected, got });
  };
  const fields: Omit<nn.LayerFields<nn.Layer>, "kind"> = {
    has: { params: inner.has.params, state: inner.has.state },
    outShape,
    init: inner.init,
    apply: (variables, x, context) => {
      const [y, state] = within("inner", () => inner.apply(variables, x, context));
      const [n, c] = extents(y);
      return [broadcastTo(y, [n!, c!, ...extents(x).slice(2)]) as Tensor, state];
    },
    parts: inner.parts,
    multiplyAdds: inner.multiplyAdds,
    ...(inner.frozen === true ? { frozen: true } : {}),
  };
  return nn.layer({ kind: "spread", inner, ...fields } as unknown as nn.LayerFields<Spread<L>>);
};

/** Results in the middle of a network: `tap` shows one, `auxiliary` computes something of it. */
import type { Extents } from "../core/aval.ts";
import { within } from "../core/errors.ts";
import type { Out } from "../core/pipe.ts";
import type { AnyFail, Within } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import { type Layer, layer, type LayerFields, type Nothing, type Slot } from "./layer.ts";
import { type Name, type Named, named } from "./sequential.ts";

/** A batch of examples of shape `S`. */
type BatchOf<S> = S extends readonly unknown[] ? Tensor<[number, ...S], "f32"> : never;

/** The type of `tap`, below its name. */
export interface Tap extends Layer {
  readonly kind: "tap";
  readonly "~out": this["~in"];
  readonly "~params": Nothing;
  readonly "~state": Nothing;
  readonly "~outputs": BatchOf<this["~in"]>;
  readonly "~has": "outputs";
}
const here: Tap = layer<Tap>({
  kind: "tap",
  has: { params: false, state: false, outputs: true },
  outShape: (shape) => [...shape],
  init: () => ({ params: {}, state: {} }),
  apply: (_, x) => [x, {}, x],
});
/**
 * Shows what flows through this point of a network: `model.apply` gives it back at its name in the tree of outputs, and it is
 * computed only if that is read. `[...s] -> [...s]`
 *
 * @example
 * ```ts
 * import { nn, random, zeros } from "@pullback/pullback";
 * const net = nn.model([1, 8, 8], nn.conv2d(4, { kernel: 3 }), nn.tap("features"), nn.flatten, nn.linear(2));
 * const [logits, , outputs] = net.apply(net.init(random.key(0)), zeros([5, 1, 8, 8])); // outputs.features: [number, 4, 6, 6]
 * ```
 */
export const tap = <const N extends string>(name: Name<N>): Named<N, Tap> => named<N, Tap>(name, here);

/** The type of `auxiliary`, below its name. */
export interface Auxiliary<H extends Layer> extends Layer {
  readonly kind: "auxiliary";
  readonly head: H;
  readonly "~out": AuxiliaryOut<H, this["~in"]>;
  readonly "~params": Slot<"params", H, this["~in"]>;
  readonly "~state": Slot<"state", H, this["~in"]>;
  readonly "~outputs": HeadOf<H, this["~in"]>;
  readonly "~has": H["~has"] | "outputs";
}
type AuxiliaryOut<H extends Layer, I> = Out<H, I> extends infer O ? O extends AnyFail ? Within<"head", O> : I : never;
type HeadOf<H extends Layer, I> = BatchOf<Out<H, I>>;
/**
 * A head beside a network: what flows through goes on as it is, and `model.apply` gives back what the head makes of it, at its name
 * in the tree of outputs: for a second loss in training. Where that is not read it is not computed. Its variables are at the name;
 * a `tap` inside of it is not seen. `[...s] -> [...s]` (Szegedy et al. 2015, Going deeper with convolutions)
 *
 * @example
 * ```ts
 * import { nn, random, zeros } from "@pullback/pullback";
 * const net = nn.model([8], nn.linear(4), nn.auxiliary("early", nn.linear(2)), nn.linear(2));
 * const [, , outputs] = net.apply(net.init(random.key(0)), zeros([5, 8]));
 * console.log(outputs.early.shape); // [ 5, 2 ]
 * ```
 */
export const auxiliary = <const N extends string, H extends Layer>(name: Name<N>, head: H): Named<N, Auxiliary<H>> => {
  const fields: Omit<LayerFields<Layer>, "kind"> = {
    has: { ...head.has, outputs: true },
    outShape: (shape: Extents) => (within("head", () => head.outShape(shape)), [...shape]),
    init: head.init,
    apply: (variables, x, context) => {
      const [y, state] = within("head", () => head.apply(variables, x, context));
      return [x, state, y];
    },
    parts: (input) => [{ label: "head", layer: head, input }],
    multiplyAdds: head.multiplyAdds,
  };
  return named<N, Auxiliary<H>>(
    name,
    layer({ kind: "auxiliary", head, ...fields } as unknown as LayerFields<Auxiliary<H>>),
  );
};

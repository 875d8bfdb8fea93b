import type { Dim } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import { optionsOf } from "../core/options.ts";
import * as piecewise from "../ops/piecewise.ts";
import { full } from "../ops/source.ts";
import { layer, type Parametric } from "./layer.ts";

/** The type of `prelu`: `C` tells whether each channel has a slope of its own. */
export interface Prelu<C> extends Parametric {
  readonly kind: "prelu";
  readonly "~out": this["~in"];
  readonly "~params": Slopes<this["~in"], C>;
}
type Slopes<I, C> = {
  readonly weight: Tensor<
    [C extends true ? I extends [infer N extends Dim, ...unknown[]] ? N : number : 1],
    "f32"
  >;
};
/** Options of `prelu`. */
export interface PreluConfig<C> {
  /** Whether each channel, axis 0 of an example, has a slope of its own; one is shared by all unless said. */
  readonly perChannel?: C;
  /** What the slopes begin with; 0.25 unless given. */
  readonly slope?: number;
}
/**
 * x where it is positive, else slope x, with learned slopes. `[c, ...] -> [c, ...]`. Parameters: `weight` f32[1], or f32[c] with
 * `perChannel`. (He et al. 2015, Delving deep into rectifiers)
 *
 * @example
 * ```ts
 * import { nn, random, read, tensor } from "@pullback/pullback";
 * const net = nn.model([3], nn.prelu());
 * console.log(await read(net.predict(net.init(random.key(0)), tensor([[-4, 0, 2]])))); // [ [ -1, 0, 2 ] ]
 * ```
 */
export const prelu = <const C extends boolean = false>(options: PreluConfig<C> = {}): Prelu<C> => {
  const { perChannel, slope = 0.25 } = optionsOf("prelu", options, { perChannel: true, slope: true });
  return layer<Prelu<C>>({
    kind: "prelu",
    has: { params: true, state: false },
    outShape: (shape) => [...shape],
    init: (_key, [channels = 1]) => ({ params: { weight: full([perChannel ? channels : 1], slope) }, state: {} }),
    apply: ({ params }, x) => [
      piecewise.prelu(x as Tensor<number[], "f32">, (params as { readonly weight: Tensor<[number], "f32"> }).weight),
      {},
    ],
  });
};

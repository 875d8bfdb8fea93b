/**
 * A layer: a value with a shape function in its type, and `init`, `apply` that never change anything. It knows nothing of
 * its input until a `model` gives it a shape. Shapes are per example: the batch axis comes with the data.
 *
 * A new layer is one interface and one call of `layer`:
 * ```ts
 * import { add } from "../ops/mod.ts";
 * interface Double extends Stateless { readonly kind: "double"; readonly "~out": this["~in"] }
 * const double = stateless<Double>("double", (shape) => [...shape], (x) => add(x, x));
 * ```
 */
import type { Extents } from "../core/aval.ts";
import type { Applied, ShapeFunction } from "../core/pipe.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Tree } from "../core/tree.ts";
import type { Key } from "../ops/random.ts";

/** What a layer needs besides its input: parameters, which are learned, and state, which is carried along. */
export interface Variables {
  readonly params: Tree;
  readonly state: Tree;
}
/** Circumstances of an application. Without `training` running statistics are used and nothing is dropped. */
export interface Context {
  readonly training?: boolean;
  /** Randomness of this step, for layers that need some. */
  readonly key?: Key;
  /** Where in the tree of layers we are: what makes the keys of two layers differ. */
  readonly path?: readonly number[];
}
/** A layer inside another: its label in paths, and the shape it sees. `times` where it stands for several alike. */
export interface Part {
  readonly label: string;
  readonly layer: Layer;
  readonly input: Extents;
  readonly times?: number;
}

/** The trees of a layer: parameters are learned, state is carried from step to step, outputs are given besides the result. */
export type TreeName = "params" | "state" | "outputs";

/** What every layer is; see above for how to write one. */
export interface Layer extends ShapeFunction {
  readonly "~params": unknown;
  readonly "~state": unknown;
  readonly "~outputs": unknown;
  /** Which of the trees hold something. */
  readonly "~has": TreeName;

  readonly has: { readonly params: boolean; readonly state: boolean; readonly outputs?: boolean };
  /** Twin of `~out`. An extent known only later is NaN. Throws `ShapeError`. */
  readonly outShape: (shape: Extents) => number[];
  readonly init: (key: Key, shape: Extents) => Variables;
  /** `x` has a batch axis in front. Returns the result, the state of the next step and, if it has some, further outputs. */
  readonly apply: (variables: Variables, x: Tensor, context: Context) => readonly [Tensor, Tree, Tree?];
  /** The layers inside, for summaries. */
  readonly parts: (shape: Extents) => readonly Part[];
  /** Multiplications followed by an addition, for one example. */
  readonly multiplyAdds: (shape: Extents) => number;
  /** Whether its parameters are not learned: `freeze` says so. */
  readonly frozen?: true;
}
/** A list of layers. */
export type Layers = readonly Layer[];
/** A layer with neither parameters nor state. */
export interface Stateless extends Layer {
  readonly "~params": Nothing;
  readonly "~state": Nothing;
  readonly "~has": never;
}
/** A layer with parameters but without state. */
export interface Parametric extends Layer {
  readonly "~state": Nothing;
  readonly "~has": "params";
}
/** The empty tree. */
// deno-lint-ignore ban-types -- the type of a record without entries, to which trees can be intersected and compared
export type Nothing = {};

/** The tree `W` of layer `L` on input `I`. */
export type Slot<W extends TreeName, L extends Trees, I> = (L & Applied<I>)[`~${W}`];
/** The trees of a layer without the rest, of which nothing need be compared. */
type Trees = { readonly [W in TreeName as `~${W}`]: unknown };
/** The parameter tree of layer `L` on input `I`. */
export type ParamsOf<L extends Trees, I> = Slot<"params", L, I>;

/** The fields of `L` that hold values; `parts` and `multiplyAdds` may be left out. */
export type LayerFields<L extends Layer> =
  & { readonly [K in keyof L as K extends `~${string}` | "parts" | "multiplyAdds" ? never : K]: L[K] }
  & Partial<Pick<Layer, "parts" | "multiplyAdds">>;
/**
 * Makes a layer of its fields.
 *
 * @example
 * ```ts
 * import { mul, nn } from "@pullback/pullback";
 * const twice = nn.layer<nn.Pointwise<"twice">>({
 *   kind: "twice",
 *   has: { params: false, state: false },
 *   outShape: (shape) => [...shape],
 *   init: () => ({ params: {}, state: {} }),
 *   apply: (_, x) => [mul(x, 2), {}],
 * });
 * console.log(nn.model([3], twice).output); // [ 3 ]
 * ```
 */
export const layer = <L extends Layer>(fields: LayerFields<L>): L =>
  ({ parts: () => [], multiplyAdds: () => 0, ...fields }) as unknown as L;

const nothing: Variables = { params: {}, state: {} };
/**
 * Makes a layer without parameters and state.
 *
 * @example
 * ```ts
 * import { mul, nn, random, read, tensor } from "@pullback/pullback";
 * const twice = nn.stateless<nn.Pointwise<"twice">>("twice", (shape) => [...shape], (x) => mul(x, 2));
 * const net = nn.model([2], twice);
 * console.log(await read(net.predict(net.init(random.key(0)), tensor([[1, 2]])))); // [ [ 2, 4 ] ]
 * ```
 */
export const stateless = <L extends Stateless>(
  kind: L["kind"],
  outShape: (shape: Extents) => number[],
  apply: (x: Tensor, context: Context) => Tensor,
): L => {
  const fields: LayerFields<Stateless> = {
    kind,
    outShape,
    has: { params: false, state: false },
    init: () => nothing,
    apply: (_, x, context) => [apply(x, context), {}],
  };
  return layer(fields as unknown as LayerFields<L>);
};

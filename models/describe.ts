/** What a model is, without its weights: its layers one by one, with what they hold and what they cost. */
import { product } from "../core/shape/dim.ts";
import { children, sequenceParts, unnamed } from "../nn/children.ts";
import type { Layer, Layers, Part } from "../nn/mod.ts";
import { type AnyModel, type Variable, variablesOf } from "./variables.ts";

/** A layer that does something itself; blocks are taken apart, and repeated ones listed as often as they are there. */
export interface LayerRow {
  /** Its place in the trees, with dots: `layer1.0.main.conv1`. */
  readonly place: string;
  readonly kind: string;
  /** Shapes of one example. */
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly parameters: number;
  /** Multiplications followed by an addition, for one example. */
  readonly multiplyAdds: number;
  /** Whether it is in a head beside the network, and costs nothing where that is not read. */
  readonly beside: boolean;
  /** Whether its parameters are not learned. */
  readonly frozen: boolean;
}
/** A model in numbers. */
export interface Description {
  /** Shapes of one example. */
  readonly input: readonly number[];
  readonly output: readonly number[];
  /** What auxiliary heads give, by their place. */
  readonly auxiliary: Readonly<Record<string, readonly number[]>>;
  readonly parameters: number;
  /** Of the parameters, those that are learned. */
  readonly trainable: number;
  /** Of a prediction: without auxiliary heads. */
  readonly multiplyAdds: number;
  readonly layers: readonly LayerRow[];
}

/** A layer with the keys that lead to its variables. */
interface Inside {
  readonly path: readonly string[];
  readonly layer: Layer;
  readonly input: readonly number[];
  readonly beside: boolean;
  readonly frozen: boolean;
}
type Outer = Pick<Inside, "path" | "beside" | "frozen">;
const isFrozen = (layer: Layer): boolean =>
  layer.frozen === true ||
  (layer.kind === "named" && isFrozen((layer as Layer & { readonly layer: Layer }).layer));
/** The layers inside a part, blocks before what is in them. Labels are keys, with a kind behind a colon where there is no name. */
const inside = ({ label, layer, input, times }: Part, outer: Outer): readonly Inside[] => {
  const bare = unnamed(layer), beside = outer.beside || bare.kind === "auxiliary";
  const frozen = outer.frozen || isFrozen(layer);
  const here = (key: string): readonly Inside[] => {
    const path = [...outer.path, key];
    const parts = layer.parts(input).flatMap((part) =>
      // The variables of a head are those of the auxiliary layer.
      bare.kind === "auxiliary"
        ? inside({ ...part, label: key }, { ...outer, beside, frozen })
        : inside(part, { path, beside, frozen })
    );
    return [{ path, layer: bare, input, beside: outer.beside, frozen }, ...parts];
  };
  return times === undefined
    ? here(label.split(":")[0]!)
    : Array.from({ length: times }, (_, i) => here(`${i}`)).flat();
};

const known = (shape: readonly unknown[]): readonly number[] => shape.map((d) => typeof d === "number" ? d : NaN);
const begins = (path: readonly string[], prefix: readonly string[]): boolean =>
  prefix.every((key, i) => path[i] === key);

/** A model in numbers: its shapes, parameters and multiply-adds, in all and by layer. Nothing is computed or drawn. */
export const describe = (model: AnyModel): Description => {
  const input = known(model.input), list = children(model.layers as Layers);
  const held = variablesOf(model).variables.filter((v) => v.tree === "params");
  const count = (variables: readonly Variable[]): number => variables.reduce((n, v) => n + product(v.shape), 0);
  const all = sequenceParts(list, input).flatMap((part) => inside(part, { path: [], beside: false, frozen: false }));
  const layers = all.filter(({ layer, input }) => layer.parts(input).length === 0).map((row): LayerRow => ({
    place: row.path.join("."),
    kind: row.layer.kind,
    input: row.input,
    output: row.layer.outShape(row.input),
    parameters: count(held.filter((v) => begins(v.path, row.path))),
    multiplyAdds: row.layer.multiplyAdds(row.input),
    beside: row.beside,
    frozen: row.frozen,
  }));
  const heads = all.filter(({ layer }) => layer.kind === "auxiliary").map(({ path, layer, input }) => {
    const { head } = layer as Layer & { readonly head: Layer };
    return [path.join("."), head.outShape(input)] as const;
  });
  return {
    input,
    output: known(model.output),
    auxiliary: Object.fromEntries(heads),
    parameters: count(held),
    trainable: count(held) - layers.reduce((n, row) => n + (row.frozen ? row.parameters : 0), 0),
    multiplyAdds: layers.reduce((n, row) => n + (row.beside ? 0 : row.multiplyAdds), 0),
    layers,
  };
};

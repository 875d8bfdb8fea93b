/** What a model is, without its weights: its layers one by one, with what they hold and what they cost. */
import { product } from "../core/shape/dim.ts";
import { children, sequenceParts } from "../nn/children.ts";
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
}
/** A model in numbers. */
export interface Description {
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly parameters: number;
  readonly multiplyAdds: number;
  readonly layers: readonly LayerRow[];
}

type Inside = Pick<LayerRow, "kind" | "input" | "multiplyAdds"> & {
  readonly path: readonly string[];
  readonly layer: Layer;
};
const unnamed = (layer: Layer): Layer =>
  layer.kind === "named" ? unnamed((layer as Layer & { readonly layer: Layer }).layer) : layer;
/** The layers inside a part. Labels are keys, with a kind behind a colon where nobody gave a name. */
const inside = ({ label, layer, input, times }: Part, path: readonly string[]): readonly Inside[] => {
  const here = (key: string): readonly Inside[] => {
    const place = [...path, key], parts = layer.parts(input);
    if (parts.length > 0) return parts.flatMap((p) => inside(p, place));
    return [{ path: place, kind: unnamed(layer).kind, input, multiplyAdds: layer.multiplyAdds(input), layer }];
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
  const layers = sequenceParts(list, input).flatMap((part) => inside(part, [])).map((row): LayerRow => ({
    place: row.path.join("."),
    kind: row.kind,
    input: row.input,
    output: row.layer.outShape(row.input),
    parameters: count(held.filter((v) => begins(v.path, row.path))),
    multiplyAdds: row.multiplyAdds,
  }));
  return {
    input,
    output: known(model.output),
    parameters: count(held),
    multiplyAdds: layers.reduce((n, row) => n + row.multiplyAdds, 0),
    layers,
  };
};

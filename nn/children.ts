/** Layers inside layers: their keys and labels, their variables, and the shapes that flow through them. */
import type { Extents } from "../core/aval.ts";
import { isMistake, ShapeError, within } from "../core/errors.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Tree } from "../core/tree.ts";
import { foldIn, type Key } from "../ops/random.ts";
import type { Context, Layer, Layers, Part, Variables } from "./layer.ts";

const nameOf = (l: Layer): string | null => l.kind === "named" ? (l as Layer & { readonly name: string }).name : null;

/** A layer without its names. */
export const unnamed = (layer: Layer): Layer =>
  layer.kind === "named" ? unnamed((layer as Layer & { readonly layer: Layer }).layer) : layer;

/** A layer inside another, by the key of its variables. */
export interface Child {
  readonly key: string;
  readonly label: string;
  readonly layer: Layer;
}
/** Children in order: named ones by name, others by position. Throws where two have one name, if `distinct` is asked. */
export const children = (layers: Layers, distinct = true): readonly Child[] => {
  const seen = new Set<string>();
  return layers.map((layer, i) => {
    const name = nameOf(layer);
    if (name === null) return { key: `${i}`, label: `${i}:${layer.kind}`, layer };
    if (distinct && seen.has(name)) {
      const details = { op: "model", expected: "distinct names", got: name };
      throw new ShapeError(`model: two layers are named ${name}`, details);
    }
    seen.add(name);
    return { key: name, label: name, layer };
  });
};

/** Which trees a list of layers holds something in. */
export const hasOf = (layers: Layers): Layer["has"] => ({
  params: layers.some((l) => l.has.params),
  state: layers.some((l) => l.has.state),
  outputs: layers.some((l) => l.has.outputs ?? false),
});
type Trees = Readonly<Record<string, Tree>>;
/** Draws the variables of a layer. Throws `ShapeError` that says so where they have an extent that is not known yet. */
const draw = (layer: Layer, key: Key, input: Extents): Variables => {
  try {
    return layer.init(key, input);
  } catch (e) {
    if (!isMistake(e) || !input.some(Number.isNaN) || !e.got.includes("NaN")) throw e;
    const got = e.got.replaceAll("NaN", "?"), op = unnamed(layer).kind;
    const sentence = `${op}: a parameter ${got} has an unknown extent: give the model its input shape in numbers`;
    throw new ShapeError(sentence, { op, expected: "known extents", got, path: e.path });
  }
};
/** Draws the variables of children, each on its input shape. */
export const initChildren = (list: readonly Child[], key: Key, inputs: readonly Extents[]): Variables => {
  const params: Record<string, Tree> = {}, state: Record<string, Tree> = {};
  list.forEach((c, i) => {
    if (!c.layer.has.params && !c.layer.has.state) return;
    const variables = within(c.label, () => draw(c.layer, foldIn(key, i), inputs[i]!));
    if (c.layer.has.params) params[c.key] = variables.params;
    if (c.layer.has.state) state[c.key] = variables.state;
  });
  return { params, state };
};
const none: Tree = {};
/** What children leave behind: their next states, and what they give besides their results. */
export interface Left {
  readonly state: Record<string, Tree>;
  readonly outputs: Record<string, Tree>;
}
/** Nothing left behind yet. */
export const nothingLeft = (): Left => ({ state: {}, outputs: {} });
/** Applies child `i`; its next state and outputs are put into `left`. */
export const applyChild = (
  list: readonly Child[],
  i: number,
  variables: Variables,
  x: Tensor,
  context: Context,
  left: Left,
): Tensor => {
  const { key, label, layer } = list[i]!;
  const params = layer.has.params ? child(variables.params, key, label, "parameters") : none;
  const state = layer.has.state ? child(variables.state, key, label, "state") : none;
  const inner = context.key === undefined ? context : { ...context, path: [...context.path ?? [], i] };
  const [y, after, outputs] = within(label, () => layer.apply({ params, state }, x, inner));
  if (layer.has.state) left.state[key] = after;
  if (layer.has.outputs) left.outputs[key] = outputs;
  return y;
};
const child = (tree: Tree, key: string, label: string, what: string): Tree => {
  const found = (tree as Trees | undefined)?.[key];
  if (found !== undefined) return found;
  const got = Object.keys(tree ?? {}).join(", ") || "none";
  throw new ShapeError(`model: no ${what} for layer ${label}, got ${got}`, { op: "model", expected: key, got });
};

/** The output shape after each layer, as `Run` at run time; labels are spoken only where `labelled`. */
export const runShapes = (list: readonly Child[], input: Extents, labelled = true): number[][] => {
  const outs: number[][] = [];
  let shape = input;
  for (const { label, layer } of list) {
    const step = () => layer.outShape(shape);
    const out = labelled ? within(label, step) : step();
    outs.push(out);
    shape = out;
  }
  return outs;
};
/** The children as parts, each with the shape it sees. */
export const sequenceParts = (list: readonly Child[], input: Extents): Part[] => {
  const inputs = [input, ...runShapes(list, input)];
  return list.map(({ label, layer }, i) => ({ label, layer, input: inputs[i]! }));
};
/** Multiply-adds of parts together. */
export const multiplyAddsOf = (parts: readonly Part[]): number =>
  parts.reduce((n, p) => n + (p.times ?? 1) * p.layer.multiplyAdds(p.input), 0);

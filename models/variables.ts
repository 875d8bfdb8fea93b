/** The tensors of a model, with their places, found without making one. */
import type { DType } from "../core/dtype.ts";
import { extents } from "../core/tensor.ts";
import { trace } from "../core/trace.ts";
import { flatten, isTensor, type Structure } from "../core/tree.ts";
import type { Shape } from "../core/shape/dim.ts";
import { type Key, key } from "../ops/random.ts";

/** What the functions on models need of one. */
export interface AnyModel {
  /** The shape of an example. */
  readonly input: Shape;
  /** The shape of its result. */
  readonly output: Shape;
  /** The layers, in order. */
  readonly layers: readonly unknown[];
  /** Draws parameters and the first state. */
  init(key: Key): { readonly params: unknown; readonly state: unknown };
}

/** A tensor of a model: in which of the two trees, where in it, and what it is. */
export interface Variable {
  readonly tree: "params" | "state";
  /** The keys from the root of the tree: `["layer1", "0", "conv1", "weight"]`. */
  readonly path: readonly string[];
  readonly shape: readonly number[];
  readonly dtype: DType;
}

const walk = (tree: "params" | "state", value: unknown, path: readonly string[]): readonly Variable[] => {
  if (isTensor(value)) return [{ tree, path, shape: extents(value), dtype: value.dtype }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => walk(tree, inner, [...path, name]));
};

/**
 * The variables of a model, parameters first, and the structure of `{ params, state }`, which holds them in this order. They
 * are drawn in a trace: nothing is computed, no memory is taken.
 */
export const variablesOf = (
  model: AnyModel,
): { readonly variables: readonly Variable[]; readonly structure: Structure } => {
  let variables: readonly Variable[] = [], structure!: Structure;
  trace(() => {
    const { params, state } = model.init(key(0));
    variables = [...walk("params", params, []), ...walk("state", state, [])];
    ({ structure } = flatten({ params, state }));
    return [];
  }, []);
  return { variables, structure };
};

/**
 * How the tensors of a model are called in files: the names and layouts of PyTorch for the places in our trees. Pure.
 *
 * A place is written with dots, `layer1.0.conv1.weight`. The rules of a model rename parts of it; what every layer has in
 * common is renamed for all models alike:
 *
 *     parameters  scale -> weight, shift -> bias                      (normalizations)
 *     state       mean -> running_mean, variance -> running_var, and beside them num_batches_tracked   (batch norm)
 */
import type * as nn from "../nn/mod.ts";
import { type AnyModel, type Variable, variablesOf } from "./variables.ts";

/** A rule: what matches becomes the text, in which `$1` is a group, or what a function makes of the groups. */
export type Rename = readonly [pattern: RegExp, name: string | ((...groups: readonly string[]) => string)];
/** A rule on shapes: a tensor whose name in files matches has there the shape that the function makes of ours. */
export type Reshape = readonly [pattern: RegExp, shape: (own: readonly number[]) => readonly number[]];
/** How the tensors of a model are called in files. Rules apply in order, to the place or to the place of a layer. */
export interface Naming {
  readonly renames?: readonly Rename[];
  readonly reshapes?: readonly Reshape[];
}

/** A tensor of a file. */
export interface StateEntry {
  /** Its name in files. */
  readonly key: string;
  /** Its shape in files. */
  readonly shape: readonly number[];
  /** Its element type in files that PyTorch writes. */
  readonly dtype: "f32" | "i64";
  /** Its place in our trees; null for what PyTorch counts and we do not. */
  readonly variable: Variable | null;
}

/** Names in files of layers at the top of a model: `places({ c1: "0", f6: "9" })`. */
export const places = (names: Readonly<Record<string, string>>): Naming => ({
  renames: Object.entries(names).map(([own, other]) => [new RegExp(`^${own}(?=\\.|$)`), other]),
});
/** The naming of a plain sequence: PyTorch numbers its layers, whatever we call them. */
export const numbered = (layers: nn.Layers): Naming =>
  places(
    Object.fromEntries(layers.flatMap((layer, i) =>
      layer.kind === "named" ? [[(layer as nn.Layer & { readonly name: string }).name, `${i}`]] : []
    )),
  );

/** The place of a layer or tensor as files have it. */
export const rename = (place: string, { renames = [] }: Naming): string =>
  renames.reduce(
    (name, [pattern, to]) =>
      typeof to === "string" ? name.replace(pattern, to) : name.replace(
        pattern,
        (_, ...rest: unknown[]) => to(...rest.filter((r) => typeof r === "string").slice(0, -1)),
      ),
    place,
  );

const common: Readonly<Record<Variable["tree"], Readonly<Record<string, string>>>> = {
  params: { scale: "weight", shift: "bias" },
  state: { mean: "running_mean", variance: "running_var" },
};

/**
 * Every tensor that a file of this model holds, in the order of the trees. `num_batches_tracked` stands behind each pair of
 * running statistics: PyTorch writes it, and old files lack it.
 */
export const stateDict = (model: AnyModel & { readonly naming?: Naming }): readonly StateEntry[] => {
  const naming = model.naming ?? {};
  return variablesOf(model).variables.flatMap((variable): StateEntry[] => {
    const { tree, path, shape } = variable, last = path.at(-1)!;
    const key = rename(path.with(-1, common[tree][last] ?? last).join("."), naming);
    const view = naming.reshapes?.find(([pattern]) => pattern.test(key));
    const entry: StateEntry = { key, shape: view?.[1](shape) ?? shape, dtype: "f32", variable };
    if (tree === "params" || last !== "variance") return [entry];
    const counter = key.replace(/running_var$/, "num_batches_tracked");
    return [entry, { key: counter, shape: [], dtype: "i64", variable: null }];
  });
};

/** What else a file may call the tensors of a model: their places in our trees, as `saveTree` writes `params`, or both trees. */
export const treeDicts = (model: AnyModel): readonly (readonly StateEntry[])[] => {
  const { variables } = variablesOf(model);
  const named = (keyOf: (variable: Variable) => string): readonly StateEntry[] =>
    variables.map((variable) => ({ key: keyOf(variable), shape: variable.shape, dtype: "f32", variable }));
  return [named(({ path }) => path.join(".")), named(({ tree, path }) => [tree, ...path].join("."))];
};

/** What of the tensors of a file does not belong to a model: names it lacks, names too many, shapes that differ. */
export interface Mismatch {
  readonly missing: readonly string[];
  readonly surplus: readonly string[];
  readonly misshapen: readonly { readonly name: string; readonly expected: string; readonly got: string }[];
}
const floats = ["f64", "f32", "f16", "bf16"];
const show = (shape: readonly number[]): string => `[${shape.join(", ")}]`;
/** Compares the names and shapes of a file with those of a model. Parameters are floats; counters may be missing. */
export const mismatch = (
  entries: readonly StateEntry[],
  got: ReadonlyMap<string, { readonly shape: readonly number[]; readonly dtype: string }>,
): Mismatch => {
  const known = new Set(entries.map((e) => e.key));
  return {
    missing: entries.filter((e) => e.variable !== null && !got.has(e.key)).map((e) => e.key),
    surplus: [...got.keys()].filter((name) => !known.has(name)),
    misshapen: entries.flatMap(({ key, shape, variable }) => {
      const found = got.get(key);
      if (found === undefined) return [];
      const expected = show(shape), { dtype } = found, wrong = variable !== null && !floats.includes(dtype);
      const here = `${wrong ? dtype : ""}${show(found.shape)}`;
      return expected === here ? [] : [{ name: key, expected, got: here }];
    }),
  };
};

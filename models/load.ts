/** Weights of models in safetensors files, under the names and in the layouts of PyTorch. */
import { isLeft, left, right, type TaskEither } from "../core/either.ts";
import { ShapeError } from "../core/errors.ts";
import type { MismatchedWeights, PullbackError } from "../core/failure.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { flatten, unflatten } from "../core/tree.ts";
import type { StoredTensor } from "../datasets/safetensors.ts";
import { openShards } from "../datasets/shards.ts";
import { asFloat32 } from "../datasets/stored_values.ts";
import { saveTensors } from "../datasets/tensor_file.ts";
import { dataOf, tensor } from "../ops/create.ts";
import { type AnyModel, variablesOf } from "./variables.ts";
import { type Mismatch, mismatch, type Naming, stateDict, treeDicts } from "./weights.ts";

/** A model, and how its tensors are called in files; without `naming`, as they are called in its trees. */
export type StoredModel = AnyModel & { readonly naming?: Naming };

const refusal = (path: string, found: Mismatch): MismatchedWeights => {
  const isFloat = (got: string): boolean => got.startsWith("[");
  const told = (floats: boolean): readonly string[] =>
    found.misshapen.filter(({ got }) => isFloat(got) === floats).map(({ name, expected, got }) =>
      `${name} (expected ${floats ? "" : "floats "}${expected}, got ${got})`
    );
  const lists = [
    ["missing", found.missing],
    ["surplus", found.surplus],
    ["of another shape", told(true)],
    ["of another dtype", told(false)],
  ] as const;
  const parts = lists.flatMap(([what, names]) => names.length === 0 ? [] : [`${what}: ${names.join(", ")}`]);
  return {
    _tag: "MismatchedWeights",
    ...found,
    message: `${path}: not the weights of this model. ${parts.join("; ")}`,
  };
};

/**
 * Reads the weights of a model: `loadSafetensors(resnet18(), "resnet18.safetensors")`. Of weights in several files give the
 * list, or the index, `model.safetensors.index.json`. f16, bf16 and f64 become f32. Headers are compared with the sizes of
 * the files and with the model before a weight is read. Names are those of PyTorch, or all of them those of our trees, as
 * `saveTree` writes parameters or variables.
 *
 * @returns left `MismatchedWeights`, which lists every tensor that is missing, surplus or misshapen; `MissingFile`,
 * `CorruptFile`, `PermissionDenied` or `FileFailed`.
 */
export const loadSafetensors = <M extends StoredModel>(
  model: M,
  path: string | readonly string[],
): TaskEither<PullbackError, ReturnType<M["init"]>> =>
async () => {
  const opened = await openShards(path)();
  if (isLeft(opened)) return opened;
  await using shards = opened.right;
  const ways = [stateDict(model), ...treeDicts(model)].map((entries) => {
    const found = mismatch(entries, shards.tensors), { missing, surplus, misshapen } = found;
    return { entries, found, strangers: missing.length + surplus.length, wrong: misshapen.length };
  });
  // The names that fit best are those that were meant.
  const { entries, found, strangers, wrong } = ways.reduce((a, b) => b.strangers < a.strangers ? b : a);
  if (strangers + wrong > 0) return left(refusal(shards.path, found));
  const leaves: Tensor[] = [];
  for (const { key, variable } of entries) {
    if (variable === null) continue;
    const stored = await shards.tensors.get(key)!.read()();
    if (isLeft(stored)) return stored;
    leaves.push(tensor(asFloat32(stored.right), variable.shape) as Tensor);
  }
  return right(unflatten<ReturnType<M["init"]>>(variablesOf(model).structure, leaves));
};

/** The tensors of a tree of variables, in the order of the model's. Throws `ShapeError` where they are of another model. */
const leavesFor = (model: StoredModel, variables: { readonly params: unknown; readonly state?: unknown }) => {
  const { variables: own, structure } = variablesOf(model);
  const { leaves, structure: got } = flatten({ params: variables.params, state: variables.state ?? {} });
  const wrong = got.text === structure.text
    ? own.find(({ shape }, i) => `${shape}` !== `${extents(leaves[i]!)}`)
    : own[0];
  if (wrong === undefined) return leaves;
  const place = wrong.path.join("."), expected = `[${wrong.shape.join(", ")}] at ${place}`;
  const sentence = got.text === structure.text
    ? `saveSafetensors: the model has ${expected}, got [${extents(leaves[own.indexOf(wrong)]!).join(", ")}]`
    : `saveSafetensors: these are not the variables of the model`;
  throw new ShapeError(sentence, { op: "saveSafetensors", expected, got: got.text });
};

/**
 * Writes the weights of a model, whole or not at all: `saveSafetensors(model, { params, state }, "out/weights.safetensors")`.
 * PyTorch reads them into the model of the same name. Throws `ShapeError` where the variables are not of this model.
 *
 * @returns left `PermissionDenied` or `FileFailed`.
 */
export const saveSafetensors = <M extends StoredModel>(
  model: M,
  variables: Partial<Pick<ReturnType<M["init"]>, "state">> & Pick<ReturnType<M["init"]>, "params">,
  path: string,
): TaskEither<PullbackError, void> => {
  const leaves = leavesFor(model, variables);
  return async () => {
    const values = await dataOf(leaves);
    let at = 0;
    const tensors = stateDict(model).map(({ key, shape, variable }): readonly [string, StoredTensor] => [
      key,
      variable === null
        ? { dtype: "i64", shape, data: BigInt64Array.of(0n) }
        : { dtype: "f32", shape, data: values[at++] as Float32Array },
    ]);
    return await saveTensors(path, tensors, { format: "pt" })();
  };
};

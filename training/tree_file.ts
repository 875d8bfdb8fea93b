/** Trees of tensors on a disk, under the names PyTorch gives them: `c1.weight` is the leaf at `tree.c1.weight`. */
import { type Either, isLeft, left, right, type TaskEither } from "../core/either.ts";
import { engine } from "../core/engine.ts";
import type { MismatchedWeights, PullbackError } from "../core/failure.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { flatten, isTensor, unflatten } from "../core/tree.ts";
import type { StoredTensor } from "../datasets/safetensors.ts";
import { loadTensors, saveTensors } from "../datasets/tensor_file.ts";
import { dataOf } from "../ops/create.ts";

/** A tensor of a file, by name. */
export type NamedTensor = readonly [name: string, tensor: StoredTensor];

/** The names of the tensors of a tree, in their order; `prefix` stands before each. `{ c1: { weight } } -> ["c1.weight"]` */
export const leafNames = (tree: unknown, prefix = ""): readonly string[] => {
  if (isTensor(tree)) return [prefix];
  return Object.entries(tree ?? {}).flatMap(([key, child]) =>
    leafNames(child, prefix === "" ? key : `${prefix}.${key}`)
  );
};

const named = (tree: unknown, prefix: string): readonly (readonly [string, Tensor])[] => {
  const names = leafNames(tree, prefix);
  return flatten(tree).leaves.map((x, i) => [names[i]!, x] as const);
};

/** Trees, each below its name, as the tensors of a file: read in one trip to the device, bit by bit as they are. */
export const storeTrees = async (trees: Readonly<Record<string, unknown>>): Promise<readonly NamedTensor[]> => {
  const all = Object.entries(trees).flatMap(([prefix, tree]) => named(tree, prefix));
  const data = await dataOf(all.map(([, x]) => x));
  return all.map(([name, x], i): NamedTensor => [
    name,
    { dtype: x.dtype, shape: extents(x), data: data[i]! } as StoredTensor,
  ]);
};

const show = (dtype: string, shape: readonly number[]): string => `${dtype}[${shape.join()}]`;
const told = ({ missing, surplus, misshapen }: Omit<MismatchedWeights, "_tag" | "message">): string =>
  [
    ...missing.map((name) => `${name} is missing`),
    ...misshapen.map(({ name, expected, got }) => `${name} is ${got} instead of ${expected}`),
    ...surplus.map((name) => `${name} has no place`),
  ].join(", ");

/**
 * The tree with the structure, the shapes and the dtypes of `like`, whose values are not needed, of the tensors below
 * `prefix`. `path` is for messages.
 *
 * @returns left `MismatchedWeights` with every tensor that is missing, has another shape or dtype, or has no place.
 */
export const buildTree = <T>(
  tensors: ReadonlyMap<string, StoredTensor>,
  path: string,
  like: T,
  prefix = "",
): Either<PullbackError, T> => {
  const wanted = named(like, prefix), names = new Set(wanted.map(([name]) => name));
  const inside = (name: string) => prefix === "" || name === prefix || name.startsWith(`${prefix}.`);
  const missing = [...names].filter((name) => !tensors.has(name));
  const surplus = [...tensors.keys()].filter((name) => inside(name) && !names.has(name));
  const misshapen = wanted.flatMap(([name, x]) => {
    const found = tensors.get(name);
    if (found === undefined) return [];
    const [expected, got] = [show(x.dtype, extents(x)), show(found.dtype, found.shape)];
    return expected === got ? [] : [{ name, expected, got }];
  });
  if (missing.length + surplus.length + misshapen.length > 0) {
    const message = `${path} belongs to another model: ${told({ missing, surplus, misshapen })}`;
    return left({ _tag: "MismatchedWeights", missing, surplus, misshapen, message });
  }
  const leaves = wanted.map(([name, x]) =>
    engine().hold(tensors.get(name)!.data as never, { shape: extents(x), dtype: x.dtype })
  );
  return right(unflatten<T>(flatten(like).structure, leaves));
};

/**
 * Writes a tree of tensors of any dtype as a safetensors file, whole or not at all. `notes` are its metadata.
 *
 * @returns left `PermissionDenied` or `FileFailed`.
 *
 * @example
 * ```ts
 * import { run, zeros } from "@pullback/pullback";
 * import { saveTree } from "@pullback/pullback/training";
 * await run(saveTree("out/w.safetensors", { c1: { weight: zeros([6, 1, 5, 5]) } })); // holds "c1.weight"
 * ```
 */
export const saveTree = (
  path: string,
  tree: unknown,
  notes: Readonly<Record<string, string>> = {},
): TaskEither<PullbackError, void> =>
async () => await saveTensors(path, await storeTrees({ "": tree }), notes)();

/**
 * Reads a tree that `saveTree` wrote, with the structure, the shapes and the dtypes of `like`, whose values are not needed:
 * what comes back has its type.
 *
 * @returns left `MissingFile`, `CorruptFile`, `PermissionDenied`, `FileFailed`, or `MismatchedWeights` with every tensor
 * that is missing, has another shape or dtype, or has no place in the tree.
 */
export const loadTree = <T>(path: string, like: T): TaskEither<PullbackError, T> => async () => {
  const file = await loadTensors(path)();
  return isLeft(file) ? file : buildTree(file.right.tensors, path, like);
};

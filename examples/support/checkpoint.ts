/** Trees of tensors on a disk, under the names PyTorch gives them: `c1.weight` is the leaf at `tree.c1.weight`. */
import { dataOf, mapTree, type Tensor, tensor, type Tree } from "../../mod.ts";
import {
  asFloat32,
  loadTensors,
  run,
  saveTensors,
  type StoredTensor,
  UnhandledFailure,
  unwrap,
} from "../../datasets/mod.ts";
import { Trouble } from "./script.ts";

/** Trees by name: the tensors of the tree at `""` are stored by their own names, those of `m` as `m.c1.weight`. */
export type Trees = Readonly<Record<string, Tree>>;
/** What else a file says, by name. */
export type Notes = Readonly<Record<string, string>>;

const isTensor = (tree: Tree): tree is Tensor =>
  typeof tree === "object" && tree !== null && Symbol.toPrimitive in tree;

/** The names of the tensors of a tree, in the order of `mapTree`. */
export const leafNames = (tree: Tree, path: readonly string[] = []): readonly string[] =>
  isTensor(tree)
    ? [path.join(".")]
    : Object.entries(tree ?? {}).flatMap(([key, child]) => leafNames(child as Tree, [...path, key]));

const leaves = (tree: Tree): readonly Tensor[] => {
  const out: Tensor[] = [];
  mapTree((x) => (out.push(x), x), tree);
  return out;
};
const inside = (name: string): readonly string[] => name === "" ? [] : [name];

/**
 * Writes trees of f32 tensors, read in one trip to the device, whole or not at all.
 *
 * Throws `UnhandledFailure` where the file cannot be written.
 */
export const saveTrees = async (path: string, trees: Trees, notes: Notes = {}): Promise<void> => {
  const named = Object.entries(trees).flatMap(([name, tree]) => {
    const names = leafNames(tree, inside(name));
    return leaves(tree).map((x, i) => [names[i]!, x] as const);
  });
  const values = await dataOf(named.map(([, x]) => x));
  const stored = named.map(([name, { shape }], i): readonly [string, StoredTensor] => [
    name,
    { dtype: "f32", shape: shape as readonly number[], data: values[i] as Float32Array },
  ]);
  await run(saveTensors(path, stored, notes));
};

/** A file of trees, opened. */
export interface SavedTrees {
  readonly notes: ReadonlyMap<string, string>;
  /** The elements of one tensor. */
  readonly numbers: (name: string) => Float32Array<ArrayBuffer>;
  /**
   * The tree `name` with the structure and the shapes of `like`, whose values are not needed.
   *
   * Throws `UnhandledFailure` that lists every tensor which is missing or has another shape.
   */
  readonly tree: <T>(name: string, like: T) => T;
}

/**
 * Opens a file that `saveTrees` wrote.
 *
 * Throws `Trouble` where it is missing, `UnhandledFailure` where it is damaged.
 */
export const openTrees = async (path: string): Promise<SavedTrees> => {
  const opened = await loadTensors(path)();
  if (opened._tag === "Left" && opened.left._tag === "MissingFile") {
    throw new Trouble(`There is no ${path} to go on from: leave out --resume, or check --out`);
  }
  const { tensors, metadata } = unwrap(opened);
  const refuse = (
    missing: readonly string[],
    misshapen: readonly { name: string; expected: string; got: string }[],
  ) => {
    const told = [
      ...missing.map((name) => `${name} is missing`),
      ...misshapen.map(({ name, expected, got }) => `${name} is [${got}] instead of [${expected}]`),
    ];
    const message = `${path} belongs to another model: ${told.join(", ")}`;
    return new UnhandledFailure({ _tag: "MismatchedWeights", missing, misshapen, surplus: [], message });
  };
  return {
    notes: metadata,
    numbers: (name) => {
      const found = tensors.get(name);
      if (found === undefined) throw refuse([name], []);
      return asFloat32(found);
    },
    tree: (name, like) => {
      const names = leafNames(like as Tree, inside(name));
      const shapes = leaves(like as Tree).map((x) => x.shape as readonly number[]);
      const found = names.map((n) => tensors.get(n));
      const missing = names.filter((_, i) => found[i] === undefined);
      const misshapen = names.flatMap((n, i) => {
        const [expected, got] = [shapes[i]!.join(), found[i]?.shape.join() ?? null];
        return got === null || got === expected ? [] : [{ name: n, expected, got }];
      });
      if (missing.length + misshapen.length > 0) throw refuse(missing, misshapen);
      let next = 0;
      return mapTree(() => {
        const i = next++;
        return tensor(asFloat32(found[i]!), shapes[i]!);
      }, like);
    },
  };
};

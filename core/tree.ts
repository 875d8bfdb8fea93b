import { Lit, Var } from "./program.ts";
import type { Tensor } from "./tensor.ts";

/** A tensor, or tensors in records, arrays and tuples. `null` and `undefined` stand for nothing. */
export type Tree = Tensor | null | undefined | readonly Tree[] | { readonly [key: string]: Tree };

/** The shape of a tree without its tensors; equal trees have equal text. */
export interface Structure {
  readonly text: string;
  readonly count: number;
  readonly build: (leaves: readonly Tensor[]) => unknown;
}

export const isTensor = (x: unknown): x is Tensor => x instanceof Var || x instanceof Lit;
const isPlain = (x: object): boolean => {
  const p = Object.getPrototypeOf(x);
  return p === null || p === Object.prototype;
};

/** A tree taken apart. */
export interface Flat {
  readonly leaves: readonly Tensor[];
  readonly structure: Structure;
}

/** The tensors of a tree in order, and its structure. `what` names the value in the error for a leaf that is no tensor. */
export const flatten = (tree: unknown, what = "tree"): Flat => {
  const leaves: Tensor[] = [];
  type Build = (xs: readonly Tensor[]) => unknown;
  const walk = (x: unknown, path: string): readonly [string, Build] => {
    if (isTensor(x)) {
      const i = leaves.push(x) - 1;
      return ["*", (xs) => xs[i]];
    }
    if (x === null || x === undefined) return [String(x), () => x];
    if (Array.isArray(x)) {
      const parts = x.map((y, i) => walk(y, `${path}[${i}]`));
      return [`[${parts.map(([t]) => t).join()}]`, (xs) => parts.map(([, build]) => build(xs))];
    }
    if (typeof x === "object" && isPlain(x)) {
      const parts = Object.keys(x).map((k) => [k, ...walk((x as Record<string, unknown>)[k], `${path}.${k}`)] as const);
      return [
        `{${parts.map(([k, t]) => `${JSON.stringify(k)}:${t}`).join()}}`,
        (xs) => Object.fromEntries(parts.map(([k, , build]) => [k, build(xs)])),
      ];
    }
    throw new TypeError(
      `${path}: expected a tensor, or a record, array or tuple of tensors, got ${
        typeof x === "number"
          ? `the number ${x} (write scalar(${x}))`
          : typeof x === "object"
          ? x.constructor.name
          : typeof x
      }`,
    );
  };
  const [text, build] = walk(tree, what);
  return { leaves, structure: { text, count: leaves.length, build } };
};

/** The tree of this structure with other tensors. */
export const unflatten = <T>(structure: Structure, leaves: readonly Tensor[]): T => {
  if (leaves.length !== structure.count) {
    throw new Error(`unflatten: expected ${structure.count} tensors, got ${leaves.length}`);
  }
  return structure.build(leaves) as T;
};

/** Applies `f` to every tensor of a tree, or to the tensors at the same place of several trees of one structure. */
export const mapTree = <T>(f: (...xs: Tensor[]) => Tensor, tree: T, ...rest: readonly unknown[]): T => {
  const first = flatten(tree);
  const others = rest.map((t) => {
    const other = flatten(t);
    if (other.structure.text !== first.structure.text) {
      throw new TypeError(`mapTree: the trees differ: ${first.structure.text} and ${other.structure.text}`);
    }
    return other.leaves;
  });
  return unflatten(first.structure, first.leaves.map((x, i) => f(x, ...others.map((leaves) => leaves[i]!))));
};

/** Masks: which tensors of a tree are meant. */
import { isTensor } from "./tree.ts";

/**
 * Which tensors of a tree are meant: `true` or `false` for a whole tree, or a record or array that says so for each of its
 * entries. `{ features: false, head: true }` means all that is in `head`.
 */
export type Mask = boolean | readonly Mask[] | { readonly [key: string]: Mask };

const isBranch = (x: unknown): x is Readonly<Record<string, unknown>> =>
  typeof x === "object" && x !== null && !isTensor(x);
const rebuilt = (like: object, f: (key: string) => unknown): unknown =>
  Array.isArray(like)
    ? like.map((_, i) => f(`${i}`))
    : Object.fromEntries(Object.keys(like).map((key) => [key, f(key)]));
const listed = (keys: readonly string[]): string => keys.join(", ") || "none";

/**
 * The tree with `null` in the place of tensors that the mask does not mean. Throws `TypeError`, which names the place, for a mask
 * that is not like the tree.
 */
export const selectTree = <T>(op: string, tree: T, mask: Mask): T => {
  const walk = (x: unknown, m: unknown, path: string): unknown => {
    if (m === true) return x;
    if (m === false) return isTensor(x) ? null : isBranch(x) ? rebuilt(x, (key) => walk(x[key], false, "")) : x;
    if (!isBranch(m) || !isBranch(x)) {
      const got = m === null ? "null" : Array.isArray(m) ? "an array" : isTensor(m) ? "a tensor" : typeof m;
      throw new TypeError(
        `${op}: ${path}: expected true, false${isBranch(x) ? " or a mask for each entry" : ""}, got ${
          got === "object" ? "a record" : got
        }`,
      );
    }
    const keys = Object.keys(x), given = Object.keys(m);
    if (keys.length !== given.length || keys.some((key) => !(key in m))) {
      throw new TypeError(`${op}: ${path}: expected a mask for each of ${listed(keys)}, got ${listed(given)}`);
    }
    return rebuilt(x, (key) => walk(x[key], m[key], `${path}.${key}`));
  };
  return walk(tree, mask, "mask") as T;
};

/** A tree that was selected from `whole`, with `fill` of the tensors of `whole` that it lacks. */
export const restoreTree = <T, R>(selected: T, whole: T, fill: (x: unknown) => R): T => {
  const walk = (x: unknown, w: unknown): unknown =>
    isTensor(w) ? x ?? fill(w) : isBranch(w) ? rebuilt(w, (key) => walk((x as typeof w)[key], w[key])) : w;
  return walk(selected, whole) as T;
};

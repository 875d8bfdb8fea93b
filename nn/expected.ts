/** The variables that layers expect, and those that they are given. */
import { ShapeError } from "../core/errors.ts";
import { showShape } from "../core/shape/dim.ts";
import { extents } from "../core/tensor.ts";
import { trace } from "../core/trace.ts";
import { isTensor } from "../core/tree.ts";
import { type Key, key } from "../ops/random.ts";
import type { Variables } from "./layer.ts";

/** The trees of variables with shapes instead of tensors. */
type Shapes = { readonly shape: readonly number[] } | { readonly entries: Readonly<Record<string, Shapes>> };
type Trees = Readonly<Record<string, unknown>>;

const shapesOf = (tree: unknown): Shapes =>
  isTensor(tree) ? { shape: extents(tree) } : {
    entries: Object.fromEntries(Object.entries((tree ?? {}) as Trees).map(([name, inner]) => [name, shapesOf(inner)])),
  };
const show = (x: unknown): string => isTensor(x) ? showShape(extents(x)) : x === undefined ? "nothing" : "a tree";
const refuse = (place: string, expected: string, given: unknown): never => {
  const got = show(given);
  throw new ShapeError(`model: ${place}: expected ${expected}, got ${got}`, { op: "model", expected, got });
};
/** Refuses the first tensor that is another one than expected. A layer whose variables are not there says so itself. */
const compare = (want: Shapes, given: unknown, place: string): void => {
  if ("shape" in want) {
    const fits = isTensor(given) && showShape(extents(given)) === showShape(want.shape);
    return fits ? undefined : refuse(place, showShape(want.shape), given);
  }
  if (isTensor(given)) return refuse(place, "a tree", given);
  if (given === null || given === undefined) return;
  for (const [name, inner] of Object.entries(want.entries)) compare(inner, (given as Trees)[name], `${place}.${name}`);
  const leaf = Object.values(want.entries).some((inner) => "shape" in inner);
  for (const [name, x] of Object.entries(leaf ? given : {})) {
    if (!(name in want.entries)) refuse(`${place}.${name}`, "nothing", x);
  }
};

/**
 * Compares variables with those that `init` draws, and throws `ShapeError` with the place of the first tensor of another shape,
 * that is missing, or that no layer asks for. What `init` draws is found in a trace, once: nothing is computed.
 */
export const variablesCheck = (init: (key: Key) => Variables): (given: Partial<Variables>) => void => {
  let want: { readonly params: Shapes; readonly state: Shapes } | null | undefined;
  const find = (): typeof want => {
    let found: typeof want = null;
    try {
      trace(() => {
        const { params, state } = init(key(0));
        found = { params: shapesOf(params), state: shapesOf(state) };
        return [];
      }, []);
    } catch {
      // Of parameters whose extents are not known, or that cannot be drawn here, the operations say what does not fit.
    }
    return found;
  };
  return ({ params, state }) => {
    if (want === undefined) want = find() ?? null;
    if (want === null) return;
    compare(want.params, params, "params");
    compare(want.state, state, "state");
  };
};

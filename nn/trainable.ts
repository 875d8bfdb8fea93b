/** Which parameters of layers are learned. */
import type { Extents } from "../core/aval.ts";
import type { Mask } from "../core/mask.ts";
import { unnamed } from "./children.ts";
import type { Layer, Part } from "./layer.ts";

type Inner = Layer & { readonly layer: Layer; readonly head: Layer };
const isFrozen = (layer: Layer): boolean =>
  layer.frozen === true || (layer.kind === "named" && isFrozen((layer as Inner).layer));

/** One answer where all entries have the same. */
const joined = <M extends Mask>(masks: M, entries: readonly Mask[]): Mask =>
  entries.every((m) => m === true) ? true : entries.every((m) => m === false) ? false : masks;

const maskOf = (layer: Layer, input: Extents): Mask => {
  if (isFrozen(layer)) return false;
  const bare = unnamed(layer);
  // The variables of a head are those of the auxiliary layer.
  return bare.kind === "auxiliary" ? maskOf((bare as Inner).head, input) : trainable(layer.parts(input));
};
/** The mask of the parameters of parts that are learned: all but those that `freeze` holds. */
export const trainable = (parts: readonly Part[]): Mask => {
  const [first] = parts;
  if (first?.times !== undefined) {
    const mask = maskOf(first.layer, first.input);
    return joined(Array.from({ length: first.times }, () => mask), [mask]);
  }
  const entries = parts.filter(({ layer }) => layer.has.params).map(({ label, layer, input }) =>
    [/^\d+:/.test(label) ? label.split(":")[0]! : label, maskOf(layer, input)] as const
  );
  return joined(Object.fromEntries(entries), entries.map(([, mask]) => mask));
};

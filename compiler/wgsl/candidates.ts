/** The variants of a kernel that are worth measuring on a device, the one chosen without measuring first. */
import type { Kernel } from "../kernel.ts";
import { extentsOfContraction } from "./contraction.ts";
import { rankRegisters } from "./register_choice.ts";
import type { Target } from "./target.ts";
import { describe, possible } from "./tuned.ts";
import { chooseVariant, type Variant, workgroupTiles } from "./variant.ts";

/** So many register tiles are tried, those that should be fastest. */
const TILES = 10;
/** Least depth worth a workgroup of its own. */
const DEEP = 64;

export const candidates = (k: Kernel, target: Target): readonly Variant[] => {
  const chosen = chooseVariant(k, target), others = choices(k, target);
  const all = [chosen, ...others.filter((v) => possible(v, k, target))];
  return [...new Map(all.map((v) => [JSON.stringify(v), v])).values()];
};
const choices = (k: Kernel, target: Target): readonly Variant[] => {
  const c = k.contraction;
  if (c === null) {
    if (target.adapter === "cpu" || describe(k) === null) return [];
    return [{ tag: "pointwise" }, ...[32, 64, 128, 256].map((lanes): Variant => ({ tag: "cooperative", lanes }))];
  }
  const { k: depth } = extentsOfContraction(c);
  if (depth === 0 || c.dtype === "bool") return [];
  if (target.adapter === "cpu") {
    return rankRegisters(c, target).slice(0, TILES).flatMap((choice): readonly Variant[] =>
      [choice.parts, 2 * choice.parts].filter((p) => p === choice.parts || depth / p >= DEEP).map((parts) => ({
        tag: "registers",
        ...choice,
        parts,
      }))
    );
  }
  const cuts = [1, 2, 4, 8, 16, 32].filter((p) => p === 1 || depth / p >= DEEP);
  return [
    { tag: "pointwise" },
    ...workgroupTiles.flatMap((tile) => cuts.map((parts): Variant => ({ tag: "tiles", tile, parts }))),
  ];
};

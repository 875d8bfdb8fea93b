import type { Kernel } from "../../compiler/kernel.ts";
import { kernelKey } from "../../compiler/kernel_key.ts";
import { type Shared, spell, spellTogether } from "../../compiler/wgsl/spell.ts";
import type { Spelling, Stage } from "../../compiler/wgsl/stage.ts";
import { type TunedTable, tunedVariant } from "../../compiler/wgsl/tuned.ts";
import type { Target } from "../../compiler/wgsl/target.ts";

/** Kernels in WGSL for one device; equal kernels are spelled once. */
export interface Spellings {
  readonly one: (kernel: Kernel) => Spelling;
  readonly together: (kernels: Shared) => Stage | null;
}
/** So many are kept for programs to come. */
const KEPT = 4096;

export const createSpellings = (target: Target, tuned: TunedTable): Spellings => ({
  one: remembered(kernelKey, (k) => spell(k, target, tunedVariant(tuned, k, target) ?? undefined)),
  together: remembered(
    ({ kernels, numbers }) => [JSON.stringify(numbers), ...kernels.map(kernelKey)].join("\n\n"),
    (s) => spellTogether(s, target),
  ),
});
const remembered = <A, B>(keyOf: (a: A) => string, make: (a: A) => B): (a: A) => B => {
  const known = new Map<string, B>();
  return (a) => {
    const key = keyOf(a), seen = known.get(key);
    if (seen !== undefined) return seen;
    const made = make(a);
    known.set(key, made);
    if (known.size > KEPT) known.delete(known.keys().next().value!);
    return made;
  };
};

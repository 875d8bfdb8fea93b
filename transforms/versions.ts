/** What tells the versions of a compiled function apart, and why none of them fits. */
import { showAval } from "../core/aval.ts";
import { asAtom } from "../core/program.ts";
import type { Flat } from "../core/tree.ts";

/** What an argument brings to the choice of a version: a static one its value, another its structure and its avals. */
export interface Signature {
  readonly structure: string;
  readonly avals: readonly string[];
}
export const signatureOf = ({ structure, leaves }: Flat): Signature => ({
  structure: structure.text,
  avals: leaves.map((t) => showAval(asAtom(t).aval)),
});
/** Equal where the same version fits. */
export const keyOf = (arguments_: readonly Signature[]): string =>
  arguments_.map(({ structure, avals }) => `${structure}${avals}`).join(";");

/** What is new in an argument, and how much that is. */
interface Difference {
  readonly text: string;
  readonly weight: number;
}
const differencesOf = (now: Signature, before: Signature | undefined, place: number): readonly Difference[] => {
  const what = `argument ${place + 1}`;
  if (before === undefined) return [{ text: `${what} is new`, weight: 2 }];
  if (now.structure !== before.structure) {
    return [{ text: `${what} has structure ${now.structure}, before ${before.structure}`, weight: 2 }];
  }
  const i = now.avals.findIndex((a, k) => a !== before.avals[k]);
  if (i < 0) return [];
  const leaf = now.avals.length === 1 ? "" : ` (its tensor ${i + 1})`;
  return [{ text: `${what}${leaf} is ${now.avals[i]}, before ${before.avals[i]}`, weight: 1 }];
};

/** Why a function is traced: for the first time, or in what its arguments differ from those that were most alike. */
export const missReason = (now: readonly Signature[], known: readonly (readonly Signature[])[]): string => {
  const all = known.map((before) => now.flatMap((s, i) => differencesOf(s, before[i], i)));
  if (all.length === 0) return "first call";
  const weigh = (differences: readonly Difference[]): number => differences.reduce((n, d) => n + d.weight, 0);
  const least = all.reduce((a, b) => weigh(b) < weigh(a) ? b : a);
  return least.length === 0 ? "another number of arguments" : least.map((d) => d.text).join("; ");
};

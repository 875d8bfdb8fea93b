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

/** What is new in an argument, or null where nothing is. */
const differenceOf = (now: Signature, before: Signature | undefined, place: number): string | null => {
  const what = `argument ${place + 1}`;
  if (before === undefined) return `${what} is new`;
  if (now.structure !== before.structure) return `${what} has structure ${now.structure}, before ${before.structure}`;
  const i = now.avals.findIndex((a, k) => a !== before.avals[k]);
  if (i < 0) return null;
  const leaf = now.avals.length === 1 ? "" : ` (its tensor ${i + 1})`;
  return `${what}${leaf} is ${now.avals[i]}, before ${before.avals[i]}`;
};

/** Why a function is traced: for the first time, or in what its arguments differ from those that were most alike. */
export const missReason = (now: readonly Signature[], known: readonly (readonly Signature[])[]): string => {
  const differences = known.map((before) => now.flatMap((s, i) => differenceOf(s, before[i], i) ?? []));
  if (differences.length === 0) return "first call";
  const least = differences.reduce((a, b) => b.length < a.length ? b : a);
  return least.length === 0 ? "another number of arguments" : least.join("; ");
};

import { type Atom, isLit, type Program } from "../core/program.ts";
import type { Tensor } from "../core/tensor.ts";
import { replay, trace } from "../core/trace.ts";

/** Something for each input of a loop, by what the input is. */
export interface Parts<T> {
  readonly consts: readonly T[];
  readonly carry: readonly T[];
  readonly xs: readonly T[];
}

/** What the linear body needs of the forward one, in order. */
interface Residuals {
  /** For each, whether it is the same in all steps. */
  readonly fixed: readonly boolean[];
  /** Those that the forward loop has to keep for every step. */
  readonly saved: readonly Atom[];
  /** The values, given those saved. */
  readonly given: (
    saved: readonly Tensor[],
  ) => { readonly fixed: readonly Tensor[]; readonly entries: readonly Tensor[] };
}
/** Only what differs from step to step and is not an entry anyway is kept; what depends on consts alone is computed once. */
export const sortResiduals = (forward: Program, outputs: number, of: Parts<Tensor>): Residuals => {
  const consts = forward.inputs.slice(0, of.consts.length), same = new Set<Atom>(consts);
  const eqns = forward.eqns.filter((e) => {
    const all = e.inputs.every((a) => isLit(a) || same.has(a));
    if (all) e.outs.forEach((v) => same.add(v));
    return all;
  });
  const wanted = forward.outputs.slice(outputs), fixed = wanted.map((a) => isLit(a) || same.has(a));
  const entry = (a: Atom): Tensor | undefined =>
    of.xs[
      (forward.inputs as readonly Atom[]).indexOf(a, consts.length + of.carry.length) - consts.length - of.carry.length
    ];
  const saved = [...new Set(wanted.filter((a, i) => !fixed[i] && entry(a) === undefined))];
  const constant = needed({ inputs: consts, eqns, outputs: wanted.filter((_, i) => fixed[i]) });
  return {
    fixed,
    saved,
    given: (values) => ({
      fixed: replay(constant, of.consts),
      entries: wanted.flatMap((a, i) => fixed[i] ? [] : [entry(a) ?? values[saved.indexOf(a)]!]),
    }),
  };
};
/** The program without what its outputs do not need. */
const needed = (p: Program): Program => {
  const wanted = new Set<Atom>(p.outputs);
  const eqns = p.eqns.toReversed().filter((e) => {
    const wants = e.outs.some((v) => wanted.has(v));
    if (wants) e.inputs.forEach((a) => wanted.add(a));
    return wants;
  });
  return { ...p, eqns: eqns.toReversed() };
};
/** The linear body with its inputs in the order of a scan: what stays, consts, carry, what was saved, entries. */
export const reorder = (
  linear: Program,
  fixed: readonly boolean[],
  f: Parts<boolean>,
  outFloats: readonly boolean[],
): Program => {
  const count = (by: readonly boolean[]) => by.filter((b) => b).length, still = count(fixed);
  const lead = count(f.consts) + count(f.carry), saved = fixed.length - still;
  const avals = linear.inputs.map((v) => v.aval), own = avals.slice(fixed.length);
  const of = (is: boolean) => avals.slice(0, fixed.length).filter((_, i) => fixed[i] === is);
  return trace((...xs) => {
    let a = 0, b = still + lead;
    const residuals = fixed.map((is) => xs[is ? a++ : b++]!);
    const outs = replay(linear, [
      ...residuals,
      ...xs.slice(still, still + lead),
      ...xs.slice(still + lead + saved),
    ]);
    return outs.filter((_, i) => outFloats[i]);
  }, [...of(true), ...own.slice(0, lead), ...of(false), ...own.slice(lead)]).program;
};

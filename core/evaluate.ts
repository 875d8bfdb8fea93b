import { size } from "./aval.ts";
import type { Host } from "./primitive.ts";
import { type Atom, isLit, type Program, type Var } from "./program.ts";

/** Runs a program by the `evaluate` of its records, in double precision, without rounding to the dtypes. */
export const evaluate = (p: Program, inputs: readonly ArrayLike<number>[]): readonly ArrayLike<number>[] => {
  const env = new Map<Var, ArrayLike<number>>(p.inputs.map((v, i) => [v, inputs[i]!]));
  const read = (a: Atom): Host => ({
    aval: a.aval,
    data: isLit(a) ? new Float64Array(size(a.aval.shape)).fill(a.value) : env.get(a)!,
  });
  for (const e of p.eqns) {
    const outs = e.primitive.evaluate(e.inputs.map(read), e.outs.map((v) => v.aval), e.params);
    e.outs.forEach((v, i) => env.set(v, outs[i]!));
  }
  return p.outputs.map((a) => read(a).data);
};

import { isNo, type LinearInput, type Tangent } from "../core/primitive.ts";
import { asTensor, type Atom, isLit, type Var } from "../core/program.ts";
import type { Tensor } from "../core/tensor.ts";
import { bindAll, type Traced } from "../core/trace.ts";
import { plus } from "../ops/arithmetic.ts";

/**
 * Walks a linear program backwards: cotangents of its outputs to cotangents of its own inputs. What does not depend on
 * those inputs (coefficients) is computed forwards on the way.
 */
export const transposeProgram = (
  { program: p, borrowed }: Traced,
  cotangents: readonly Tangent[],
): readonly Tangent[] => {
  const own = p.inputs.slice(borrowed.length);
  const known = new Map<Var, Tensor>(borrowed.map((t, i) => [p.inputs[i]!, t]));
  const linear = new Set<Var>(own), sums = new Map<Var, Tensor>();
  const value = (a: Atom): Tensor => isLit(a) ? asTensor(a) : known.get(a)!;
  for (const e of p.eqns) {
    if (e.inputs.some((a) => !isLit(a) && linear.has(a))) e.outs.forEach((v) => linear.add(v));
    else {
      const outs = bindAll(e.primitive, e.inputs.map(value), e.params);
      e.outs.forEach((v, i) => known.set(v, outs[i]!));
    }
  }
  const give = (a: Atom, c: Tangent): void => {
    if (!isLit(a) && linear.has(a) && c) sums.set(a, plus(sums.get(a) ?? null, c)!);
  };
  p.outputs.forEach((a, i) => give(a, cotangents[i]!));
  for (const e of [...p.eqns].reverse()) {
    const cts = e.outs.map((v) => sums.get(v) ?? null);
    if (!linear.has(e.outs[0]!) || cts.every((c) => c === null)) continue;
    const { transpose, name } = e.primitive;
    if (isNo(transpose)) throw new TypeError(`Cannot transpose ${name}: ${transpose.no}`);
    const inputs = e.inputs.map((a): LinearInput =>
      !isLit(a) && linear.has(a) ? { linear: a.aval } : { known: value(a) }
    );
    const back = transpose(cts, inputs, e.params);
    e.inputs.forEach((a, i) => give(a, back[i] ?? null));
  }
  return own.map((v) => sums.get(v) ?? null);
};

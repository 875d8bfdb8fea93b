import { isNo, type LinearInput, type Tangent } from "../core/primitive.ts";
import { asTensor, type Atom, type Eqn, isLit, type Var } from "../core/program.ts";
import type { Tensor } from "../core/tensor.ts";
import { bindAll, type Traced } from "../core/trace.ts";
import { plus } from "../ops/arithmetic.ts";

/**
 * Walks a linear program backwards: cotangents of its outputs to cotangents of its own inputs. What does not depend on
 * those inputs (coefficients) is computed on the way, where it is needed.
 */
export const transposeProgram = (
  { program: p, borrowed }: Traced,
  cotangents: readonly Tangent[],
): readonly Tangent[] => {
  const own = p.inputs.slice(borrowed.length);
  const known = new Map<Var, Tensor>(borrowed.map((t, i) => [p.inputs[i]!, t]));
  const linear = new Set<Var>(own), sums = new Map<Var, Tensor>(), coefficient = new Map<Var, Eqn>();
  for (const e of p.eqns) {
    const moves = e.inputs.some((a) => !isLit(a) && linear.has(a));
    e.outs.forEach((v) => moves ? linear.add(v) : coefficient.set(v, e));
  }
  /** A value the cotangents are multiplied by, computed when it is first needed: so a checkpoint lives only as long. */
  const value = (a: Atom): Tensor => {
    const pending = isLit(a) || known.has(a) ? [] : [coefficient.get(a)!];
    while (pending.length > 0) {
      const e = pending.at(-1)!, missing = e.inputs.filter((x) => !isLit(x) && !known.has(x)) as Var[];
      if (missing.length > 0) {
        pending.push(...missing.toReversed().map((v) => coefficient.get(v)!));
        continue;
      }
      pending.pop();
      if (known.has(e.outs[0]!)) continue;
      const outs = bindAll(e.primitive, e.inputs.map((x) => isLit(x) ? asTensor(x) : known.get(x)!), e.params);
      e.outs.forEach((v, i) => known.set(v, outs[i]!));
    }
    return isLit(a) ? asTensor(a) : known.get(a)!;
  };
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

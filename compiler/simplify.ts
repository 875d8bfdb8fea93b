import { type Atom, type Eqn, isLit, Lit, type Program, show, Var } from "../core/program.ts";
import type { Scalar } from "../core/scalar.ts";
import type { Primitive } from "../core/primitive.ts";
import { repetitionOf } from "./repetition.ts";
import { instructionOf, rules, type Site } from "./rules.ts";

/** Applies the rules, shares equal equations and drops those that nothing needs. Gives an equal program. */
export const simplify = (p: Program): Program => {
  const env = new Map<Var, Atom>(), shared = new Map<string, Eqn>(), ids = new Map<Var, number>(), eqns: Eqn[] = [];
  const get = (a: Atom): Atom => isLit(a) ? a : env.get(a) ?? a;
  const name = (a: Atom): string => {
    if (isLit(a)) return `${Object.is(a.value, -0) ? "-0" : a.value}:${a.aval.dtype}[${a.aval.shape}]`;
    if (!ids.has(a)) ids.set(a, ids.size);
    return `%${ids.get(a)}`;
  };
  const known = new Map<Scalar, Primitive>();
  for (const e of p.eqns) {
    const op = instructionOf(e.primitive, e.inputs.map((a) => a.aval), e.params);
    if (op !== null) known.set(op, e.primitive);
  }
  for (const e of p.eqns) {
    let site: Site = { primitive: e.primitive, inputs: e.inputs.map(get), params: e.params, out: e.outs[0]!.aval };
    let value: Atom | null = null;
    for (const rule of e.outs.length === 1 ? rules : []) {
      const better = rule.apply(site, known);
      if (better instanceof Lit || better instanceof Var) {
        value = better;
        break;
      }
      if (better !== null) site = { ...site, ...better };
    }
    if (value !== null) {
      env.set(e.outs[0]!, value);
      continue;
    }
    const loop = repetitionOf(e), said = JSON.stringify(site.params) + (loop === null ? "" : show(loop.body));
    const key = `${site.primitive.name}${said}(${site.inputs.map(name)})`;
    const same = shared.get(key);
    if (same !== undefined) {
      e.outs.forEach((v, i) => env.set(v, same.outs[i]!));
      continue;
    }
    const { primitive, inputs, params } = site, fresh: Eqn = { primitive, inputs, params, outs: e.outs };
    shared.set(key, fresh);
    eqns.push(fresh);
  }
  const outputs = p.outputs.map(get), needed = new Set<Atom>(outputs);
  const kept = eqns.toReversed().filter((e) => {
    if (!e.outs.some((v) => needed.has(v))) return false;
    e.inputs.forEach((a) => needed.add(a));
    return true;
  }).toReversed();
  return { inputs: p.inputs, eqns: kept, outputs };
};

import { type Atom, type Eqn, isLit, Lit, type Program, type Var } from "../core/program.ts";
import { type Repetition, repetitionOf } from "./repetition.ts";
import { simplify } from "./simplify.ts";

/** The program with its loops made small: what nobody needs is not computed, what never changes is not handed on. */
export const tidyLoops = (p: Program): Program => {
  if (!p.eqns.some((e) => repetitionOf(e) !== null)) return p;
  const wanted = new Set<Atom>(p.outputs), eqns: Eqn[] = [], env = new Map<Var, Atom>();
  for (const e of p.eqns.toReversed()) {
    if (!e.outs.some((v) => wanted.has(v))) continue;
    const r = repetitionOf(e), made = r === null ? { eqn: e, same: [] } : tidy(e, r, (v) => wanted.has(v));
    made.eqn.inputs.forEach((a) => wanted.add(a));
    made.same.forEach(([v, a]) => {
      env.set(v, a);
      wanted.add(a);
    });
    if (made.eqn.outs.length > 0) eqns.push(made.eqn);
  }
  const get = (a: Atom): Atom => isLit(a) ? a : env.has(a) ? get(env.get(a)!) : a;
  return {
    inputs: p.inputs,
    eqns: eqns.toReversed().map((e) => ({ ...e, inputs: e.inputs.map(get) })),
    outputs: p.outputs.map(get),
  };
};

interface Tidied {
  readonly eqn: Eqn;
  /** Results that are an input of the loop. */
  readonly same: readonly (readonly [Var, Atom])[];
}
const tidy = (e: Eqn, r: Repetition, isWanted: (v: Var) => boolean): Tidied => {
  const { consts, carry } = r, body = withLiterals(e, r), own = body.inputs.slice(consts, consts + carry);
  // A carry that comes out as it went in is the same in every step.
  const still = own.map((v, i) => body.outputs[i] === v);
  const same = e.outs.slice(0, carry).flatMap((v, i) => still[i] ? [[v, e.inputs[consts + i]!] as const] : []);
  // A carry is needed if it is asked for at the end, or by a step for something needed.
  const need = new Set<number>(e.outs.flatMap((v, i) => isWanted(v) && !(i < carry && still[i]) ? [i] : []));
  let eqns: readonly Eqn[] = [];
  for (let before = -1; before !== need.size;) {
    before = need.size;
    const wanted = new Set<Atom>([...need].map((i) => body.outputs[i]!));
    eqns = body.eqns.toReversed().filter((x) => {
      const wants = x.outs.some((v) => wanted.has(v));
      if (wants) x.inputs.forEach((a) => wanted.add(a));
      return wants;
    }).toReversed();
    own.forEach((v, i) => wanted.has(v) && !still[i] && need.add(i));
  }
  const used = new Set<Atom>([...eqns.flatMap((x) => x.inputs), ...[...need].map((i) => body.outputs[i]!)]);
  const outs = e.outs.map((_, i) => i).filter((i) => need.has(i));
  const keep = (from: number, to: number, by: (i: number) => boolean) =>
    body.inputs.map((_, i) => i).filter((i) => i >= from && i < to && by(i));
  const fixed = [
    ...keep(0, consts, (i) => used.has(body.inputs[i]!)),
    ...keep(consts, consts + carry, (i) => still[i - consts]! && used.has(body.inputs[i]!)),
  ];
  const carried = keep(consts, consts + carry, (i) => need.has(i - consts));
  const inputs = [...fixed, ...carried, ...keep(consts + carry, body.inputs.length, (i) => used.has(body.inputs[i]!))];
  const params: Repetition = {
    ...r,
    body: { inputs: inputs.map((i) => body.inputs[i]!), eqns, outputs: outs.map((i) => body.outputs[i]!) },
    consts: fixed.length,
    carry: carried.length,
  };
  return {
    eqn: { primitive: e.primitive, params, inputs: inputs.map((i) => e.inputs[i]!), outs: outs.map((i) => e.outs[i]!) },
    same,
  };
};

/** The body with the constants that are given to it: where an input is one, every step sees the same. */
const withLiterals = (e: Eqn, { body, consts, carry }: Repetition): Program => {
  const env = new Map<Var, Lit>(body.inputs.flatMap((v, i) => {
    const given = e.inputs[i]!, handedOn = i >= consts && i < consts + carry;
    return isLit(given) && !handedOn ? [[v, new Lit(v.aval, given.value)]] : [];
  }));
  if (env.size === 0) return body;
  const get = (a: Atom): Atom => isLit(a) ? a : env.get(a) ?? a;
  const eqns = body.eqns.map((x): Eqn => ({ ...x, inputs: x.inputs.map(get) }));
  return simplify({ inputs: body.inputs, eqns, outputs: body.outputs.map(get) });
};

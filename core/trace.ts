import type { Aval } from "./aval.ts";
import { engine } from "./engine.ts";
import type { Primitive } from "./primitive.ts";
import { asAtom, asTensor, type Atom, type Eqn, isLit, Lit, type Program, Var } from "./program.ts";
import type { Tensor } from "./tensor.ts";

interface Scope {
  readonly eqns: Eqn[];
  readonly captured: Map<Var, Var>;
  readonly parent: Scope | null;
  open: boolean;
}
// The only mutable state of the language: the trace in progress, and whether a transform is replaying a program.
let scope: Scope | null = null;
let replaying = 0;

/** Whether a program is being traced. */
export const tracing = (): boolean => scope !== null;

/** A constant tensor all of whose elements are `value`; it takes no memory until it is read. */
export const constant = (value: number, aval: Aval): Tensor => asTensor(new Lit(aval, value));

/** Applies a primitive: records the equation in the trace in progress, or, outside, to be computed when it is read. */
export const bindAll = <P>(
  primitive: Primitive<P>,
  inputs: readonly Tensor[],
  params: NoInfer<P>,
): readonly Tensor[] => {
  const here = scope;
  const own = inputs.map((t) => enter(here, asAtom(t), primitive.name));
  const avals = primitive.abstractEval(own.map((a) => a.aval), params);
  if (here === null) return record(primitive, own, params, avals);
  const outs = avals.map((a) => new Var(a, here));
  here.eqns.push({ primitive, inputs: own, params, outs });
  return outs.map(asTensor);
};
/** Applies a primitive with one result. Its type is what the typed operation around it says. */
export const bind = <P, T extends Tensor = Tensor>(
  primitive: Primitive<P>,
  inputs: readonly Tensor[],
  params: NoInfer<P>,
): T => bindAll(primitive, inputs, params)[0] as T;

const record = <P>(
  primitive: Primitive<P>,
  inputs: readonly Atom[],
  params: P,
  avals: readonly Aval[],
): readonly Tensor[] => {
  const outs: Var[] = [];
  const eqn: Eqn = { primitive, inputs, params, outs };
  for (const a of avals) {
    const v = new Var(a, null, { tag: "recorded", eqn });
    v.visible = replaying === 0;
    outs.push(v);
  }
  for (const a of inputs) if (!isLit(a)) a.uses++;
  engine().recorded(eqn, replaying > 0);
  return outs.map(asTensor);
};

/** The atom by which the trace in progress knows a value: itself, or an input borrowed from outside. */
const enter = (here: Scope | null, a: Atom, name: string): Atom => {
  if (isLit(a) || a.scope === here) {
    if (!isLit(a) && a.state.tag === "gone") throw new Error(`${name}: cannot use this tensor: ${a.state.why}`);
    return a;
  }
  if (here === null || (a.scope !== null && !encloses(a.scope, here))) {
    throw new Error(
      `${name}: this tensor belongs to a trace that has ended. Return it from the traced function instead of keeping it.`,
    );
  }
  if (a.state.tag === "gone") throw new Error(`${name}: cannot use this tensor: ${a.state.why}`);
  const inner = here.captured.get(a) ?? new Var(a.aval, here);
  here.captured.set(a, inner);
  return inner;
};
const encloses = (outer: object, inner: Scope): boolean => {
  for (let s: Scope | null = inner; s !== null; s = s.parent) if (s === outer) return s.open;
  return false;
};

/** What tracing gives: the program, its borrowed inputs first, and the values they stand for outside. */
export interface Traced {
  readonly program: Program;
  readonly borrowed: readonly Tensor[];
}

/** Runs `f` once on abstract values: what it did is the program. Values from outside become its first inputs. */
export const trace = (f: (...xs: Tensor[]) => readonly Tensor[], avals: readonly Aval[]): Traced => {
  const here: Scope = { eqns: [], captured: new Map(), parent: scope, open: true };
  const inputs = avals.map((a) => new Var(a, here));
  const before = scope;
  scope = here;
  try {
    const outputs = f(...inputs.map(asTensor)).map((t) => enter(here, asAtom(t), "output"));
    const program = { inputs: [...here.captured.values(), ...inputs], eqns: here.eqns, outputs };
    return { program, borrowed: [...here.captured.keys()].map(asTensor) };
  } finally {
    scope = before;
    here.open = false;
  }
};

/** Applies every equation of a program again, in the trace in progress (or recorded), to other inputs. */
export const replay = (
  p: Program,
  inputs: readonly Tensor[],
  step: (e: Eqn, inputs: readonly Tensor[]) => readonly Tensor[] = (e, xs) => bindAll(e.primitive, xs, e.params),
): readonly Tensor[] => {
  const env = new Map<Var, Tensor>();
  p.inputs.forEach((v, i) => env.set(v, inputs[i]!));
  const get = (a: Atom): Tensor => isLit(a) ? asTensor(a) : env.get(a)!;
  for (const e of p.eqns) {
    const outs = step(e, e.inputs.map(get));
    e.outs.forEach((v, i) => env.set(v, outs[i]!));
  }
  return p.outputs.map(get);
};

/**
 * Runs the body of a transform: values recorded on the way are the transform's own, only its results are the user's.
 */
export const within = <T extends readonly (Tensor | null)[]>(body: () => T): T => {
  replaying++;
  try {
    return body();
  } finally {
    replaying--;
  }
};
/** Marks the results of a transform as values the user holds. */
export const expose = <T extends readonly Tensor[]>(results: T): T => {
  if (replaying === 0) {
    for (const t of results) {
      const a = asAtom(t);
      if (!isLit(a)) a.visible = true;
    }
  }
  return results;
};

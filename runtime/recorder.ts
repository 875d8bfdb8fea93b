import { type Atom, type Eqn, isLit, type Program, Var } from "../core/program.ts";

/** More recorded equations than this are computed without waiting for a read. */
const FULL = 4096;
/** So many are computed at the start of the next transform, where loops come round. */
const MUCH = 256;
const DEAR: ReadonlySet<string> = new Set(["reduction", "contraction", "opaque"]);

/** What is recorded as one program: the values that are its inputs, and the variables its outputs belong to. */
export interface Batch {
  readonly program: Program;
  readonly inputs: readonly Var[];
  readonly outputs: readonly Var[];
}

/** Equations recorded outside traces, in order, until they are computed. */
export class Recorder {
  private pending: Eqn[] = [];
  /** Equations that were part of a program before. */
  private readonly before = new WeakSet<Eqn>();
  /** Those of them with a value the user may hold that was not kept. */
  private readonly unkept = new Set<WeakRef<Eqn>>();
  /** More of these are looked through for those that are gone. */
  private patience = MUCH;
  add(eqn: Eqn): void {
    this.pending.push(eqn);
  }
  get full(): boolean {
    return this.pending.length >= FULL;
  }
  get much(): boolean {
    return this.pending.length >= MUCH;
  }
  get empty(): boolean {
    return this.pending.length === 0;
  }

  /** What the user may hold that is not computed, or not kept, and needs one of these values to be. */
  readersOf(values: ReadonlySet<Var>): readonly Var[] {
    const known = new Map<Eqn, boolean>(), readers: Var[] = [];
    const needs = (root: Eqn): boolean => {
      const stack: (readonly [Eqn, boolean])[] = [[root, false]];
      while (stack.length > 0) {
        const [e, ready] = stack.pop()!;
        if (!ready && known.has(e)) continue;
        const from = e.inputs.flatMap((a) => !isLit(a) && a.state.tag === "recorded" ? [a.state.eqn] : []);
        if (ready) known.set(e, known.get(e)! || from.some((f) => known.get(f)));
        else {
          known.set(e, e.inputs.some((a) => !isLit(a) && values.has(a)));
          stack.push([e, true], ...from.map((f) => [f, false] as const));
        }
      }
      return known.get(root)!;
    };
    for (const e of [...this.pending, ...this.alive()]) {
      if (needs(e)) readers.push(...e.outs.filter((v) => isUnkept(v) && !values.has(v)));
    }
    return readers;
  }
  private *alive(): Iterable<Eqn> {
    for (const ref of this.unkept) {
      const e = ref.deref();
      if (e !== undefined && e.outs.some(isUnkept)) yield e;
      else this.unkept.delete(ref);
    }
  }

  /**
   * Everything recorded so far as one program. Its outputs are `wanted`, the values that nothing recorded reads, those the
   * user can hold that would be dear to compute again, and those that are read again after an earlier program had them on its
   * way: so no reduction or contraction the user has named is ever computed twice, and nothing more than twice.
   */
  take(wanted: readonly Var[]): Batch {
    const eqns = withRecipes([
      ...this.pending,
      ...wanted.flatMap((v) => v.state.tag === "recorded" ? [v.state.eqn] : []),
    ]);
    this.pending = [];
    const dear = new Set<Var>(), outputs = new Set<Var>();
    for (const e of eqns) {
      if (!this.before.has(e)) {
        for (const a of e.inputs) {
          if (!isLit(a) && a.state.tag === "recorded" && this.before.has(a.state.eqn)) outputs.add(a);
        }
      }
      const costly = DEAR.has(e.primitive.kind) || e.inputs.some((a) => !isLit(a) && dear.has(a) && !outputs.has(a));
      for (const v of e.outs) {
        if (costly) dear.add(v);
        if (wanted.includes(v) || (v.visible && (v.uses === 0 || costly))) outputs.add(v);
      }
    }
    for (const e of eqns) {
      if (this.before.has(e)) continue;
      this.before.add(e);
      if (e.outs.some((v) => v.visible && !outputs.has(v))) this.unkept.add(new WeakRef(e));
    }
    if (this.unkept.size > this.patience) {
      const left = [...this.alive()].length;
      this.patience = Math.max(MUCH, 2 * left);
    }
    return close(eqns, [...outputs]);
  }
}
const isUnkept = (v: Var): boolean => v.visible && v.state.tag === "recorded";

/** The equations in an order of dependence, with those of earlier values that were not worth keeping. */
const withRecipes = (eqns: readonly Eqn[]): readonly Eqn[] => {
  const seen = new Set<Eqn>(), out: Eqn[] = [], stack: (readonly [Eqn, boolean])[] = [];
  for (const root of eqns) {
    stack.push([root, false]);
    while (stack.length > 0) {
      const [e, ready] = stack.pop()!;
      if (ready) {
        out.push(e);
        continue;
      }
      if (seen.has(e)) continue;
      seen.add(e);
      stack.push([e, true]);
      for (const a of e.inputs) {
        if (!isLit(a) && a.state.tag === "recorded" && !seen.has(a.state.eqn)) stack.push([a.state.eqn, false]);
      }
    }
  }
  return out;
};

/** A closed program of recorded equations. */
const close = (eqns: readonly Eqn[], outputs: readonly Var[]): Batch => {
  const inner = new Map<Var, Var>(), inputs: Var[] = [], binders: Var[] = [];
  const enter = (a: Atom): Atom => {
    if (isLit(a)) return a;
    const known = inner.get(a);
    if (known !== undefined) return known;
    const v = new Var(a.aval);
    inner.set(a, v);
    inputs.push(a);
    binders.push(v);
    return v;
  };
  const own = eqns.map((e): Eqn => {
    const read = e.inputs.map(enter), outs = e.outs.map((v) => new Var(v.aval));
    e.outs.forEach((v, i) => inner.set(v, outs[i]!));
    return { primitive: e.primitive, inputs: read, params: e.params, outs };
  });
  return { program: { inputs: binders, eqns: own, outputs: outputs.map((v) => inner.get(v)!) }, inputs, outputs };
};

import { type Aval, sameAval, showAval } from "./aval.ts";
import type { DType } from "./dtype.ts";
import type { Primitive } from "./primitive.ts";
import { kindOf, type Tensor } from "./tensor.ts";

/*
 * program ::= { lambda binder ... . let eqn ... in (atom, ...) }
 * eqn     ::= binder ... = primitive[params] atom ...
 * binder  ::= name:dtype[shape]
 * atom    ::= name | literal:dtype[shape]
 */

/** One application of a primitive. */
export interface Eqn {
  readonly primitive: Primitive;
  readonly inputs: readonly Atom[];
  readonly params: unknown;
  readonly outs: readonly Var[];
}
/** A closed sequence of equations. Values borrowed from outside come first among `inputs`. */
export interface Program {
  readonly inputs: readonly Var[];
  readonly eqns: readonly Eqn[];
  readonly outputs: readonly Atom[];
}

/** What is known of the value of a variable. */
export type State =
  /** A value of a trace: it has no value until its program runs. */
  | { readonly tag: "traced" }
  /** Recorded outside a trace, to be computed when it is read. */
  | { readonly tag: "recorded"; readonly eqn: Eqn }
  /** Computed, or given by the user. `held` belongs to the engine. */
  | { readonly tag: "held"; readonly held: unknown }
  /** Freed or donated: the reason. */
  | { readonly tag: "gone"; readonly why: string };

const refuse = (what: string): never => {
  throw new TypeError(
    `Cannot use a tensor as ${what}: its value is not known while the program is built. Read it first (await item(x)), ` +
      "or choose inside the program with where(condition, a, b).",
  );
};

let beforeFree: (v: Var) => void = () => {};
/** Sets what is told of a value before it is freed by hand. */
export const onFree = (f: (v: Var) => void): void => {
  beforeFree = f;
};

abstract class Value {
  constructor(readonly aval: Aval) {}
  get shape(): readonly number[] {
    return this.aval.shape;
  }
  get dtype(): DType {
    return this.aval.dtype;
  }
  [Symbol.toPrimitive](hint: string): never {
    return refuse(hint === "string" ? "a string" : hint === "number" ? "a number" : "a condition or an operand");
  }
  toJSON(): string {
    return showAval(this.aval);
  }
  [Symbol.for("Deno.customInspect")](): string {
    return `Tensor ${showAval(this.aval)}`;
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `Tensor ${showAval(this.aval)}`;
  }
}

/** A value with a name of its own. */
export class Var extends Value {
  /** The trace it belongs to; null outside. */
  readonly scope: object | null;
  state: State;
  /** Whether the user can hold it: false for what a transform computed on its way. */
  visible = true;
  /** Recorded equations that read it and are not computed yet. */
  uses = 0;
  constructor(aval: Aval, scope: object | null = null, state: State = { tag: "traced" }) {
    super(aval);
    this.scope = scope;
    this.state = state;
  }
  [Symbol.dispose](): void {
    if (this.state.tag === "held" || this.state.tag === "recorded") beforeFree(this);
    if (this.state.tag === "held") (this.state.held as Partial<Disposable>)[Symbol.dispose]?.();
    if (this.state.tag !== "traced") this.state = { tag: "gone", why: "it was freed at the end of its `using` scope" };
  }
}
/** A constant all of whose elements are `value`. */
export class Lit extends Value {
  constructor(aval: Aval, readonly value: number) {
    super(aval);
  }
  [Symbol.dispose](): void {}
}
export type Atom = Var | Lit;
export const isLit = (a: Atom): a is Lit => a instanceof Lit;

/** The public face of an atom, and back. */
export const asTensor = (a: Atom): Tensor => a as unknown as Tensor;
export const asAtom = (t: Tensor): Atom => {
  const a = t as unknown;
  if (a instanceof Var || a instanceof Lit) return a;
  throw new TypeError(`Expected a tensor, got ${kindOf(t)}`);
};

/** `a`, `b`, …, `z`, `aa`, … in order of appearance. */
const naming = (): (v: Var) => string => {
  const seen = new Map<Var, string>();
  const name = (n: number): string => (n >= 26 ? name(Math.floor(n / 26) - 1) : "") + String.fromCharCode(97 + n % 26);
  return (v) => seen.get(v) ?? (seen.set(v, name(seen.size)), seen.get(v)!);
};
const showParams = (x: unknown): string =>
  x === null || x === undefined
    ? ""
    : `[${Object.entries(x).map(([k, v]) => `${k}=${isProgram(v) ? show(v) : JSON.stringify(v)}`).join(" ")}]`;
const isProgram = (x: unknown): x is Program => typeof x === "object" && x !== null && "eqns" in x;
const showNumber = (x: number): string => Object.is(x, -0) ? "-0" : String(x);

/** The text of a program, with stable names; two programs with one text mean the same. */
export const show = (p: Program): string => {
  const name = naming();
  const binder = (v: Var) => `${name(v)}:${showAval(v.aval)}`;
  const atom = (a: Atom) => isLit(a) ? `${showNumber(a.value)}:${showAval(a.aval)}` : name(a);
  const head = `{ lambda ${p.inputs.map(binder).join(" ")} .`;
  const body = p.eqns.map((e, i) => {
    const right = [`${e.primitive.name}${showParams(e.params)}`, ...e.inputs.map(atom)].join(" ");
    return `${i === 0 ? "  let " : "      "}${e.outs.map(binder).join(" ")} = ${right}`;
  });
  return [head, ...body, `  in (${p.outputs.map(atom).join(", ")}) }`].join("\n");
};

/** Checks that every variable is bound once and before use, and every result is what its primitive says. */
export const check = (p: Program): Program => {
  const bound = new Set<Var>(p.inputs);
  const need = (a: Atom, where: string) => {
    if (!isLit(a) && !bound.has(a)) {
      throw new Error(`${where}: unbound variable of type ${showAval(a.aval)}\n${show(p)}`);
    }
  };
  for (const e of p.eqns) {
    const { name } = e.primitive;
    e.inputs.forEach((a) => need(a, name));
    const expected = e.primitive.abstractEval(e.inputs.map((a) => a.aval), e.params);
    if (expected.length !== e.outs.length) {
      throw new Error(`${name}: expected ${expected.length} results, got ${e.outs.length}`);
    }
    e.outs.forEach((out, i) => {
      if (!sameAval(expected[i]!, out.aval)) {
        throw new Error(`${name}: expected ${showAval(expected[i]!)}, got ${showAval(out.aval)}`);
      }
      if (bound.has(out)) throw new Error(`${name}: result bound twice`);
      bound.add(out);
    });
  }
  p.outputs.forEach((a) => need(a, "output"));
  return p;
};

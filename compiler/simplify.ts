import { sameAval, size } from "../core/aval.ts";
import { isFloat } from "../core/dtype.ts";
import { type Expr, lit, load } from "../core/expr.ts";
import { int } from "../core/index_expr.ts";
import { isExpansion, isNo, type Primitive } from "../core/primitive.ts";
import { type Atom, type Eqn, isLit, Lit, type Program, Var } from "../core/program.ts";
import { axisExprs } from "./axes.ts";
import { roundTo } from "./round.ts";

/** A rule names an identity and gives the atom an equation equals, or null where it does not apply. */
export interface Rule {
  readonly name: string;
  readonly apply: (e: Eqn, inputs: readonly Atom[]) => Atom | Replacement | null;
}
/** The same value by another scalar operand: `primitive` of other inputs. */
export interface Replacement {
  readonly primitive: Primitive;
  readonly inputs: readonly Atom[];
  readonly params: unknown;
}

/** What an elementwise equation computes of its inputs, as a scalar expression in which load `i` is input `i`. */
const scalarForm = (e: Eqn): Expr | null => {
  if (e.primitive.kind !== "elementwise" || isNo(e.primitive.lower) || isExpansion(e.primitive.lower) || e.outs.length !== 1) return null;
  const [form] = e.primitive.lower(e.inputs.map((a) => a.aval), e.params);
  if (form?.tag !== "map") return null;
  const index = axisExprs(e.outs[0]!.aval.shape);
  return form.body({ at: (i) => load(i, int(0), e.inputs[i]!.aval.dtype) }, index);
};
const is = (a: Atom | undefined, value: number): boolean => a !== undefined && isLit(a) && Object.is(a.value, value);
const operation = (e: Eqn, name: string): boolean => {
  const form = scalarForm(e);
  return form?.tag === "op" && form.op === name && form.args.every((x, i) => x.tag === "load" && x.source === i);
};

const constantOf = (e: Eqn, inputs: readonly Atom[]): number | null => {
  const { primitive: p } = e, out = e.outs[0]!.aval;
  if (e.outs.length !== 1 || inputs.length === 0 || !inputs.every(isLit) || size(out.shape) === 0) return null;
  const lits = inputs as readonly Lit[];
  if (p.kind === "elementwise") {
    const hosts = lits.map((l) => ({ aval: { shape: [], dtype: l.aval.dtype }, data: [l.value] }));
    return roundTo(p.evaluate(hosts, [{ shape: [], dtype: out.dtype }], e.params)[0]![0]!, out.dtype);
  }
  if (p.kind !== "movement" || isNo(p.lower) || isExpansion(p.lower)) return null;
  const [form] = p.lower(lits.map((l) => l.aval), e.params);
  if (form?.tag !== "map") return null;
  const value = form.body({ at: (i) => lit(lits[i]!.value, out.dtype) }, axisExprs(out.shape));
  return value.tag === "lit" ? value.value : null;
};

const powerOfTwo = (x: number): boolean => Number.isFinite(x) && x !== 0 && Math.log2(Math.abs(x)) % 1 === 0 && Math.abs(Math.log2(Math.abs(x))) < 100;

/** Exact identities only: on floats never x * 0 = 0 (NaN, infinities), never x + 0 = x (−0), never a rounded reciprocal. */
export const rules: readonly Rule[] = [
  {
    name: "an equation of constants is a constant",
    apply: (e, inputs) => {
      const value = constantOf(e, inputs);
      return value === null ? null : new Lit(e.outs[0]!.aval, value);
    },
  },
  {
    name: "x * 1 = 1 * x = x",
    apply: (e, [x, y]) => !operation(e, "mul") ? null : is(y, 1) ? x! : is(x, 1) ? y! : null,
  },
  {
    name: "x / 1 = x",
    apply: (e, [x, y]) => operation(e, "div") && is(y, 1) ? x! : null,
  },
  {
    name: "x - 0 = x",
    apply: (e, [x, y]) => operation(e, "sub") && is(y, 0) ? x! : null,
  },
  {
    name: "x + -0 = x, and x + 0 = x of whole numbers",
    apply: (e, [x, y]) => {
      if (!operation(e, "add")) return null;
      const zero = (a: Atom) => is(a, -0) || (is(a, 0) && !isFloat(a.aval.dtype));
      return zero(y!) ? x! : zero(x!) ? y! : null;
    },
  },
  {
    name: "where(known, x, y) is x or y, where(c, x, x) = x",
    apply: (e, [c, x, y]) => !operation(e, "select") ? null : isLit(c!) ? c.value !== 0 ? x! : y! : x === y ? x! : null,
  },
  {
    name: "what moves a value onto itself is the value",
    apply: (e, [x]) => {
      const { primitive: p } = e;
      if (p.kind !== "movement" || e.inputs.length !== 1 || isNo(p.lower) || isExpansion(p.lower) || !sameAval(x!.aval, e.outs[0]!.aval)) return null;
      const [form] = p.lower([x!.aval], e.params), index = axisExprs(x!.aval.shape);
      if (form?.tag !== "map") return null;
      let same = true;
      const value = form.body({
        at: (_i, at) => {
          same = at.every((v, k) => v === index[k]);
          return load(0, int(0), x!.aval.dtype);
        },
      }, index);
      return same && value.tag === "load" ? x! : null;
    },
  },
];

/** x / c = x * (1 / c) where 1 / c is exact. Needs the primitive of the product, which some equation may show. */
const exactQuotient = (e: Eqn, inputs: readonly Atom[], product: Primitive | null): Replacement | null => {
  const [x, c] = inputs;
  if (product === null || !operation(e, "div") || !isLit(c!) || !isFloat(c.aval.dtype) || !powerOfTwo(c.value)) return null;
  return { primitive: product, inputs: [x!, new Lit(c.aval, 1 / c.value)], params: null };
};

/** Applies the rules, shares equal equations and drops those that nothing needs. Gives an equal program. */
export const simplify = (p: Program): Program => {
  const env = new Map<Var, Atom>(), known = new Map<string, Eqn>(), ids = new Map<Var, number>(), eqns: Eqn[] = [];
  const idOf = (a: Atom): string => {
    if (isLit(a)) return `${Object.is(a.value, -0) ? "-0" : a.value}:${a.aval.dtype}[${a.aval.shape}]`;
    if (!ids.has(a)) ids.set(a, ids.size);
    return `%${ids.get(a)}`;
  };
  const get = (a: Atom): Atom => isLit(a) ? a : env.get(a) ?? a;
  const product = p.eqns.find((e) => operation(e, "mul"))?.primitive ?? null;
  for (const e of p.eqns) {
    let inputs: readonly Atom[] = e.inputs.map(get), { primitive, params } = e;
    const value = e.outs.length === 1 ? rewrite(e, inputs) : null;
    if (value !== null) {
      env.set(e.outs[0]!, value);
      continue;
    }
    const quotient = exactQuotient(e, inputs, product);
    if (quotient !== null) ({ primitive, inputs, params } = quotient);
    const key = `${primitive.name}${JSON.stringify(params)}(${inputs.map(idOf)})${e.outs.map((v) => v.aval.dtype)}`;
    const same = known.get(key);
    if (same !== undefined) {
      e.outs.forEach((v, i) => env.set(v, same.outs[i]!));
      continue;
    }
    const fresh: Eqn = { primitive, inputs, params, outs: e.outs };
    known.set(key, fresh);
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
const rewrite = (e: Eqn, inputs: readonly Atom[]): Atom | null => {
  for (const rule of rules) {
    const r = rule.apply({ ...e, inputs }, inputs);
    if (r instanceof Lit || r instanceof Var) return r;
  }
  return null;
};

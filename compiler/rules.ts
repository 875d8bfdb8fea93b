import { type Aval, sameAval, size } from "../core/aval.ts";
import { isFloat } from "../core/dtype.ts";
import { type Expr, lit, load } from "../core/expr.ts";
import { int } from "../core/index_expr.ts";
import type { Lowering } from "../core/lowering.ts";
import { isExpansion, isNo, type Primitive } from "../core/primitive.ts";
import { type Atom, isLit, Lit } from "../core/program.ts";
import type { Scalar } from "../core/scalar.ts";
import { axisExprs } from "./axes.ts";
import { roundTo } from "./round.ts";

/** An equation with one result, on inputs that are simple already. */
export interface Site {
  readonly primitive: Primitive;
  readonly inputs: readonly Atom[];
  readonly params: unknown;
  readonly out: Aval;
}
/** The same value by another primitive the program has, or of other inputs. */
export interface Replacement {
  readonly primitive: Primitive;
  readonly inputs: readonly Atom[];
}
/** A rule names an identity and gives what an equation equals, or null where it does not apply. */
export interface Rule {
  readonly name: string;
  readonly apply: (s: Site, known: Known) => Atom | Replacement | null;
}
/** Primitives seen in the program, by the scalar instruction they are. */
export type Known = ReadonlyMap<Scalar, Primitive>;

/** The lowering of a site, if it is a map. */
const mapOf = (s: Site): Extract<Lowering, { tag: "map" }> | null => {
  const { lower } = s.primitive;
  if (isNo(lower) || isExpansion(lower)) return null;
  const [form] = lower(s.inputs.map((a) => a.aval), s.params);
  return form?.tag === "map" ? form : null;
};
/** The one instruction a primitive stands for, if it is one, applied to its inputs in order. */
export const instructionOf = (p: Primitive, avals: readonly Aval[], params: unknown): Scalar | null => {
  if (p.kind !== "elementwise" || params !== null) return null;
  const known = instructions.get(p);
  if (known !== undefined) return known;
  const form = mapOf({ primitive: p, inputs: avals.map((a) => new Lit(a, 0)), params, out: avals[0]! });
  const e = form?.body({ at: (i) => load(i, int(0), avals[i]!.dtype) }, axisExprs(avals[0]?.shape ?? []));
  const plain = e?.tag === "op" && e.args.length === avals.length &&
    e.args.every((x, i) => x.tag === "load" && x.source === i);
  const found = plain ? (e as Extract<Expr, { tag: "op" }>).op : null;
  instructions.set(p, found);
  return found;
};
const instructions = new WeakMap<Primitive, Scalar | null>();

const is = (a: Atom | undefined, value: number): boolean => a !== undefined && isLit(a) && Object.is(a.value, value);
/** A rule on equations that are one instruction. */
const on = (
  op: Scalar,
  name: string,
  apply: (inputs: readonly Atom[], s: Site, known: Known) => Atom | Replacement | null,
): Rule => ({
  name,
  apply: (s, known) =>
    instructionOf(s.primitive, s.inputs.map((a) => a.aval), s.params) === op ? apply(s.inputs, s, known) : null,
});

const constantOf = (s: Site): number | null => {
  if (s.inputs.length === 0 || !s.inputs.every(isLit) || size(s.out.shape) === 0) return null;
  const lits = s.inputs as readonly Lit[];
  if (s.primitive.kind === "elementwise") {
    const hosts = lits.map((l) => ({ aval: { shape: [], dtype: l.aval.dtype }, data: [l.value] }));
    return roundTo(s.primitive.evaluate(hosts, [{ shape: [], dtype: s.out.dtype }], s.params)[0]![0]!, s.out.dtype);
  }
  const form = s.primitive.kind === "movement" ? mapOf(s) : null;
  const value = form?.body({ at: (i) => lit(lits[i]!.value, s.out.dtype) }, axisExprs(s.out.shape));
  return value?.tag === "lit" ? value.value : null;
};
const movesOntoItself = (s: Site): boolean => {
  if (s.primitive.kind !== "movement" || s.inputs.length !== 1 || !sameAval(s.inputs[0]!.aval, s.out)) return false;
  const form = mapOf(s), index = axisExprs(s.out.shape), mark = load(0, int(0), s.out.dtype);
  let same = true;
  const value = form?.body({
    at: (_i, at) => {
      same &&= at.every((v, k) => v === index[k]);
      return mark;
    },
  }, index);
  return same && value === mark;
};
const exactReciprocal = (x: number): boolean => {
  const e = Math.log2(Math.abs(x));
  return Number.isInteger(e) && Math.abs(e) < 100;
};

/** Exact identities only: on floats never x * 0 = 0 (NaN, infinities), never x + 0 = x (−0), never a rounded reciprocal. */
export const rules: readonly Rule[] = [
  {
    name: "an equation of constants is a constant",
    apply: (s) => {
      const value = constantOf(s);
      return value === null ? null : new Lit(s.out, value);
    },
  },
  { name: "what moves a value onto itself is the value", apply: (s) => movesOntoItself(s) ? s.inputs[0]! : null },
  on("mul", "x * 1 = 1 * x = x", ([x, y]) => is(y, 1) ? x! : is(x, 1) ? y! : null),
  on("div", "x / 1 = x", ([x, y]) => is(y, 1) ? x! : null),
  on("div", "x / c = x * (1 / c) where 1 / c is exact", ([x, c], _s, known) => {
    const product = known.get("mul");
    if (product === undefined || !isLit(c!) || !isFloat(c.aval.dtype) || !exactReciprocal(c.value)) return null;
    return { primitive: product, inputs: [x!, new Lit(c.aval, 1 / c.value)] };
  }),
  on("sub", "x - 0 = x", ([x, y]) => is(y, 0) ? x! : null),
  on("add", "x + -0 = x, and x + 0 = x of whole numbers", ([x, y]) => {
    const zero = (a: Atom) => is(a, -0) || (is(a, 0) && !isFloat(a.aval.dtype));
    return zero(y!) ? x! : zero(x!) ? y! : null;
  }),
  on(
    "select",
    "where(known, x, y) is x or y, where(c, x, x) = x",
    ([c, x, y]) => isLit(c!) ? c.value !== 0 ? x! : y! : x === y ? x! : null,
  ),
];

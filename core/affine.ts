import { type Expr, lit, type LitExpr } from "./expr.ts";

/** c0 + c1*a1 + c2*a2 + … over atoms ordered by age: what index expressions (i32) are kept as. */
export interface Affine {
  readonly constant: number;
  readonly terms: ReadonlyMap<Expr, number>;
}

const MAX = 2 ** 31 - 1, MIN = -(2 ** 31);
export const int = (value: number): LitExpr => lit(value, "i32");

const forms = new WeakMap<Expr, Affine>(), ranges = new WeakMap<Expr, readonly [number, number]>();

/** The affine form of an index expression. */
export const affine = (e: Expr): Affine => {
  const known = forms.get(e);
  if (known !== undefined) return known;
  const form = formOf(e);
  forms.set(e, form);
  return form;
};
const formOf = (e: Expr): Affine => {
  if (e.tag === "lit") return { constant: e.value, terms: new Map() };
  if (e.tag === "op" && e.dtype === "i32") {
    if (e.op === "add") return plus(affine(e.args[0]!), affine(e.args[1]!), 1);
    if (e.op === "mul" && e.args[1]!.tag === "lit") return scale(affine(e.args[0]!), e.args[1]!.value);
  }
  return { constant: 0, terms: new Map([[e, 1]]) };
};

export const plus = (a: Affine, b: Affine, k: number): Affine => {
  const terms = new Map(a.terms);
  for (const [atom, c] of b.terms) {
    const sum = (terms.get(atom) ?? 0) + k * c;
    if (sum === 0) terms.delete(atom);
    else terms.set(atom, sum);
  }
  return { constant: a.constant + k * b.constant, terms };
};
export const scale = (a: Affine, k: number): Affine =>
  k === 0
    ? { constant: 0, terms: new Map() }
    : { constant: a.constant * k, terms: new Map([...a.terms].map(([atom, c]) => [atom, c * k])) };

/** Least and greatest value an index expression can take. */
export const bounds = (e: Expr): readonly [number, number] => {
  const known = ranges.get(e);
  if (known !== undefined) return known;
  const range = rangeOf(e);
  ranges.set(e, range);
  return range;
};
const rangeOf = (e: Expr): readonly [number, number] => {
  if (e.dtype !== "i32") return [MIN, MAX];
  switch (e.tag) {
    case "lit":
      return [e.value, e.value];
    case "axis":
      return [0, Math.max(0, e.extent - 1)];
    case "op": {
      const [x, y] = e.args;
      if (e.op === "add" || e.op === "mul") return affineBounds(affine(e));
      if (e.op === "div" && y!.tag === "lit") {
        const [lo, hi] = bounds(x!);
        return [Math.floor(lo / y!.value), Math.floor(hi / y!.value)];
      }
      if (e.op === "rem" && y!.tag === "lit") {
        return bounds(x!)[0] >= 0 ? [0, y!.value - 1] : [1 - y!.value, y!.value - 1];
      }
      if (e.op === "min" || e.op === "max") {
        const [a, b] = [bounds(x!), bounds(y!)], f = Math[e.op];
        return [f(a[0], b[0]), f(a[1], b[1])];
      }
      return [MIN, MAX];
    }
    default:
      return [MIN, MAX];
  }
};
export const affineBounds = (a: Affine): readonly [number, number] => {
  let lo = a.constant, hi = a.constant;
  for (const [atom, c] of a.terms) {
    const [l, h] = atom.tag === "op" && (atom.op === "add" || atom.op === "mul") ? [MIN, MAX] : bounds(atom);
    lo += c > 0 ? c * l : c * h;
    hi += c > 0 ? c * h : c * l;
  }
  return [lo, hi];
};

const gcd = (a: number, b: number): number => b === 0 ? Math.abs(a) : gcd(b, a % b);
/** The part of an affine form whose coefficients `c` divides, divided by `c`, and what is left over. */
export const split = (a: Affine, c: number): readonly [Affine, Affine] => {
  const whole = new Map<Expr, number>(), rest = new Map<Expr, number>();
  for (const [atom, k] of a.terms) k % c === 0 ? whole.set(atom, k / c) : rest.set(atom, k);
  const q = Math.floor(a.constant / c);
  return [{ constant: q, terms: whole }, { constant: a.constant - q * c, terms: rest }];
};
/** Common factor of the coefficients of `a` and of `c`. */
export const common = (a: Affine, c: number): number => [...a.terms.values()].reduce((g, k) => gcd(g, k), c);
/** An affine form as high * base + low with 0 <= low < base, for a base that divides c: low does not matter to x div c. */
export const digitsOf = (
  a: Affine,
  c: number,
): { readonly base: number; readonly high: Affine; readonly low: Affine } | null => {
  for (const base of new Set([...a.terms.values()].map((k) => gcd(k, c)))) {
    if (base === 1) continue;
    const [high, low] = split(a, base), [lo, hi] = affineBounds(low);
    if (low.terms.size > 0 && lo >= 0 && hi < base) return { base, high, low };
  }
  return null;
};
export const shrink = (a: Affine, g: number): Affine => ({
  constant: Math.floor(a.constant / g),
  terms: new Map([...a.terms].map(([atom, k]) => [atom, k / g])),
});

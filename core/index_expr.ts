import { type Expr, lit, type LitExpr, op, rawOp } from "./expr.ts";

/**
 * Arithmetic of index expressions (i32), kept in the form  c0 + c1*a1 + c2*a2 + …  over atoms ordered by age, with
 * `div` and `mod` of a positive constant simplified by the known ranges of the axes. This is what makes a reshape of a
 * transpose of a slice one polynomial. Division rounds down; a negative dividend occurs only under a false guard.
 */
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

const plus = (a: Affine, b: Affine, k: number): Affine => {
  const terms = new Map(a.terms);
  for (const [atom, c] of b.terms) {
    const sum = (terms.get(atom) ?? 0) + k * c;
    if (sum === 0) terms.delete(atom);
    else terms.set(atom, sum);
  }
  return { constant: a.constant + k * b.constant, terms };
};
const scale = (a: Affine, k: number): Affine =>
  k === 0
    ? { constant: 0, terms: new Map() }
    : { constant: a.constant * k, terms: new Map([...a.terms].map(([atom, c]) => [atom, c * k])) };

const isDivMod = (e: Expr, name: "div" | "rem") => e.tag === "op" && e.op === name && e.args[1]!.tag === "lit";

/**
 * Puts together what belongs together:
 *   k*(x mod c) + k*c*(x div c) = k*x,   k*(x mod c) + k*c*((x div c) mod d) = k*(x mod c*d),   k*x - k*c*(x div c) = k*(x mod c)
 */
const recombine = (a: Affine): Affine => {
  for (const [atom, k] of a.terms) {
    if (atom.tag !== "op" || !(isDivMod(atom, "rem") || isDivMod(atom, "div"))) continue;
    const [x, c] = atom.args as [Expr, LitExpr];
    const better = atom.op === "rem" ? joinRemainder(a, atom, x, c, k) : joinQuotient(a, atom, x, c, k);
    if (better !== null) return recombine(better);
  }
  return a;
};
const without = (a: Affine, ...atoms: readonly Expr[]): Affine => {
  const terms = new Map(a.terms);
  for (const atom of atoms) terms.delete(atom);
  return { constant: a.constant, terms };
};
const joinRemainder = (a: Affine, mod: Expr, x: Expr, c: LitExpr, k: number): Affine | null => {
  for (const [other, kc] of a.terms) {
    if (other.tag !== "op" || kc !== k * c.value) continue;
    if (isDivMod(other, "div") && other.args[0] === x && other.args[1] === c) {
      return plus(without(a, mod, other), affine(x), k);
    }
    const inner = isDivMod(other, "rem") ? other.args[0]! : null;
    if (inner !== null && inner.tag === "op" && isDivMod(inner, "div") && quotientOf(inner, x, c)) {
      return plus(without(a, mod, other), affine(imod(x, c.value * (other.args[1] as LitExpr).value)), k);
    }
  }
  return null;
};
/** Is `e` (x div c), also where x is itself a quotient? */
const quotientOf = (e: Expr, x: Expr, c: LitExpr): boolean =>
  e === rawOp("div", "i32", [x, c]) || e === idiv(x, c.value);
const joinQuotient = (a: Affine, div: Expr, x: Expr, c: LitExpr, q: number): Affine | null => {
  const k = -q / c.value, inner = affine(x);
  if (!Number.isInteger(k) || inner.terms.size === 0 || bounds(x)[0] < 0) return null;
  for (const [atom, coefficient] of inner.terms) if (a.terms.get(atom) !== k * coefficient) return null;
  return plus(plus(without(a, div), inner, -k), { constant: 0, terms: new Map([[rawOp("rem", "i32", [x, c]), 1]]) }, k);
};

/** The expression of an affine form. */
export const fromAffine = (form: Affine): Expr => {
  const a = recombine(form);
  let sum: Expr | null = null;
  for (const [atom, c] of [...a.terms].sort(([x], [y]) => x.id - y.id)) {
    const term = c === 1 ? atom : rawOp("mul", "i32", [atom, int(c)]);
    sum = sum === null ? term : rawOp("add", "i32", [sum, term]);
  }
  if (sum === null) return int(a.constant);
  return a.constant === 0 ? sum : rawOp("add", "i32", [sum, int(a.constant)]);
};

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
const affineBounds = (a: Affine): readonly [number, number] => {
  let lo = a.constant, hi = a.constant;
  for (const [atom, c] of a.terms) {
    const [l, h] = atom.tag === "op" && (atom.op === "add" || atom.op === "mul") ? [MIN, MAX] : bounds(atom);
    lo += c > 0 ? c * l : c * h;
    hi += c > 0 ? c * h : c * l;
  }
  return [lo, hi];
};

export const iadd = (x: Expr, y: Expr): Expr => fromAffine(plus(affine(x), affine(y), 1));
export const isub = (x: Expr, y: Expr): Expr => fromAffine(plus(affine(x), affine(y), -1));
export const imul = (x: Expr, k: number): Expr => fromAffine(scale(affine(x), k));

const gcd = (a: number, b: number): number => b === 0 ? Math.abs(a) : gcd(b, a % b);
/** The part of an affine form whose coefficients `c` divides, divided by `c`, and what is left over. */
const split = (a: Affine, c: number): readonly [Affine, Affine] => {
  const whole = new Map<Expr, number>(), rest = new Map<Expr, number>();
  for (const [atom, k] of a.terms) k % c === 0 ? whole.set(atom, k / c) : rest.set(atom, k);
  const q = Math.floor(a.constant / c);
  return [{ constant: q, terms: whole }, { constant: a.constant - q * c, terms: rest }];
};
/** Common factor of the coefficients of `a` and of `c`. */
const common = (a: Affine, c: number): number => [...a.terms.values()].reduce((g, k) => gcd(g, k), c);
/** An affine form as high * base + low with 0 <= low < base, for a base that divides c: low does not matter to x div c. */
const digitsOf = (
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
const shrink = (a: Affine, g: number): Affine => ({
  constant: Math.floor(a.constant / g),
  terms: new Map([...a.terms].map(([atom, k]) => [atom, k / g])),
});

/** x div c, rounded down. */
export const idiv = (x: Expr, c: number): Expr => {
  if (c === 1) return x;
  const [whole, rest] = split(affine(x), c);
  const [lo, hi] = affineBounds(rest);
  if (Math.floor(lo / c) === Math.floor(hi / c)) {
    return fromAffine({ ...whole, constant: whole.constant + Math.floor(lo / c) });
  }
  if (lo < 0 && whole.terms.size + Math.abs(whole.constant) > 0) return rawOp("div", "i32", [x, int(c)]);
  const digits = digitsOf(rest, c);
  if (digits !== null) return fromAffine(plus(whole, affine(idiv(fromAffine(digits.high), c / digits.base)), 1));
  const g = common(rest, c);
  const y = fromAffine(shrink(rest, g)), d = c / g;
  if (d === 1) return fromAffine(plus(whole, affine(y), 1));
  const quotient = isDivMod(y, "div") && y.tag === "op"
    ? rawOp("div", "i32", [y.args[0]!, int((y.args[1] as LitExpr).value * d)])
    : rawOp("div", "i32", [y, int(d)]);
  return fromAffine(plus(whole, affine(quotient), 1));
};

/** x mod c, in 0..c-1. */
export const imod = (x: Expr, c: number): Expr => {
  if (c === 1) return int(0);
  const [whole, rest] = split(affine(x), c);
  const [lo, hi] = affineBounds(rest);
  if (lo >= 0 && hi < c) return fromAffine(rest);
  // What is left alone may be negative, where a remainder would be, too: the multiples of c stay.
  if (lo < 0 && whole.terms.size + Math.abs(whole.constant) > 0) return rawOp("rem", "i32", [x, int(c)]);
  const digits = digitsOf(rest, c);
  if (digits !== null) {
    const high = affine(imod(fromAffine(digits.high), c / digits.base));
    return fromAffine(plus(digits.low, high, digits.base));
  }
  const g = common(rest, c);
  if (lo >= 0 && g > 1) {
    const low = rest.constant % g;
    return fromAffine(plus({ constant: low, terms: new Map() }, affine(imod(fromAffine(shrink(rest, g)), c / g)), g));
  }
  return rawOp("rem", "i32", [fromAffine(rest), int(c)]);
};

/** x < y, decided where the ranges decide it. */
export const ilt = (x: Expr, y: Expr): Expr => {
  const [lo, hi] = affineBounds(plus(affine(x), affine(y), -1));
  return hi < 0 ? lit(1, "bool") : lo >= 0 ? lit(0, "bool") : op("lt", x, y);
};
/** x = y, decided where the ranges decide it. */
export const ieq = (x: Expr, y: Expr): Expr => {
  const d = plus(affine(x), affine(y), -1), [lo, hi] = affineBounds(d);
  return lo === 0 && hi === 0 ? lit(1, "bool") : lo > 0 || hi < 0 ? lit(0, "bool") : op("eq", x, y);
};
/** lo <= x < hi */
export const within = (x: Expr, lo: number, hi: number): Expr => op("and", ilt(int(lo - 1), x), ilt(x, int(hi)));
export const all = (conditions: readonly Expr[]): Expr =>
  conditions.reduce((a, b) => op("and", a, b), lit(1, "bool") as Expr);

/** Row-major position of an index. */
export const ravel = (index: readonly Expr[], shape: readonly number[]): Expr => {
  let form: Affine = { constant: 0, terms: new Map() }, stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    form = plus(form, affine(index[i]!), stride);
    stride *= shape[i]!;
  }
  return fromAffine(form);
};
/** The index of a row-major position. */
export const unravel = (position: Expr, shape: readonly number[]): readonly Expr[] => {
  const out = new Array<Expr>(shape.length);
  let rest = position;
  for (let i = shape.length - 1; i >= 0; i--) {
    out[i] = i === 0 ? rest : imod(rest, shape[i]!);
    rest = idiv(rest, shape[i]!);
  }
  return out;
};

import {
  type Affine,
  affine,
  affineBounds,
  bounds,
  common,
  digitsOf,
  int,
  plus,
  scale,
  shrink,
  split,
} from "./affine.ts";
import { type Expr, lit, type LitExpr, op, rawOp } from "./expr.ts";

export { type Affine, affine, bounds, int };

/*
 * Arithmetic of index expressions (i32), kept in the form  c0 + c1*a1 + c2*a2 + …  over atoms ordered by age, with
 * `div` and `mod` of a positive constant simplified by the known ranges of the axes. This is what makes a reshape of a
 * transpose of a slice one polynomial. Division rounds down; a negative dividend occurs only under a false guard.
 */
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

export const iadd = (x: Expr, y: Expr): Expr => fromAffine(plus(affine(x), affine(y), 1));
export const isub = (x: Expr, y: Expr): Expr => fromAffine(plus(affine(x), affine(y), -1));
export const imul = (x: Expr, k: number): Expr => fromAffine(scale(affine(x), k));

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

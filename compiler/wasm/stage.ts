import { type Axis, axis, type Expr, load, operands } from "../../core/expr.ts";
import { type Affine, affine, fromAffine, int, ravel } from "../../core/index_expr.ts";
import { type Analysis, stepAlong } from "./analysis.ts";
import { rebuild } from "./rewrite.ts";

/**
 * An operand of a contraction laid out anew in scratch memory, so that reading it needs no condition and no gather. Axes that
 * are only used as one sum, such as the place of a window and the place in it, become one axis: of a convolution the padded
 * image is laid out, not its patches.
 */
export interface Staged {
  /** What is laid out, over `axes`: row-major, the last one contiguous. */
  readonly value: Expr;
  readonly axes: readonly Axis[];
  readonly length: number;
  /** Where in it the operand is, and the operand, read from there. */
  readonly index: Expr;
  readonly load: Expr;
}

/** Bytes that a copy of so many bytes takes: vectors may reach beyond its end. */
export const aligned = (bytes: number): number => Math.ceil((bytes + 64) / 64) * 64;

/** The axes x and y that occur only as multiples of `p x + q y`, which takes `extent` values from `least`. */
interface Couple {
  readonly x: Axis;
  readonly y: Axis;
  readonly p: number;
  readonly q: number;
  readonly least: number;
  readonly extent: number;
}

const gcd = (a: number, b: number): number => b === 0 ? Math.abs(a) : gcd(b, a % b);
const isForm = (e: Expr): boolean =>
  e.dtype === "i32" &&
  (e.tag === "axis" || (e.tag === "op" && (e.op === "add" || (e.op === "mul" && e.args[1]!.tag === "lit"))));

/** The largest sums of axes in an expression. */
const forms = (e: Expr): readonly Affine[] => {
  const found: Affine[] = [], seen = new Set<Expr>();
  const walk = (x: Expr): void => {
    if (seen.has(x)) return;
    seen.add(x);
    if (!isForm(x)) return operands(x).forEach(walk);
    const form = affine(x);
    found.push(form);
    for (const atom of form.terms.keys()) if (atom.tag !== "axis") walk(atom);
  };
  walk(e);
  return found;
};
const couple = (all: readonly Affine[], x: Axis, y: Axis): Couple | null => {
  let p = 0, q = 0;
  for (const { terms } of all) {
    const [a, b] = [terms.get(x) ?? 0, terms.get(y) ?? 0];
    if (a === 0 && b === 0) continue;
    if (a === 0 || b === 0) return null;
    if (p === 0) [p, q] = [a, b];
    else if (a * q !== b * p) return null;
  }
  const g = gcd(p, q);
  if (g === 0) return null;
  [p, q] = p < 0 ? [-p / g, -q / g] : [p / g, q / g];
  const reach = (k: number, a: Axis): number => k * (a.extent - 1);
  const least = Math.min(0, reach(p, x)) + Math.min(0, reach(q, y));
  return { x, y, p, q, least, extent: Math.abs(reach(p, x)) + Math.abs(reach(q, y)) + 1 };
};
/** Couples of an axis of the grid and one that is summed over, those first that save most. */
const couples = (e: Expr, grid: readonly Axis[], summed: readonly Axis[]): readonly Couple[] => {
  const all = forms(e), share = (c: Couple): number => c.extent / (c.x.extent * c.y.extent);
  const found = grid.flatMap((x) => summed.flatMap((y) => couple(all, x, y) ?? [])).filter((c) => share(c) < 1).sort((
    a,
    b,
  ) => share(a) - share(b));
  const taken = new Set<Axis>();
  return found.filter(({ x, y }) => !taken.has(x) && !taken.has(y) && taken.add(x).add(y));
};

export interface StageOptions {
  readonly analysis: Analysis;
  /** Axes of the grid and axes summed over that are inside: all others are bound before. */
  readonly grid: readonly Axis[];
  readonly summed: readonly Axis[];
  /** The axis that is to be contiguous. */
  readonly lanes: Axis | null;
  /** The number under which the copy is loaded. */
  readonly source: number;
}
export const stage = (e: Expr, { analysis, grid, summed, lanes, source }: StageOptions): Staged => {
  const free = analysis.free(e), pairs = couples(e, grid.filter((a) => free.has(a)), summed.filter((a) => free.has(a)));
  const value = recoupled(e, pairs);
  const single = [...grid, ...summed].filter((a) => free.has(a) && !pairs.some((c) => c.x === a || c.y === a));
  // Where along each new axis the operand reads.
  const places: { readonly axis: Axis; readonly at: Expr; readonly of: readonly Axis[] }[] = [
    ...single.map((a) => ({ axis: a, at: a, of: [a] })),
    ...pairs.map((c) => ({ axis: value.axisOf(c), at: position(c), of: [c.x, c.y] })),
  ];
  const contiguous = (a: Axis): boolean => unitStep(value.expr, a, analysis);
  const last = places.find((p) => lanes !== null && p.of.includes(lanes)) ?? places.find((p) => contiguous(p.axis)) ??
    places.at(-1);
  const order = last === undefined ? [] : [...places.filter((p) => p !== last), last];
  const shape = order.map((p) => p.axis.extent), index = ravel(order.map((p) => p.at), shape);
  return {
    value: value.expr,
    axes: order.map((p) => p.axis),
    length: shape.reduce((n, d) => n * d, 1),
    index,
    load: load(source, index, "f32"),
  };
};
const position = ({ x, y, p, q, least }: Couple): Expr =>
  fromAffine({ constant: -least, terms: new Map<Expr, number>([[x, p], [y, q]]) });
/** Whether something is loaded along an axis without gaps. What is shared inside the expression is looked at once. */
const unitStep = (e: Expr, a: Axis, analysis: Analysis, seen = new Set<Expr>()): boolean => {
  if (e.tag === "load") return stepAlong(e.index, a, analysis.free) === 1;
  if (seen.has(e)) return false;
  seen.add(e);
  return operands(e).some((x) => x.dtype !== "bool" && unitStep(x, a, analysis, seen));
};

/** The expression with an axis of its own for each couple. */
const recoupled = (
  e: Expr,
  pairs: readonly Couple[],
): { readonly expr: Expr; readonly axisOf: (c: Couple) => Axis } => {
  const axes = new Map(pairs.map((c) => [c, axis(c.extent)])), done = new Map<Expr, Expr>();
  const go = (x: Expr): Expr => {
    const known = done.get(x) ?? make(x);
    done.set(x, known);
    return known;
  };
  const make = (x: Expr): Expr => {
    if (isForm(x)) return summedUp(affine(x));
    const args = operands(x).map(go), old = operands(x);
    return args.every((a, i) => a === old[i]) ? x : rebuild(x, args);
  };
  const summedUp = (form: Affine): Expr => {
    let constant = form.constant;
    const terms = new Map<Expr, number>();
    const add = (atom: Expr, c: number): void => void terms.set(atom, (terms.get(atom) ?? 0) + c);
    for (const [atom, c] of form.terms) {
      const pair = pairs.find((p) => p.x === atom || p.y === atom);
      if (pair === undefined) add(atom.tag === "axis" ? atom : go(atom), c);
      else if (pair.x === atom) {
        add(axes.get(pair)!, c / pair.p);
        constant += c / pair.p * pair.least;
      }
    }
    return terms.size === 0 ? int(constant) : fromAffine({ constant, terms });
  };
  return { expr: go(e), axisOf: (c) => axes.get(c)! };
};

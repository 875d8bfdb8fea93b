import { type Extents, size } from "../core/aval.ts";
import { axis, type Expr, fold, guard, lit } from "../core/expr.ts";
import { iadd, ilt, imul, int } from "../core/index_expr.ts";
import { type Combine, identityOf } from "../core/scalar.ts";
import { axesOf, axisExprs } from "./axes.ts";

/** More terms than this are not put together one after the other, but by pieces: the error is smaller. */
export const LONG = 1024;

/** The loops of a reduction: the index of what is reduced, and the fold of a value that depends on it. */
export interface Loops {
  readonly index: readonly Expr[];
  readonly fold: (combine: Combine, value: Expr) => Expr;
  /** Loop trips. */
  readonly trips: number;
}

/** Loops over `extents`; long ones are loops over pieces of loops. */
export const loopsOver = (extents: Extents): Loops => {
  if (size(extents) <= LONG) {
    const index = axisExprs(extents), axes = axesOf(index);
    return { index, fold: (combine, value) => fold(combine, axes, value), trips: tripsOver(extents) };
  }
  const cut = shortTail(extents);
  if (cut === extents.length) return byPieces(extents);
  const outer = loopsOver(extents.slice(0, cut)), inner = loopsOver(extents.slice(cut));
  return {
    index: [...outer.index, ...inner.index],
    fold: (combine, value) => outer.fold(combine, inner.fold(combine, value)),
    trips: outer.trips * (1 + inner.trips),
  };
};
/** Trips of loops in loops: those of an outer one count, too. */
export const tripsOver = (extents: Extents): number =>
  extents.reduceRight((inner, d) => d === 1 ? inner : d * (1 + inner), 0);
/** Where as many of the last extents begin as are not long together. */
export const shortTail = (extents: Extents): number => {
  let cut = extents.length, inner = 1;
  while (cut > 0 && inner * extents[cut - 1]! <= LONG) inner *= extents[--cut]!;
  return cut;
};
const byPieces = (extents: Extents): Loops => {
  const last = extents.at(-1)!, { count, length } = piecesOf(last), within = axis(length);
  const outer = loopsOver([...extents.slice(0, -1), count]), at = iadd(imul(outer.index.at(-1)!, length), within);
  return {
    index: [...outer.index.slice(0, -1), at],
    fold: (combine, value) => {
      const nothing = lit(identityOf(combine, value.dtype), value.dtype);
      return outer.fold(combine, fold(combine, [within], guard(ilt(at, int(last)), value, nothing)));
    },
    trips: outer.trips * (1 + length),
  };
};

/** A long extent as `count` pieces of a length near the square root that divides it, if there is one. */
export const piecesOf = (n: number): { readonly count: number; readonly length: number } => {
  const count = Math.max(2, Math.ceil(n / pieceOf(n)));
  return { count, length: Math.ceil(n / count) };
};
const pieceOf = (n: number): number => {
  const ideal = Math.min(512, Math.ceil(Math.sqrt(n)));
  for (let d = ideal; d <= Math.min(n, 4 * ideal); d++) if (n % d === 0 && d <= LONG) return d;
  return ideal;
};

import { type Extents, size } from "../core/aval.ts";
import type { DType } from "../core/dtype.ts";
import { type Expr, guard, lit } from "../core/expr.ts";
import { iadd, ilt, imul, int } from "../core/index_expr.ts";
import type { Lowering } from "../core/lowering.ts";

type Contract = Extract<Lowering, { tag: "contract" }>;

/** A sum of products longer than this is cut, or its rounding errors would show: they grow with its length. */
const LONGEST = 131_072;
/** Into pieces of about so many products. */
const PIECE = 4096;
/** The pieces of all results are so many values at most. */
const ROOM = 2 ** 22;

/** A contraction of pieces, with the number of the piece before the axes of the result. */
export interface Pieces {
  readonly count: number;
  readonly form: Contract;
}

/** A long contraction of f32 in pieces along its longest axis; null where it is short, or the pieces would fill the memory. */
export const inPieces = (form: Contract, dtype: DType): Pieces | null => {
  const total = size(form.reduced), extent = Math.max(...form.reduced), at = form.reduced.indexOf(extent);
  if (dtype !== "f32" || total <= LONGEST) return null;
  const wanted = Math.min(Math.ceil(total / PIECE), extent, Math.floor(ROOM / Math.max(1, size(form.out))));
  if (wanted < 2) return null;
  const even = evenly(extent, wanted, 2 * wanted), length = even ?? Math.ceil(extent / wanted);
  const count = Math.ceil(extent / length), whole = length * count === extent;
  const operand = (of: Contract["a"]): Contract["a"] => (r, [piece, ...out], reduced) => {
    const place = iadd(imul(piece!, length), reduced[at]!);
    const value: Expr = of(r, out, reduced.map((x, i) => i === at ? place : x));
    return whole ? value : guard(ilt(place, int(extent)), value, lit(0, value.dtype));
  };
  return {
    count,
    form: {
      tag: "contract",
      out: [count, ...form.out],
      reduced: form.reduced.map((d, i): number => i === at ? length : d) as Extents,
      a: operand(form.a),
      b: operand(form.b),
    },
  };
};
/** The length of pieces that leave nothing over, of which there are `least` to `most`; null where there are none. */
const evenly = (extent: number, least: number, most: number): number | null => {
  for (let count = least; count <= Math.min(most, extent); count++) if (extent % count === 0) return extent / count;
  return null;
};

import { aval, showAval } from "../core/aval.ts";
import { isFloat, numeric } from "../core/dtype.ts";
import { DTypeError, inNameOf, ShapeError } from "../core/errors.ts";
import { type Expr, lit, op } from "../core/expr.ts";
import { needDType } from "../core/families.ts";
import { iadd, int } from "../core/index_expr.ts";
import { map } from "../core/lowering.ts";
import { host, no, type Primitive } from "../core/primitive.ts";
import { type Shape, showShape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import { reshape, stretch } from "./structure.ts";

/** Whether elements equal to the value come after the place that is found ("left") or before it. */
export type Side = "left" | "right";
interface SearchParams {
  readonly side: Side;
}
/** Whether x comes before v, or with "right" beside it: NaN is the last of all. */
const passes = (x: number, v: number, side: Side): boolean =>
  side === "left" ? x < v || (x === x && v !== v) : x <= v || v !== v;
const passesExpr = (x: Expr, v: Expr, side: Side): Expr => {
  const before = op(side === "left" ? "lt" : "le", x, v);
  if (!isFloat(x.dtype)) return before;
  const last = op("ne", v, v);
  return op("or", before, side === "left" ? op("and", last, op("eq", x, x)) : last);
};

/** How many elements of a sorted row are less than (right: at most) each value: `T[..., n], T[..., k] -> i32[..., k]`. */
export const searchP: Primitive<SearchParams> = {
  name: "search",
  kind: "opaque",
  abstractEval: ([sorted, values]) => {
    needDType("search", sorted!, numeric);
    const got = `${showAval(sorted!)} and ${showAval(values!)}`, rank = sorted!.shape.length;
    if (sorted!.dtype !== values!.dtype) {
      throw new DTypeError(`search: expected one dtype, got ${got}`, { op: "search", expected: sorted!.dtype, got });
    }
    if (
      rank === 0 || `${sorted!.shape.slice(0, -1)}` !== `${values!.shape.slice(0, -1)}` || values!.shape.length !== rank
    ) {
      throw new ShapeError(`search: expected as many rows of values as sorted ones, got ${got}`, {
        op: "search",
        expected: "equal rows",
        got,
      });
    }
    return [aval(values!.shape, "i32")];
  },
  evaluate: ([sorted, values], [out], { side }) => {
    const n = sorted!.aval.shape.at(-1)!, k = out!.shape.at(-1)!;
    return [Float64Array.from(values!.data, (v, i) => {
      const from = Math.floor(i / k) * n;
      let lo = 0, hi = n;
      while (lo < hi) {
        const middle = (lo + hi) >> 1;
        if (passes(sorted!.data[from + middle]!, v, side)) lo = middle + 1;
        else hi = middle;
      }
      return lo;
    })];
  },
  linearize: () => () => [null],
  transpose: no("search gives indices: it is not linear"),
  batch: (inputs, batched, length, params) => [
    bind(searchP, inputs.map((x, i) => batched[i] ? x : stretch(x, [length, ...extents(x)])), params),
  ],
  lower: ([sorted], { side }) => [map((r, index) => {
    const n = sorted!.shape.at(-1)!, lead = index.slice(0, -1);
    if (n === 0) return int(0);
    const v = r.at(1, index);
    let lo: Expr = int(0), hi: Expr = int(n);
    for (let open = n + 1; open > 1; open = Math.ceil(open / 2)) {
      const middle = op("shr", iadd(lo, hi), lit(1, "i32")), more = op("lt", lo, hi);
      // Where nothing is left to decide, `middle` may be n: another element is read, and not used.
      const x = r.at(0, [...lead, op("min", middle, int(n - 1))]), goes = passesExpr(x, v, side);
      const next = op("select", op("and", more, goes), iadd(middle, int(1)), lo);
      hi = op("select", op("and", more, op("not", goes)), middle, hi);
      lo = next;
    }
    return lo;
  })],
  samples: [
    { inputs: [host([6], [-3, 0, 0, 1, 4, 9]), host([5], [0, 4.5, -7, 10, 9])], params: { side: "left" }, wrt: [] },
    { inputs: [host([2, 3], [1, 2, 2, -4, -3, 0]), host([2, 2], [2, 0, 0, -3.5])], params: { side: "right" }, wrt: [] },
  ],
};

/**
 * Where each value would be put into a sorted vector so that it stays sorted: before the elements equal to it, or after them
 * with "right". NaN comes last. `T[n], T[...S] -> i32[...S]`; or, row by row, `T[...B, n], T[...B, k] -> i32[...B, k]`. In ceil(log2(n + 1))
 * comparisons. Throws `ShapeError` where the rows differ.
 */
export const searchSorted = <S extends Shape>(
  sorted: Tensor<Shape>,
  values: Tensor<S>,
  side: Side = "left",
): Tensor<S, "i32"> =>
  inNameOf("searchSorted", () => {
    const table = sorted as Tensor, v = values as Tensor, shape = extents(v);
    if (extents(table).length !== 1) return bind(searchP, [table, v], { side }) as Tensor as Tensor<S, "i32">;
    if (sorted.dtype !== values.dtype) {
      const got = `${sorted.dtype} and ${values.dtype}, values ${showShape(shape)}`;
      throw new DTypeError(`searchSorted: expected one dtype, got ${got}`, {
        op: "searchSorted",
        expected: sorted.dtype,
        got: values.dtype,
      });
    }
    return reshape(bind(searchP, [table, reshape(v, [-1])], { side }), shape) as Tensor as Tensor<S, "i32">;
  });

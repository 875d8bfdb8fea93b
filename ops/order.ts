/** Sorting by merging: ceil(log2 n) passes over the last axis, each of which merges runs of twice the length. */
import { aval, showAval } from "../core/aval.ts";
import { type DType, isFloat, numeric } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { type Expr, lit, op } from "../core/expr.ts";
import { needDType } from "../core/families.ts";
import { iadd, idiv, imul, int, isub } from "../core/index_expr.ts";
import { host, no, type Primitive } from "../core/primitive.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import { iota } from "./source.ts";
import { stretch } from "./structure.ts";

/** The order of sorted elements; equal ones keep theirs. NaN comes after everything ascending, before everything descending. */
interface OrderParams {
  readonly descending: boolean;
}
const before = (x: number, y: number): boolean => x < y || (Number.isNaN(y) && !Number.isNaN(x));
const beforeExpr = (x: Expr, y: Expr): Expr =>
  isFloat(x.dtype) ? op("or", op("lt", x, y), op("and", op("eq", x, x), op("ne", y, y))) : op("lt", x, y);

/** Calls `f` with the first and last position of every row of the last axis. */
const rows = (shape: readonly number[], f: (from: number, to: number) => void): void => {
  const n = shape.at(-1)!, count = shape.slice(0, -1).reduce((a, d) => a * d, 1);
  if (n > 0) { for (let r = 0; r < count; r++) f(r * n, (r + 1) * n); }
};

/** Which element of the last axis comes where in order: `T[..., n] -> i32[..., n]`. */
export const orderP: Primitive<OrderParams> = {
  name: "order",
  kind: "opaque",
  abstractEval: ([x]) => {
    needDType("order", x!, numeric);
    if (x!.shape.length === 0) throw new ShapeError("order: expected at least 1 axis, got []", { op: "order", expected: "at least 1 axis", got: "[]" });
    return [aval(x!.shape, "i32")];
  },
  evaluate: ([x], [out], { descending }) => {
    const { data } = x!, index = new Float64Array(data.length);
    const first = (i: number, j: number) => descending ? before(data[j]!, data[i]!) : before(data[i]!, data[j]!);
    rows(out!.shape, (from, to) => {
      const own = Array.from({ length: to - from }, (_, i) => from + i).sort((i, j) => first(i, j) ? -1 : first(j, i) ? 1 : i - j);
      own.forEach((p, i) => index[from + i] = p - from);
    });
    return [index];
  },
  linearize: () => () => [null],
  transpose: no("order gives indices: it is not linear"),
  batch: ([x], _b, _n, params) => [bind(orderP, [x!], params)],
  lower: {
    expand: ([x], { descending }) => {
      const shape = extents(x!), n = shape.at(-1)!;
      let order = iota(shape, shape.length - 1, "i32");
      for (let run = 1; run < n; run *= 2) order = bind(mergeP, [x!, order], { run, descending });
      return [order];
    },
  },
  samples: [
    { inputs: [host([2, 5], [3, -1, 3, 0, 2, 5, 4, 4, -7, 9])], params: { descending: false }, wrt: [] },
    { inputs: [host([11], [3, NaN, 3, 0, 2, -0, NaN, 4, Infinity, -Infinity, 4])], params: { descending: true }, wrt: [] },
  ],
};

interface MergeParams extends OrderParams {
  /** Runs of so many elements are in order already. */
  readonly run: number;
}
/**
 * One pass: keys and an order in which runs are sorted to one in which runs of twice the length are. Each place finds by
 * bisection how many elements of the first run come before it.
 */
export const mergeP: Primitive<MergeParams> = {
  name: "merge",
  kind: "opaque",
  abstractEval: ([x, order]) => {
    needDType("merge", x!, numeric);
    if (order!.dtype !== "i32" || `${order!.shape}` !== `${x!.shape}`) {
      const expected = `i32[${x!.shape}]`, got = showAval(order!);
      throw new ShapeError(`merge: expected an order ${expected}, got ${got}`, { op: "merge", expected, got });
    }
    return [order!];
  },
  evaluate: ([x, order], [out], { run, descending }) => {
    const index = Float64Array.from(order!.data);
    rows(out!.shape, (from, to) => {
      const key = (i: number) => x!.data[from + i]!;
      const first = (i: number, j: number) => descending ? before(key(j), key(i)) : before(key(i), key(j));
      for (let at = from; at < to; at += 2 * run) {
        const part = Array.from(index.slice(at, Math.min(to, at + 2 * run)));
        part.sort((i, j) => first(i, j) ? -1 : first(j, i) ? 1 : 0).forEach((p, i) => index[at + i] = p);
      }
    });
    return [index];
  },
  linearize: () => () => [null],
  transpose: no("merge gives indices: it is not linear"),
  batch: (inputs, batched, length, params) => [
    bind(mergeP, inputs.map((x, i) => batched[i] ? x : stretch(x, [length, ...extents(x)])), params),
  ],
  // A reduction over nothing: what it reads is stored before, where an expression of expressions would grow with every pass.
  lower: ([x], { run, descending }) => [{
    tag: "reduce",
    extents: [],
    combine: "max",
    body: (r, index) => {
      const n = x!.shape.at(-1)!, lead = index.slice(0, -1), place = index.at(-1)!;
      const min = (a: Expr, b: Expr) => op("min", a, b), max = (a: Expr, b: Expr) => op("max", a, b);
      const from = imul(idiv(place, 2 * run), 2 * run), k = isub(place, from), left = isub(int(n), from);
      const firsts = min(left, int(run)), seconds = max(int(0), min(isub(left, int(run)), int(run)));
      // What may be read ahead of a decision not to use it stays inside the row.
      const element = (at: Expr) => r.at(1, [...lead, max(int(0), min(at, int(n - 1)))]);
      const first = (i: Expr) => element(iadd(from, i)), second = (j: Expr) => element(iadd(from, iadd(j, int(run))));
      const key = (e: Expr) => r.at(0, [...lead, max(int(0), min(e, int(n - 1)))]);
      const overtakes = (b: Expr, a: Expr) => descending ? beforeExpr(key(a), key(b)) : beforeExpr(key(b), key(a));
      let lo: Expr = max(int(0), isub(k, seconds)), hi: Expr = min(k, firsts);
      for (let open = run + 1; open > 1; open = Math.ceil(open / 2)) {
        const middle = op("shr", iadd(lo, hi), lit(1, "i32")), more = op("lt", lo, hi);
        const stop = overtakes(second(isub(isub(k, int(1)), middle)), first(middle));
        hi = op("select", op("and", more, stop), middle, hi);
        lo = op("select", op("and", more, op("not", stop)), iadd(middle, int(1)), lo);
      }
      const j = isub(k, lo), a = first(lo), b = second(j);
      const taken = op("and", op("lt", lo, firsts), op("or", op("ge", j, seconds), op("not", overtakes(b, a))));
      return op("select", taken, a, b);
    },
  }],
  samples: [
    {
      inputs: [host([7], [2, 5, 1, 9, 1, 5, 2]), host([7], [0, 1, 2, 3, 4, 5, 6], "i32")],
      params: { run: 2, descending: false },
      wrt: [],
    },
  ],
};

/** The order of the elements of the last axis. */
export const orderOf = (x: Tensor, descending = false): Tensor => bind(orderP, [x], { descending });
/** The dtypes that can be put in order. */
export type Ordered = Exclude<DType, "bool">;

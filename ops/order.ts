/** Sorting by merging: ceil(log2 n) passes over the last axis, each of which merges runs of twice the length. */
import { type Aval, aval, sameShape, showAval } from "../core/aval.ts";
import { type DType, isFloat, numeric } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { type Expr, lit, op } from "../core/expr.ts";
import { needDType } from "../core/families.ts";
import { iadd, idiv, imul, int, isub } from "../core/index_expr.ts";
import { map } from "../core/lowering.ts";
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
    if (x!.shape.length === 0) {
      throw new ShapeError("order: expected at least 1 axis, got []", {
        op: "order",
        expected: "at least 1 axis",
        got: "[]",
      });
    }
    return [aval(x!.shape, "i32")];
  },
  evaluate: ([x], [out], { descending }) => {
    const { data } = x!, index = new Float64Array(data.length);
    const first = (i: number, j: number) => descending ? before(data[j]!, data[i]!) : before(data[i]!, data[j]!);
    rows(out!.shape, (from, to) => {
      const own = Array.from({ length: to - from }, (_, i) => from + i).sort((i, j) =>
        first(i, j) ? -1 : first(j, i) ? 1 : i - j
      );
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
      let order: Tensor = iota(shape, shape.length - 1, "i32"), sorted = x!;
      for (let run = 1; run < n; run *= 2) {
        if (run > 1) sorted = bind(arrangeP, [x!, order], null);
        order = bind(mergeP, [sorted, order], { run, descending });
      }
      return [order];
    },
  },
  samples: [
    { inputs: [host([2, 5], [3, -1, 3, 0, 2, 5, 4, 4, -7, 9])], params: { descending: false }, wrt: [] },
    {
      inputs: [host([11], [3, NaN, 3, 0, 2, -0, NaN, 4, Infinity, -Infinity, 4])],
      params: { descending: true },
      wrt: [],
    },
  ],
};

interface MergeParams extends OrderParams {
  /** Runs of so many elements are in order already. */
  readonly run: number;
}
const needOrder = (name: string, x: Aval, order: Aval): void => {
  needDType(name, x, numeric);
  if (order.dtype === "i32" && sameShape(order.shape, x.shape)) return;
  const expected = `an order i32[${x.shape}]`, got = showAval(order);
  throw new ShapeError(`${name}: expected ${expected}, got ${got}`, { op: name, expected, got });
};
const together: (primitive: () => Primitive) => Primitive["batch"] =
  (primitive) => (inputs, batched, length, params) => [
    bind(primitive(), inputs.map((x, i) => batched[i] ? x : stretch(x, [length, ...extents(x)])), params),
  ];
/** What stays inside a row, for reads that may be ahead of a decision not to use them. */
const inRow = (at: Expr, n: number): Expr => op("max", int(0), op("min", at, int(n - 1)));

/** Keys in an order along the last axis. */
export const arrangeP: Primitive<null> = {
  name: "arrange",
  kind: "opaque",
  abstractEval: ([x, order]) => {
    needOrder("arrange", x!, order!);
    return [x!];
  },
  evaluate: ([x, order], [out]) => {
    const sorted = new Float64Array(x!.data.length), n = out!.shape.at(-1)!;
    rows(out!.shape, (from, to) => {
      for (let i = from; i < to; i++) sorted[i] = x!.data[from + Math.min(n - 1, Math.max(0, order!.data[i]!))]!;
    });
    return [sorted];
  },
  linearize: no("keys are compared, not computed with: sort takes the derivative"),
  transpose: no("keys are compared, not computed with: sort takes the derivative"),
  batch: together(() => arrangeP),
  lower: ([x]) => [map((r, index) => r.at(0, [...index.slice(0, -1), inRow(r.at(1, index), x!.shape.at(-1)!)]))],
  samples: [{ inputs: [host([4], [2, 5, 1, 9]), host([4], [3, 0, 2, 1], "i32")], params: null }],
};
/**
 * One pass: keys of which runs are sorted, and the order that made them so, to the order in which runs of twice the length are.
 * Each place finds by bisection how many elements of the first run come before it.
 */
export const mergeP: Primitive<MergeParams> = {
  name: "merge",
  kind: "opaque",
  abstractEval: ([x, order]) => {
    needOrder("merge", x!, order!);
    return [order!];
  },
  evaluate: ([x, order], [out], { run, descending }) => {
    const merged = new Float64Array(x!.data.length), key = (i: number) => x!.data[i]!;
    const first = (i: number, j: number) => descending ? before(key(j), key(i)) : before(key(i), key(j));
    rows(out!.shape, (from, to) => {
      for (let at = from; at < to; at += 2 * run) {
        const part = Array.from({ length: Math.min(to - at, 2 * run) }, (_, i) => at + i);
        part.sort((i, j) => first(i, j) ? -1 : first(j, i) ? 1 : i - j).forEach((p, i) =>
          merged[at + i] = order!.data[p]!
        );
      }
    });
    return [merged];
  },
  linearize: () => () => [null],
  transpose: no("merge gives indices: it is not linear"),
  batch: together(() => mergeP),
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
      const first = (i: Expr) => inRow(iadd(from, i), n), second = (j: Expr) => inRow(iadd(from, iadd(j, int(run))), n);
      const key = (at: Expr) => r.at(0, [...lead, at]);
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
      return r.at(1, [...lead, op("select", taken, a, b)]);
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

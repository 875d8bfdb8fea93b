import { type Aval, aval, sameAval, showAval } from "./aval.ts";
import type { DType } from "./dtype.ts";
import { DTypeError, ShapeError } from "./errors.ts";
import { type Expr, op } from "./expr.ts";
import { map } from "./lowering.ts";
import { host, type LinearInput, type No, no, type Primitive, type Tangent } from "./primitive.ts";
import type { Basic, Scalar } from "./scalar.ts";
import type { Tensor } from "./tensor.ts";
import { bind } from "./trace.ts";

type Operation = Exclude<Scalar, "convert" | "bitcast">;

/** Refuses a dtype that an operation is not defined for. */
export const needDType = (name: string, a: Aval, allowed: readonly DType[]): void => {
  if (allowed.includes(a.dtype)) return;
  const expected = allowed.join(" or ");
  throw new DTypeError(`${name}: expected ${expected}, got ${showAval(a)}`, { op: name, expected, got: a.dtype });
};
/** Refuses operands that are not of one aval: broadcasting and conversion are equations of their own. */
export const needSame = (name: string, avals: readonly Aval[]): void => {
  for (const a of avals) {
    if (sameAval(a, avals[0]!)) continue;
    const expected = showAval(avals[0]!), got = showAval(a);
    const Mistake = a.dtype === avals[0]!.dtype ? ShapeError : DTypeError;
    throw new Mistake(`${name}: expected operands of one type, got ${expected} and ${got}`, {
      op: name,
      expected,
      got,
    });
  }
};

/** Applies a function of numbers to every element. */
const each = (f: (...xs: number[]) => number, data: readonly ArrayLike<number>[]): Float64Array =>
  Float64Array.from({ length: data[0]!.length }, (_, i) => f(...data.map((d) => d[i]!)));

/** An elementwise primitive of one operand: typing, batching and lowering follow from the family. */
export const unary = (d: {
  readonly name: string;
  readonly dtypes: readonly DType[];
  readonly evaluate: (x: number, dtype: DType) => number;
  /** The tangent, given primal and result; `linear` says the primitive is its own linear map. */
  readonly linearize: ((x: Tensor, out: Tensor) => (dx: Tensor) => Tangent) | "linear" | No;
  /** The scalar instruction, or an expression of several. */
  readonly lower: Operation | ((x: Expr) => Expr);
  readonly at: readonly number[];
  readonly sampleType?: DType;
}): Primitive<null> => {
  const { linearize, lower } = d;
  const self: Primitive<null> = {
    name: d.name,
    kind: "elementwise",
    abstractEval: ([x]) => {
      needDType(d.name, x!, d.dtypes);
      return [x!];
    },
    evaluate: ([x]) => [each((v) => d.evaluate(v, x!.aval.dtype), [x!.data])],
    linearize: linearize === "linear"
      ? () => ([dx]) => [dx ? bind(self, [dx], null) : null]
      : typeof linearize === "function"
      ? ([x], [out]) => {
        const f = linearize(x!, out!);
        return ([dx]) => [dx ? f(dx) : null];
      }
      : linearize,
    transpose: linearize === "linear" ? ([ct]) => [ct ? bind(self, [ct], null) : null] : no(`${d.name} is not linear`),
    batch: "pointwise",
    lower: () => [map((r, index) => typeof lower === "function" ? lower(r.at(0, index)) : op(lower, r.at(0, index)))],
    samples: [{
      inputs: [host([d.at.length], d.at, d.sampleType ?? (d.dtypes.includes("f64") ? "f64" : d.dtypes[0]!))],
      params: null,
    }],
  };
  return self;
};

/** An elementwise primitive of two operands of one aval. */
export const binary = (d: {
  readonly name: string;
  readonly dtypes: readonly DType[];
  readonly evaluate: (x: number, y: number, dtype: DType) => number;
  readonly linearize: ((x: Tensor, y: Tensor, out: Tensor) => (dx: Tangent, dy: Tangent) => Tangent) | No;
  readonly transpose: ((ct: Tensor, x: LinearInput, y: LinearInput) => readonly Tangent[]) | No;
  readonly lower: Operation | ((x: Expr, y: Expr) => Expr);
  readonly at: readonly [readonly number[], readonly number[]];
}): Primitive<null> => {
  const { linearize, transpose, lower } = d;
  const dtype = d.dtypes.includes("f64") ? "f64" : d.dtypes[0]!;
  return {
    name: d.name,
    kind: "elementwise",
    abstractEval: (inputs) => {
      needDType(d.name, inputs[0]!, d.dtypes);
      needSame(d.name, inputs);
      return [inputs[0]!];
    },
    evaluate: ([x, y]) => [each((v, w) => d.evaluate(v!, w!, x!.aval.dtype), [x!.data, y!.data])],
    linearize: typeof linearize !== "function" ? linearize : ([x, y], [out]) => {
      const f = linearize(x!, y!, out!);
      return ([dx, dy]) => [dx || dy ? f(dx!, dy!) : null];
    },
    transpose: typeof transpose !== "function"
      ? transpose
      : ([ct], [x, y]) => ct ? transpose(ct, x!, y!) : [null, null],
    batch: "pointwise",
    lower: () => [map((r, index) => {
      const x = r.at(0, index), y = r.at(1, index);
      return typeof lower === "function" ? lower(x, y) : op(lower, x, y);
    })],
    samples: [{ inputs: d.at.map((v) => host([v.length], v, dtype)), params: null }],
  };
};

/** A comparison of two operands of one aval, giving bool. */
export const compare = (
  name: Extract<Basic, "eq" | "ne" | "lt" | "le" | "gt" | "ge">,
  dtypes: readonly DType[],
  evaluate: (x: number, y: number) => boolean,
): Primitive<null> => ({
  name,
  kind: "elementwise",
  abstractEval: (inputs) => {
    needDType(name, inputs[0]!, dtypes);
    needSame(name, inputs);
    return [aval(inputs[0]!.shape, "bool")];
  },
  evaluate: ([x, y]) => [each((v, w) => Number(evaluate(v!, w!)), [x!.data, y!.data])],
  linearize: () => () => [null],
  transpose: no(`${name} gives booleans: it is not linear`),
  batch: "pointwise",
  lower: () => [map((r, index) => op(name, r.at(0, index), r.at(1, index)))],
  samples: [{ inputs: [host([4], [1, 2, 2, -3]), host([4], [2, 2, 1, -3])], params: null, wrt: [] }],
});

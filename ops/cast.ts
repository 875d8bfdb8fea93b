import { aval } from "../core/aval.ts";
import { byteSize, type DType, isFloat } from "../core/dtype.ts";
import { DTypeError } from "../core/errors.ts";
import { bitcast, convert, lit, op } from "../core/expr.ts";
import { map } from "../core/lowering.ts";
import { host, no, type Primitive } from "../core/primitive.ts";
import type { Shape } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import { byArity } from "../core/pipe.ts";
import type { CastFunction } from "./movement_signatures.ts";

const limit = (x: number, lo: number, hi: number): number =>
  Number.isNaN(x) ? 0 : Math.trunc(Math.min(hi, Math.max(lo, x)));
/** The value a dtype holds for a number: floats to whole numbers round toward zero and saturate, NaN becomes 0. */
export const convertNumber = (x: number, from: DType, to: DType): number => {
  switch (to) {
    case "f64":
      return x;
    case "f32":
      return Math.fround(x);
    case "f16":
      return Math.fround(x);
    case "bool":
      return x !== 0 ? 1 : 0;
    case "i32":
      return isFloat(from) ? limit(x, -0x80000000, 0x7fffffff) : x | 0;
    case "u32":
      return isFloat(from) ? limit(x, 0, 0xffffffff) : x >>> 0;
  }
};

/** By value to another dtype. Between floats it is linear. */
export const castP: Primitive<{ readonly dtype: DType }> = {
  name: "cast",
  kind: "elementwise",
  abstractEval: ([x], { dtype }) => [aval(x!.shape, dtype)],
  evaluate: ([x], _outs, { dtype }) => [Float64Array.from(x!.data, (v) => convertNumber(v, x!.aval.dtype, dtype))],
  linearize: ([x], _outs, { dtype }) => ([dx]) => [dx && isFloat(x!.dtype) && isFloat(dtype) ? cast(dx, dtype) : null],
  transpose: ([ct], [x]) => {
    const { dtype } = "linear" in x! ? x.linear : x!.known;
    return [ct ? cast(ct, dtype) : null];
  },
  batch: "pointwise",
  lower: (_x, { dtype }) => [map((r, index) => {
    const x = r.at(0, index);
    return dtype === "bool" && x.dtype !== "bool" ? op("ne", x, lit(0, x.dtype)) : convert(x, dtype);
  })],
  samples: [
    { inputs: [host([3], [-1.5, 0, 2.75])], params: { dtype: "f32" }, wrt: [] },
    { inputs: [host([3], [-1.5, 0, 2.75])], params: { dtype: "i32" }, wrt: [] },
  ],
};
/** The same bits read as another dtype of the same width. */
export const bitcastP: Primitive<{ readonly dtype: DType }> = {
  name: "bitcast",
  kind: "elementwise",
  abstractEval: ([x], { dtype }) => {
    const wide = byteSize[x!.dtype] === byteSize[dtype] && x!.dtype !== "bool" && dtype !== "bool";
    if (!wide) {
      throw new DTypeError(`bitcast: expected a dtype as wide as ${x!.dtype}, got ${dtype}`, {
        op: "bitcast",
        expected: x!.dtype,
        got: dtype,
      });
    }
    return [aval(x!.shape, dtype)];
  },
  evaluate: ([x], _outs, { dtype }) => {
    const words = { f32: Float32Array, i32: Int32Array, u32: Uint32Array } as const;
    const from = words[x!.aval.dtype as keyof typeof words], to = words[dtype as keyof typeof words];
    return [Float64Array.from(new to(from.from(x!.data).buffer))];
  },
  linearize: () => () => [null],
  transpose: no("bits are not linear"),
  batch: "pointwise",
  lower: (_x, { dtype }) => [map((r, index) => bitcast(r.at(0, index), dtype))],
  samples: [{ inputs: [host([3], [1, 0x3f800000, 7], "u32")], params: { dtype: "f32" }, wrt: [] }],
};

/** The same values in another dtype. Floats to whole numbers round toward zero and saturate; NaN becomes 0. `T[...S] -> D[...S]` */
export const cast: CastFunction = byArity(
  "cast",
  2,
  (x: Tensor, dtype: DType) => x.dtype === dtype ? x : bind(castP, [x], { dtype }),
);
/** The same bits as another dtype of the same width. `T[...S] -> D[...S]` */
export const bitcastTo = <S extends Shape, D extends DType>(x: Tensor<S>, dtype: D): Tensor<S, D> =>
  (x.dtype === dtype ? x : bind(bitcastP, [x], { dtype })) as Tensor<S, D>;

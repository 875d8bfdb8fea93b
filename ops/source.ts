import { aval } from "../core/aval.ts";
import { type DType, numeric } from "../core/dtype.ts";
import { needDType } from "../core/families.ts";
import { convert } from "../core/expr.ts";
import { tabulate } from "../core/host.ts";
import { map } from "../core/lowering.ts";
import { no, type Primitive } from "../core/primitive.ts";
import { normalizeAxis } from "../core/shape/axes.ts";
import type { Tensor } from "../core/tensor.ts";
import { bind, constant } from "../core/trace.ts";
import { checkShape, needNumber } from "./checks.ts";

/** The index along one axis. */
export const iotaP: Primitive<{ readonly shape: readonly number[]; readonly axis: number; readonly dtype: DType }> = {
  name: "iota",
  kind: "elementwise",
  abstractEval: (_none, { shape, dtype }) => {
    needDType("iota", aval(shape, dtype), numeric);
    return [aval(shape, dtype)];
  },
  evaluate: (_none, _outs, { shape, axis }) => [tabulate(shape, (index) => index[axis]!)],
  linearize: () => () => [null],
  transpose: no("iota has no inputs"),
  batch: no("iota has no inputs"),
  lower: (_none, { axis, dtype }) => [map((_r, index) => convert(index[axis]!, dtype))],
  samples: [{ inputs: [], params: { shape: [2, 3], axis: 1, dtype: "f32" } }],
};

/** 0, 1, 2, … along one axis of a shape. `-> T[...S]` */
export const iota = <const S extends readonly number[], D extends DType = "i32">(
  shape: S,
  axis: number,
  dtype: D = "i32" as D,
): Tensor<[...S], NoInfer<D>> => {
  checkShape("iota", shape);
  return bind(iotaP, [], { shape, axis: normalizeAxis("iota", shape, axis), dtype }) as Tensor as Tensor<[...S], D>;
};
const filled = (op: string, shape: readonly number[], value: number, dtype: DType): Tensor => {
  checkShape(op, shape);
  needNumber(op, value, dtype);
  return constant(value, { shape, dtype });
};
/**
 * Every element `value`; takes no memory. `-> T[...S]`. Throws `ShapeError` where extents are not whole numbers from 0,
 * `DTypeError` where the dtype does not have the value.
 */
export const full = <const S extends readonly number[], D extends DType = "f32">(
  shape: S,
  value: number,
  dtype: D = "f32" as D,
): Tensor<[...S], NoInfer<D>> => filled("full", shape, value, dtype) as Tensor<[...S], D>;
/** Zeros. `-> T[...S]` */
export const zeros = <const S extends readonly number[], D extends DType = "f32">(
  shape: S,
  dtype: D = "f32" as D,
): Tensor<[...S], NoInfer<D>> => filled("zeros", shape, 0, dtype) as Tensor<[...S], D>;
/** Ones. `-> T[...S]` */
export const ones = <const S extends readonly number[], D extends DType = "f32">(
  shape: S,
  dtype: D = "f32" as D,
): Tensor<[...S], NoInfer<D>> => filled("ones", shape, 1, dtype) as Tensor<[...S], D>;
/** A number as a tensor of no axes. `-> T[]` */
export const scalar = <D extends DType = "f32">(value: number, dtype: D = "f32" as D): Tensor<[], NoInfer<D>> =>
  filled("scalar", [], value, dtype) as Tensor<[], D>;

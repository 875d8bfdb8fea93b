// deno-fmt-ignore-file -- names side by side
import * as o from "../../../ops/mod.ts";
import { type Any, blank, every, type Failures, ofAB, ofX, type Rows } from "./row.ts";

export const rows: Rows = {
  ...every({
    neg: o.neg, abs: o.abs, square: o.square, sqrt: o.sqrt, rsqrt: o.rsqrt, reciprocal: o.reciprocal,
    exp: o.exp, exp2: o.exp2, expm1: o.expm1, log: o.log, log2: o.log2, log10: o.log10, log1p: o.log1p,
    sin: o.sin, cos: o.cos, tan: o.tan, asin: o.asin, acos: o.acos, atan: o.atan,
    sinh: o.sinh, cosh: o.cosh, tanh: o.tanh, asinh: o.asinh, acosh: o.acosh, atanh: o.atanh,
    erf: o.erf, erfc: o.erfc, erfinv: o.erfinv, lgamma: o.lgamma, digamma: o.digamma,
    sign: o.sign, floor: o.floor, ceil: o.ceil, round: o.round, trunc: o.trunc,
    isnan: o.isNan, isinf: o.isInf, isfinite: o.isFinite,
  }, ofX),
  ...every({
    add: o.add, sub: o.sub, mul: o.mul, div: o.div, pow: o.pow, maximum: o.maximum, minimum: o.minimum,
    atan2: o.atan2, hypot: o.hypot, logaddexp: o.logAddExp, xlogy: o.xlogy,
    eq: o.equal, ne: o.notEqual, lt: o.less, le: o.lessEqual, gt: o.greater, ge: o.greaterEqual,
    logical_and: o.logicalAnd, logical_or: o.logicalOr, logical_xor: o.logicalXor,
    remainder: o.remainder, fmod: o.rem, floor_divide: o.floorDivide, trunc_divide: o.truncDivide,
  }, ofAB),
  logical_not: ({ a }) => o.logicalNot(a),
  add_scalar: ({ x }, { value }) => o.add(x, value),
  mul_scalar: ({ x }, { value }) => o.mul(x, value),
  rsub_scalar: ({ x }, { value }) => o.sub(value, x),
  rdiv_scalar: ({ x }, { value }) => o.div(value, x),
  pow_scalar: ({ x }, { exponent }) => o.pow(x, exponent),
  pow_int: ({ x }, { exponent }) => o.pow(x, exponent),
  clamp: ({ x }, { min, max }) => o.clamp(x, min, max),
  lerp: ({ a, b, weight }) => o.lerp(a, b, weight),
  where: ({ cond, a, b, x }, { expr }) => expr === undefined ? o.where(cond, a, b) : expressions[expr]!(x),
  cast_int: ({ x }) => o.cast(x, "i32"),
  cast_bool: ({ x }) => o.cast(x, "bool"),
  cast_float: ({ x }) => o.cast(x, "f32"),
};
const expressions: Readonly<Record<string, (x: Any) => Any>> = {
  "where(x > 0, log(max(x, 1e-9)), 0)": (x) => o.where(o.greater(x, 0), o.log(o.maximum(x, 1e-9) as Any), 0),
};

export const failures: Failures = {
  add: ({ a, b }) => o.add(blank(a), blank(b)),
};

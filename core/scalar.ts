/**
 * Scalar instructions: the only names a backend has to know, one row each: the number of operands.
 *
 * `basic` instructions are spelled by every backend; the others (`special`) are functions that `compiler/math.ts` expands
 * into basic ones for f32 and f16, so that every backend computes the same numbers, and that a backend may take from its
 * platform for f64.
 */
export const basic = {
  // arithmetic, operands and result of one dtype
  add: 2,
  sub: 2,
  mul: 2,
  div: 2,
  rem: 2,
  min: 2,
  max: 2,
  neg: 1,
  abs: 1,
  // floats
  floor: 1,
  ceil: 1,
  trunc: 1,
  round: 1,
  sqrt: 1,
  // whole numbers and (and, or, xor, not) booleans; shr is logical on u32, arithmetic on i32
  and: 2,
  or: 2,
  xor: 2,
  not: 1,
  shl: 2,
  shr: 2,
  // comparisons: two operands of one dtype to bool
  eq: 2,
  ne: 2,
  lt: 2,
  le: 2,
  gt: 2,
  ge: 2,
  // select(condition, whenTrue, whenFalse); both sides are computed
  select: 3,
  // to the dtype of the node: by value, by bits
  convert: 1,
  bitcast: 1,
} as const; // deno-fmt-ignore

/** Functions of the floats. `pow` and `atan2` take two operands. */
export const special = {
  exp: 1, exp2: 1, expm1: 1, log: 1, log2: 1, log10: 1, log1p: 1,
  sin: 1, cos: 1, tan: 1, asin: 1, acos: 1, atan: 1, atan2: 2,
  sinh: 1, cosh: 1, tanh: 1, asinh: 1, acosh: 1, atanh: 1,
  erf: 1, erfc: 1, erfinv: 1, pow: 2, rsqrt: 1, cbrt: 1, lgamma: 1, digamma: 1,
} as const; // deno-fmt-ignore

export type Basic = keyof typeof basic;
export type Special = keyof typeof special;
export type Scalar = Basic | Special;

export const isSpecial = (s: Scalar): s is Special => s in special;

/** How partial results of a reduction are put together. */
export type Combine = "add" | "mul" | "max" | "min" | "and" | "or";

/** The value that `combine` leaves unchanged. */
export const identityOf = (combine: Combine, dtype: string): number => {
  switch (combine) {
    case "add":
      return 0;
    case "mul":
      return 1;
    case "and":
      return dtype === "bool" ? 1 : dtype === "u32" ? 0xffffffff : -1;
    case "or":
      return 0;
    case "max":
      return dtype === "i32" ? -0x80000000 : dtype === "u32" || dtype === "bool" ? 0 : -Infinity;
    case "min":
      return dtype === "i32" ? 0x7fffffff : dtype === "u32" ? 0xffffffff : dtype === "bool" ? 1 : Infinity;
  }
};

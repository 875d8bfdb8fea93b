import type { Special } from "../../core/scalar.ts";

/**
 * Functions that no pass has expanded into basic instructions, by the platform's own: their accuracy is the driver's.
 * `null`: WGSL has none.
 */
const builtin: Readonly<Record<Special, string | null>> = {
  exp: "exp",
  exp2: "exp2",
  expm1: null,
  log: "log",
  log2: "log2",
  log10: null,
  log1p: null,
  sin: "sin",
  cos: "cos",
  tan: "tan",
  asin: "asin",
  acos: "acos",
  atan: "atan",
  atan2: "atan2",
  sinh: "sinh",
  cosh: "cosh",
  tanh: "tanh",
  asinh: "asinh",
  acosh: "acosh",
  atanh: "atanh",
  erf: null,
  erfc: null,
  erfinv: null,
  pow: "pow",
  rsqrt: "inverseSqrt",
  cbrt: null,
  lgamma: null,
  digamma: null,
};

/** A call of the platform's function. */
export const spellSpecial = (name: Special, dtype: string, args: readonly string[]): string => {
  const f = builtin[name];
  if (f === null) throw new Error(`${name} of ${dtype} must be expanded before it is spelled in WGSL`);
  return `${f}(${args.join(", ")})`;
};

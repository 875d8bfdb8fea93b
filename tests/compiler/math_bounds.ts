/** How close the f32 expansions of one operand are held to be, and at which numbers that is checked. */
import type { Special } from "../../core/scalar.ts";
import { greatest, type Mode, random, smallest, ulp } from "./math_support.ts";

export interface Bound {
  /** Where half of the samples lie. */
  readonly from: number;
  readonly to: number;
  /** Greatest error in units of the last place. */
  readonly ulp: number;
}
export type Unary = Exclude<Special, "pow" | "atan2" | "lgamma" | "digamma">;
export const bounds: Record<Unary, Bound> = {
  exp: { from: -88, to: 89, ulp: 1.05 },
  exp2: { from: -127, to: 128, ulp: 1.1 },
  expm1: { from: -20, to: 89, ulp: 1.65 },
  log: { from: 0, to: 10, ulp: 0.9 },
  log2: { from: 0, to: 10, ulp: 1.8 },
  log10: { from: 0, to: 10, ulp: 1.95 },
  log1p: { from: -1, to: 10, ulp: 1.5 },
  sin: { from: -1e4, to: 1e4, ulp: 3 },
  cos: { from: -1e4, to: 1e4, ulp: 3 },
  tan: { from: -1e4, to: 1e4, ulp: 3.9 },
  asin: { from: -1, to: 1, ulp: 2.4 },
  acos: { from: -1, to: 1, ulp: 1.3 },
  atan: { from: -4, to: 4, ulp: 1.55 },
  sinh: { from: -90, to: 90, ulp: 1.9 },
  cosh: { from: -90, to: 90, ulp: 2.1 },
  tanh: { from: -10, to: 10, ulp: 3.3 },
  asinh: { from: -4, to: 4, ulp: 1.9 },
  acosh: { from: 1, to: 10, ulp: 2.45 },
  atanh: { from: -1, to: 1, ulp: 2.2 },
  erf: { from: -4, to: 4, ulp: 3 },
  erfc: { from: -5, to: 10, ulp: 3.7 },
  erfinv: { from: -1, to: 1, ulp: 3.35 },
  rsqrt: { from: 0, to: 10, ulp: 1.5 },
  cbrt: { from: -10, to: 10, ulp: 1 },
};
export const unary = Object.keys(bounds) as Unary[];

/** Every exponent with plain and odd mantissas, both signs, and 10,000 numbers between `from` and `to`. */
export const samples = (from: number, to: number): Float32Array => {
  const next = random(7), words: number[] = [];
  for (let exponent = 0; exponent < 256; exponent++) {
    const mantissas = [0, 1, 0x7fffff, 0x400000, ...Array.from({ length: 8 }, () => Math.floor(next() * 2 ** 23))];
    for (const mantissa of mantissas) {
      words.push(exponent * 2 ** 23 + mantissa, 2 ** 31 + exponent * 2 ** 23 + mantissa);
    }
  }
  const bits = new Float32Array(new Uint32Array(words).buffer), out = new Float32Array(bits.length + 10000);
  out.set(bits);
  for (let i = bits.length; i < out.length; i++) out[i] = from + (to - from) * next();
  return out;
};

/** What is wrong with `got` for f(x) = `want`, or null. Below 2^-126 only the smallness of the result is asked for. */
export const objection = (x: number, got: number, want: number, mode: Mode, most: number): string | null => {
  const say = `f(${x}) = ${got}, expected ${want}`, rounded = Math.fround(want);
  if (mode === "flushed" && Math.abs(x) < smallest && x !== 0) return null;
  if (want !== want) return got !== got ? null : say;
  if (!Number.isFinite(rounded)) {
    return got === rounded || (Math.abs(got) === greatest && Math.abs(want) !== Infinity) ? null : say;
  }
  if (Math.abs(want) < smallest) return Math.abs(got) <= smallest ? null : say;
  const error = Math.abs(got - want) / ulp(want);
  return error <= most ? null : `${say}: ${error} ulp`;
};

/** The f32 expansions against double precision: every exponent, both signs, and where the functions are at work. */
import { describe, expect, test } from "bun:test";
import { doubles } from "../../core/math.ts";
import type { Special } from "../../core/scalar.ts";
import { evaluate, expansionOf, greatest, type Mode, modes, random, smallest, ulp } from "./math_support.ts";

interface Bound {
  /** Where half of the samples lie. */
  readonly from: number;
  readonly to: number;
  /** Greatest error in units of the last place. */
  readonly ulp: number;
}
type Unary = Exclude<Special, "pow" | "atan2" | "lgamma" | "digamma">;
const bounds: Record<Unary, Bound> = {
  exp: { from: -88, to: 89, ulp: 1 },
  exp2: { from: -127, to: 128, ulp: 1.1 },
  expm1: { from: -20, to: 89, ulp: 1.6 },
  log: { from: 0, to: 10, ulp: 0.9 },
  log2: { from: 0, to: 10, ulp: 1.8 },
  log10: { from: 0, to: 10, ulp: 1.9 },
  log1p: { from: -1, to: 10, ulp: 1.5 },
  sin: { from: -1e4, to: 1e4, ulp: 3 },
  cos: { from: -1e4, to: 1e4, ulp: 3 },
  tan: { from: -1e4, to: 1e4, ulp: 4 },
  asin: { from: -1, to: 1, ulp: 2.4 },
  acos: { from: -1, to: 1, ulp: 1.3 },
  atan: { from: -4, to: 4, ulp: 1.4 },
  sinh: { from: -90, to: 90, ulp: 1.9 },
  cosh: { from: -90, to: 90, ulp: 1.9 },
  tanh: { from: -10, to: 10, ulp: 3.4 },
  asinh: { from: -4, to: 4, ulp: 2.2 },
  acosh: { from: 1, to: 10, ulp: 2.2 },
  atanh: { from: -1, to: 1, ulp: 2.2 },
  erf: { from: -4, to: 4, ulp: 3.2 },
  erfc: { from: -5, to: 10, ulp: 3.8 },
  erfinv: { from: -1, to: 1, ulp: 3.2 },
  rsqrt: { from: 0, to: 10, ulp: 1.5 },
  cbrt: { from: -10, to: 10, ulp: 1 },
};
const unary = Object.keys(bounds) as Unary[];

/** Every exponent with plain and odd mantissas, both signs, and 10,000 numbers between `from` and `to`. */
const samples = (from: number, to: number): Float32Array => {
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
const objection = (x: number, got: number, want: number, mode: Mode, most: number): string | null => {
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

describe.each(unary)("%s", (name) => {
  const { from, to, ulp: most } = bounds[name], root = expansionOf(name), xs = samples(from, to), f = doubles[name];
  const wants = Float64Array.from(xs, (x) => f(x));
  test.each(modes)("is as close as promised: %s", (mode) => {
    const got = evaluate(root, [xs], mode);
    const wrong = Array.from(xs).flatMap((x, i) => objection(x, got[i]!, wants[i]!, mode, most) ?? []);
    expect(wrong.slice(0, 5)).toEqual([]);
  });
});

describe.each(["lgamma", "digamma"] as const)("%s", (name) => {
  const root = expansionOf(name), xs = samples(-8, 30), f = doubles[name];
  test.each(modes)("is within 1e-6, relative for positive x: %s", (mode) => {
    const got = evaluate(root, [xs], mode);
    const wrong = Array.from(xs).flatMap((x, i) => {
      const want = f(x), close = Math.abs(got[i]! - want) <= 1e-6 * (Math.abs(want) + (x < 0 ? 1 : 0));
      // the reflection needs 2^-24 of the distance to a pole
      const nearPole = x < -1 && Math.abs(x - Math.round(x)) < 1e-3;
      const special = !Number.isFinite(Math.fround(want)) || (mode === "flushed" && Math.abs(x) < smallest);
      return close || nearPole || (special && objection(x, got[i]!, want, mode, 1) === null)
        ? []
        : [`${name}(${x}) = ${got[i]}, expected ${want}`];
    });
    expect(wrong.slice(0, 5)).toEqual([]);
  });
});

describe("exactly", () => {
  const at = (name: Special, ...xs: number[]): number[] =>
    Array.from(evaluate(expansionOf(name), [Float32Array.from(xs)], "plain"));
  const whole = Array.from({ length: 253 }, (_, i) => i - 125);

  test("exp2 and log2 know the powers of 2", () => {
    expect(at("exp2", ...whole)).toEqual(whole.map((n) => 2 ** n));
    expect(at("log2", ...whole.map((n) => 2 ** n))).toEqual(whole);
  });
  test("zeros and ones", () => {
    for (const name of ["exp", "exp2", "cos", "cosh"] as const) expect(at(name, 0, -0)).toEqual([1, 1]);
    for (const name of ["log", "log2", "log10", "acosh", "lgamma"] as const) expect(at(name, 1)[0]! + 0).toBe(0);
    const odd = ["sin", "tan", "asin", "atan", "sinh", "tanh", "asinh", "atanh", "erf", "erfinv", "cbrt"] as const;
    for (const name of odd) expect(at(name, 0, -0)).toEqual([0, -0]);
  });
  test("infinities", () => {
    const inf = Infinity;
    expect(at("exp", -inf, inf, 1000, -1000)).toEqual([0, inf, inf, 0]);
    expect(at("expm1", -inf, inf, -1000)).toEqual([-1, inf, -1]);
    expect(at("log", 0, -0, -1, -inf, inf)).toEqual([-inf, -inf, NaN, NaN, inf]);
    expect(at("log1p", -1, -2, inf, -inf)).toEqual([-inf, NaN, inf, NaN]);
    expect(at("tanh", -inf, inf, 9.1, -1e30)).toEqual([-1, 1, 1, -1]);
    expect(at("erf", -inf, inf, 4, -1e30)).toEqual([-1, 1, 1, -1]);
    expect(at("erfc", -inf, inf)).toEqual([2, 0]);
    expect(at("atan", -inf, inf)).toEqual([-Math.PI / 2, Math.PI / 2].map(Math.fround));
    expect(at("atanh", -1, 1, 2)).toEqual([-inf, inf, NaN]);
    expect(at("erfinv", -1, 1, 2)).toEqual([-inf, inf, NaN]);
    expect(at("sin", inf, -inf)).toEqual([NaN, NaN]);
  });
  test("tanh never leaves [-1, 1]", () => {
    const xs = Float32Array.from({ length: 40000 }, (_, i) => 6 + i / 10000);
    for (const mode of modes) expect(Math.max(...evaluate(expansionOf("tanh"), [xs], mode))).toBe(1);
  });
});

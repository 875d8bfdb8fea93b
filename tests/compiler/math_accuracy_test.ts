/** The f32 expansions against double precision: every exponent, both signs, and where the functions are at work. */
import { describe, expect, test } from "bun:test";
import { doubles } from "../../core/math.ts";
import type { Special } from "../../core/scalar.ts";
import { bounds, objection, samples, unary } from "./math_bounds.ts";
import { evaluate, expansionOf, modes, smallest } from "./math_support.ts";

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

/** pow and atan2 in f32 against double precision. */
import { describe, expect, test } from "bun:test";
import { doubles } from "../../core/math.ts";
import { expandMath } from "../../compiler/math.ts";
import { lit, rawOp } from "../../core/expr.ts";
import { evaluate, expansionOf, modes, operandsOf, random, smallest, ulp } from "./math_support.ts";

const next = random(11);
const between = (a: number, b: number): number => a + (b - a) * next();
const columns = (n: number, pair: () => readonly [number, number]): [Float32Array, Float32Array] => {
  const pairs = Array.from({ length: n }, pair);
  return [Float32Array.from(pairs, (p) => p[0]), Float32Array.from(pairs, (p) => p[1])];
};
/** The pairs whose result is further from the double one than `most` ulp; results beyond the normal numbers are left. */
const far = (name: "pow" | "atan2", [a, b]: [Float32Array, Float32Array], most: number, mode: typeof modes[number]) => {
  const got = evaluate(expansionOf(name), [a, b], mode);
  return Array.from(got).flatMap((g, i) => {
    const want = doubles[name](a[i]!, b[i]!), error = Math.abs(g - want) / ulp(want);
    const normal = Math.abs(want) >= smallest && Number.isFinite(Math.fround(want));
    return !normal || error <= most ? [] : [`${name}(${a[i]}, ${b[i]}) = ${g}, expected ${want}: ${error} ulp`];
  }).slice(0, 5);
};

const oddOnes = [
  ...[0, 0.5, 0.75, 1, 1.5, 2, 3, 2.5, 1e10, 16777215, 16777216, 8388607.5, 3e38, 0.99999994, Infinity],
  ...[1e-30, 2 ** -126],
];
const grid = [NaN, ...oddOnes, ...oddOnes.map((v) => -v)].map(Math.fround);
const gridColumns = (): [Float32Array, Float32Array] => {
  const all = grid.flatMap((x) => grid.map((y) => [x, y] as const));
  return [Float32Array.from(all, (p) => p[0]), Float32Array.from(all, (p) => p[1])];
};

describe.each(["pow", "atan2"] as const)("%s", (name) => {
  test.each(modes)("has the special cases of IEEE 754, with signs of zeros: %s", (mode) => {
    const [a, b] = gridColumns(), got = evaluate(expansionOf(name), [a, b], mode);
    const wrong = Array.from(got).flatMap((g, i) => {
      const want = doubles[name](a[i]!, b[i]!), rounded = Math.fround(want);
      // below the normal numbers the sign is all that is kept
      const tiny = Math.abs(want) < smallest && Math.abs(g) <= smallest && (1 / g < 0) === (1 / want < 0);
      const same = Object.is(g, rounded) || (g === rounded && g !== 0) ||
        (g !== 0 && Math.abs(g - want) <= 2 * ulp(want));
      return same || tiny ? [] : [`${name}(${a[i]}, ${b[i]}) = ${g}, expected ${want}`];
    });
    expect(wrong.slice(0, 5)).toEqual([]);
  });
});

describe.each(modes)("accuracy: %s", (mode) => {
  test("pow with exponents to 20", () => {
    const pairs = columns(20000, () => [Math.exp(between(-3, 3)), between(-20, 20)]);
    expect(far("pow", pairs, 1.45, mode)).toEqual([]);
  });
  test("pow over its whole range", () => {
    const pairs = columns(20000, () => {
      const base = Math.fround(1 + between(-1, 1) * Math.exp(between(-16, 0)));
      return [base, between(-87, 88.5) / Math.log(base)];
    });
    expect(far("pow", pairs, 1.45, mode)).toEqual([]);
  });
  test("pow of whole numbers is exact", () => {
    const [x, y] = columns(4000, () => [Math.floor(between(-30, 31)), Math.floor(between(0, 13))]);
    const got = evaluate(expansionOf("pow"), [x, y], mode);
    const wrong = Array.from(got).flatMap((g, i) => {
      const want = x[i]! ** y[i]!;
      return Math.abs(want) > 2 ** 24 || g === want ? [] : [`${x[i]}^${y[i]} = ${g}`];
    });
    expect(wrong).toEqual([]);
  });
  test("atan2 in all quadrants", () => {
    expect(far("atan2", columns(10000, () => [between(-4, 4), between(-4, 4)]), 1.55, mode)).toEqual([]);
    const wide = (): number => (next() < 0.5 ? -1 : 1) * Math.exp(between(-80, 80));
    expect(far("atan2", columns(10000, () => [wide(), wide()]), 1.55, mode)).toEqual([]);
  });
});

test.each([0, 1, 2, 3, 4, -1, -2, 0.5, -0.5])("the constant power %d agrees with pow", (power) => {
  const root = expandMath([rawOp("pow", "f32", [operandsOf(1)[0]!, lit(power, "f32")])])[0]!;
  const xs = Float32Array.from([...grid, ...Array.from({ length: 200 }, () => between(-9, 9))]);
  const got = root.tag === "lit" ? xs.map(() => root.value) : evaluate(root, [xs], "plain");
  const wrong = Array.from(got).flatMap((g, i) => {
    const want = doubles.pow(xs[i]!, power), rounded = Math.fround(want);
    const same = Object.is(g, rounded) || (g !== 0 && (g === rounded || Math.abs(g - want) <= 1.6 * ulp(want)));
    return same || (Math.abs(want) < smallest && Math.abs(g) <= smallest)
      ? []
      : [`${xs[i]}^${power} = ${g}, not ${want}`];
  });
  expect(wrong).toEqual([]);
});

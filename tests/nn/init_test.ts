import { describe, expect, test } from "bun:test";
import { init } from "../../nn/mod.ts";
import { key } from "../../ops/random.ts";
import { compute } from "./support.ts";

const fans = { fanIn: 300, fanOut: 100 };
const draw = (initializer: init.Initializer, seed = 0): number[] =>
  compute(() => initializer(key(seed), [100, 300], fans))[0]!.values;
const variance = (xs: readonly number[]): number => xs.reduce((n, x) => n + x * x, 0) / xs.length;

describe("initializers", () => {
  const wanted = {
    lecunUniform: 1 / 300,
    lecunNormal: 1 / 300,
    glorotUniform: 2 / 400,
    glorotNormal: 2 / 400,
    heUniform: 2 / 300,
    heNormal: 2 / 300,
  } as const;
  for (const [name, want] of Object.entries(wanted)) {
    test(`${name} has mean 0 and the variance it is named for`, () => {
      const xs = draw(init[name as keyof typeof wanted]);
      expect(Math.abs(xs.reduce((a, b) => a + b) / xs.length)).toBeLessThan(4 * Math.sqrt(want / xs.length));
      expect(Math.abs(variance(xs) / want - 1)).toBeLessThan(0.04);
      if (name.endsWith("Uniform")) {
        expect(Math.max(...xs.map(Math.abs))).toBeLessThanOrEqual(Math.sqrt(3 * want) * (1 + 1e-6));
      }
    });
  }
  test("depend on the key alone", () => {
    expect(draw(init.heNormal, 1)).toEqual(draw(init.heNormal, 1));
    expect(draw(init.heNormal, 1)).not.toEqual(draw(init.heNormal, 2));
  });
  test("constants, uniform and normal are what they say", () => {
    expect(new Set(draw(init.zeros))).toEqual(new Set([0]));
    expect(new Set(draw(init.ones))).toEqual(new Set([1]));
    expect(new Set(draw(init.constant(-2)))).toEqual(new Set([-2]));
    const xs = draw(init.uniform(2, 3));
    expect(xs.every((x) => x >= 2 && x < 3)).toBe(true);
    expect(Math.abs(variance(draw(init.normal(0.1))) / 0.01 - 1)).toBeLessThan(0.04);
  });
  test("truncatedNormal has nothing beyond its bound", () => {
    const xs = draw(init.truncatedNormal(0.02));
    expect(Math.max(...xs.map(Math.abs))).toBeLessThanOrEqual(0.04 * (1 + 1e-6));
    expect(Math.abs(variance(xs) / (0.0004 * 0.7737) - 1)).toBeLessThan(0.04); // of the normal cut off at two deviations
    expect(Math.max(...draw(init.truncatedNormal(1, 0.5)).map(Math.abs))).toBeLessThanOrEqual(0.5);
  });
  test.each([[[5, 12], 1], [[12, 5], 2], [[4, 2, 3, 2], 0.5], [[3, 3], 1]] as const)(
    "orthogonal of shape %j with gain %d has rows, or columns, at right angles",
    (shape, gain) => {
      const xs = compute(() => init.orthogonal(gain)(key(3), shape, fans))[0]!;
      expect(xs.shape).toEqual([...shape]);
      const n = shape[0],
        width = xs.values.length / n,
        wide = width >= n,
        few = wide ? n : width,
        many = wide ? width : n;
      const at = (i: number, k: number): number => xs.values[wide ? i * width + k : k * width + i]!;
      for (let i = 0; i < few; i++) {
        for (let j = 0; j <= i; j++) {
          const dot = Array.from({ length: many }, (_, k) => at(i, k) * at(j, k)).reduce((a, b) => a + b);
          expect(Math.abs(dot - (i === j ? gain * gain : 0))).toBeLessThan(1e-9);
        }
      }
    },
  );
});

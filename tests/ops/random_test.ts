/** Random bits equal to published ones, and samplers with the moments of their distributions, on every back end. */
import { describe, expect, test } from "bun:test";
import { data, random, read, type Tensor, tensor } from "../../mod.ts";
import { bind } from "../../core/trace.ts";
import { threefryP } from "../../ops/random.ts";
import { onDevices } from "../support/backends.ts";

const word = (v: number): Tensor<[1], "u32"> => tensor(new Uint32Array([v]), [1]);
/** Random123, kat_vectors, threefry2x32 with 20 rounds: counter, key, result. */
const published = [
  [[0x00000000, 0x00000000], [0x00000000, 0x00000000], [0x6b200159, 0x99ba4efe]],
  [[0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], [0x1cb996fc, 0xbb002be7]],
  [[0x243f6a88, 0x85a308d3], [0x13198a2e, 0x03707344], [0xc4923a9c, 0x483df7a0]],
] as const;
const moments = (xs: ArrayLike<number>) => {
  const n = xs.length, mean = Array.from(xs).reduce((s, x) => s + x, 0) / n;
  const central = (k: number) => Array.from(xs).reduce((s, x) => s + (x - mean) ** k, 0) / n;
  return { n, mean, variance: central(2), fourth: central(4) };
};
/** Mean and variance within five standard errors. */
const expectMoments = (xs: ArrayLike<number>, mean: number, variance: number): void => {
  const m = moments(xs);
  expect(Array.from(xs).every(Number.isFinite)).toBe(true);
  expect(Math.abs(m.mean - mean)).toBeLessThan(5 * Math.sqrt(variance / m.n));
  expect(Math.abs(m.variance - variance)).toBeLessThan(5 * Math.sqrt(Math.max(1e-12, m.fourth - variance ** 2) / m.n));
};
const N = 20_000;

describe("random bits", () => {
  onDevices("Threefry-2x32 gives the published words", async () => {
    for (const [counter, key, want] of published) {
      const inputs = [word(key[0]), word(key[1]), word(counter[0]), word(counter[1])] as Tensor[];
      const got = await Promise.all(([0, 1] as const).map((w) => data(bind(threefryP, inputs, { word: w }))));
      expect(got.map((g) => g[0])).toEqual([...want]);
    }
  });
  onDevices("key 0 gives the well-known numbers", async () => {
    expect(await read(random.uniform(random.key(0), [3]))).toEqual([
      0.9476670026779175,
      0.9785798788070679,
      0.33229148387908936,
    ]);
    const normals = await read(random.normal(random.key(0), [3]));
    [1.6226422, 2.0252647, -0.43359444].forEach((want, i) => expect(normals[i]!).toBeCloseTo(want, 5));
  });
  onDevices("streams of split and folded keys differ, and repeat", async () => {
    const k = random.key(42), [a, b] = random.split(k), c = random.foldIn(k, 5), d = random.foldIn(k, 6);
    const first = await Promise.all([a, b, c, d, k].map((x) => read(random.bits(x, [4]))));
    expect(new Set(first.map((x) => x.join())).size).toBe(5);
    expect(await read(random.bits(random.split(random.key(42))[0], [4]))).toEqual(first[0]!);
  });
});
describe("samplers", () => {
  const seven = () => random.key(7);
  onDevices("uniform and bernoulli", async () => {
    const k = seven();
    const u = await data(random.uniform(k, [N], -2, 3));
    expectMoments(u, 0.5, 25 / 12);
    expect(Math.min(...u)).toBeGreaterThanOrEqual(-2);
    expect(Math.max(...u)).toBeLessThan(3);
    expectMoments(await data(random.bernoulli(k, 0.3, [N])), 0.3, 0.21);
  });
  onDevices("normal and truncated normal", async () => {
    const k = seven();
    expectMoments(await data(random.normal(k, [N])), 0, 1);
    const t = await data(random.truncatedNormal(k, -1, 2, [N]));
    expect(Math.min(...t)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...t)).toBeLessThanOrEqual(2);
    // Density φ on [-1, 2]: mean (φ(-1) - φ(2)) / Z, variance 1 + (-φ(-1) - 2φ(2)) / Z - mean².
    const phi = (x: number) => Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI), z = 0.8185946141203637;
    const mean = (phi(-1) - phi(2)) / z;
    expectMoments(t, mean, 1 + (-phi(-1) - 2 * phi(2)) / z - mean ** 2);
  });
  onDevices("exponential, laplace and gumbel", async () => {
    const k = seven();
    expectMoments(await data(random.exponential(k, [N])), 1, 1);
    expectMoments(await data(random.laplace(k, [N])), 0, 2);
    expectMoments(await data(random.gumbel(k, [N])), 0.5772156649, Math.PI ** 2 / 6);
  });
  onDevices("gamma, beta and dirichlet", async () => {
    const k = seven();
    for (const a of [0.4, 1, 5]) expectMoments(await data(random.gamma(k, a, [N])), a, a);
    expectMoments(await data(random.beta(k, 2, 3, [N])), 0.4, 6 / (25 * 6));
    const points = await read(random.dirichlet(k, [1, 2, 3], [2000])) as number[][];
    points.forEach((p) => expect(p.reduce((s, x) => s + x, 0)).toBeCloseTo(1, 5));
    expectMoments(points.map((p) => p[2]!), 0.5, 0.25 / 7);
  });
  onDevices("beta and dirichlet of small shapes lie near the corners, not nowhere", async () => {
    const k = random.key(5), points = await read(random.dirichlet(k, [0.001, 0.001], [500])) as number[][];
    points.forEach((p) => expect(p[0]! + p[1]!).toBeCloseTo(1, 5));
    const first = points.filter((p) => p[0]! > 0.5).length / 500;
    expect(Math.abs(first - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / 500));
    const b = Array.from(await data(random.beta(k, 0.01, 0.01, [N])));
    expect(b.filter((x) => x === 0.5)).toEqual([]);
    expectMoments(b, 0.5, 0.25 / 1.02);
  });
  onDevices("categorical follows its logits, permutation has every number once", async () => {
    const k = seven();
    const logits = Array.from({ length: 5000 }, () => [0.1, 0.2, 0.7].map(Math.log));
    const drawn = await data(random.categorical(k, tensor(new Float32Array(logits.flat()), [5000, 3] as const)));
    [0.1, 0.2, 0.7].forEach((p, c) => {
      const share = Array.from(drawn).filter((x) => x === c).length / 5000;
      expect(Math.abs(share - p)).toBeLessThan(5 * Math.sqrt(p * (1 - p) / 5000));
    });
    const order = Array.from(await data(random.permutation(k, 100)));
    expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(order).not.toEqual(order.toSorted((a, b) => a - b));
  });
  test("parameters that mean nothing are refused", () => {
    const k = seven();
    expect(() => random.gamma(k, 0, [1])).toThrow("expected a positive shape");
    expect(() => random.truncatedNormal(k, 2, 1, [1])).toThrow("expected low < high");
    expect(() => random.key(-1)).toThrow("expected a whole number");
    expect(() => random.permutation(k, 1.5)).toThrow("expected a whole number");
  });
});

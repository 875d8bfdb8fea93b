/** Every case of the bench computes, in small sizes, what the slow evaluator computes in f64. */
import { describe, expect, test } from "bun:test";
import { casesOf } from "../../bench/cases/mod.ts";
import type { Case } from "../../bench/support/case.ts";
import { errorOf } from "../../bench/support/statistics.ts";
import { type BackendName, dataOf, jit, run, setBackend, type Tensor, tensor } from "../../mod.ts";

const results = async (c: Case, name: BackendName, f64: boolean) => {
  await run(setBackend(name));
  const inputs = c.inputs().map(({ shape, data }) =>
    tensor(f64 && data instanceof Float32Array ? Float64Array.from(data) : data, shape) as Tensor
  );
  return await dataOf(jit(c.ours as (...xs: readonly Tensor[]) => readonly Tensor[])(...inputs));
};

describe("the cases of the bench", () => {
  const cases = casesOf("tiny");
  test.each(cases.map((c) => [c.name, c] as const))("%s", async (_, c) => {
    const want = await results(c, "reference", true), got = await results(c, "wasm", false);
    expect(got.length).toBe(want.length);
    expect(c.carry ?? 0).toBeLessThanOrEqual(want.length);
    for (const [i, w] of want.entries()) expect(errorOf(got[i]!, w)).toBeLessThan(c.tolerance ?? 1e-4);
  });

  test("have names of their own", () => {
    expect(new Set(cases.map((c) => c.name)).size).toBe(cases.length);
    const full = [...casesOf("usual"), ...casesOf("hardware")].map((c) => c.name);
    expect(new Set(full).size).toBe(full.length);
    expect(full.length).toBeGreaterThan(25);
  });
});

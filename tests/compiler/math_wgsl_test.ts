/** The expansions as WGSL on a device: special values, and no error beyond what its divisions may add. */
import { expect } from "bun:test";
import { doubles } from "../../core/math.ts";
import { axis, load, rawOp } from "../../core/expr.ts";
import type { Special } from "../../core/scalar.ts";
import type { Kernel } from "../../compiler/kernel.ts";
import { openMachine, restAfter, runKernel } from "../support/gpu.ts";
import { noWebGpu, testUnless } from "../support/skips.ts";
import { bounds, objection, samples, unary } from "./math_bounds.ts";
import { random } from "./math_support.ts";

const reason = await noWebGpu();
const machine = reason === null ? await openMachine() : null;
restAfter();
/** WGSL divides within 2.5 ulp, twice in some functions, and may flush denormal numbers. */
const divisions = 6;

/** What the device makes of a special function. */
const onDevice = async (name: Special, inputs: readonly Float32Array[]): Promise<Float32Array> => {
  const length = inputs[0]!.length, i = axis(length);
  const kernel: Kernel = {
    name,
    buffers: [...inputs.map(() => "read" as const), "write" as const].map((access) => ({
      dtype: "f32",
      length,
      access,
    })),
    grid: [i],
    stores: [{
      target: inputs.length,
      index: i,
      value: rawOp(name, "f32", inputs.map((_, k) => load(k, i, "f32"))),
      axes: [],
    }],
    contraction: null,
  };
  return (await runKernel(machine!, kernel, inputs))[0] as Float32Array;
};

for (const name of unary) {
  testUnless(reason)(`${name} on a device`, async () => {
    const { from, to, ulp } = bounds[name], xs = samples(from, to), got = await onDevice(name, [xs]);
    const wrong = Array.from(xs).flatMap((x, k) =>
      objection(x, got[k]!, doubles[name](x), "flushed", ulp + divisions) ?? []
    );
    expect(wrong.slice(0, 5)).toEqual([]);
  });
}

const next = random(5), between = (a: number, b: number): number => a + (b - a) * next();
const cases: readonly (readonly [Special, string, () => readonly number[]])[] = [
  ["pow", "fractions", () => [Math.exp(between(-3, 3)), between(-20, 20)]],
  ["pow", "whole numbers", () => [Math.floor(between(-9, 9)), Math.floor(between(-5, 6))]],
  ["atan2", "all quadrants", () => [between(-4, 4), between(-4, 4)]],
  ["lgamma", "-8 to 30", () => [between(-8, 30)]],
  ["digamma", "-8 to 30", () => [between(-8, 30)]],
];
for (const [name, where, sample] of cases) {
  testUnless(reason)(`${name} of ${where} on a device`, async () => {
    const rows = Array.from({ length: 4096 }, sample);
    const inputs = rows[0]!.map((_, k) => Float32Array.from(rows, (r) => r[k]!)), got = await onDevice(name, inputs);
    const wrong = Array.from(got).flatMap((g, i) => {
      const at = inputs.map((x) => x[i]!), want = doubles[name](...at), exact = Math.fround(want);
      const nearPole = name.endsWith("gamma") && at[0]! < 0 && Math.abs(at[0]! - Math.round(at[0]!)) < 1e-2;
      const close = Math.abs(g - want) <= 2e-6 * (Math.abs(want) + (name.endsWith("gamma") ? 1 : 0));
      return close || nearPole || Object.is(g, exact) ? [] : [`${name}(${at}) = ${g}, expected ${want}`];
    });
    expect(wrong.slice(0, 5)).toEqual([]);
  });
}

/** Contractions as WGSL: every template on every kind of shape, on a device against the interpreter. */
import { describe, expect, test } from "bun:test";
import type { Kernel } from "../../compiler/kernel.ts";
import { loadsOf, type RegisterTile } from "../../compiler/wgsl/register_tile.ts";
import { spell } from "../../compiler/wgsl/spell.ts";
import { leastTarget, type Target } from "../../compiler/wgsl/target.ts";
import { chooseVariant, type Variant } from "../../compiler/wgsl/variant.ts";
import type { Machine } from "../../runtime/webgpu/machine.ts";
import { expectClose, interpretKernel, openMachine, restAfter, runKernel } from "../support/gpu.ts";
import { noWebGpu, testUnless } from "../support/skips.ts";
import { convolution, matmul, numbers, type Shape } from "./wgsl_contractions.ts";

const reason = await noWebGpu();
const gpuTest = testUnless(reason);
const machine: Machine | null = reason === null ? await openMachine() : null;
restAfter();

/** Invocations that run together, as far as the device says so. */
const lanes = machine?.target.lanes ?? 1;
const registers = (rows: number, columns: number, parts: number, more: Partial<RegisterTile> = {}): Variant => ({
  tag: "registers",
  tile: { rows, columns, unroll: 1, lanes: 1, turned: false, ...more },
  parts,
});
const variants: Readonly<Record<string, Variant>> = {
  plain: { tag: "pointwise" },
  "registers 4x8": registers(4, 8, 1),
  "registers 2x3 in 3 parts": registers(2, 3, 3),
  "registers 1x1": registers(1, 1, 1),
  "registers 16x4 with lanes": registers(16, 4, 1, { lanes }),
  "registers 5x2 with lanes, turned, in 2 parts": registers(5, 2, 2, { lanes, turned: true }),
  tiles: { tag: "tiles", tile: { down: 4, across: 4, rows: 4, columns: 4, depth: 8 }, parts: 1 },
  "wide tiles in 2 parts": { tag: "tiles", tile: { down: 2, across: 8, rows: 8, columns: 4, depth: 4 }, parts: 2 },
};
const check = async (k: Kernel, variant?: Variant): Promise<void> => {
  const inputs = k.buffers.filter((b) => b.access === "read").map((b, i) => numbers(b.dtype, b.length, i));
  const got = await runKernel(machine!, k, inputs, variant), want = interpretKernel(k, inputs);
  // Whole numbers: sums and products are exact, in any order.
  want.forEach((w, i) => expectClose(got[i]!, w, 0, `${k.name}, ${variant?.tag ?? "chosen"}`));
};
const shapes: readonly Shape[] = [
  [1, 1, 1, 1],
  [1, 1, 9, 5],
  [1, 9, 1, 5],
  [1, 17, 19, 1],
  [1, 16, 16, 16],
  [1, 33, 18, 21],
  [3, 5, 7, 11],
  [2, 8, 12, 40],
  [1, 4, 8, 0],
  [0, 4, 8, 3],
];

/** Numbers from a seed: the same in every run. */
const dice = (seed: number) => (n: number): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return 1 + Math.floor(seed / 2 ** 32 * n);
};

describe("a contraction on a device", () => {
  gpuTest("is right for random shapes", async () => {
    const roll = dice(7);
    for (let i = 0; i < 16; i++) {
      const variant: Variant = i % 2 === 0
        ? registers(roll(12), roll(9), roll(3), { lanes: i % 4 === 0 ? lanes : 1, turned: roll(2) === 1 })
        : {
          tag: "tiles",
          tile: { down: roll(4), across: roll(4), rows: 4, columns: 4 * roll(2), depth: roll(9) },
          parts: roll(3),
        };
      const flip = (["a", "b", "both"] as const)[roll(3) - 1]!;
      await check(matmul(roll(3), roll(40), roll(40), roll(50), { transposed: flip, epilogue: i % 3 === 0 }), variant);
    }
  });
  gpuTest("has whole turns of four for what neighbours tell each other", async () => {
    for (const rows of [3, 8, 11]) {
      await check(matmul(2, 21, 40, 24, { epilogue: true }), registers(rows, 4, 1, { unroll: 4, lanes }));
    }
  });
  gpuTest("convolves with turns of the loop written out", async () => {
    for (const role of ["y", "x", "w"] as const) {
      for (const [rows, columns, parts] of [[5, 3, 1], [2, 6, 1], [3, 9, 2], [1, 1, 3]] as const) {
        await check(convolution(role), registers(rows, columns, parts, { unroll: 3 }));
        await check(convolution(role), registers(rows, columns, parts, { unroll: 3, lanes }));
      }
      await check(convolution(role));
    }
  });
  for (const [name, variant] of Object.entries(variants)) {
    gpuTest(`is right for every shape: ${name}`, async () => {
      for (const shape of shapes) await check(matmul(...shape), variant);
    });
    gpuTest(`reads transposed operands, with prologue and epilogue: ${name}`, async () => {
      await check(matmul(2, 9, 20, 12, { transposed: "a", epilogue: true }), variant);
      await check(matmul(1, 12, 8, 16, { transposed: "b", prologue: true }), variant);
      await check(matmul(1, 7, 5, 6, { transposed: "both", prologue: true, epilogue: true }), variant);
    });
    gpuTest(`convolves, and both gradients: ${name}`, async () => {
      for (const role of ["y", "x", "w"] as const) await check(convolution(role), variant);
    });
    gpuTest(`adds whole numbers: ${name}`, async () => {
      await check(matmul(1, 6, 7, 9, { dtype: "i32" }), variant);
      await check(matmul(1, 6, 7, 9, { dtype: "u32", epilogue: true }), variant);
    });
  }
  gpuTest("is right with the variant chosen for it, also where the sum is long", async () => {
    const long: readonly Shape[] = [[1, 3, 5, 5000], [1, 40, 50, 60], [1, 1, 3, 700], [64, 2, 2, 3]];
    for (const shape of long) await check(matmul(...shape));
  });
  testUnless(reason ?? (machine!.target.f16 ? null : "the adapter has no shader-f16"))("adds f16 in f32", async () => {
    const k = matmul(1, 5, 6, 3000, { dtype: "f16" }),
      bits = (n: number) => new Uint16Array(new Float16Array(n).fill(0.1).buffer);
    for (const variant of Object.values(variants)) {
      const [got] = await runKernel(machine!, k, [bits(15000), bits(18000)], variant);
      // 0.1 is 0.0999756 in f16.
      expect([...new Float16Array(got!.buffer as ArrayBuffer)].every((v) => Math.abs(v - 29.985) < 0.02)).toBe(true);
    }
  });
});

describe("the variant of a contraction", () => {
  const gpu: Target = { ...leastTarget, adapter: "gpu", maxTrips: Infinity };
  const chosen = (shape: Shape, target: Target) => chooseVariant(matmul(...shape), target);
  test("fits the limits of the device", () => {
    const large: readonly Shape[] = [[1, 4096, 4096, 4096], [1, 6, 25, 100352], [1, 16, 100000, 150], [8, 64, 64, 64]];
    for (const shape of large) {
      const v = chosen(shape, gpu);
      expect(v.tag).toBe("tiles");
      expect(spell(matmul(...shape), gpu).stages.length).toBe("parts" in v && v.parts > 1 ? 2 : 1);
    }
  });
  test("cuts a long sum with a small result into parts, on both classes", () => {
    for (const target of [leastTarget, gpu]) {
      const v = chosen([1, 6, 25, 100352], target), { stages, scratch } = spell(matmul(1, 6, 25, 100352), target);
      expect("parts" in v && v.parts > 8).toBe(true);
      expect(stages).toHaveLength(2);
      expect(scratch).toHaveLength(1);
      expect(Math.max(...stages.map((s) => s.trips))).toBeLessThan(leastTarget.maxTrips);
    }
  });
  test("loads what neighbouring columns of a convolution share once", () => {
    const c = convolution("y").contraction!, tile = { rows: 5, columns: 3, unroll: 3, lanes: 1, turned: false };
    // Three columns at stride 2, three entries each: -1 0 1, 1 2 3, 3 4 5.
    expect(loadsOf(c, "b", tile)).toBe(7);
    expect(loadsOf(c, "a", tile)).toBe(15);
  });
  test("takes whole vectors from memory where rows are multiples of four", () => {
    const text = (n: number) => spell(matmul(1, 256, n, 256), leastTarget).stages[0]!.code;
    expect(text(256)).toContain("var<storage, read> b1: array<vec4<f32>, 16384>");
    expect(text(255)).toContain("var<storage, read> b1: array<f32, 65280>");
  });
});

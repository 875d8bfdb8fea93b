/** Kernels as WGSL: loops, folds, guards, stores and grids, on a device against the interpreter; and their text. */
import { describe, expect, test } from "bun:test";
import { allocate, type Data, type DType } from "../../core/dtype.ts";
import { type Axis, axis, type Expr, fold, guard, lit, load, op } from "../../core/expr.ts";
import { int, isub, ravel, within } from "../../core/index_expr.ts";
import type { Combine } from "../../core/scalar.ts";
import type { Kernel, KernelBuffer, Store } from "../../compiler/kernel.ts";
import { spell, trips } from "../../compiler/wgsl/spell.ts";
import { leastTarget } from "../../compiler/wgsl/target.ts";
import type { Variant } from "../../compiler/wgsl/variant.ts";
import type { Machine } from "../../runtime/webgpu/machine.ts";
import { expectClose, interpretKernel, openMachine, restAfter, runKernel } from "../support/gpu.ts";
import { noWebGpu, testUnless } from "../support/skips.ts";

const reason = await noWebGpu();
const gpuTest = testUnless(reason);
const machine: Machine | null = reason === null ? await openMachine() : null;
restAfter();

const buffer = (dtype: DType, length: number, access: "read" | "write" = "read"): KernelBuffer => ({
  dtype,
  length,
  access,
});
const store = (target: number, index: Expr, value: Expr, axes: readonly Axis[] = []): Store => ({
  target,
  index,
  value,
  axes,
});
const kernel = (
  name: string,
  buffers: readonly KernelBuffer[],
  grid: readonly Axis[],
  stores: readonly Store[],
): Kernel => ({
  name,
  buffers,
  grid,
  stores,
  contraction: null,
});
/** Small whole numbers: sums of them are exact. */
const numbers = (dtype: DType, length: number, salt = 1): Data => {
  const out = allocate(dtype, length);
  for (let i = 0; i < length; i++) {
    const v = (i * 7 + salt * 13) % 23;
    out[i] = dtype === "bool" ? v % 3 === 0 ? 1 : 0 : dtype === "u32" ? v : v - 11;
  }
  return out;
};
const check = async (k: Kernel, inputs: readonly Data[], variant?: Variant, relative = 0): Promise<void> => {
  const got = await runKernel(machine!, k, inputs, variant), want = interpretKernel(k, inputs);
  want.forEach((w, i) => expectClose(got[i]!, w, relative, `${k.name} output ${i}`));
};
const cooperative: Variant = { tag: "cooperative", lanes: 64 };

const reduction = (combine: Combine, dtype: DType, rows: number, extents: readonly number[]): Kernel => {
  const i = axis(rows), rs = extents.map((d) => axis(d)), shape = [rows, ...extents];
  const length = shape.reduce((n, d) => n * d, 1);
  return kernel(`${combine}_${dtype}`, [buffer(dtype, length), buffer(dtype, rows, "write")], [i], [
    store(1, i, fold(combine, rs, load(0, ravel([i, ...rs], shape), dtype))),
  ]);
};
/** max, and the normalized exponentials and their sum: two folds one after the other and a store with a loop. */
const softmax = (rows: number, n: number): Kernel => {
  const i = axis(rows), [r, s, t] = [axis(n), axis(n), axis(n)];
  const x = (k: Expr) => load(0, ravel([i, k], [rows, n]), "f32"), greatest = fold("max", [r], x(r));
  const e = (k: Expr) => op("abs", op("sub", x(k), greatest)), total = fold("add", [s], e(s));
  return kernel("softmax", [buffer("f32", rows * n), buffer("f32", rows, "write"), buffer("f32", rows * n, "write")], [
    i,
  ], [
    store(1, i, total),
    store(2, ravel([i, t], [rows, n]), op("div", e(t), op("add", total, lit(1, "f32"))), [t]),
  ]);
};

describe("a kernel on a device", () => {
  gpuTest("folds with every combination, in one invocation and in a workgroup", async () => {
    const cases: readonly (readonly [Combine, readonly DType[]])[] = [
      ["add", ["f32", "i32", "u32"]],
      ["max", ["f32", "i32", "u32", "bool"]],
      ["min", ["f32", "i32", "u32", "bool"]],
      ["mul", ["i32", "u32"]],
      ["and", ["i32", "u32", "bool"]],
      ["or", ["i32", "u32", "bool"]],
    ];
    for (const [combine, dtypes] of cases) {
      for (const dtype of dtypes) {
        const k = reduction(combine, dtype, 5, [3, 37]), inputs = [numbers(dtype, 5 * 3 * 37)];
        await check(k, inputs);
        await check(k, inputs, cooperative);
      }
    }
  });
  gpuTest("keeps NaN in max and min", async () => {
    const data = Float32Array.from({ length: 4 * 70 }, (_, i) => i === 75 ? NaN : i === 150 ? -Infinity : i - 100);
    for (const combine of ["max", "min"] as const) {
      await check(reduction(combine, "f32", 4, [70]), [data]);
      await check(reduction(combine, "f32", 4, [70]), [data], cooperative);
    }
  });
  gpuTest("gives the identity for an empty fold and nothing for an empty grid", async () => {
    for (const combine of ["add", "max", "min"] as const) {
      await check(reduction(combine, "f32", 3, [0]), [new Float32Array(0)]);
    }
    const i = axis(0);
    await check(kernel("empty", [buffer("f32", 0), buffer("f32", 0, "write")], [i], [store(1, i, load(0, i, "f32"))]), [
      new Float32Array(0),
    ]);
  });
  gpuTest("runs dependent folds, several stores and stores with loops", async () => {
    await check(softmax(6, 50), [numbers("f32", 300)]);
    await check(softmax(6, 50), [numbers("f32", 300)], cooperative);
  });
  gpuTest("reads through guards", async () => {
    const [i, j] = [axis(9), axis(8)], at = isub(i, int(2)), inside = within(at, 0, 5);
    const padded = guard(inside, load(0, ravel([at, j], [5, 8]), "f32"), lit(-Infinity, "f32"));
    const summed = guard(inside, fold("add", [axisOf], load(0, ravel([at, axisOf], [5, 8]), "f32")), lit(7, "f32"));
    await check(
      kernel("guards", [buffer("f32", 40), buffer("f32", 72, "write"), buffer("f32", 72, "write")], [i, j], [
        store(1, ravel([i, j], [9, 8]), padded),
        store(2, ravel([i, j], [9, 8]), op("mul", summed, lit(2, "f32"))),
      ]),
      [numbers("f32", 40)],
    );
  });
  gpuTest("moves what it reads: transposition of three axes", async () => {
    const [i, j, k] = [axis(5), axis(6), axis(7)];
    await check(
      kernel("transpose", [buffer("i32", 210), buffer("i32", 210, "write")], [i, j, k], [
        store(1, ravel([i, j, k], [5, 6, 7]), load(0, ravel([k, i, j], [7, 5, 6]), "i32")),
      ]),
      [Int32Array.from({ length: 210 }, (_, n) => n)],
    );
  });
  gpuTest("covers more than 65,535 workgroups", async () => {
    const n = 65535 * 64 + 4711, i = axis(n);
    const k = kernel("large", [buffer("i32", n, "write")], [i], [store(0, i, op("add", i, int(1)))]);
    const [got] = await runKernel(machine!, k, []);
    expect(got!.length).toBe(n);
    expect(got!.findIndex((v, p) => v !== p + 1)).toBe(-1);
  });
  gpuTest("writes one point where the grid has no axes", async () => {
    const r = axis(10);
    await check(
      kernel("all", [buffer("f32", 10), buffer("f32", 1, "write")], [], [
        store(1, int(0), fold("add", [r], load(0, r, "f32"))),
      ]),
      [
        numbers("f32", 10),
      ],
    );
  });
  testUnless(reason ?? (machine!.target.f16 ? null : "the adapter has no shader-f16"))("computes in f16", async () => {
    const i = axis(4), r = axis(100), bits = (xs: readonly number[]) => new Uint16Array(new Float16Array(xs).buffer);
    const k = kernel(
      "half",
      [buffer("f16", 4), buffer("f16", 100), buffer("f16", 4, "write"), buffer("f16", 1, "write")],
      [i],
      [
        store(2, i, op("max", op("mul", load(0, i, "f16"), lit(1.5, "f16")), lit(-Infinity, "f16"))),
        store(3, int(0), fold("add", [r], load(1, r, "f16"))),
      ],
    );
    const [scaled, sum] = await runKernel(machine!, k, [bits([1, -2, NaN, Infinity]), bits(Array(100).fill(0.1))]);
    const numbersOf = (d: Data) => [...new Float16Array(d.buffer as ArrayBuffer, 0, d.length)];
    expect(numbersOf(scaled!)).toEqual([1.5, -3, NaN, Infinity]);
    // In f16 the sum would stray to 9.97; the sum of the nearest f16 to 0.1 is 9.9976, whose nearest f16 is 10.
    expect(numbersOf(sum!)).toEqual([10]);
  });
});
const axisOf = axis(8);

describe("the text of a kernel", () => {
  const code = (k: Kernel) => spell(k, leastTarget).stages.map((s) => s.code).join("\n");
  test("has one loop for folds over the same extents", () => {
    const i = axis(4), [r, s] = [axis(100), axis(100)], x = (k: Expr) => load(0, ravel([i, k], [4, 100]), "f32");
    const both = op("sub", fold("add", [r], op("mul", x(r), x(r))), fold("add", [s], x(s)));
    const text = code(kernel("moments", [buffer("f32", 400), buffer("f32", 4, "write")], [i], [store(1, i, both)]));
    expect(text.match(/for \(/g)).toHaveLength(1);
  });
  test("has what does not change before the loop, and what has several uses once", () => {
    const [i, j] = [axis(4), axis(5)], r = axis(100), scale = op("sqrt", load(1, j, "f32"));
    const value = fold("add", [r], op("mul", op("mul", scale, scale), load(0, ravel([i, r], [4, 100]), "f32")));
    const text = code(kernel("hoist", [buffer("f32", 400), buffer("f32", 5), buffer("f32", 20, "write")], [i, j], [
      store(2, ravel([i, j], [4, 5]), value),
    ]));
    expect(text.match(/sqrt/g)).toHaveLength(1);
    expect(text.indexOf("sqrt")).toBeLessThan(text.indexOf("for ("));
  });
  test("indexes a contiguous grid by its position", () => {
    const [i, j, k] = [axis(4), axis(5), axis(6)], at = ravel([i, j, k], [4, 5, 6]);
    const text = code(
      kernel("copy", [buffer("f32", 120), buffer("f32", 120, "write")], [i, j, k], [store(1, at, load(0, at, "f32"))]),
    );
    expect(text).toContain("b1[g] = b0[g];");
  });
  test("is the same for the same kernel built anew, whatever its name", () => {
    expect(code({ ...softmax(6, 50), name: "another" })).toBe(code(softmax(6, 50)));
  });
  test("counts its loop trips, and is refused beyond what the driver does", () => {
    expect(trips(reduction("add", "f32", 5, [3, 37]))).toBe(3 * 38);
    expect(() => spell(reduction("add", "f32", 5, [70001]), leastTarget)).toThrow("split the reduction");
    expect(() => spell(reduction("add", "f32", 5, [70001]), { ...leastTarget, maxTrips: Infinity })).not.toThrow();
  });
  test("of f64 does not exist", () => {
    expect(() => spell(reduction("add", "f64", 5, [7]), leastTarget)).toThrow("WebGPU has no f64");
  });
});

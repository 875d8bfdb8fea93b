import { describe, expect, test } from "bun:test";
import { acc, type Axis, axis, load } from "../../core/expr.ts";
import { iadd, imul, ravel } from "../../core/index_expr.ts";
import type { Kernel } from "../../compiler/kernel.ts";
import { analyse } from "../../compiler/wasm/analysis.ts";
import type { GemmPlan } from "../../compiler/wasm/gemm.ts";
import { planGemm } from "../../compiler/wasm/plan_gemm.ts";
import { boxCount, boxes, filledUp, multiplesOf, type Tiling } from "../../compiler/wasm/tile.ts";
import { convolution, failures, matmul, read, write } from "./wasm_contractions.ts";

const planOf = (k: Kernel): GemmPlan => {
  const choice = planGemm(k, k.contraction!, analyse());
  if (choice?.how.tag !== "gemm") throw new Error("no panels");
  return choice.how.plan;
};

describe("boxes filled up", () => {
  /** The lengths of all boxes, counted. */
  const lengths = (t: Tiling): readonly number[] =>
    t.axes.reduce<number[]>(
      (all, { extent }, i) =>
        all.flatMap((n) =>
          Array.from({ length: t.counts[i]! }, (_, p) => n * Math.min(t.sizes[i]!, extent - p * t.sizes[i]!))
        ),
      [1],
    );
  test("have as many elements as all boxes one by one", () => {
    for (const extents of [[], [7], [64], [5, 14], [3, 7, 7], [2, 1, 9], [6, 4, 4]]) {
      const axes = extents.map(axis);
      for (const target of [1, 4, 12, 30, 56, 100, 1000]) {
        const t = boxes(axes, target, 4), all = lengths(t);
        expect(all.length).toBe(boxCount(t));
        for (const unit of [1, 4, 8]) {
          expect(filledUp(t, unit)).toBe(all.reduce((n, d) => n + Math.ceil(d / unit) * unit, 0));
          expect(multiplesOf(t, unit)).toBe(all.every((d) => d % unit === 0));
        }
      }
    }
  });
});

describe("the left operand is read where it is", () => {
  test("if its rows are contiguous along k", () => {
    expect(planOf(matmul({ m: 9, n: 22, k: 16 })).stride).toBe(16);
    expect(planOf(convolution("y", { n: 1, c: 3, o: 8, size: [6, 6], kernel: 3 })).stride).toBe(27);
    expect(planOf(matmul({ m: 9, n: 22, k: 16, turnA: true })).stride).toBe(null);
    expect(planOf(matmul({ m: 9, n: 22, k: 16, dtype: "f16" })).stride).toBe(null);
  });
  test("whatever its rows are made of", () => {
    const [m0, m1, n, k0, k1] = [3, 5, 21, 4, 7].map(axis) as [Axis, Axis, Axis, Axis, Axis];
    const grid = [m0, m1, n], rows = (pitch: number) => iadd(imul(m0, 5 * pitch), imul(m1, pitch));
    const kernel = (pitch: number, step: number): Kernel => ({
      name: `rows ${pitch} apart, steps of ${step}`,
      buffers: [read("f32", 15 * pitch), read("f32", 28 * 21), write("f32", 15 * 21)],
      grid,
      stores: [{ target: 2, index: ravel(grid, [3, 5, 21]), value: acc("f32"), axes: [] }],
      contraction: {
        batch: [],
        m: [m0, m1],
        n: [n],
        k: [k0, k1],
        dtype: "f32",
        a: load(0, iadd(rows(pitch), iadd(imul(k0, 7 * step), imul(k1, step))), "f32"),
        b: load(1, ravel([k0, k1, n], [4, 7, 21]), "f32"),
      },
    });
    for (const [pitch, step, stride] of [[28, 1, 28], [31, 1, 31], [56, 2, null]] as const) {
      const made = kernel(pitch, step);
      expect(planOf(made).stride).toBe(stride);
      expect(failures(made).wrong).toEqual([]);
    }
  });
  test("with rows and steps left over in every tile", () => {
    const odd = matmul({ m: 517, n: 9, k: 261 }), { m, k, stride } = planOf(odd);
    expect([boxCount(m) > 1, boxCount(k) > 1, multiplesOf(m, 4), multiplesOf(k, 4), stride]).toEqual([
      true,
      true,
      false,
      false,
      261,
    ]);
    expect(failures(odd).wrong).toEqual([]);
  });
});

test("vectors that reach beyond a short row are written over by the next", () => {
  for (const size of [[9, 7], [3, 34]] as const) {
    const kernel = convolution("y", { n: 1, c: 5, o: 5, size, kernel: 3, padding: 1 });
    expect(failures(kernel).wrong).toEqual([]);
  }
});

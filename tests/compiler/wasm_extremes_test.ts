/** The greatest and least of floats by their bits: NaN of any kind, zeros of both signs, infinities, one sign only. */
import { describe, expect, test } from "bun:test";
import { axis, fold, load, visit } from "../../core/expr.ts";
import { iadd, imul } from "../../core/index_expr.ts";
import type { Kernel } from "../../compiler/kernel.ts";
import { inBasics } from "../../compiler/basics.ts";
import { difference, oneByOneBackwards, runKernel } from "./wasm_run.ts";

const nan = (bits: number): number => new Float32Array(Uint32Array.of(bits).buffer)[0]!;
/** Rows of special numbers, each repeated to the length. */
const rows: readonly (readonly number[])[] = [
  [1, 2, 3],
  [-1, -2, -3],
  [-3, 0, 2],
  [0, -0],
  [-0, 0],
  [-0],
  [-0, -1],
  [0, 1],
  [-Infinity],
  [Infinity],
  [Infinity, -Infinity, 0],
  [-Infinity, -1e-40, -1e38],
  [1e-40, 3, Infinity],
  [nan(0x7fc00000), 1, -1],
  [nan(0xffc00000), 1, -1],
  [nan(0xffc00001), -1, -2],
  [nan(0x7fc00001), -1, -2],
  [nan(0x7f800001), Infinity],
  [nan(0xff800001), -Infinity],
  [nan(0x7fc00000), nan(0xffc00000)],
];
/** The greatest and least of the rows and of the columns of a matrix. */
const extremes = (lines: number, length: number): Kernel => {
  const i = axis(lines), r = axis(length), n = lines * length;
  const along = load(0, iadd(imul(i, length), r), "f32"), across = load(1, iadd(imul(r, lines), i), "f32");
  return {
    name: "extremes",
    buffers: [n, n, lines, lines, lines, lines].map((size, at) => ({
      dtype: "f32",
      length: size,
      access: at < 2 ? "read" : "write",
    })),
    grid: [i],
    stores: [fold("max", [r], along), fold("min", [r], along), fold("max", [r], across), fold("min", [r], across)].map((
      value,
      at,
    ) => ({ target: at + 2, index: i, value, axes: [] })),
    contraction: null,
  };
};

describe("the greatest and least of f32", () => {
  test("are what they are, with any NaN and either zero", () => {
    for (const length of [6, 7, 16, 33, 70]) {
      const k = extremes(rows.length, length), lines = rows.length;
      const at = (i: number, r: number): number => rows[i]![r % rows[i]!.length]!;
      // Special numbers once in a while, the rest of them the first of the row.
      const rare = (i: number, r: number): number => r % 5 === 3 ? at(i, r) : at(i, rows[i]!.length - 1);
      for (const value of [at, rare]) {
        const along = Float32Array.from(
          { length: lines * length },
          (_, p) => value(Math.floor(p / length), p % length),
        );
        const across = Float32Array.from({ length: lines * length }, (_, p) => value(p % lines, Math.floor(p / lines)));
        const inputs = [along, across];
        for (const options of [{}, { ranges: oneByOneBackwards }]) {
          expect([length, difference(k, inputs, runKernel(k, inputs, options))]).toEqual([length, null]);
        }
      }
    }
  });
  test("are found among bits where there are more than a few, and of nothing are what they were", () => {
    const folds = (k: Kernel): string[] => {
      const found: string[] = [];
      visit(inBasics(k).stores.map((s) => s.value), (e) => e.tag === "fold" && found.push(e.dtype));
      return [...new Set(found)].sort();
    };
    expect(folds(extremes(3, 6))).toEqual(["i32", "u32"]);
    expect(folds(extremes(3, 5))).toEqual(["f32"]);
    expect(folds(extremes(3, 0))).toEqual(["f32"]);
  });
});

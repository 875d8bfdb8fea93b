import { describe, expect, test } from "bun:test";
import { axis, type Expr, fold, guard, lit, load } from "../../core/expr.ts";
import { iadd, idiv, imul, int, ravel, within } from "../../core/index_expr.ts";
import type { Kernel } from "../../compiler/kernel.ts";
import { analyse, decide } from "../../compiler/wasm/analysis.ts";
import { partition } from "../../compiler/wasm/grid.ts";
import { mergeAxes } from "../../compiler/wasm/merge.ts";
import { stage } from "../../compiler/wasm/stage.ts";
import { boxes } from "../../compiler/wasm/tile.ts";
import { convolution } from "./wasm_contractions.ts";

const kernelOf = (grid: Kernel["grid"], index: Expr, value: Expr): Kernel => ({
  name: "k",
  buffers: [{ dtype: "f32", length: 1000, access: "read" }, { dtype: "f32", length: 1000, access: "write" }],
  grid,
  stores: [{ target: 1, index, value, axes: [] }],
  contraction: null,
});
const extentsOf = (k: Kernel): readonly number[] => mergeAxes(k).grid.map((a) => a.extent);

describe("axes that are used as one become one", () => {
  const [i, j, k] = [axis(4), axis(5), axis(6)], shape = [4, 5, 6], at = ravel([i, j, k], shape);
  test("all, in a kernel that goes straight through memory", () => {
    expect(extentsOf(kernelOf([i, j, k], at, load(0, at, "f32")))).toEqual([120]);
  });
  test("the ones that are not broadcast apart", () => {
    expect(extentsOf(kernelOf([i, j, k], at, load(0, ravel([i, k], [4, 6]), "f32")))).toEqual([4, 5, 6]);
    expect(extentsOf(kernelOf([i, j, k], at, load(0, k, "f32")))).toEqual([20, 6]);
  });
  test("also in quotients of their sum", () => {
    const merged = mergeAxes(kernelOf([j, k], ravel([j, k], [5, 6]), load(0, idiv(ravel([j, k], [5, 6]), 4), "f32")));
    expect(merged.grid.map((a) => a.extent)).toEqual([30]);
    expect(merged.stores[0]!.value).toBe(load(0, idiv(merged.grid[0]!, 4), "f32"));
  });
  test("not where one is used alone", () => {
    const padded = guard(within(k, 1, 5), load(0, at, "f32"), lit(0, "f32"));
    expect(extentsOf(kernelOf([i, j, k], at, padded))).toEqual([20, 6]);
  });
  test("those of a fold", () => {
    const merged = mergeAxes(kernelOf([i], i, fold("add", [j, k], load(0, at, "f32"))));
    const { value } = merged.stores[0]!;
    expect(value.tag === "fold" ? value.axes.map((a) => a.extent) : null).toEqual([30]);
  });
});

describe("operands are laid out", () => {
  test("as the padded image, not as its patches", () => {
    const kernel = convolution("y", { n: 2, c: 3, o: 4, size: [9, 12], kernel: 3, padding: 1, stride: 2 }),
      c = kernel.contraction!;
    const made = stage(c.b, { analysis: analyse(), grid: c.n.slice(1), summed: c.k, lanes: c.n.at(-1)!, source: 7 });
    // 5 windows of 3 rows, 2 apart, see 11 rows; 6 windows see 13 columns.
    expect([made.axes.map((a) => a.extent), made.length]).toEqual([[3, 11, 13], 429]);
    const inner = made.load.tag === "load" ? made.load.index : null;
    const [, h, w] = c.n, [ch, kh, kw] = c.k;
    expect(inner).toBe(ravel([ch!, iadd(imul(h!, 2), kh!), iadd(imul(w!, 2), kw!)], [3, 11, 13]));
  });
});

describe("comparisons are decided for a range of an axis, whatever the others are", () => {
  const v = axis(28), k = axis(5), { free } = analyse(), x = iadd(iadd(v, k), int(-2)), inside = within(x, 0, 28);
  const [low, high] = inside.tag === "op" ? inside.args : [];
  const both = (from: number, to: number) => [decide(low!, v, from, to, free), decide(high!, v, from, to, free)];
  test("inside, at the edges and beyond", () => {
    expect(both(2, 26)).toEqual([true, true]);
    expect(both(0, 4)).toEqual([null, true]);
    expect(both(24, 28)).toEqual([true, null]);
    expect(decide(low!, k, 0, 5, free)).toBe(null);
  });
});

describe("index spaces are cut", () => {
  test("into tasks, outer axes first, only where there is work for them", () => {
    expect(partition([8, 100], [1, 4], 1000)).toEqual({ sizes: [8, 100], tasks: 1 });
    expect(partition([8, 100], [1, 4], 16384 * 8)).toEqual({ sizes: [1, 100], tasks: 8 });
    expect(partition([8, 100], [1, 4], 16384 * 32)).toEqual({ sizes: [1, 28], tasks: 32 });
    expect(partition([3, 100000], [1, 4], 1e9)).toEqual({ sizes: [1, 1164], tasks: 258 });
  });
  test("into boxes: inner axes whole, one in pieces", () => {
    const sizes = (extents: readonly number[], target: number) => boxes(extents.map(axis), target, 12).sizes;
    expect([sizes([32, 28, 28], 240), sizes([8, 7, 7], 240), sizes([1000], 240), sizes([20], 240)])
      .toEqual([[1, 7, 28], [4, 7, 7], [204], [20]]);
  });
});

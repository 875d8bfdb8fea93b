import { describe, expect, test } from "bun:test";
import type { DType } from "../../core/dtype.ts";
import { type Axis, axis, type Expr, load, op } from "../../core/expr.ts";
import { idiv, imod, int, ravel } from "../../core/index_expr.ts";
import type { Kernel } from "../../compiler/kernel.ts";
import { mergeAxes } from "../../compiler/wasm/merge.ts";
import { plainSchedule } from "../../compiler/wasm/plain.ts";
import { read, volume, whole, write } from "./wasm_contractions.ts";
import { allAtOnce, difference, interpretKernel, inThrees, runKernel } from "./wasm_run.ts";

/** out[grid] = f(in[axes in another order]) */
const permuted = (
  extents: readonly number[],
  order: readonly number[],
  dtype: DType = "f32",
  twice = false,
): Kernel => {
  const grid = extents.map(axis), from = order.map((i) => grid[i]!), at = ravel(grid, extents), n = volume(grid);
  const seen = load(0, ravel(from, from.map((a) => a.extent)), dtype);
  const value = dtype === "bool" ? seen : op("add", seen, load(1, at, dtype));
  const stores = [{ target: 2, index: at, value, axes: [] }, { target: 3, index: at, value: seen, axes: [] }];
  return {
    name: `${extents} as ${order} of ${dtype}`,
    buffers: [read(dtype, n), read(dtype, n), write(dtype, n), ...(twice ? [write(dtype, n)] : [])],
    grid,
    stores: stores.slice(0, twice ? 2 : 1),
    contraction: null,
  };
};
const expectRight = (kernel: Kernel): void => {
  const inputs = whole(kernel), right = interpretKernel(kernel, inputs);
  for (const ranges of [allAtOnce, inThrees]) {
    expect(difference(kernel, inputs, runKernel(kernel, inputs, { ranges }), right) ?? "equal").toBe("equal");
  }
};

describe("what lies across the lanes is read in squares and turned", () => {
  test("of all sizes", () => {
    for (const shape of [[4, 4], [5, 9], [16, 33], [3, 17], [21, 4], [64, 50]]) expectRight(permuted(shape, [1, 0]));
  });
  test("of all dtypes", () => {
    for (const dtype of ["i32", "u32", "bool", "f16", "f64"] as const) expectRight(permuted([9, 22], [1, 0], dtype));
  });
  test("in any order of several axes", () => {
    for (const order of [[0, 2, 1], [1, 2, 0], [2, 0, 1], [2, 1, 0], [1, 0, 2]]) {
      expectRight(permuted([3, 6, 21], order));
    }
    expectRight(permuted([2, 7, 5, 6], [0, 3, 1, 2]));
  });
  test("for several stores", () => expectRight(permuted([13, 18], [1, 0], "f32", true)));
  test("in tiles", () => {
    const k = mergeAxes(permuted([100, 200], [1, 0])), { lanes, unroll, tiles } = plainSchedule(k);
    expect([lanes === k.grid[1], unroll.get(k.grid[0]!), tiles?.get(k.grid[1]!)]).toEqual([true, 4, 16]);
  });
});

describe("quotients and remainders of the lanes", () => {
  const of = (by: number, f: (q: Expr, r: Expr) => Expr): Kernel => {
    const [i, j]: readonly [Axis, Axis] = [axis(3), axis(27)], index = ravel([i, j], [3, 27]);
    return {
      name: `by ${by}`,
      buffers: [read("f32", 100), write("i32", 81)],
      grid: [i, j],
      stores: [{ target: 1, index, value: op("add", f(idiv(j, by), imod(j, by)), i), axes: [] }],
      contraction: null,
    };
  };
  test("are right for any divisor", () => {
    for (const by of [1, 2, 3, 4, 5, 6, 8, 12, 16, 40]) {
      expectRight(of(by, (q) => q));
      expectRight(of(by, (_q, r) => r));
      expectRight(of(by, (q, r) => op("add", op("mul", q, int(100)), r)));
    }
  });
});

import { describe, expect, test } from "bun:test";
import { allocate, type Data, type DType } from "../../core/dtype.ts";
import { type Axis, axis, type Expr, fold, guard, lit, load, op } from "../../core/expr.ts";
import { iadd, idiv, imul, int, ravel, within } from "../../core/index_expr.ts";
import type { Combine } from "../../core/scalar.ts";
import type { Kernel, Store } from "../../compiler/kernel.ts";
import { plainSchedule } from "../../compiler/wasm/plain.ts";
import { allAtOnce, difference, inThrees, oneByOneBackwards, runKernel } from "./wasm_run.ts";

/** Whole numbers, so that sums are exact in any order. */
const whole = (dtype: DType, length: number, seed = 1): Data => {
  const data = allocate(dtype, length);
  for (let i = 0, x = seed; i < length; i++) {
    x = Math.imul(x, 1664525) + 1013904223 | 0;
    data[i] = dtype === "bool" ? (x >>> 28) & 1 : dtype === "u32" ? x >>> 28 : x >> 28;
  }
  return data;
};
const read = (dtype: DType, length: number) => ({ dtype, length, access: "read" as const });
const write = (dtype: DType, length: number) => ({ dtype, length, access: "write" as const });
const store = (target: number, index: Expr, value: Expr, axes: readonly Axis[] = []): Store => ({
  target,
  index,
  value,
  axes,
});

/** Whether ranges of tasks make no difference and the interpreter agrees. */
const check = (kernel: Kernel, inputs: readonly Data[]): void => {
  for (const ranges of [allAtOnce, oneByOneBackwards, inThrees]) {
    expect(difference(kernel, inputs, runKernel(kernel, inputs, { ranges })) ?? "equal").toBe("equal");
  }
};

const combines: readonly (readonly [DType, readonly Combine[]])[] = [
  ["f32", ["add", "mul", "max", "min"]],
  ["f64", ["add", "mul", "max", "min"]],
  ["i32", ["add", "mul", "max", "min", "and", "or"]],
  ["u32", ["add", "mul", "max", "min", "and", "or"]],
  ["bool", ["and", "or", "max", "min"]],
];
const lengths = [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 70];

describe("folds", () => {
  for (const [dtype, hows] of combines) {
    for (const how of hows) {
      test(`${how} of ${dtype}, rows and columns of every length`, () => {
        for (const n of lengths) {
          const i = axis(9), r = axis(n), x = whole(dtype, 9 * Math.max(1, n));
          if (how === "mul") x.forEach((v, p) => (x[p] = v % 2 === 0 ? 1 : dtype === "u32" ? 3 : -1));
          const rows = load(0, iadd(imul(i, n), r), dtype), columns = load(0, iadd(imul(r, 9), i), dtype);
          const kernel: Kernel = {
            name: `${how} ${n}`,
            buffers: [read(dtype, x.length), write(dtype, 9), write(dtype, 9)],
            grid: [i],
            stores: [store(1, i, fold(how, [r], rows)), store(2, i, fold(how, [r], columns))],
            contraction: null,
          };
          check(kernel, [x]);
        }
      });
    }
  }
  test("over several axes, in the order of the axes", () => {
    const i = axis(6), r = axis(5), s = axis(3), t = axis(7);
    const kernel: Kernel = {
      name: "several",
      buffers: [read("f32", 6 * 5 * 3 * 7), write("f32", 6)],
      grid: [i],
      stores: [store(1, i, fold("add", [r, s, t], load(0, ravel([i, s, t, r], [6, 3, 7, 5]), "f32")))],
      contraction: null,
    };
    check(kernel, [whole("f32", 630)]);
  });
  test("that need one another: a softmax in one kernel", () => {
    const n = 37,
      i = axis(11),
      r = axis(n),
      t = axis(n),
      j = axis(n),
      at = (k: Expr) => load(0, iadd(imul(i, n), k), "f32");
    const highest = fold("max", [r], at(r)), total = fold("add", [t], op("sub", highest, at(t)));
    const kernel: Kernel = {
      name: "softmax",
      buffers: [read("f32", 11 * n), write("f32", 11 * n), write("f32", 11)],
      grid: [i],
      stores: [
        store(1, iadd(imul(i, n), j), op("div", op("sub", highest, at(j)), total), [j]),
        store(2, i, op("add", highest, total)),
      ],
      contraction: null,
    };
    check(kernel, [whole("f32", 11 * n)]);
  });
  test("in folds", () => {
    const i = axis(5), r = axis(6), s = axis(9);
    const row = fold("max", [s], load(0, ravel([i, r, s], [5, 6, 9]), "i32"));
    const kernel: Kernel = {
      name: "nested",
      buffers: [read("i32", 270), write("i32", 5)],
      grid: [i],
      stores: [store(1, i, fold("add", [r], op("mul", row, row)))],
      contraction: null,
    };
    check(kernel, [whole("i32", 270)]);
  });
  test("under guards: windows with padding", () => {
    const h = axis(9), w = axis(11), kh = axis(3), kw = axis(3), n = axis(2);
    const y = iadd(h, iadd(kh, int(-1))), x = iadd(w, iadd(imul(kw, 2), int(-2)));
    const inside = op("and", within(y, 0, 9), within(x, 0, 11));
    const pixel = guard(inside, load(0, ravel([n, y, x], [2, 9, 11]), "f32"), lit(-Infinity, "f32"));
    const kernel: Kernel = {
      name: "pool",
      buffers: [read("f32", 198), write("f32", 198)],
      grid: [n, h, w],
      stores: [store(1, ravel([n, h, w], [2, 9, 11]), fold("max", [kh, kw], pixel))],
      contraction: null,
    };
    check(kernel, [whole("f32", 198)]);
  });
  test("inside a guard are not computed where it does not hold", () => {
    const i = axis(20), r = axis(5);
    const far = fold("add", [r], load(0, iadd(imul(iadd(i, int(-7)), 5), r), "f32"));
    const kernel: Kernel = {
      name: "guarded",
      buffers: [read("f32", 30), write("f32", 20)],
      grid: [i],
      stores: [store(1, i, guard(within(i, 7, 13), far, lit(-1, "f32")))],
      contraction: null,
    };
    check(kernel, [whole("f32", 30)]);
  });
  test("of places that are divided: an image twice as large", () => {
    const h = axis(12), w = axis(14), c = axis(3);
    const kernel: Kernel = {
      name: "up",
      buffers: [read("f32", 3 * 6 * 7), write("f32", 12 * 14), write("f32", 12 * 14)],
      grid: [h, w],
      stores: [
        store(
          1,
          ravel([h, w], [12, 14]),
          fold("add", [c], load(0, ravel([c, idiv(h, 2), idiv(w, 2)], [3, 6, 7]), "f32")),
        ),
        store(2, ravel([h, w], [12, 14]), load(0, iadd(imul(idiv(w, 4), 30), h), "f32")),
      ],
      contraction: null,
    };
    check(kernel, [whole("f32", 126)]);
  });
  test("of many rows are cut into tasks that do not depend on each other", () => {
    const i = axis(3000), r = axis(50);
    const kernel: Kernel = {
      name: "rows",
      buffers: [read("f32", 150000), write("f32", 3000)],
      grid: [i],
      stores: [store(1, i, fold("add", [r], load(0, iadd(imul(i, 50), r), "f32")))],
      contraction: null,
    };
    check(kernel, [whole("f32", 150000)]);
  });
  test("sum 4 million times 0.1 to five digits, in pieces of a thousand", () => {
    const i = axis(4096), r = axis(1024), j = axis(4096);
    const sums = (out: Axis, over: Axis, length: number): Kernel => ({
      name: "tenths",
      buffers: [read("f32", length * over.extent), write("f32", length)],
      grid: [out],
      stores: [store(1, out, fold("add", [over], load(0, iadd(imul(out, over.extent), over), "f32")))],
      contraction: null,
    });
    const first = runKernel(sums(i, r, 4096), [new Float32Array(4096 * 1024).fill(0.1)])[1]!;
    const one = axis(1), last = runKernel(sums(one, j, 1), [first])[1]!;
    expect(Math.abs(last[0]! / 419430.4 - 1)).toBeLessThan(1e-5);
  });
  test("of short windows have pixels in lanes, those of long rows what is put together", () => {
    const [y, x, r, q, i, j] = [12, 12, 3, 3, 12, 300].map(axis) as [Axis, Axis, Axis, Axis, Axis, Axis];
    const [down, across] = [iadd(imul(y, 2), iadd(r, int(-1))), iadd(imul(x, 2), iadd(q, int(-1)))];
    const pixel = load(0, ravel([down, across], [24, 24]), "f32"),
      edge = op("and", within(down, 0, 24), within(across, 0, 24));
    const windows: Kernel = {
      name: "windows",
      buffers: [read("f32", 576), write("f32", 144)],
      grid: [y, x],
      stores: [store(1, ravel([y, x], [12, 12]), fold("max", [r, q], guard(edge, pixel, lit(-Infinity, "f32"))))],
      contraction: null,
    };
    const rows: Kernel = {
      ...windows,
      buffers: [read("f32", 3600), write("f32", 12)],
      grid: [i],
      stores: [store(1, i, fold("max", [j], load(0, ravel([i, j], [12, 300]), "f32")))],
    };
    expect([plainSchedule(windows).lanes, plainSchedule(rows).lanes]).toEqual([x, null]);
    check(windows, [whole("f32", 576)]);
    check(rows, [whole("f32", 3600)]);
  });
});

import { describe, expect, test } from "bun:test";
import { type Axis, axis, type Expr, fold, load, op } from "../../core/expr.ts";
import { iadd, imul } from "../../core/index_expr.ts";
import { inBasics } from "../../compiler/basics.ts";
import type { Kernel } from "../../compiler/kernel.ts";
import { emitKernel } from "../../compiler/wasm/emit.ts";
import { withRows } from "../../compiler/wasm/rows.ts";
import { hasRelaxed } from "../../runtime/wasm/relaxed.ts";
import { read, whole, write } from "./wasm_contractions.ts";
import { allAtOnce, difference, interpretKernel, inThrees, runKernel } from "./wasm_run.ts";

/** Rows of points, each with what depends on the whole row. */
const rows = (points: number, length: number, value: (at: (r: Axis) => Expr, r: Axis) => Expr): Kernel => {
  const i = axis(points), r = axis(length), at = (x: Axis): Expr => load(0, iadd(imul(i, length), x), "f32");
  return {
    name: `rows of ${length}`,
    buffers: [read("f32", points * length), write("f32", points * length)],
    grid: [i],
    stores: [{ target: 1, index: iadd(imul(i, length), r), value: value(at, r), axes: [r] }],
    contraction: null,
  };
};
const sumOf = (length: number, f: (r: Axis) => Expr): Expr => {
  const s = axis(length);
  return fold("add", [s], f(s));
};
const softmax = (length: number) =>
  rows(5, length, (at, r) => {
    const m = axis(length), most = fold("max", [m], at(m)), e = (x: Axis) => op("exp", op("sub", at(x), most));
    return op("div", e(r), sumOf(length, e));
  });
const expectRight = (kernel: Kernel): void => {
  const inputs = whole(kernel), right = interpretKernel(kernel, inputs);
  for (const ranges of [allAtOnce, inThrees]) {
    const got = runKernel(kernel, inputs, { ranges })[1]!, want = right[1]!;
    expect(Array.from(got).every((x, i) => Math.abs(x - want[i]!) <= 1e-6 * Math.abs(want[i]!))).toBe(true);
    expect(difference(kernel, inputs, runKernel(kernel, inputs, { ranges }), runKernel(kernel, inputs)) ?? "equal")
      .toBe("equal");
  }
};

describe("what sums over a row and the row itself both need", () => {
  test("is computed once", () => {
    const { kernel, staged } = withRows(inBasics(softmax(20)));
    expect(staged.map((s) => s.length)).toEqual([20]);
    // 20 exponentials for each point in scratch memory, with room for vectors.
    expect(emitKernel(softmax(20), { shared: true, relaxed: hasRelaxed() }).scratchBytes).toBe(192);
    expect(kernel.stores.length).toBe(1);
  });
  test("is right for rows of any length", () => {
    for (const length of [1, 2, 3, 4, 7, 20, 33, 130]) expectRight(softmax(length));
  });
  test("is right where a row is made of another", () => {
    const value = (at: (r: Axis) => Expr, r: Axis): Expr => {
      const e = (x: Axis) => op("exp", at(x)), total = sumOf(21, e);
      const t = (x: Axis) => op("tanh", op("div", e(x), total));
      return op("add", op("mul", t(r), sumOf(21, t)), e(r));
    };
    expect(withRows(inBasics(rows(5, 21, value))).staged.length).toBe(2);
    expectRight(rows(5, 21, value));
  });
  test("is right where sums share a loop, and some of them need rows that come later", () => {
    const s = axis(21), total = (f: (r: Axis) => Expr): Expr => fold("add", [s], f(s));
    const value = (at: (r: Axis) => Expr, r: Axis): Expr => {
      const x = (a: Axis) => op("exp", at(a)), y = (a: Axis) => op("tanh", at(a));
      const z = (a: Axis) => op("exp", op("div", x(a), total(x)));
      return [op("mul", y(r), total(y)), op("mul", z(r), sumOf(21, z)), x(r)].reduce((p, q) => op("add", p, q));
    };
    expect(withRows(inBasics(rows(5, 21, value))).staged.length).toBe(3);
    expectRight(rows(5, 21, value));
  });
  test("stays where it is when it is little, or the row is long", () => {
    const cheap = rows(2, 12, (at, r) => op("sub", at(r), sumOf(12, at)));
    expect(withRows(inBasics(cheap)).staged).toEqual([]);
    expect(withRows(inBasics(softmax(20000))).staged).toEqual([]);
    expectRight(cheap);
  });
});

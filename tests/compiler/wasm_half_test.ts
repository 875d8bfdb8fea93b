import { describe, expect, test } from "bun:test";
import { axis, convert, type Expr, fold, load, op, rawOp } from "../../core/expr.ts";
import { imul, ravel } from "../../core/index_expr.ts";
import type { Kernel } from "../../compiler/kernel.ts";
import { emitPlain } from "../../compiler/wasm/plain.ts";
import { moduleOf, runKernel, runModule } from "./wasm_run.ts";

const kernelOf = (
  from: "f16" | "f32",
  to: "f16" | "f32",
  length: number,
  value: (x: Expr) => Expr,
  step = 1,
): Kernel => {
  const i = axis(length);
  return {
    name: "half",
    buffers: [{ dtype: from, length: length * step, access: "read" }, { dtype: to, length, access: "write" }],
    grid: [i],
    stores: [{ target: 1, index: i, value: value(load(0, imul(i, step), from)), axes: [] }],
    contraction: null,
  };
};
/** Every f16 there is. */
const all = Uint16Array.from({ length: 65536 }, (_, i) => i),
  asNumbers = Float32Array.from(new Float16Array(all.buffer));
const isNaNHalf = (bits: number): boolean => (bits & 0x7fff) > 0x7c00;

describe("f16", () => {
  test("is read exactly", () => {
    const [, out] = runKernel(kernelOf("f16", "f32", 65536, (x) => convert(x, "f32")), [all]);
    expect(asNumbers.findIndex((v, i) => !Object.is(v, out![i]!))).toBe(-1);
  });
  test("is read exactly, every third", () => {
    const [, out] = runKernel(kernelOf("f16", "f32", 21845, (x) => convert(x, "f32"), 3), [all.slice(0, 65535)]);
    expect(out!.findIndex((v, i) => !Object.is(v, asNumbers[3 * i]!))).toBe(-1);
  });
  test("is written to the nearest, ties to even", () => {
    // The halves, the middles between neighbours, and what lies just beside them.
    const finite = asNumbers.filter((v) => v === v), at = (i: number) => finite[i]!;
    const middles = finite.slice(0, -1).map((v, i) => Math.fround((v + at(i + 1)) / 2)),
      next = (v: number, k: number) => v + v * k * 2 ** -23;
    const x = Float32Array.from([
      ...finite,
      ...middles,
      ...Array.from(middles).flatMap((v) => [next(v, 1), next(v, -1)]),
      65519.99,
      65520,
      1e30,
      1e-30,
      2 ** -25,
      2 ** -24,
      1e-45,
    ]);
    const right = new Uint16Array(Float16Array.from(x).buffer);
    const kernel = kernelOf("f32", "f16", x.length, (v) => convert(v, "f16"));
    const oneByOne = moduleOf((imports) => [emitPlain(kernel, imports, { lanes: null, unroll: new Map() }, "run0")]);
    for (const out of [runKernel(kernel, [x])[1]!, runModule(oneByOne, kernel.buffers, [x])[1]!]) {
      expect(right.findIndex((v, i) => v !== out[i] && !(isNaNHalf(v) && isNaNHalf(out[i]!)))).toBe(-1);
    }
  });
  test("converted from f32 is rounded in the middle of a computation", () => {
    const x = Float32Array.from({ length: 1000 }, (_, i) => 1 + i / 3000);
    const [, out] = runKernel(kernelOf("f32", "f32", 1000, (v) => op("sub", v, convert(convert(v, "f16"), "f32"))), [
      x,
    ]);
    expect(Array.from(out!)).toEqual(Array.from(x, (v) => Math.fround(v - Float16Array.of(v)[0]!)));
  });
  test("sums are rounded once, at the end", () => {
    const rows = 5, length = 300, i = axis(rows), r = axis(length);
    const kernel: Kernel = {
      name: "sum",
      buffers: [{ dtype: "f16", length: rows * length, access: "read" }, {
        dtype: "f16",
        length: rows,
        access: "write",
      }],
      grid: [i],
      stores: [{
        target: 1,
        index: i,
        value: fold("add", [r], load(0, ravel([i, r], [rows, length]), "f16")),
        axes: [],
      }],
      contraction: null,
    };
    const x = Float16Array.from({ length: rows * length }, (_, p) => (p % 7) / 8),
      out = runKernel(kernel, [new Uint16Array(x.buffer)])[1]!;
    const sums = Float16Array.from(
      { length: rows },
      (_, row) => x.slice(row * length, row * length + length).reduce((s, v) => s + v, 0),
    );
    expect(Array.from(out)).toEqual(Array.from(new Uint16Array(sums.buffer)));
  });
  test("products are those of f32, rounded", () => {
    const i = axis(700),
      kernel: Kernel = {
        name: "mul",
        buffers: [{ dtype: "f16", length: 700, access: "read" }, { dtype: "f16", length: 700, access: "write" }],
        grid: [i],
        stores: [{ target: 1, index: i, value: rawOp("mul", "f16", [load(0, i, "f16"), load(0, i, "f16")]), axes: [] }],
        contraction: null,
      };
    const x = Float16Array.from({ length: 700 }, (_, p) => p / 64 - 5);
    const right = new Uint16Array(Float16Array.from(x, (v) => v * v).buffer);
    expect(Array.from(runKernel(kernel, [new Uint16Array(x.buffer)])[1]!)).toEqual(Array.from(right));
  });
});

import { describe, expect, test } from "bun:test";
import { allocate, type Data, type DType, dtypes } from "../../core/dtype.ts";
import { axis, convert, type Expr, lit, load, rawOp } from "../../core/expr.ts";
import { type Basic, basic } from "../../core/scalar.ts";
import type { Kernel } from "../../compiler/kernel.ts";
import { emitPlain } from "../../compiler/wasm/plain.ts";
import { scalars } from "../../compiler/wasm/spell_scalar.ts";
import { difference, moduleOf, runKernel, runModule } from "./wasm_run.ts";

const values: Readonly<Record<DType, readonly number[]>> = {
  f32: [
    0,
    -0,
    1,
    -1,
    0.5,
    -0.5,
    1.5,
    -1.5,
    2.5,
    -2.5,
    3,
    -7.25,
    1e-40,
    -1e-40,
    1e38,
    -1e38,
    2 ** 31,
    -(2 ** 31),
    2 ** 32,
    8388607.5,
    NaN,
    Infinity,
    -Infinity,
  ],
  f64: [
    0,
    -0,
    1,
    -1,
    0.5,
    -0.5,
    1.5,
    2.5,
    -7.25,
    1e-310,
    1e300,
    -1e300,
    2 ** 31 - 0.5,
    -(2 ** 31) - 0.5,
    2 ** 32,
    4503599627370495.5,
    NaN,
    Infinity,
    -Infinity,
  ],
  f16: [0, -0, 1, -1, 0.5, 1.5, 2.5, -3, 2048, 65504, NaN, Infinity, -Infinity],
  i32: [0, 1, -1, 2, -2, 3, -3, 7, -7, 31, 32, 33, 100, -100, 65536, -2147483648, 2147483647, -2147483647, 123456789],
  u32: [0, 1, 2, 3, 7, 31, 32, 33, 100, 65536, 2147483647, 2147483648, 4294967295, 123456789, 3000000000],
  bool: [0, 1],
}; // deno-fmt-ignore

const dataOf = (dtype: DType, numbers: readonly number[]): Data => {
  if (dtype === "f16") return new Uint16Array(Float16Array.from(numbers).buffer);
  const data = allocate(dtype, numbers.length);
  data.set(numbers);
  return data;
};
/** All pairs of values, in two arrays. */
const pairs = (dtype: DType, second = values[dtype]): readonly [Data, Data] => {
  const first = values[dtype];
  return [dataOf(dtype, first.flatMap((x) => second.map(() => x))), dataOf(dtype, first.flatMap(() => second))];
};

/** A kernel with one output for each of several values. */
const kernelOf = (
  from: readonly DType[],
  to: DType,
  length: number,
  outputs: readonly ((...x: Expr[]) => Expr)[],
): Kernel => {
  const i = axis(length), x = from.map((dtype, k) => load(k, i, dtype));
  return {
    name: "op",
    buffers: [
      ...from.map((dtype) => ({ dtype, length, access: "read" as const })),
      ...outputs.map(() => ({ dtype: to, length, access: "write" as const })),
    ],
    grid: [i],
    stores: outputs.map((value, k) => ({ target: from.length + k, index: i, value: value(...x), axes: [] })),
    contraction: null,
  };
};
/** Where lanes, or numbers one by one, differ from the interpreter. */
const failures = (kernel: Kernel, inputs: readonly Data[]): readonly (string | null)[] => {
  const oneByOne = moduleOf((imports) => [emitPlain(kernel, imports, { lanes: null, unroll: new Map() }, "run0")]);
  return [
    difference(kernel, inputs, runKernel(kernel, inputs)),
    difference(kernel, inputs, runModule(oneByOne, kernel.buffers, inputs)),
  ];
};

const comparisons = ["eq", "ne", "lt", "le", "gt", "ge"];
const byOperand = Object.keys(scalars) as (keyof typeof scalars)[];

describe("every instruction on every pair of edge values gives what the interpreter gives, in lanes and one by one", () => {
  for (const name of byOperand) {
    for (const dtype of dtypes) {
      if (scalars[name][dtype] === null || dtype === "f16") continue;
      test(`${name} of ${dtype}`, () => {
        const inputs = pairs(dtype).slice(0, basic[name]), to = comparisons.includes(name) ? "bool" : dtype;
        const kernel = kernelOf(inputs.map(() => dtype), to, inputs[0]!.length, [(...x) => rawOp(name, to, x)]);
        expect(failures(kernel, inputs)).toEqual([null, null]);
      });
      if (basic[name] !== 2) continue;
      test(`${name} of ${dtype} and constants`, () => {
        const x = dataOf(dtype, values[dtype]), to = comparisons.includes(name) ? "bool" : dtype;
        const constants = values[dtype].map((c) => lit(dtype === "f32" ? Math.fround(c) : c, dtype));
        const outputs = constants.flatMap((
          c,
        ) => [(v: Expr) => rawOp(name, to, [v, c]), (v: Expr) => rawOp(name, to, [c, v])]);
        expect(failures(kernelOf([dtype], to, x.length, outputs), [x])).toEqual([null, null]);
      });
    }
  }
  for (const dtype of dtypes.filter((d) => d !== "f16")) {
    test(`select of ${dtype}`, () => {
      const [x, y] = pairs(dtype), c = dataOf("bool", Array.from(x, (_, i) => i % 3 === 0 ? 1 : 0));
      const kernel = kernelOf(["bool", dtype, dtype], dtype, x.length, [(...v) => rawOp("select", dtype, v)]);
      expect(failures(kernel, [c, x, y])).toEqual([null, null]);
    });
    for (const to of dtypes.filter((d) => d !== "f16" && d !== dtype)) {
      test(`${dtype} converted to ${to}`, () => {
        const x = dataOf(dtype, values[dtype]);
        expect(failures(kernelOf([dtype], to, x.length, [(v) => convert(v, to)]), [x])).toEqual([null, null]);
      });
    }
  }
  for (const [from, to] of [["f32", "i32"], ["f32", "u32"], ["i32", "f32"], ["u32", "f32"], ["i32", "u32"]] as const) {
    test(`the bits of ${from} as ${to}`, () => {
      const x = dataOf(from, values[from].filter((v) => !Number.isNaN(v) && (to !== "f32" || Math.abs(v) < 2 ** 30)));
      expect(failures(kernelOf([from], to, x.length, [(v) => rawOp("bitcast", to, [v])]), [x])).toEqual([null, null]);
    });
  }
  test("no instruction is missing", () => {
    const others: readonly Basic[] = ["select", "convert", "bitcast"];
    expect([...byOperand, ...others].toSorted()).toEqual((Object.keys(basic) as Basic[]).toSorted());
  });
});

describe("whole numbers", () => {
  const whole = (name: "div" | "rem", dtype: DType, by: number) => (v: Expr) => rawOp(name, dtype, [v, lit(by, dtype)]);
  const both = (dtype: DType, by: readonly number[]) =>
    by.flatMap((c) => [whole("div", dtype, c), whole("rem", dtype, c)]);
  for (const dtype of ["i32", "u32"] as const) {
    test(`of ${dtype} are divided by constants`, () => {
      const by = [
        0,
        1,
        2,
        3,
        5,
        7,
        8,
        10,
        12,
        28,
        100,
        641,
        1000,
        65536,
        2147483647,
        ...(dtype === "i32" ? [-1, -2, -7] : []),
      ];
      const x = dataOf(dtype, [
        ...values[dtype],
        ...Array.from({ length: 100 }, (_, i) => i * 7 - (dtype === "i32" ? 350 : 0)),
      ]);
      expect(failures(kernelOf([dtype], dtype, x.length, both(dtype, by)), [x])).toEqual([null, null]);
    });
  }
  test("that are indices are divided by constants", () => {
    const i = axis(700), outputs = both("i32", [1, 2, 3, 5, 7, 8, 10, 28, 100, 641]);
    const kernel: Kernel = {
      name: "index",
      buffers: outputs.map(() => ({ dtype: "i32", length: 700, access: "write" })),
      grid: [i],
      stores: outputs.map((value, k) => ({ target: k, index: i, value: value(i), axes: [] })),
      contraction: null,
    };
    expect(failures(kernel, [])).toEqual([null, null]);
  });
});

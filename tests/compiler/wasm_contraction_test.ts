import { describe, expect, test } from "bun:test";
import { acc, type Axis, axis, convert, lit, load, op, rawOp } from "../../core/expr.ts";
import { ravel } from "../../core/index_expr.ts";
import type { Kernel } from "../../compiler/kernel.ts";
import { sliced } from "../../compiler/wasm/contract.ts";
import { emitKernel } from "../../compiler/wasm/emit.ts";
import { mergeAxes } from "../../compiler/wasm/merge.ts";
import { splitContraction } from "../../compiler/wasm/split.ts";
import { hasRelaxed } from "../../runtime/wasm/relaxed.ts";
import { convolution, failures, matmul, read, volume, whole, type Window, write } from "./wasm_contractions.ts";
import { allAtOnce, difference, interpretKernel, oneByOneBackwards, runKernel, runModule } from "./wasm_run.ts";

const expectRight = (kernel: Kernel): readonly string[] => {
  const { tried, wrong } = failures(kernel);
  expect(wrong).toEqual([]);
  return tried;
};

describe("a matrix product is right in every way it can be done", () => {
  const sizes = [[1, 1, 1], [1, 7, 5], [7, 1, 5], [5, 3, 1], [2, 12, 9], [3, 13, 8], [4, 5, 33], [13, 16, 12], [
    25,
    31,
    20,
  ], [6, 50, 3]] as const;
  for (const [m, n, k] of sizes) {
    test(`${m} by ${n} over ${k}`, () => {
      for (const turnA of [false, true]) {
        for (const turnB of [false, true]) expectRight(matmul({ m, n, k, turnA, turnB }));
      }
    });
  }
  test("all the ways are tried", () => {
    const tried = expectRight(matmul({ m: 9, n: 22, k: 16, turnB: true }));
    expect(tried).toEqual(["plain", "panels", "tiles along 22", "dot", "swapped tiles along 9"]);
  });
  test("with several blocks of k and several tiles", () => {
    expectRight(matmul({ m: 13, n: 250, k: 530, turnB: true }));
    expectRight(matmul({ m: 210, n: 13, k: 261, turnA: true }));
  });
  test("over nothing is 0", () =>
    expectRight({ ...matmul({ m: 3, n: 5, k: 0 }), buffers: [read("f32", 1), read("f32", 1), write("f32", 15)] }));
  test("of other dtypes", () => {
    for (const dtype of ["f64", "i32", "u32", "f16"] as const) expectRight(matmul({ m: 6, n: 13, k: 19, dtype }));
  });
  test("of nothing has no tasks", () => {
    const made = emitKernel(matmul({ m: 0, n: 5, k: 3 }), { shared: true, relaxed: hasRelaxed() });
    expect([made.phases, WebAssembly.validate(made.bytes)]).toEqual([[], true]);
  });
});

describe("a contraction is right in every way it can be done", () => {
  test("with batches, in any order of the grid", () => {
    const [m, n, k, s, t] = [5, 9, 6, 2, 3].map(axis) as [Axis, Axis, Axis, Axis, Axis];
    for (const grid of [[s, t, m, n], [m, s, n, t], [n, m, t, s]]) {
      const shape = grid.map((a) => a.extent);
      expectRight({
        name: `batches ${shape}`,
        buffers: [read("f32", 180), read("f32", 324), write("f32", volume(grid))],
        grid,
        stores: [{ target: 2, index: ravel(grid, shape), value: acc("f32"), axes: [] }],
        contraction: {
          batch: grid.filter((a) => a === s || a === t),
          m: [m],
          n: [n],
          k: [k],
          dtype: "f32",
          a: load(0, ravel([s, t, m, k], [2, 3, 5, 6]), "f32"),
          b: load(1, ravel([k, t, n, s], [6, 3, 9, 2]), "f32"),
        },
      });
    }
  });
  test("with computed operands and several stores of what becomes of the sum", () => {
    const [m, n, k] = [11, 18, 14].map(axis) as [Axis, Axis, Axis], at = ravel([m, n], [11, 18]), sum = acc("f32");
    const biased = op("add", sum, load(2, n, "f32"));
    expectRight({
      name: "computed",
      buffers: [
        read("f32", 154),
        read("f32", 252),
        read("f32", 18),
        read("f32", 198),
        write("f32", 198),
        write("bool", 198),
        write("i32", 198),
      ],
      grid: [m, n],
      stores: [
        { target: 4, index: at, value: op("add", op("max", biased, lit(0, "f32")), load(3, at, "f32")), axes: [] },
        { target: 5, index: at, value: op("lt", lit(0, "f32"), biased), axes: [] },
        { target: 6, index: ravel([n, m], [18, 11]), value: convert(sum, "i32"), axes: [] },
      ],
      contraction: {
        batch: [],
        m: [m],
        n: [n],
        k: [k],
        dtype: "f32",
        a: op("sub", op("mul", load(0, ravel([m, k], [11, 14]), "f32"), lit(2, "f32")), lit(1, "f32")),
        b: op(
          "select",
          op("lt", load(1, ravel([k, n], [14, 18]), "f32"), lit(0, "f32")),
          lit(-1, "f32"),
          load(1, ravel([k, n], [14, 18]), "f32"),
        ),
      },
    });
  });
  test("with a result in f64, or in f16", () => {
    const base = matmul({ m: 7, n: 10, k: 12 }), [store] = base.stores;
    for (const dtype of ["f64", "f16"] as const) {
      expectRight({
        ...base,
        name: dtype,
        buffers: [...base.buffers.slice(0, 2), write(dtype, 70)],
        stores: [{ ...store!, value: convert(acc("f32"), dtype) }],
      });
    }
  });
  const windows: readonly Window[] = [
    { n: 2, c: 3, o: 4, size: [7, 9], kernel: 3 },
    { n: 2, c: 3, o: 5, size: [8, 8], kernel: 3, padding: 1 },
    { n: 1, c: 2, o: 7, size: [9, 12], kernel: 3, padding: 2, stride: 2 },
    { n: 2, c: 2, o: 3, size: [11, 10], kernel: 2, padding: 1, stride: 3 },
    { n: 1, c: 3, o: 2, size: [12, 9], kernel: 3, padding: 2, dilation: 2 },
    { n: 2, c: 2, o: 3, groups: 3, size: [6, 7], kernel: 3, padding: 1 },
    { n: 2, c: 1, o: 1, groups: 5, size: [6, 7], kernel: 3, padding: 1, stride: 2 },
    { n: 3, c: 5, o: 6, size: [4, 5], kernel: 1 },
    { n: 2, c: 1, o: 6, size: [5, 5], kernel: 5, padding: 2 },
  ];
  for (const w of windows) {
    for (const role of ["y", "x", "w"] as const) {
      test(`convolution, ${role} of ${JSON.stringify(w)}`, () => void expectRight(convolution(role, w)));
    }
  }
  test("with operands too large to be laid out at once", () => {
    expectRight(convolution("y", { n: 7, c: 20, o: 1, size: [30, 34], kernel: 3, padding: 1, stride: 3 }));
    expectRight(convolution("w", { n: 24, c: 2, o: 1, size: [52, 52], kernel: 1, padding: 1 }));
  });
});

describe("a long sum over few elements is cut into slices", () => {
  const long = (K: number): Kernel => matmul({ m: 5, n: 6, k: K, turnA: true });
  test("where there are enough of them", () => {
    const cut = (k: Kernel) => sliced(mergeAxes(k), mergeAxes(k).contraction!)?.slices ?? null;
    expect([cut(long(100)), cut(long(4800)), cut(long(4099)), cut(matmul({ m: 300, n: 300, k: 5000 }))]).toEqual([
      null,
      16,
      16,
      null,
    ]);
  });
  test("and is right, whether the slices are equal or not", () => {
    for (const K of [4800, 4099, 8193]) {
      const kernel = long(K),
        inputs = whole(kernel),
        made = emitKernel(kernel, { shared: true, relaxed: hasRelaxed() });
      expect(made.phases.length).toBe(2);
      for (const ranges of [allAtOnce, oneByOneBackwards]) {
        expect(difference(kernel, inputs, runModule(made, kernel.buffers, inputs, { ranges })) ?? "equal").toBe(
          "equal",
        );
      }
    }
  });
  test("and every way is right for the slices", () => {
    const kernel = mergeAxes(convolution("w", { n: 8, c: 2, o: 3, size: [8, 9], kernel: 3, padding: 1 })),
      c = kernel.contraction!;
    const { partial } = splitContraction(kernel, c, c.k[0]!, 3), inputs = whole(partial);
    const kernels = {
      ...partial,
      buffers: partial.buffers.filter((_, i) => i !== 2),
      stores: partial.stores.map((s) => ({ ...s, target: 2 })),
    };
    expect(failures(kernels).wrong).toEqual([]);
    expect(inputs.length).toBe(2);
  });
});

describe("a module", () => {
  test("works on memory that is not shared", () => {
    const kernel = matmul({ m: 6, n: 13, k: 19 }), inputs = whole(kernel);
    expect(difference(kernel, inputs, runKernel(kernel, inputs, { shared: false })) ?? "equal").toBe("equal");
  });
  test("writes over an operand that is read at the same place", () => {
    const base = matmul({ m: 20, n: 37, k: 11 }), at = base.stores[0]!.index;
    const kernel: Kernel = {
      ...base,
      buffers: [...base.buffers.slice(0, 2), read("f32", 740), write("f32", 740)],
      stores: [{ target: 3, index: at, value: rawOp("sub", "f32", [load(2, at, "f32"), acc("f32")]), axes: [] }],
    };
    const inputs = whole(kernel),
      right = interpretKernel(kernel, inputs),
      got = runKernel(kernel, inputs, { inPlace: [[3, 2]] });
    expect(Array.from(got[3]!)).toEqual(Array.from(right[3]!));
  });
  test("is the same for the same kernel", () => {
    const [x, y, z] = [
      matmul({ m: 20, n: 37, k: 11 }),
      matmul({ m: 20, n: 37, k: 11 }),
      matmul({ m: 20, n: 37, k: 12 }),
    ].map((k) => emitKernel(k, { shared: true, relaxed: hasRelaxed() }).key);
    expect([x === y, x === z]).toEqual([true, false]);
  });
});

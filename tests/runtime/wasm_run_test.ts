import { afterAll, describe, expect, test } from "bun:test";
import type { Kernel } from "../../compiler/kernel.ts";
import { aval } from "../../core/aval.ts";
import { allocate, type Data, type DType } from "../../core/dtype.ts";
import { axis, type Expr, lit, op } from "../../core/expr.ts";
import { doubles } from "../../core/math.ts";
import { createMachine } from "../../runtime/wasm/backend.ts";
import { replaceable } from "../../runtime/wasm/donation.ts";
import { kernelKey } from "../../compiler/kernel_key.ts";
import { createExecutable, type Machine } from "../../runtime/wasm/executable.ts";
import { input, mapKernel, matmulKernel, output, planOf, runPlan, slot, sumKernel } from "./wasm_plans.ts";

const machines: Machine[] = [];
const machine = (threads: number): Machine => {
  const m = createMachine(threads, 0);
  machines.push(m);
  return m;
};
afterAll(() => machines.forEach((m) => m.pool.close()));

/** Multiples of 1/8 in [-4, 4), so that sums of products are exact. */
const data = (length: number, seed = 1, dtype: DType = "f32"): Data => {
  const out = allocate(dtype, length);
  for (let i = 0, x = seed; i < length; i++) {
    x = Math.imul(x, 1664525) + 1013904223 | 0;
    out[i] = (x >> 26) / 8;
  }
  return out;
};
const sumOf = (x: Data): number => [...x].reduce((s, v) => s + v, 0);
const f32 = (length: number, f: (i: number) => number): Float32Array => Float32Array.from({ length }, (_, i) => f(i));
const mulAdd = (x: Expr, y: Expr): Expr => op("add", op("mul", x, y), lit(0.5, "f32"));

const matmul = (a: Data, b: Data, c: Data, rows: number, inner: number, columns: number): Float32Array =>
  f32(rows * columns, (p) => {
    const m = Math.floor(p / columns), n = p % columns;
    let sum = c[p]!;
    for (let k = 0; k < inner; k++) sum += a[m * inner + k]! * b[k * columns + n]!;
    return Math.max(sum, 0);
  });

describe("plans on Wasm", () => {
  for (const threads of [1, 3]) {
    const m = machine(threads);
    test(`${threads} threads: maps of all lengths`, () => {
      for (const n of [1, 3, 4, 5, 17, 1000, 70_001]) {
        const x = data(n, 1), y = data(n, 2);
        const [out] = runPlan(m, planOf([mapKernel(n, 2, mulAdd), input(0), input(1), output(0)]), [x, y]);
        expect(out).toEqual(f32(n, (i) => x[i]! * y[i]! + 0.5));
      }
    });

    test(`${threads} threads: sums and products of matrices`, () => {
      for (const [rows, inner, columns] of [[1, 1, 1], [3, 5, 2], [64, 64, 64], [130, 70, 190]] as const) {
        const a = data(rows * inner, 1), b = data(inner * columns, 2), c = data(rows * columns, 3);
        const plan = planOf([matmulKernel(rows, inner, columns), input(0), input(1), input(2), output(0)]);
        expect(runPlan(m, plan, [a, b, c])[0]).toEqual(matmul(a, b, c, rows, inner, columns));
        expect(runPlan(m, planOf([sumKernel(rows, inner), input(0), output(0)]), [a])[0]).toEqual(
          f32(rows, (i) => sumOf(a.subarray(i * inner, (i + 1) * inner))),
        );
      }
    });

    test(`${threads} threads: kernels in order, through slots, and outputs that are read again`, () => {
      const n = 50_000, x = data(n);
      const plan = planOf(
        [mapKernel(n, 1, (v) => op("mul", v, v)), input(0), slot(0)],
        [mapKernel(n, 2, (v, w) => op("add", v, w)), slot(0), input(0), output(1)],
        [mapKernel(n, 2, (v, w) => op("sub", v, w)), output(1), slot(0), slot(1)],
        [sumKernel(1, n), slot(1), output(0)],
      );
      const [sum, both] = runPlan(m, plan, [x]);
      expect(both).toEqual(f32(n, (i) => x[i]! * x[i]! + x[i]!));
      expect(sum).toEqual(f32(1, () => sumOf(x)));
    });
  }

  test("f64 with functions that workers have and with one that they have not", () => {
    const m = machine(2), n = 20_000, x = data(n, 5, "f64");
    for (const name of ["exp", "exp2", "tanh", "pow", "erf", "digamma"] as const) {
      const kernel = mapKernel(n, 1, (v) => name === "pow" ? op(name, op("abs", v), v) : op(name, v), "f64");
      const plan = planOf([kernel, input(0), output(0)]);
      const want = Float64Array.from(x, (v) => name === "pow" ? doubles.pow(Math.abs(v), v) : doubles[name](v));
      for (let i = 0; i < 5; i++) {
        const [out] = runPlan(m, plan, [x]);
        expect([...want].findIndex((v, k) => !Object.is(v, out![k])), `first difference of ${name}`).toBe(-1);
      }
    }
  });

  test("f16 is stored as halves", () => {
    const halves = Float16Array.of(0, 1, 1.5, -2.25, 1000, 0.1, -0.3), n = halves.length;
    const plan = planOf([mapKernel(n, 1, (v) => op("add", v, v), "f16"), input(0), output(0)]);
    const [out] = runPlan(machine(1), plan, [new Uint16Array(halves.buffer)]);
    expect(out).toEqual(new Uint16Array(halves.map((v) => v + v).buffer));
  });

  test("tensors without elements", () => {
    const m = machine(1);
    expect(runPlan(m, planOf([sumKernel(3, 0), input(0), output(0)]), [new Float32Array(0)])).toEqual([
      new Float32Array(3),
    ]);
    const empty = m.buffers.upload(new Float32Array(0), aval([0, 4], "f32"));
    expect(m.buffers.download(empty)).toEqual(new Float32Array(0));
    expect(m.buffers.memory()).toEqual({ bytes: 0, buffers: 1 });
    empty.dispose();
    expect(() => empty.dispose()).toThrow("was disposed before");
  });

  test("equal kernels are one module", () => {
    const m = machine(1);
    const [a, b, c] = [mulAdd, mulAdd, (v: Expr) => v].map((f) => m.load(mapKernel(100, 2, f)).module);
    expect(a!.id).toBe(b!.id);
    expect(a!.id).not.toBe(c!.id);
  });
});

describe("kernel keys", () => {
  test("tell apart what differs, and only that", () => {
    const two = (): Kernel => mapKernel(8, 2, mulAdd), key = kernelKey(two());
    expect(kernelKey({ ...two(), name: "another" })).toBe(key);
    const one = (dtype: DType) => {
      const c = lit(3, dtype);
      return {
        ...mapKernel(8, 1, () => lit(1, "f32")),
        stores: [{ target: 1, index: axis(8), value: op("select", op("lt", c, c), c, c), axes: [] }],
      };
    };
    const others = [
      mapKernel(9, 2, mulAdd),
      mapKernel(8, 2, (x, y) => mulAdd(y, x)),
      mapKernel(8, 2, (x, y) => op("add", op("mul", x, y), lit(-0, "f32"))),
      mapKernel(8, 2, (x, y) => op("add", op("mul", x, y), lit(0, "f32"))),
      mapKernel(8, 2, mulAdd, "f64"),
      matmulKernel(2, 3, 4),
      matmulKernel(3, 2, 4),
      sumKernel(4, 2),
      one("i32"),
      one("u32"),
    ];
    expect(new Set([key, ...others.map(kernelKey)]).size).toBe(others.length + 1);
  });
});

describe("memory of runs", () => {
  const plan = (n: number) => planOf([mapKernel(n, 2, mulAdd), input(0), input(1), output(0)]);

  test("donated inputs become outputs where that is safe, else they are disposed", () => {
    const m = machine(2), n = 40_000, x = data(n, 1), y = data(n, 2);
    const upload = (v: Data) => m.buffers.upload(v, aval([v.length], "f32"));
    const run = createExecutable(plan(n), m), a = upload(x), b = upload(y);
    const [out] = run.run([a, b], new Set([0, 1]));
    expect(out).toBe(a);
    expect(m.buffers.memory()).toEqual({ bytes: n * 4, buffers: 1 });
    expect(m.buffers.download(out!)).toEqual(f32(n, (i) => x[i]! * y[i]! + 0.5));
    expect(() => run.run([b, a], new Set())).toThrow("was disposed");
    // The same value twice: its memory may not be written while the other reads it.
    const [square] = run.run([a, a], new Set([0, 1]));
    expect(square).not.toBe(a);
    expect(m.buffers.memory()).toEqual({ bytes: n * 4, buffers: 1 });
  });

  test("an input that is read at other places, or later, is not overwritten", () => {
    const n = 64;
    const mm = planOf([matmulKernel(n, n, n), input(0), input(1), input(2), output(0)]);
    expect(replaceable(mm)).toEqual([[2]]);
    const twice = planOf(
      [mapKernel(n, 2, mulAdd), input(0), input(1), output(0)],
      [mapKernel(n, 2, mulAdd), output(0), input(1), output(1)],
    );
    expect(replaceable(twice)).toEqual([[0], [0, 1]]);
    expect(replaceable(planOf([sumKernel(n, 1), input(0), output(0)]))).toEqual([[]]);
    const m = machine(2), x = data(n * n, 1), y = data(n * n, 2), z = data(n * n, 3);
    expect(runPlan(m, mm, [x, y, z], [0, 1, 2])[0]).toEqual(matmul(x, y, z, n, n, n));
  });

  test("a run that finds no memory changes nothing", () => {
    const m = machine(1), n = 1000, huge = 2 ** 29;
    const a = m.buffers.upload(data(n), aval([n], "f32"));
    const tooMuch = planOf(
      [mapKernel(n, 1, (v) => v), input(0), output(0)],
      [{ ...mapKernel(huge, 0, () => lit(1, "f32")) }, output(1)],
      [{ ...mapKernel(huge, 0, () => lit(1, "f32")) }, output(2)],
    );
    const before = m.heap.statistics();
    expect(() => createExecutable(tooMuch, m).run([a], new Set([0]))).toThrow(RangeError);
    expect(m.buffers.memory()).toEqual({ bytes: n * 4, buffers: 1 });
    expect(m.heap.statistics().blocks).toBeLessThanOrEqual(before.blocks + 2);
    expect(m.buffers.download(a)).toEqual(data(n));
  });

  test("a thousand runs with random sizes, threads and donations give the same bits and leave nothing", () => {
    const one = machine(1), many = machine(3);
    const sizes = Array.from({ length: 24 }, (_, i) => 1 + (i * i * 7919) % (i % 4 === 0 ? 60_000 : 3000));
    const ready = sizes.map((n) => {
      const plan = planOf(
        [mapKernel(n, 2, mulAdd), input(0), input(1), slot(0)],
        [sumKernel(1, n), slot(0), output(1)],
        [mapKernel(n, 2, (v, w) => op("sub", v, w)), slot(0), input(1), output(0)],
      );
      const inputs = [data(n, n), data(n, n + 1)] as const, first = runPlan(one, plan, inputs);
      return { n, inputs, first, executable: createExecutable(plan, many) };
    });
    let different = 0;
    for (let i = 0, x = 99; i < 1000; i++) {
      x = Math.imul(x, 1664525) + 1013904223 | 0;
      const { n, inputs, first, executable } = ready[(x >>> 8) % ready.length]!;
      const given = inputs.map((v) => many.buffers.upload(v, aval([n], "f32"))),
        donated = new Set([[], [0], [1], [0, 1]][(x >>> 4) & 3]);
      const outputs = executable.run(given, donated);
      outputs.forEach((b, k) => {
        const got = many.buffers.download(b);
        if (got.some((v, j) => !Object.is(v, first[k]![j]))) different++;
      });
      [...given.filter((_, k) => !donated.has(k)), ...outputs].forEach((b) => b.dispose());
    }
    expect(different).toBe(0);
    for (const m of [one, many]) expect(m.buffers.memory()).toEqual({ bytes: 0, buffers: 0 });
  });
});

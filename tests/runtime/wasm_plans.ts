/** Plans by hand, and runs of them, for the tests of the Wasm runtime. */
import type { Kernel, Launch, Place, Plan } from "../../compiler/kernel.ts";
import { aval } from "../../core/aval.ts";
import { byteSize, type Data, type DType } from "../../core/dtype.ts";
import { acc, axis, type Expr, fold, lit, load, op } from "../../core/expr.ts";
import type { DeviceBuffer } from "../../runtime/backend.ts";
import { createExecutable, type Machine } from "../../runtime/wasm/executable.ts";

const at = (i: Expr, extent: number, j: Expr): Expr => op("add", op("mul", i, lit(extent, "i32")), j);

/** out[i] = value(a[i], b[i], …) for `length` elements and `reads` operands; the output is the last buffer. */
export const mapKernel = (
  length: number,
  reads: number,
  value: (...x: Expr[]) => Expr,
  dtype: DType = "f32",
): Kernel => {
  const i = axis(length), operands = Array.from({ length: reads }, (_, k) => load(k, i, dtype));
  const buffers = Array.from(
    { length: reads + 1 },
    (_, k) => ({ dtype, length, access: k < reads ? "read" as const : "write" as const }),
  );
  return {
    name: "map",
    buffers,
    grid: [i],
    stores: [{ target: reads, index: i, value: value(...operands), axes: [] }],
    contraction: null,
  };
};

/** out[i] = sum over r of x[i, r] */
export const sumKernel = (rows: number, columns: number, dtype: DType = "f32"): Kernel => {
  const i = axis(rows), r = axis(columns);
  return {
    name: "sum",
    buffers: [{ dtype, length: rows * columns, access: "read" }, { dtype, length: rows, access: "write" }],
    grid: [i],
    stores: [{ target: 1, index: i, value: fold("add", [r], load(0, at(i, columns, r), dtype)), axes: [] }],
    contraction: null,
  };
};

/** out[m, n] = relu(sum over k of a[m, k] b[k, n] + c[m, n]) */
export const matmulKernel = (rows: number, inner: number, columns: number): Kernel => {
  const m = axis(rows), n = axis(columns), k = axis(inner), dtype = "f32", here = at(m, columns, n);
  const read = (length: number) => ({ dtype, length, access: "read" } as const);
  return {
    name: "matmul",
    buffers: [read(rows * inner), read(inner * columns), read(rows * columns), {
      ...read(rows * columns),
      access: "write",
    }],
    grid: [m, n],
    stores: [{
      target: 3,
      index: here,
      value: op("max", op("add", acc(dtype), load(2, here, dtype)), lit(0, dtype)),
      axes: [],
    }],
    contraction: {
      batch: [],
      m: [m],
      n: [n],
      k: [k],
      a: load(0, at(m, inner, k), dtype),
      b: load(1, at(k, columns, n), dtype),
      dtype,
    },
  };
};

export const input = (index: number): Place => ({ tag: "input", index });
export const output = (index: number): Place => ({ tag: "output", index });
export const slot = (s: number): Place => ({ tag: "slot", slot: s });

/** A plan of launches; what inputs, outputs and slots are follows from the buffers of their kernels. */
export const planOf = (...launches: readonly (readonly [Kernel, ...Place[]])[]): Plan => {
  const inputs: Plan["inputs"][number][] = [], outputs: Plan["outputs"][number][] = [], slots: number[] = [];
  const made = launches.map(([kernel, ...places]): Launch => {
    places.forEach((p, i) => {
      const { dtype, length } = kernel.buffers[i]!;
      if (p.tag === "input") inputs[p.index] = { dtype, length };
      else if (p.tag === "output") outputs[p.index] = { dtype, length };
      else if (p.tag === "slot") slots[p.slot] = Math.max(slots[p.slot] ?? 0, length * byteSize[dtype]);
    });
    return { kernel, places };
  });
  return { inputs, outputs, slots, steps: made };
};

/** Uploads, runs once, downloads and disposes; `donated` inputs are given away. */
export const runPlan = (
  machine: Machine,
  plan: Plan,
  inputs: readonly Data[],
  donated: readonly number[] = [],
): readonly Data[] => {
  const { buffers } = machine;
  const given = inputs.map((data, i) => buffers.upload(data, aval([data.length], plan.inputs[i]!.dtype)));
  const outputs = createExecutable(plan, machine).run(given, new Set(donated));
  const results = outputs.map(buffers.download);
  const all: readonly DeviceBuffer[] = [...given.filter((_, i) => !donated.includes(i)), ...outputs];
  all.forEach((b) => b.dispose());
  return results;
};

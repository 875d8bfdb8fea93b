/** Updates put into what is there one after the other: on every device, in any order of tasks, in parts, and in place. */
import { describe, expect, test } from "bun:test";
import { allocate, type Data, type DType } from "../../core/dtype.ts";
import type { Program } from "../../core/program.ts";
import { trace } from "../../core/trace.ts";
import { compilePlan } from "../../compiler/compile.ts";
import { inTurn } from "../../compiler/in_turn.ts";
import { combines, type Kernel, launchesOf, showKernel } from "../../compiler/kernel.ts";
import { inParts } from "../../compiler/wgsl/updates.ts";
import { interpret } from "../../compiler/interpret.ts";
import { mul } from "../../ops/arithmetic.ts";
import { inOrder, wayOf } from "../../ops/in_order.ts";
import { indexAdd, scatter, scatterAdd } from "../../ops/scatter.ts";
import { take } from "../../ops/take.ts";
import { grad } from "../../transforms/grad.ts";
import { sum } from "../../ops/structure.ts";
import { replaceable } from "../../runtime/wasm/donation.ts";
import { limits } from "../support/interpreter.ts";
import { onEveryDevice } from "./devices.ts";
import { difference, oneByOneBackwards, runKernel } from "./wasm_run.ts";

// deno-lint-ignore no-explicit-any -- tensors of any shapes
type Any = any;
const of = (f: (...xs: Any[]) => Any, ...avals: readonly (readonly [readonly number[], DType?])[]): Program =>
  trace((...xs) => [f(...xs)], avals.map(([shape, dtype = "f32"]) => ({ shape, dtype }))).program;
const kernelsOf = (p: Program): readonly Kernel[] => launchesOf(compilePlan(p, limits).steps).map((l) => l.kernel);
const kernelOf = (p: Program): Kernel => {
  const all = kernelsOf(p);
  expect(all.length).toBe(1);
  expect(combines(all[0]!)).toBe(true);
  return all[0]!;
};
/** Numbers that are not sums of powers of two: another order of addition shows. Whole ones reach beyond ten places. */
const numbers = ({ dtype, length }: Kernel["buffers"][number], salt: number): Data => {
  const out = allocate(dtype, length);
  for (let i = 0; i < length; i++) {
    out[i] = dtype === "i32" ? (i * 7 + salt * 5 + (i >> 3)) % 13 - 2 : Math.sin(i * 1.7 + salt) * 3 ** (i % 5);
  }
  return out;
};
const inputsFor = (k: Kernel): readonly Data[] => k.buffers.map(numbers);

const add = (axis: number) => (x: Any, i: Any, u: Any): Any => inOrder(x, i, u, axis, "add");
const greatest = (axis: number) => (x: Any, i: Any, u: Any): Any => inOrder(x, i, u, axis, "max");
const rows = (x: Any, i: Any, u: Any): Any => indexAdd(x, 0, i, u);
const programs: Readonly<Record<string, Program>> = {
  "rows of vectors and a rest": of(rows, [[60, 37]], [[50], "i32"], [[50, 37]]),
  "wide rows in several tasks": of(rows, [[40, 96]], [[1500], "i32"], [[1500, 96]]),
  "rows of one vector": of(rows, [[300, 4]], [[90], "i32"], [[90, 4]]),
  "rows of three": of(rows, [[300, 3]], [[90], "i32"], [[90, 3]]),
  "along the last axis": of((x, i, u) => indexAdd(x, 1, i, u), [[30, 40]], [[50], "i32"], [[30, 50]]),
  "in the middle": of((x, i, u) => indexAdd(x, 1, i, u), [[5, 30, 20]], [[40], "i32"], [[5, 40, 20]]),
  "numbers": of(rows, [[400]], [[300], "i32"], [[300]]),
  "an index for each, first axis": of(add(0), [[20, 33]], [[50, 33], "i32"], [[50, 33]]),
  "an index for each, last axis": of(add(1), [[20, 33]], [[20, 50], "i32"], [[20, 50]]),
  "the greatest": of(greatest(0), [[20, 8]], [[50, 8], "i32"], [[50, 8]]),
  "whole numbers": of(rows, [[50, 24], "i32"], [[40], "i32"], [[40, 24], "i32"]),
  "one place": of(add(0), [[1, 9]], [[5, 9], "i32"], [[5, 9]]),
  "one update": of(add(0), [[7, 9]], [[1, 9], "i32"], [[1, 9]]),
};

describe("updates in order", () => {
  test("are one kernel of a start and updates", () => {
    const p = of((i, u) => rows(mul(u, 0), i, mul(u, 2)), [[60], "i32"], [[60, 37]]);
    expect(showKernel(kernelOf(p))).toContain("for r1<60: b2[");
    expect(showKernel(kernelOf(p))).toContain(":= sum with");
  });
  test("give on Wasm what one after the other gives, bit for bit, however tasks are handed out", () => {
    for (const [what, p] of Object.entries(programs)) {
      const k = kernelOf(p), inputs = inputsFor(k);
      expect([what, difference(k, inputs, runKernel(k, inputs))]).toEqual([what, null]);
      expect([what, difference(k, inputs, runKernel(k, inputs, { ranges: oneByOneBackwards }))]).toEqual([what, null]);
    }
  });
  test("of doubles do, too", () => {
    for (const width of [1, 2, 5, 48]) {
      const k = kernelOf(of(rows, [[60, width], "f64"], [[300], "i32"], [[300, width], "f64"])), inputs = inputsFor(k);
      expect(difference(k, inputs, runKernel(k, inputs))).toBe(null);
    }
  });
  test("cut into parts for a driver that counts loop trips are the same", () => {
    const k = kernelOf(programs["wide rows in several tasks"]!), { start, updates } = inTurn(k);
    const run = (all: readonly Kernel[]): Data => {
      const data = inputsFor(k);
      all.forEach((part) => interpret(part, data));
      return data.at(-1)!;
    };
    const parts = inParts(updates, 1024 + 400);
    expect(parts.map((p) => p.stores[0]!.axes[0]!.extent)).toEqual([375, 375, 375, 375]);
    expect(run([start, ...parts])).toEqual(run([k]));
    expect(inParts(updates, Infinity)).toEqual([updates]);
  });
  test("are written over what they start with, unless they read it", () => {
    const from = (f: (x: Any, i: Any, u: Any) => Any) =>
      replaceable(compilePlan(of(f, [[60, 37]], [[60], "i32"], [[60, 37]]), limits));
    expect(from(rows)).toEqual([[0]]);
    expect(from((x, i, _u) => rows(x, i, mul(x, 2)))).toEqual([[2]]);
    const k = kernelOf(programs["rows of vectors and a rest"]!), inputs = inputsFor(k);
    expect(difference(k, inputs, runKernel(k, inputs, { inPlace: [[3, 0]] }))).toBe(null);
  });
  test("are not made where a few comparisons do, nor on a device that waits for each", () => {
    const u = (...shape: number[]): Any => ({ shape, aval: { shape, dtype: "f32" } });
    expect(wayOf(u(50, 8), 0, 40, { updates: Infinity })).toBe("each");
    expect(wayOf(u(500, 8), 0, 40, { updates: Infinity })).toBe("in order");
    expect(wayOf(u(5000, 8), 0, 40, { updates: 512 })).toBe("each");
    expect(wayOf(u(5000, 8), 0, 4000, { updates: 512 })).toBe("sorted");
  });
});

onEveryDevice("updates", {
  ...programs,
  "a table's gradient": of(
    (table, i, w) => (grad as Any)((t: Any) => sum(mul(take(t, i), w) as Any))(table),
    [[70, 16]],
    [[600], "i32"],
    [[600, 16]],
  ),
  "scatter, the last stays": of((x, i, u) => scatter(x, 1, i, u), [[3, 90]], [[3, 80], "i32"], [[3, 80]]),
  "scatterAdd into a corner": of((x, i, u) => scatterAdd(x, 0, i, u), [[90, 9]], [[80, 5], "i32"], [[80, 5]]),
});

/** Rows that are looked up: read side by side, whatever is left over, and by no other index than clamped ones. */
import { describe, expect, test } from "bun:test";
import { allocate, type Data } from "../../core/dtype.ts";
import { trace } from "../../core/trace.ts";
import { compilePlan } from "../../compiler/compile.ts";
import { type Kernel, launchesOf } from "../../compiler/kernel.ts";
import { plainSchedule } from "../../compiler/wasm/plain.ts";
import { tanh } from "../../ops/exponential.ts";
import { take } from "../../ops/take.ts";
import { inBasics } from "../../compiler/basics.ts";
import { limits } from "../support/interpreter.ts";
import { difference, oneByOneBackwards, runKernel } from "./wasm_run.ts";

// deno-lint-ignore no-explicit-any -- tensors of any shapes
type Any = any;
const lookup = (words: number, count: number, width: number, after: (x: Any) => Any = (x) => x): Kernel => {
  const avals = [{ shape: [words, width], dtype: "f32" }, { shape: [count], dtype: "i32" }] as const;
  const { program } = trace((t: Any, i: Any) => [after(take(t, i))], avals), { steps } = compilePlan(program, limits);
  expect(launchesOf(steps).length).toBe(1);
  return launchesOf(steps)[0]!.kernel;
};
const inputsFor = (k: Kernel): readonly Data[] =>
  k.buffers.map(({ dtype, length }) => {
    const out = allocate(dtype, length);
    for (let i = 0; i < length; i++) out[i] = dtype === "i32" ? (i * 37) % 61 - 5 : Math.sin(i);
    return out;
  });

describe("rows that are looked up", () => {
  test("are read side by side, four vectors of four of them", () => {
    const k = lookup(50, 40, 64), { lanes, unroll } = plainSchedule(k);
    expect(lanes).toBe(k.grid[1]!);
    expect([...unroll]).toEqual([[k.grid[0]!, 4], [k.grid[1]!, 4]]);
  });
  test("are not where there is more to do than to fetch them", () => {
    expect(plainSchedule(inBasics(lookup(50, 40, 64, (x) => tanh(x)))).unroll.size).toBe(0);
  });
  test("are the rows, for any number of them and any width", () => {
    for (const count of [1, 3, 4, 5, 23]) {
      for (const width of [1, 2, 4, 7, 16, 37, 67]) {
        const k = lookup(50, count, width), inputs = inputsFor(k);
        for (const options of [{}, { ranges: oneByOneBackwards }]) {
          expect([count, width, difference(k, inputs, runKernel(k, inputs, options))]).toEqual([count, width, null]);
        }
      }
    }
  });
});

/** Sums and extremes of columns on a software adapter: a point takes whole lines of memory. */
import { describe, expect, test } from "bun:test";
import type { Program } from "../../core/program.ts";
import { trace } from "../../core/trace.ts";
import { compilePlan } from "../../compiler/compile.ts";
import { type Kernel, launchesOf } from "../../compiler/kernel.ts";
import { spell } from "../../compiler/wgsl/spell.ts";
import { leastTarget } from "../../compiler/wgsl/target.ts";
import { mul } from "../../ops/arithmetic.ts";
import { max } from "../../ops/reduction.ts";
import { sum } from "../../ops/structure.ts";
import { limits } from "../support/interpreter.ts";
import { onEveryDevice } from "./devices.ts";

// deno-lint-ignore no-explicit-any -- tensors of any shapes
type Any = any;
const of = (f: (...xs: Any[]) => Any, ...shapes: readonly (readonly number[])[]): Program =>
  trace((...xs) => [f(...xs)], shapes.map((shape) => ({ shape, dtype: "f32" as const }))).program;
const first = (p: Program): Kernel => launchesOf(compilePlan(p, limits).steps)[0]!.kernel;
/** Numbers that a point of the first kernel stores, by fours. */
const storedBy = (p: Program): number =>
  [...spell(first(p), leastTarget).stages[0]!.code.matchAll(/^ *b\d+\[.*\] = vec4/gm)].length;

const columns = (f: (x: Any, axis: number) => Any, rows: number, width: number): Program =>
  of((x) => f(x, 0), [rows, width]);
const programs: Readonly<Record<string, Program>> = {
  "the largest of columns": columns(max as Any, 20, 1040),
  "the largest of long columns": columns(max as Any, 1100, 1024),
  "sums of columns": columns(sum as Any, 20, 1056),
  "sums of products": of((x, y) => sum(mul(x, y) as Any, 0), [20, 1024], [20, 1024]),
};

describe("columns on a software adapter", () => {
  test("are taken by lines of memory where enough points are left", () => {
    for (const p of Object.values(programs)) expect(storedBy(p)).toBe(4);
    expect(storedBy(columns(sum as Any, 20, 1032))).toBe(1);
    expect(storedBy(columns(sum as Any, 20, 512))).toBe(0);
  });
  test("are not where the loop itself runs along memory", () => {
    expect(storedBy(of((x) => sum(x, [0, 2]), [3, 1024, 16]))).toBe(0);
  });
});
onEveryDevice("columns", programs);

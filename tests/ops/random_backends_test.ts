/**
 * Random programs of 5 to 30 operations and their gradients in single precision: every back end against what the records
 * say in double precision. Only steps that rounding cannot take far: `random_programs_test.ts` has the others.
 * `PULLBACK_SEED` and `PULLBACK_RUNS` choose other programs and more.
 */
import { beforeAll, describe, expect } from "bun:test";
import fc, { seed } from "../support/properties.ts";
import process from "node:process";
import { engine } from "../../core/engine.ts";
import { evaluate } from "../../core/evaluate.ts";
import { check, type Program, show } from "../../core/program.ts";
import type { Tensor } from "../../core/tensor.ts";
import { trace } from "../../core/trace.ts";
import type { BackendName } from "../../mod.ts";
import { dataOf } from "../../ops/create.ts";
import { grad } from "../../transforms/grad.ts";
import { useBackend } from "../golden/backends.ts";
import { numbersFor, play, type Recipe, recipe, scalarOf, stepsOf } from "../support/random_program.ts";
import { noWebGpu, testUnless } from "../support/skips.ts";

const asked = process.env["PULLBACK_RUNS"];

const avals = (r: Recipe) => r.inputs.map((shape) => ({ shape, dtype: "f32" as const }));
const forward = (r: Recipe): Program => trace((...xs) => play(r, "continuous")(...xs), avals(r)).program;
const backward = (r: Recipe): Program => {
  const f = scalarOf(r, "continuous") as (...x: Tensor[]) => Tensor, argnums = r.inputs.map((_, i) => i);
  return trace((...xs) => grad(f, { argnums })(...xs) as readonly Tensor[], avals(r)).program;
};
/** Throws where a program gives other numbers on the back end in use. */
const agree = async (program: Program, r: Recipe): Promise<void> => {
  const inputs = numbersFor(r).map((xs) => Float32Array.from(xs)), want = evaluate(check(program), inputs);
  const values = inputs.map((xs, i) => engine().hold(xs, avals(r)[i]!));
  const got = await dataOf(engine().call(program, values, new Set()));
  want.forEach((w, k) => {
    const allowed = 5e-4 * (1 + Array.from(w).reduce((m, v) => Math.max(m, Math.abs(v)), 0));
    const at = Array.from(w).findIndex((v, i) =>
      !(Math.abs(got[k]![i]! - v) <= allowed) && !(Number.isNaN(v) && Number.isNaN(got[k]![i]!))
    );
    if (at >= 0) {
      throw new Error(
        `output ${k}[${at}]: got ${got[k]![at]}, want ${w[at]} (±${allowed})\nsteps: ${stepsOf(r, "continuous")}\n${
          show(program)
        }`,
      );
    }
  });
};

const on = (name: BackendName, reason: string | null, runs: number): void =>
  describe(`random programs on ${name}, seed ${seed}, ${runs} of each kind`, () => {
    beforeAll(async () => {
      if (reason === null) await useBackend(name);
    });
    const holds = (programOf: (r: Recipe) => Program) => async (): Promise<void> => {
      let checks = 0;
      await fc.assert(fc.asyncProperty(recipe, (r) => (checks++, agree(programOf(r), r))), { numRuns: runs });
      expect(checks).toBeGreaterThanOrEqual(runs);
    };
    testUnless(reason)("the values are those of the records", holds(forward), 600_000);
    testUnless(reason)("the gradients are those of the records", holds(backward), 600_000);
  });

on("reference", null, Number(asked ?? 100));
on("wasm", null, Number(asked ?? 100));
on("webgpu", await noWebGpu(), Number(asked ?? 15));

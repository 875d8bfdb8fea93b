/**
 * Random programs of 5 to 30 operations: what the records say they mean against the compiler and its kernels, in double
 * precision; and their gradients, tangents and batches. `PULLBACK_SEED` and `PULLBACK_RUNS` choose other programs and more.
 */
import { describe, expect, test } from "bun:test";
import fc, { seed } from "../support/properties.ts";
import process from "node:process";
import { check, type Program, show } from "../../core/program.ts";
import type { Tensor } from "../../core/tensor.ts";
import { trace } from "../../core/trace.ts";
import { evaluate } from "../../core/evaluate.ts";
import { grad, jvp } from "../../transforms/grad.ts";
import { vmap } from "../../transforms/vmap.ts";
import { runCompiled } from "../support/interpreter.ts";
import { exceptionsFor, numbersFor, play, type Recipe, recipe, scalarOf, stepsOf } from "../support/random_program.ts";

const runs = Number(process.env["PULLBACK_RUNS"] ?? 200);

const avals = (r: Recipe) => r.inputs.map((shape) => ({ shape, dtype: "f64" as const }));
const flat = (xs: readonly ArrayLike<number>[]): number[] => xs.flatMap((x) => Array.from(x));
/** Throws where two lists of numbers are not equal but for rounding. */
const same = (
  got: readonly ArrayLike<number>[],
  want: readonly ArrayLike<number>[],
  program: Program,
  r: Recipe,
): void => {
  const a = flat(got), b = flat(want);
  const at = b.findIndex((w, i) =>
    !(Object.is(a[i], w) || a[i] === w || Math.abs(a[i]! - w) <= 1e-9 * (1 + Math.abs(w)))
  );
  if (a.length === b.length && at < 0) return;
  throw new Error(`number ${at}: compiled ${a[at]}, evaluated ${b[at]}\nsteps: ${stepsOf(r)}\n${show(program)}`);
};
const compiledIsEvaluated = (program: Program, inputs: readonly number[][], r: Recipe): void => {
  const want = evaluate(check(program), inputs);
  same(runCompiled(program, inputs, 8 + r.seed % 3), want, program, r);
};
const holds = (law: (r: Recipe) => void) => (): void => {
  let checks = 0;
  fc.assert(fc.property(recipe, (r) => (checks++, law(r))), { numRuns: runs });
  expect(checks).toBeGreaterThanOrEqual(runs);
};

describe(`random programs, seed ${seed}, ${runs} of each kind`, () => {
  test(
    "compiled = evaluated",
    holds((r) => {
      const { program } = trace((...xs) => play(r)(...xs), avals(r));
      compiledIsEvaluated(program, numbersFor(r), r);
    }),
    600_000,
  );
  test(
    "compiled = evaluated where there is NaN, infinities and zeros of both signs",
    holds((r) => {
      const { program } = trace((...xs) => play(r, "exceptions")(...xs), avals(r));
      compiledIsEvaluated(program, exceptionsFor(r), r);
    }),
    600_000,
  );
  test(
    "chains of views: compiled = evaluated, gradients too",
    holds((r) => {
      const all = r.inputs.map((_, i) => i), f = scalarOf(r, "views") as (...x: Tensor[]) => Tensor;
      const { program } = trace(
        (...xs) => [...play(r, "views")(...xs), ...grad(f, { argnums: all })(...xs) as readonly Tensor[]],
        avals(r),
      );
      compiledIsEvaluated(program, numbersFor(r), r);
    }),
    600_000,
  );
  test(
    "gradients: compiled = evaluated",
    holds((r) => {
      const all = r.inputs.map((_, i) => i);
      const { program } = trace(
        (...xs) => grad(scalarOf(r) as (...x: Tensor[]) => Tensor, { argnums: all })(...xs) as readonly Tensor[],
        avals(r),
      );
      compiledIsEvaluated(program, numbersFor(r), r);
    }),
    600_000,
  );
  test(
    "the gradient along a direction is the tangent",
    holds((r) => {
      const n = r.inputs.length, all = r.inputs.map((_, i) => i), f = scalarOf(r) as (...x: Tensor[]) => Tensor;
      const inputs = numbersFor(r), along = numbersFor({ ...r, seed: r.seed + 1 });
      const forward = trace((...xs) => [jvp(f, xs.slice(0, n), xs.slice(n))[1]], [...avals(r), ...avals(r)]).program;
      const backward = trace((...xs) => grad(f, { argnums: all })(...xs) as readonly Tensor[], avals(r)).program;
      const tangent = evaluate(forward, [...inputs, ...along]), gradients = evaluate(backward, inputs);
      const product = gradients.reduce(
        (sum, g, i) => sum + Array.from(g).reduce((t, v, j) => t + v * along[i]![j]!, 0),
        0,
      );
      const scale = gradients.reduce(
        (sum, g, i) => sum + Array.from(g).reduce((t, v, j) => t + Math.abs(v * along[i]![j]!), 0),
        1,
      );
      if (Number.isFinite(scale) && !(Math.abs(product - tangent[0]![0]!) <= 1e-9 * scale)) {
        throw new Error(
          `tangent ${tangent[0]![0]}, gradient along it ${product}\nsteps: ${stepsOf(r)}\n${show(forward)}`,
        );
      }
      compiledIsEvaluated(forward, [...inputs, ...along], r);
    }),
    600_000,
  );
  test(
    "vmap is the loop, and compiled = evaluated",
    holds((r) => {
      const batched = r.inputs.map((_, i) => i === 0 || (r.seed >> i & 1) === 1),
        one = numbersFor(r),
        two = numbersFor({ ...r, seed: r.seed + 7 });
      const { program } = trace(
        (...xs) => vmap((...ys: Tensor[]) => play(r)(...ys), { in: batched.map((b) => b ? 0 : null) })(...xs),
        avals(r).map((a, i) => batched[i] ? { ...a, shape: [2, ...a.shape] } : a),
      );
      const inputs = one.map((d, i) => batched[i] ? [...d, ...two[i]!] : d), got = evaluate(check(program), inputs);
      const single = trace((...xs) => play(r)(...xs), avals(r)).program;
      const first = evaluate(single, one), second = evaluate(single, one.map((d, i) => batched[i] ? two[i]! : d));
      same(got, first.map((v, i) => [...Array.from(v), ...Array.from(second[i]!)]), program, r);
      compiledIsEvaluated(program, inputs, r);
    }),
    600_000,
  );
});

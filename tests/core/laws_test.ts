import { describe, expect, test } from "bun:test";
import { isFloat } from "../../core/dtype.ts";
import { isNo, type Primitive, type Sample } from "../../core/primitive.ts";
import type { Program } from "../../core/program.ts";
import { bindAll, trace } from "../../core/trace.ts";
import type { Tensor } from "../../core/tensor.ts";
import * as rooms from "../../ops/primitives.ts";
import { jvpProgram, linearizeProgram, zerosLike } from "../../transforms/linearize.ts";
import { transposeProgram } from "../../transforms/transpose.ts";
import { vmapProgram } from "../../transforms/vmap.ts";
import { evaluate } from "../../core/evaluate.ts";
import { runCompiled } from "../support/interpreter.ts";

const primitives: readonly Primitive[] = Object.values(rooms);
const noise = (n: number, seed: number): number[] =>
  Array.from({ length: n }, (_, i) => Math.sin(seed + 12.9898 * (i + 1)));
const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a).reduce((s, x, i) => s + x * b[i]!, 0);
const flat = (xs: readonly ArrayLike<number>[]): number[] => xs.flatMap((x) => Array.from(x));
const near = (got: ArrayLike<number>, want: ArrayLike<number>, tolerance: number): void => {
  expect(got.length).toBe(want.length);
  for (let i = 0; i < want.length; i++) {
    const allowed = tolerance * (1 + Math.abs(want[i]!));
    if (Object.is(got[i], want[i]) || got[i] === want[i]) continue;
    if (!(Math.abs(got[i]! - want[i]!) <= allowed)) {
      throw new Error(`element ${i}: expected ${want[i]}, got ${got[i]} (±${allowed})`);
    }
  }
};

/** The laws every primitive keeps, generated from its record. */
const laws = (p: Primitive, s: Sample<unknown>, title: string): void => {
  const avals = s.inputs.map((x) => x.aval), data = s.inputs.map((x) => Array.from(x.data));
  const program: Program = trace((...xs) => bindAll(p, xs, s.params), avals).program;
  const run = (inputs: readonly ArrayLike<number>[]) => evaluate(program, inputs);
  const floats = avals.map((a, i) => isFloat(a.dtype) && (s.wrt?.includes(i) ?? true));
  const wrt = avals.flatMap((_, i) => floats[i] ? [i] : []);
  const tangents = data.map((d, i) => floats[i] ? noise(d.length, i + 1) : d.map(() => 0));

  if (!isNo(p.lower)) {
    test(`${title}: compiled = evaluated`, () => near(flat(runCompiled(program, data)), flat(run(data)), 1e-12));
  }
  if (!isNo(p.linearize) && wrt.length > 0 && p.name !== "stopGradient") {
    const forward = trace((...xs) => {
      const n = avals.length, ts = xs.slice(n).map((t, i) => floats[i] ? t : null);
      const [outs, out] = jvpProgram(program, xs.slice(0, n), ts);
      return out.map((t, i) => t ?? zerosLike(outs[i]!));
    }, [...avals, ...avals]).program;
    test(`${title}: jvp = central difference`, () => {
      const h = 1e-5, at = (e: number) => flat(run(data.map((d, i) => d.map((x, j) => x + e * tangents[i]![j]!))));
      const hi = at(h), lo = at(-h);
      near(flat(evaluate(forward, [...data, ...tangents])), hi.map((x, i) => (x - lo[i]!) / (2 * h)), 1e-7);
    });
    test(`${title}: <J t, c> = <t, Jt c>`, () => {
      const outs = run(data), cts = outs.map((o, i) => noise(o.length, 7 + i));
      const backward = trace((...xs) => {
        const inputs = xs.slice(0, avals.length), { linear } = linearizeProgram(program, inputs, floats);
        return transposeProgram(linear, xs.slice(avals.length)).map((t, i): Tensor => t ?? zerosLike(inputs[wrt[i]!]!));
      }, [...avals, ...program.outputs.map((o) => o.aval)]).program;
      const left = evaluate(forward, [...data, ...tangents]).reduce((n, o, i) => n + dot(o, cts[i]!), 0);
      const right = evaluate(backward, [...data, ...cts]).reduce((n, g, i) => n + dot(g, tangents[wrt[i]!]!), 0);
      near([left], [right], 1e-10);
    });
    test(`${title}: second derivative = central difference of the first`, () => {
      const second = trace((...xs) => {
        const n = forward.inputs.length, ts = xs.slice(n).map((t, i) => floats[i] ? t : null);
        const [outs, out] = jvpProgram(forward, xs.slice(0, n), [...ts, ...avals.map(() => null)]);
        return out.map((t, i) => t ?? zerosLike(outs[i]!));
      }, [...avals, ...avals, ...avals]).program;
      const h = 1e-5,
        at = (e: number) =>
          flat(evaluate(forward, [...data.map((d, i) => d.map((x, j) => x + e * tangents[i]![j]!)), ...tangents]));
      const hi = at(h), lo = at(-h);
      near(flat(evaluate(second, [...data, ...tangents, ...tangents])), hi.map((x, i) => (x - lo[i]!) / (2 * h)), 1e-6);
    });
  }
  if (!isNo(p.batch) && avals.length > 0) {
    // Every way to batch some of the inputs.
    for (let mask = 1; mask < 2 ** avals.length && mask < 16; mask++) {
      const batched = avals.map((_, i) => (mask >> i & 1) === 1);
      test(`${title}: vmap = loop, batched ${batched.map(Number).join("")}`, () => {
        const second = data.map((d, i) =>
          batched[i] ? floats[i] ? d.map((x, j) => x + 0.25 * tangents[i]![j]!) : d.toReversed() : d
        );
        const program2 = trace((...xs) =>
          vmapProgram(program, 2, xs.map((x, i) => [x, batched[i]!])).map(([y]) =>
            y
          ), avals.map((a, i) => batched[i] ? { shape: [2, ...a.shape], dtype: a.dtype } : a)).program;
        const got = evaluate(
          program2,
          data.map((d, i) =>
            batched[i] ? [...d, ...second[i]!] : d
          ),
        );
        const [one, two] = [run(data), run(second)];
        near(flat(got), flat(one.flatMap((o, i) => [o, two[i]!])), 1e-12);
        if (!isNo(p.lower)) {
          near(
            flat(runCompiled(program2, data.map((d, i) => batched[i] ? [...d, ...second[i]!] : d))),
            flat(got),
            1e-12,
          );
        }
      });
    }
  }
};

for (const p of primitives) {
  describe(p.name, () => {
    test("states every rule or the reason why there is none", () => {
      for (const rule of [p.linearize, p.transpose, p.batch, p.lower]) {
        if (isNo(rule)) expect(rule.no.length).toBeGreaterThan(5);
      }
      expect(p.samples.length).toBeGreaterThan(0);
    });
    p.samples.forEach((s, i) => laws(p, s, `sample ${i + 1}`));
  });
}
test("every primitive of ops/ is listed and named once", () => {
  const names = primitives.map((p) => p.name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(40);
});

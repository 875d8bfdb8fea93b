/** The expansions as Wasm modules: the same bits as the evaluator of the tests, as the engine does sums of products. */
import { expect, test } from "bun:test";
import { axis, load, rawOp } from "../../core/expr.ts";
import { type Special, special } from "../../core/scalar.ts";
import type { Kernel } from "../../compiler/kernel.ts";
import { expandMath } from "../../compiler/math.ts";
import { emitPlain } from "../../compiler/wasm/plain.ts";
import { evaluate, expansionOf, random } from "./math_support.ts";
import { engineFuses, moduleOf, runKernel, runModule } from "./wasm_run.ts";

const fuses = engineFuses();
const length = 4096;
const next = random(3);
/** Any bits at all, and numbers of ordinary size. */
const anything = (): Float32Array => {
  const out = new Float32Array(new Uint32Array(length).map(() => Math.floor(next() * 2 ** 32)).buffer);
  for (let i = 0; i < length; i += 2) out[i] = (next() - 0.5) * 2 ** Math.floor(next() * 12 - 4);
  return out;
};
const words = (x: Float32Array): string[] =>
  Array.from(x, (v) => v !== v ? "NaN" : Object.is(v, -0) ? "-0" : String(v));

test.each(Object.keys(special) as Special[])("%s as a module", (name) => {
  const inputs = Array.from({ length: special[name] }, anything), i = axis(length);
  const value = expandMath([rawOp(name, "f32", inputs.map((_, k) => load(k, i, "f32")))])[0]!;
  const read = inputs.map(() => ({ dtype: "f32", length, access: "read" }) as const);
  const kernel: Kernel = {
    name,
    buffers: [...read, { dtype: "f32", length, access: "write" }],
    grid: [i],
    stores: [{ target: inputs.length, index: i, value, axes: [] }],
    contraction: null,
  };
  const got = words(runKernel(kernel, inputs)[inputs.length] as Float32Array);
  const alone = moduleOf((imports) => [emitPlain(kernel, imports, { lanes: null, unroll: new Map() }, "run0")], {
    relaxed: true,
  });
  const single = words(runModule(alone, kernel.buffers, inputs)[inputs.length] as Float32Array);
  expect(single.findIndex((x, k) => x !== got[k])).toBe(-1);
  const want = words(evaluate(expansionOf(name), inputs, fuses ? "fused" : "plain"));
  const wrong = got.flatMap((g, k) => g === want[k] ? [] : [`${inputs.map((x) => x[k])}: ${g}, not ${want[k]}`]);
  expect(wrong.slice(0, 5)).toEqual([]);
});

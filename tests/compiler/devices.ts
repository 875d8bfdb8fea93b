/** Whole programs on every back end, and with the kernels of both adapter classes, against what they mean. */
import { expect, test } from "bun:test";
import { allocate, type Data } from "../../core/dtype.ts";
import { isLeft } from "../../core/either.ts";
import { evaluate } from "../../core/evaluate.ts";
import type { Program } from "../../core/program.ts";
import type { Backend } from "../../runtime/backend.ts";
import { wasmBackend } from "../../runtime/wasm/backend.ts";
import { webgpuBackend } from "../../runtime/webgpu/backend.ts";
import { restAfter } from "../support/gpu.ts";
import { limits, runCompiled } from "../support/interpreter.ts";
import { noWebGpu, testUnless } from "../support/skips.ts";

const reason = await noWebGpu();
restAfter();
const onGpu = (adapterClass: "cpu" | "gpu") => async (): Promise<Backend> => {
  const made = await webgpuBackend({ adapterClass })();
  if (isLeft(made)) throw new Error(made.left.message);
  return made.right;
};
const devices: readonly (readonly [string, string | null, () => Backend | Promise<Backend>])[] = [
  ["wasm", null, () => wasmBackend({ threads: 2 })],
  ["webgpu as on a processor", reason, onGpu("cpu")],
  ["webgpu as on hardware", reason, onGpu("gpu")],
];
const inputsOf = (p: Program): Data[] =>
  p.inputs.map(({ aval: { shape, dtype } }, k) => {
    const data = allocate(dtype, shape.reduce((n, d) => n * d, 1));
    for (let i = 0; i < data.length; i++) {
      data[i] = dtype === "i32" ? (i * 7) % 10 : Math.abs(Math.sin(i * 1.7 + k)) * 2 + 0.3;
    }
    return data;
  });
const near = (got: ArrayLike<number>, want: ArrayLike<number>, what: string): void => {
  expect(got.length).toBe(want.length);
  const scale = Math.max(1e-3, ...Array.from(want, Math.abs));
  const worst = Array.from(want, (w, i) => Math.abs(w - got[i]!)).reduce((a, b) => Math.max(a, b), 0);
  if (!(worst <= 2e-5 * scale)) throw new Error(`${what}: off by ${worst} of ${scale}`);
};

/** Declares a test for each device that these programs compute there what they mean. */
export const onEveryDevice = (title: string, programs: Readonly<Record<string, Program>>): void => {
  for (const [name, reasonNot, open] of devices) {
    testUnless(reasonNot)(`${title} compute what they mean: ${name}`, async () => {
      const backend = await open();
      try {
        for (const [what, p] of Object.entries(programs)) {
          const data = inputsOf(p), inputs = data.map((d, i) => backend.upload(d, p.inputs[i]!.aval));
          const got = await backend.download(backend.compile(p).run(inputs, new Set()));
          evaluate(p, data).forEach((want, i) => near(got[i]!, want, `${what}, result ${i + 1}`));
        }
      } finally {
        // A software adapter that is destroyed makes the process abort now and then.
        if (backend.name === "wasm") await backend.close();
      }
    });
  }
  test(`${title} compute what they mean: interpreted`, () => {
    for (const [what, p] of Object.entries(programs)) {
      const data = inputsOf(p), got = runCompiled(p, data, limits.buffersPerKernel);
      evaluate(p, data).forEach((want, i) => near(got[i]!, want, `${what}, result ${i + 1}`));
    }
  });
};

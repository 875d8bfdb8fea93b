import { afterAll, describe, expect, test } from "bun:test";
import { aval } from "../../core/aval.ts";
import { allocate, byteSize, type Data } from "../../core/dtype.ts";
import type { Tensor } from "../../core/tensor.ts";
import { trace } from "../../core/trace.ts";
import type { Backend } from "../../runtime/backend.ts";
import { referenceBackend } from "../../runtime/reference/backend.ts";
import { wasmBackend } from "../../runtime/wasm/backend.ts";
import { add, exp, matmul, mul, sum, tanh } from "../../ops/mod.ts";

const backends = [wasmBackend({ threads: 1 }), wasmBackend({ threads: 3 }), referenceBackend()] as const;
afterAll(async () => {
  for (const b of backends) await b.close();
});

const inputs = [aval([40, 30], "f32"), aval([30, 50], "f32"), aval([50], "f32")];
const values = inputs.map(({ shape: [m = 1, n = 1] }, k): Data =>
  Float32Array.from({ length: m * n }, (_, i) => ((i * 37 + k) % 64 - 32) / 64)
);

/** Softmax of a layer, its sum, and an input handed through. */
const network = trace((x, w, b) => {
  const [p, q, r] = [x, w, b] as unknown as [Tensor<[40, 30], "f32">, Tensor<[30, 50], "f32">, Tensor<[50], "f32">];
  const y = exp(tanh(add(matmul(p, q), r)));
  return [y, sum(mul(y, y)), x] as readonly Tensor[];
}, inputs).program;

const run = async (b: Backend, donated: readonly number[]): Promise<readonly Data[]> => {
  const given = values.map((v, i) => b.upload(v, inputs[i]!));
  const outputs = b.compile(network).run(given, new Set(donated));
  const results = await b.download(outputs);
  given.forEach((g, i) => donated.includes(i) || g.dispose());
  outputs.forEach((o) => o.dispose());
  expect(b.memory()).toEqual({ bytes: 0, buffers: 0 });
  return results;
};

describe("Wasm backend", () => {
  test("computes what the reference computes, whatever is donated", async () => {
    const [one, , reference] = backends, want = await run(reference, []);
    for (const donated of [[], [0], [0, 1, 2]]) {
      const got = await run(one, donated);
      expect(got[2]).toEqual(values[0]!);
      for (const k of [0, 1]) {
        const worst = Math.max(...[...want[k]!].map((w, i) => Math.abs(w - got[k]![i]!) / Math.max(1, Math.abs(w))));
        expect(worst).toBeLessThan(2e-6);
      }
    }
  });

  test("gives the same bits on any number of threads", async () => {
    const [one, many] = backends, want = await run(one, []);
    for (let i = 0; i < 30; i++) expect(await run(many, i % 2 ? [0] : [])).toEqual(want as Data[]);
  });

  test("copies in and out every dtype", async () => {
    for (const dtype of ["f32", "i32", "u32", "bool", "f16", "f64"] as const) {
      const data = allocate(dtype, 5).map((_, i) => i % 2) as Data, [b] = backends;
      const held = b.upload(data, aval([5], dtype));
      expect(b.memory().bytes).toBe(5 * byteSize[dtype]);
      data[0] = 7;
      const [back] = await b.download([held]);
      expect([...back!]).toEqual([0, 1, 0, 1, 0]);
      expect(back!.constructor).toBe(data.constructor);
      held.dispose();
    }
  });

  test("refuses data of another length or width, and buffers of another backend", async () => {
    const [one, many] = backends;
    expect(() => one.upload(new Float32Array(3), aval([2], "f32"))).toThrow("expected 2 elements for f32[2], got 3");
    expect(() => one.upload(new Float64Array(2), aval([2], "f32"))).toThrow("Float64Array");
    expect(one.memory().buffers).toBe(0);
    const held = many.upload(new Float32Array(2), aval([2], "f32"));
    await expect(one.download([held])).rejects.toThrow("another backend");
    held.dispose();
    await expect(many.download([held])).rejects.toThrow("was disposed");
  });

  test("says how many threads it has, and takes no other number than a positive integer", () => {
    expect(backends.map((b) => b.description).slice(0, 2)).toEqual([
      "WebAssembly SIMD, 1 thread",
      "WebAssembly SIMD, 3 threads",
    ]);
    for (const threads of [0, -1, 1.5, NaN]) {
      expect(() => wasmBackend({ threads })).toThrow("threads: expected a positive integer");
    }
  });
});

/** f16: sums are f32 until they are whole, and what divides by a count does so before it rounds, on every back end alike. */
import { beforeAll, describe, expect } from "bun:test";
import * as P from "../../mod.ts";
import { useBackend } from "../golden/backends.ts";
import { noWebGpu, testUnless } from "../support/skips.ts";

// deno-lint-ignore no-explicit-any -- one table for operations of many types
type Any = any;
const o = P as Any;
/** Values that are given, not constants. */
const half = (values: readonly number[], shape: readonly number[] = [values.length]): Any =>
  P.tensor(new Uint16Array(new Float16Array(values).buffer), shape);
const of = (n: number, value: number): readonly number[] => new Array(n).fill(value);

const rows: readonly (readonly [string, () => Any, readonly number[]])[] = [
  ["a sum is whole before it is rounded", () => o.sum(half([40000, 40000, -40000, -30000])), [10000]],
  ["a long sum too", () => o.sum(half([...of(4000, 60000), ...of(4000, -60000), ...of(1000, 0.5)])), [500]],
  [
    "what is added by index too",
    () => {
      const signs = Array.from({ length: 4000 }, (_, i) => i % 2 === 0 ? 60000 : -60000);
      return o.indexAdd(half([1, 2, 3, 4, 5]), 0, o.full([4000], 1, "i32"), half(signs));
    },
    [1, 2, 3, 4, 5],
  ],
  ["a sum beyond the range is infinite, whatever comes after", () => o.div(o.sum(half(of(4, 40000))), 4), [Infinity]],
  ["a product of extremes", () => o.prod(half([300, 300, 1 / 1024])), [87.875]],
  [
    "a matrix product of terms beyond the range",
    () => o.matmul(half([300, 300, 1], [1, 3]), half([300, -300, 7], [3, 1])),
    [7],
  ],
  ["the mean of 70,000 ones", () => o.mean(half(of(70000, 1))), [1]],
  ["the mean of large numbers", () => o.mean(half(of(8, 40000))), [40000]],
  ["its derivative", () => (P.grad as Any)((x: Any) => o.mean(o.mul(x, 2)))(half(of(8, 3))), of(8, 0.25)],
  ["standard deviation and norm", () => o.stack([o.std(half([300, -300, 300, -300])), o.norm(half(of(4, 300)))]), [
    346.5,
    600,
  ]],
  ["logSumExp of many", () => o.logSumExp(half(of(70000, 0))), [11.15625]],
  ["layerNorm of large numbers", () => o.layerNorm(half([300, -300, 300, -300], [1, 4]), 1), [1, -1, 1, -1]],
  ["the mean of a window", () => o.avgPool2d(half(of(64, 2000), [1, 1, 8, 8]), 8), [2000]],
  ["the mean of losses", () => o.nn.l1Loss(half(of(8, 30000)), half(of(8, -10000))), [40000]],
];

const noHalf = async (): Promise<string | null> => {
  const missing = await noWebGpu();
  if (missing !== null) return missing;
  const adapter = await (navigator as Any).gpu.requestAdapter();
  return adapter.features.has("shader-f16") ? null : "the adapter has no shader-f16";
};
const on = (name: P.BackendName, reason: string | null): void =>
  describe(`f16 on ${name}`, () => {
    beforeAll(async () => {
      if (reason === null) await useBackend(name);
    });
    for (const [title, compute, want] of rows) {
      testUnless(reason)(title, async () => {
        const out = compute();
        expect(out.dtype).toBe("f16");
        const data = await P.data(out) as Uint16Array;
        expect([...new Float16Array(data.buffer as ArrayBuffer, data.byteOffset, data.length)]).toEqual([...want]);
      });
    }
    testUnless(reason)("values that are f16 only on their way are rounded", async () => {
      expect(await P.read(P.cast(P.cast(P.tensor([2049, 1 / 3, 7e4]), "f16"), "f32"))).toEqual([
        2048,
        0.333251953125,
        Infinity,
      ]);
    });
  });
on("reference", null);
on("wasm", null);
on("webgpu", await noHalf());

import { describe, expect, test } from "bun:test";
import type { Data } from "../../core/dtype.ts";
import type { Kernel } from "../../compiler/kernel.ts";
import { emitGemm } from "../../compiler/wasm/gemm.ts";
import { analyse } from "../../compiler/wasm/analysis.ts";
import { emitKernel } from "../../compiler/wasm/emit.ts";
import { mergeAxes } from "../../compiler/wasm/merge.ts";
import { planGemm } from "../../compiler/wasm/plan_gemm.ts";
import { emitPlain, plainSchedule } from "../../compiler/wasm/plain.ts";
import { prepare } from "../../compiler/wasm/prepare.ts";
import { winograd } from "../../compiler/wasm/winograd.ts";
import { convolution, matmul, whole, type Window } from "./wasm_contractions.ts";
import {
  difference,
  interpretKernel,
  inThrees,
  moduleOf,
  oneByOneBackwards,
  type Ranges,
  runModule,
} from "./wasm_run.ts";

/** A convolution done with fewer products, whatever that takes; null where it cannot be. */
const fewer = (given: Kernel) => {
  const kernel = mergeAxes(given), prepared = prepare(kernel, kernel.contraction!);
  const main = prepared === null ? kernel : mergeAxes(prepared.kernel);
  const made = winograd(main, main.contraction!, prepared?.length ?? 0);
  if (made === null) return null;
  const before = [...prepared?.copies ?? [], made.image, made.weights].map(mergeAxes), after = mergeAxes(made.result);
  const products = mergeAxes(made.products), choice = planGemm(products, products.contraction!, analyse());
  if (choice?.how.tag !== "gemm") throw new Error("no panels");
  const { plan } = choice.how;
  return moduleOf((imports) => [
    ...before.map((k, i) => emitPlain(k, imports, plainSchedule(k), `before${i}`)),
    emitGemm(products, products.contraction!, plan, 1e7, imports, "products"),
    emitPlain(after, imports, { lanes: after.grid.at(-1)!, unroll: new Map() }, "after"),
  ], { temp: made.temp, relaxed: true });
};
type Run = (inputs: readonly Data[], ranges?: Ranges) => readonly Data[];
const runner = (kernel: Kernel): Run => {
  const made = fewer(kernel)!;
  return (inputs, ranges = oneByOneBackwards) => runModule(made, kernel.buffers, inputs, { ranges });
};

const plain: Window = { n: 1, c: 3, o: 4, size: [8, 10], kernel: 3, padding: 1 };
describe("a convolution of 3 by 3 with fewer products", () => {
  const windows: readonly Window[] = [
    plain,
    { n: 3, c: 2, o: 5, size: [6, 16], kernel: 3 },
    { n: 2, c: 5, o: 1, size: [4, 22], kernel: 3, padding: 2 },
    { n: 1, c: 1, o: 3, size: [14, 14], kernel: 3, padding: 1 },
    { n: 2, c: 2, o: 3, groups: 3, size: [6, 8], kernel: 3, padding: 1 },
  ];
  for (const w of windows) {
    for (const role of ["y", "x"] as const) {
      test(`is right: ${role} of ${JSON.stringify(w)}`, () => {
        const kernel = convolution(role, w), inputs = whole(kernel), run = runner(kernel);
        const right = interpretKernel(kernel, inputs);
        for (const ranges of [oneByOneBackwards, inThrees]) {
          expect(difference(kernel, inputs, run(inputs, ranges), right) ?? "equal").toBe("equal");
        }
      });
    }
  }
  test("has NaN and infinities where they are by definition", () => {
    const kernel = convolution("y", plain), run = runner(kernel);
    const [weights, image] = whole(kernel) as [Float32Array, Float32Array];
    const expectSame = (w: Float32Array, x: Float32Array): void => {
      const right = interpretKernel(kernel, [w, x]);
      expect(right.at(-1)!.some((v) => !Number.isFinite(v))).toBe(true);
      expect(difference(kernel, [w, x], run([w, x]), right) ?? "equal").toBe("equal");
    };
    for (const odd of [NaN, Infinity, -Infinity]) {
      for (const at of [0, 37, 123]) expectSame(weights, image.with(at, odd));
      for (const at of [0, 13]) expectSame(weights.with(at, odd), image);
    }
    expectSame(weights, image.with(44, Infinity).with(45, -Infinity).with(130, Infinity));
    expectSame(weights.fill(2), image.fill(3e38));
  });
  test("is rounded like a sum of that length", () => {
    const w: Window = { n: 1, c: 24, o: 3, size: [8, 8], kernel: 3 },
      kernel = convolution("y", w),
      run = runner(kernel);
    const inputs = kernel.buffers.slice(0, 2).map(({ length }, s) =>
      Float32Array.from({ length }, (_, i) => Math.sin(12.9898 * i + s) * 43758.5453 % 1)
    );
    const magnitudes = interpretKernel(kernel, inputs.map((x) => x.map(Math.abs))).at(-1)!;
    const right = interpretKernel(kernel, inputs).at(-1)!, got = run(inputs).at(-1)!;
    const worst = Math.max(...Array.from(got, (v, i) => Math.abs(v - right[i]!) / magnitudes[i]!));
    expect(worst).toBeLessThan(2 ** -22);
  });
});

describe("fewer products", () => {
  test("are only there for windows of 3 by 3 in steps of one over an even image", () => {
    const possible = (w: Partial<Window>) => fewer(convolution("y", { ...plain, ...w })) !== null;
    expect(possible({})).toBe(true);
    const others: readonly Partial<Window>[] = [
      { stride: 2 },
      { kernel: 5, padding: 2 },
      { kernel: 1, padding: 0 },
      { size: [7, 10] },
      { dilation: 2, padding: 2 },
      { n: 50, size: [300, 300] },
    ];
    expect(others.map(possible)).toEqual(others.map(() => false));
    expect([fewer(convolution("w", plain)), fewer(matmul({ m: 6, n: 6, k: 3 }))]).toEqual([null, null]);
  });
  test("are chosen where they save much", () => {
    const phases = (w: Window) => emitKernel(convolution("y", w), { shared: true, relaxed: true }).phases.length;
    expect(phases({ n: 1, c: 64, o: 64, size: [28, 28], kernel: 3, padding: 1 })).toBe(5);
    expect(phases({ n: 1, c: 64, o: 64, size: [27, 27], kernel: 3, padding: 1 })).toBe(2);
    expect(phases({ n: 1, c: 3, o: 4, size: [28, 28], kernel: 3, padding: 1 })).toBe(1);
  });
});

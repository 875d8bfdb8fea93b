import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { planWindows } from "../../core/shape/conv.ts";
import { transposedWindow } from "../../core/shape/transposed.ts";
import { planWindow, type WindowOptions } from "../../core/shape/window.ts";
import { testShared } from "../support/skips.ts";

interface Row {
  readonly op: "conv" | "conv_transpose" | "max_pool" | "max_pool_ceil";
  readonly input: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
  readonly output_padding?: number;
  readonly output: number | null;
}

describe("windows", () => {
  testShared("golden/worked/sizes.json")("have the extents that PyTorch gives", (path) => {
    const { rows } = JSON.parse(readFileSync(path, "utf8")) as { rows: readonly Row[] };
    // PyTorch also refuses to pool with a padding of more than half the kernel, and gives nothing for a kernel too large.
    const ours = rows.filter((r) => r.op !== "conv_transpose" && !(r.op !== "conv" && r.padding > r.kernel / 2));
    expect(ours.length).toBeGreaterThan(30);
    for (const { op, input, output, ...options } of ours) {
      const plan = planWindow(input, { ...options, fit: op === "max_pool_ceil" ? "ceil" : "floor" });
      const got = typeof plan === "string" ? null : plan.extent;
      expect([op, input, options, got]).toEqual([op, input, options, output === 0 ? null : output]);
    }
    const transposed = rows.filter((r) => r.op === "conv_transpose");
    expect(transposed.length).toBeGreaterThan(5);
    for (const { input, output, output_padding: outputPadding = 0, ...options } of transposed) {
      expect(transposedWindow(input, { ...options, outputPadding })).toBe(output!);
    }
  });
  test("are planned with an explicit padding under which floor gives the extent", () => {
    const pads = [0, 1, 2, [0, 2], [2, 1], "same", "valid"] as const;
    for (const fit of ["floor", "ceil", "exact"] as const) {
      for (const padding of pads) {
        for (let w = 1; w < 14; w++) {
          for (const [kernel, stride, dilation] of [[1, 1, 1], [3, 2, 1], [2, 3, 1], [3, 1, 2], [2, 2, 3]] as const) {
            const options: WindowOptions = { kernel, stride, padding, dilation, fit };
            const plan = planWindow(w, options);
            if (typeof plan === "string") continue;
            const span = (kernel - 1) * dilation + 1;
            expect(Math.floor((w + plan.before + plan.after - span) / stride) + 1).toBe(plan.extent);
            const last = (plan.extent - 1) * stride; // where the last window starts
            const after = typeof padding === "object" ? padding[1] : Number(padding);
            if (fit === "ceil" && after < span) expect(last).toBeLessThan(w + plan.before);
            if (padding === "same") expect(plan.extent).toBe(Math.ceil(w / stride));
          }
        }
      }
    }
  });
  test("say which axis does not fit", () => {
    const plan = () => planWindows("conv2d", [3, 9, 2], { kernel: 3 });
    expect(plan).toThrow("conv2d: kernel 3 does not fit input 2 (width of [3, 9, 2])");
    expect(planWindows("conv2d", [3, 9, 4], { kernel: [3, 2], stride: [2, 1] }).map((p) => p.extent)).toEqual([4, 3]);
  });
});

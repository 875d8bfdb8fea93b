import { describe, expect, test } from "bun:test";
import { showKernel } from "../../compiler/kernel.ts";
import { type Flavour, randomKernel } from "./wasm_random.ts";
import { allAtOnce, interpretKernel, inThrees, oneByOneBackwards, runKernel } from "./wasm_run.ts";

const same = (x: number, y: number): boolean => Object.is(x, y) || (x !== x && y !== y);

/** Where the module and the interpreter differ, or null. */
const difference = (seed: number, flavour: Flavour): string | null => {
  const { kernel, inputs } = randomKernel(seed, flavour), right = interpretKernel(kernel, inputs);
  for (const ranges of [allAtOnce, oneByOneBackwards, inThrees]) {
    const got = runKernel(kernel, inputs, ranges);
    for (const [i, buffer] of kernel.buffers.entries()) {
      if (buffer.access === "read") continue;
      const at = Array.from(right[i]!).findIndex((v, p) => !same(v, got[i]![p]!));
      if (at >= 0) return `${showKernel(kernel)}\nb${i}[${at}] is ${got[i]![at]}, should be ${right[i]![at]}`;
    }
  }
  return null;
};

describe("random kernels give what the interpreter gives, bit for bit, whatever the ranges of tasks", () => {
  for (const flavour of ["edges", "sums"] as const) {
    for (let block = 0; block < 10; block++) {
      test(`${flavour}, ${block * 30} to ${block * 30 + 29}`, () => {
        for (let i = 0; i < 30; i++) expect(difference(block * 30 + i, flavour) ?? "equal").toBe("equal");
      });
    }
  }
});

import { describe, expect, test } from "bun:test";
import { showKernel } from "../../compiler/kernel.ts";
import { type Flavour, randomKernel } from "./wasm_random.ts";
import { allAtOnce, difference, interpretKernel, inThrees, oneByOneBackwards, runKernel } from "./wasm_run.ts";

/** Where the module and the interpreter differ, or null. */
const failure = (seed: number, flavour: Flavour): string | null => {
  const { kernel, inputs } = randomKernel(seed, flavour), right = interpretKernel(kernel, inputs);
  for (const ranges of [allAtOnce, oneByOneBackwards, inThrees]) {
    const found = difference(kernel, inputs, runKernel(kernel, inputs, { ranges }), right);
    if (found !== null) return `${showKernel(kernel)}\n${found}`;
  }
  return null;
};

describe("random kernels give what the interpreter gives, bit for bit, whatever the ranges of tasks", () => {
  for (const flavour of ["edges", "sums"] as const) {
    for (let block = 0; block < 8; block++) {
      test(`${flavour}, ${block * 25} to ${block * 25 + 24}`, () => {
        for (let i = 0; i < 25; i++) expect(failure(block * 25 + i, flavour) ?? "equal").toBe("equal");
      });
    }
  }
});

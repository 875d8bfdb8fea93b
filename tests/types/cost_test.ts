import { expect } from "bun:test";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { denoExecutable, root } from "../support/deno_check.ts";
import { testUnless } from "../support/skips.ts";
import type { Measurement } from "./measure.ts";

const deno = denoExecutable();
/** Why the measurement cannot be made, or null. */
const obstacle = deno === null
  ? "there is no deno executable"
  : spawnSync(deno, ["cache", "--quiet", "npm:typescript@5.9.3"], { stdio: "ignore" }).status !== 0
  ? "npm:typescript@5.9.3 cannot be had here"
  : null;

/** Instantiations that each file may cost; what it took when this was written, and a tenth. */
const budget = {
  "./one_layer.ts": 900,
  "./networks_compile.ts": 71_000,
  "./ops_compile.ts": 72_000,
  "./layer_kinds_compile.ts": 66_000,
  "./zoo_compile.ts": 477_000,
  "./zoo_resnet152_compile.ts": 21_000,
  "./generic_blocks.ts": 21_500,
};

testUnless(obstacle)("TypeScript 5.9 accepts the programs within a budget of instantiations, and prints short declarations", () => {
  const run = spawnSync(deno!, ["run", "--quiet", "--allow-read", "--allow-env", join(root, "tests/types/measure.ts")], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  expect(run.status === 0 ? "" : run.stderr).toBe("");
  const { instantiations, complaints, declarations } = JSON.parse(run.stdout) as Measurement;
  expect(complaints).toEqual([]);
  const over = Object.entries(budget).filter(([file, most]) => !(instantiations[file]! <= most));
  expect(over.map(([file, most]) => `${file}: ${instantiations[file]} instantiations, at most ${most}`)).toEqual([]);
  expect(declarations).toContain('Mul<4, C>, 1, 1, 0, 1, 1, "floor", true>');
  expect(declarations).toContain('Tensor<[B, O], "f32">');
  expect(declarations.length).toBeLessThan(6000);
});

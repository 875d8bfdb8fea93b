import { expect } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { denoExecutable, root } from "../support/deno_check.ts";
import { testUnless } from "../support/skips.ts";
import { checkErrors } from "./check_errors.ts";

const programs = readdirSync(join(root, "tests/types"))
  .filter((f) => /_(errors|compile|programs)\.ts$/.test(f) && f !== "check_errors.ts")
  .map((f) => `tests/types/${f}`);

testUnless(denoExecutable() === null ? "there is no deno executable" : null)(
  "programs that must compile do, the others say the sentence on the line",
  () => {
    const { problems, sentences } = checkErrors(programs);
    expect(problems).toEqual([]);
    expect(sentences.length).toBeGreaterThanOrEqual(80);
    expect(sentences.filter((s) => s.length > 300)).toEqual([]);
  },
  300_000,
);

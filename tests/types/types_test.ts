import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { denoExecutable, root } from "../support/deno_check.ts";
import { checkErrors } from "./check_errors.ts";

const programs = readdirSync(join(root, "tests/types"))
  .filter((f) => /_(errors|compile|programs)\.ts$/.test(f) && f !== "check_errors.ts")
  .map((f) => `tests/types/${f}`);

if (denoExecutable() === null) console.log("tests/types: skipped, there is no deno executable to check types with");

test.skipIf(denoExecutable() === null)("programs that must compile do, the others say the sentence on the line", () => {
  const { problems, sentences } = checkErrors(programs);
  expect(problems).toEqual([]);
  expect(sentences.length).toBeGreaterThanOrEqual(40);
  expect(sentences.filter((s) => s.length > 300)).toEqual([]);
}, 120_000);

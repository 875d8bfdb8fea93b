import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { inDeno, projectPath } from "../support/skips.ts";

/** Runs a script in this runtime without flags; one that hangs is ended and has no exit status. */
const start = (...script: readonly string[]) => {
  const args = inDeno ? ["run", "--no-prompt", ...script] : ["run", ...script];
  const child = spawnSync(process.execPath, args, {
    timeout: 60_000,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  return { status: child.status, signal: child.signal, text: child.stdout.trim() };
};

const ended = { status: 0, signal: null, text: "3 threads, every task done: true" };
const script = projectPath("tests/runtime/wasm_script.ts");

describe("threads and the process", () => {
  test("a script that never closes its threads ends by itself, and needs no permission", () => {
    expect(start(script)).toEqual(ended);
  });
  test("the same with the workers of node:worker_threads, where there are no others", () => {
    expect(start(script, "node")).toEqual(ended);
  });
});

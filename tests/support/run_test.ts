/** The test command itself, on small projects of its own: its exit code and its last line tell the truth. */
import { describe, expect } from "bun:test";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { inDeno, projectPath, testUnless } from "./skips.ts";

const testInDeno = testUnless(inDeno ? null : "the test command runs in Deno");

const good = 'test("good", () => { expect(1).toBe(1); });';
const projects: Record<string, string> = {
  good,
  bad: `${good}\ntest("bad", () => { expect(1).toBe(2); });`,
  late: `${good}\ntest("bad", async () => { await Promise.resolve(); expect(1).toBe(2); });`,
  empty: "",
  broken: `import "./missing.ts";\n${good}`,
  // The rest lets the runtime report the first test before it dies.
  dead:
    `${good}\ntest("dies", async () => { await new Promise((r) => setTimeout(r, 1000)); process.kill(process.pid, "SIGKILL"); });`,
  skipping: `${good}\ntest.skip("bare", () => {});`,
  saying: `${good}\ntest.skip("named [skipped: the moon is down]", () => {});`,
  idle: `${good}\ntest("asserts nothing", () => {});`,
  dangling: `${good}\ntest("forgets to wait", () => { expect(new Promise(() => {})).resolves.toBe(1); });`,
  mistyped: `${good}\nconst n: number = "one";\nvoid n;`,
};

/** Runs the command in a project of one test file, and gives its exit code and what it printed. */
const run = (body: string, args: readonly string[]): Promise<{ code: number; text: string }> => {
  const folder = mkdtempSync(join(tmpdir(), "pullback-run-"));
  mkdirSync(join(folder, "tests"));
  cpSync(projectPath("tests/support"), join(folder, "tests/support"), {
    recursive: true,
    filter: (path) => !path.endsWith("_test.ts"),
  });
  for (const name of ["deno.json", "import_map.json"]) cpSync(projectPath(name), join(folder, name));
  writeFileSync(
    join(folder, "tests/one_test.ts"),
    `import { expect, test } from "bun:test";\nimport process from "node:process";\nvoid process.pid;\n${body}\n`,
  );
  const command = [
    "run",
    "--no-prompt",
    "--allow-read",
    "--allow-write",
    "--allow-env",
    "--allow-run",
    "tests/support/run.ts",
  ];
  return new Promise((resolve) =>
    execFile(process.execPath, [...command, ...args], { cwd: folder }, (error, stdout, stderr) => {
      rmSync(folder, { recursive: true });
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), text: stdout + stderr });
    })
  );
};

const lastLine = (text: string): string =>
  text.trimEnd().split("\n").findLast((l) => /\d+ passed, \d+ failed/.test(l)) ?? text;

/** [project, exit code, last line] of Deno's half; the type check counts as one where no file is named. */
const endings: readonly (readonly [string, number, string])[] = [
  ["good", 0, "1 passed, 0 failed"],
  ["bad", 1, "1 passed, 1 failed"],
  ["late", 1, "1 passed, 1 failed"],
  ["empty", 1, "0 passed, 1 failed"],
  ["broken", 1, "0 passed, 1 failed"],
  ["dead", 1, "1 passed, 1 failed"],
  ["skipping", 1, "1 passed, 1 failed"],
  ["saying", 0, "1 passed, 0 failed"],
  ["idle", 1, "1 passed, 1 failed"],
  ["dangling", 1, "1 passed, 1 failed"],
  ["mistyped", 1, "1 passed, 1 failed"],
];

describe("the test command", () => {
  for (const [name, code, line] of endings) {
    testInDeno(`on a project that is ${name} exits ${code} after "${line}"`, async () => {
      const done = await run(projects[name] ?? "", name === "mistyped" ? ["deno"] : ["deno", "tests/one_test.ts"]);
      expect(lastLine(done.text)).toBe(line);
      expect(done.code).toBe(code);
      if (name === "saying") expect(done.text).toContain("1 skipped: the moon is down");
    });
  }
});

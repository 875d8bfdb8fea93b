/** The runner itself: what it lets pass, what it does not, and what it says of it. */
import { beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeTensors, type StoredTensor } from "../../datasets/safetensors.ts";
import { useBackend } from "./backends.ts";
import { compare } from "./compare.ts";
import type { Result } from "./job.ts";
import { jobsOf } from "./jobs.ts";
import { openFolder } from "./layout.ts";
import { exitCode, runJobs, summary } from "./runner.ts";
import { denoExecutable, root } from "../support/deno_check.ts";
import { testUnless } from "../support/skips.ts";

const f32 = (shape: readonly number[], ...data: number[]): StoredTensor => ({
  dtype: "f32",
  shape,
  data: Float32Array.from(data),
});
const entry = (name: string, op: string, more: object = {}) => ({
  name,
  op,
  file: "all.safetensors",
  class: "arith",
  args: {},
  inputs: ["x"],
  outputs: ["y"],
  cotangents: [],
  grads: [],
  rtol: 1e-6,
  atol: 1e-6,
  ...more,
});
/** A folder of the layout with these cases, for the time of `body`. */
const inFolder = async (
  tensors: Readonly<Record<string, StoredTensor>>,
  cases: readonly object[],
  body: (dir: string) => Promise<void>,
): Promise<void> => {
  const dir = mkdtempSync(join(tmpdir(), "golden-"));
  try {
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, "all.safetensors"), encodeTensors(Object.entries(tensors)));
    writeFileSync(join(dir, "manifest.json"), JSON.stringify({ cases }));
    await body(dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
};
const right = {
  "any name/in/x": f32([2], 1, -2),
  "any name/out/y": f32([2], 1, 4),
  "any name/cot/y": f32([2], 1, 10),
  "any name/grad/x": f32([2], 2, -40),
};
const under = (name: string, tensors: Readonly<Record<string, StoredTensor>>) =>
  Object.fromEntries(Object.entries(tensors).map(([k, t]) => [k.replace("any name", name), t]));
const differentiated = { cotangents: ["y"], grads: ["x"], grad_rtol: 1e-5, grad_atol: 1e-5 };

describe("the runner of golden cases", () => {
  beforeAll(async () => {
    await useBackend("reference");
  });

  test("passes what is right, and says what is wrong, unknown or left out", async () => {
    const tensors = {
      ...right,
      ...under("wrong value", { ...right, "any name/out/y": f32([2], 1, 4.5) }),
      ...under("wrong gradient", { ...right, "any name/grad/x": f32([2], 2.5, NaN) }),
      ...under("wrong shape", { ...right, "any name/out/y": f32([1, 2], 1, 4) }),
      ...under("wrong dtype", { ...right, "any name/out/y": { dtype: "i32", shape: [2], data: Int32Array.of(1, 4) } }),
      ...under("no such thing", right),
      ...under("left out", right),
    };
    const cases = [
      entry("any name", "square", differentiated),
      entry("wrong value", "square"),
      entry("wrong gradient", "square", differentiated),
      entry("wrong shape", "square"),
      entry("wrong dtype", "square"),
      entry("no such thing", "squircle"),
      entry("left out", "cube"),
      entry("missing tensors", "square"),
    ];
    await inFolder(tensors, cases, async (dir) => {
      const seen: Result[] = [], skips = { cube: "a reason of some length" };
      const results = await runJobs(jobsOf(openFolder(dir)), { skips, together: 3, onResult: (r) => seen.push(r) });
      const line = (name: string) => results.find((r) => r.job.name === name)!.lines.join("; ");
      expect(seen).toEqual([...results]);
      expect(line("any name")).toBe("");
      expect(line("wrong value")).toBe("y[1]: got 4, want 4.5, tolerance 0.0000055 (1 of 2 off)");
      expect(line("wrong gradient")).toBe("gradient of x[1]: got -40, want NaN, tolerance NaN (2 of 2 off)");
      expect(line("wrong shape")).toBe("y: got shape [2], want [1, 2]");
      expect(line("wrong dtype")).toBe("y: got dtype f32, want i32");
      expect(line("no such thing")).toBe("no row in the table for squircle");
      expect(line("missing tensors")).toBe("all.safetensors does not hold missing tensors/in/x");
      expect(results.filter((r) => r.unknown).map((r) => r.job.name)).toEqual(["no such thing"]);
      expect(summary(results).split("\n").at(-1)).toBe("1 passed, 6 failed, 1 skipped");
      expect(jobsOf(openFolder(dir), "squircle").map((j) => j.name)).toEqual(["no such thing"]);
    });
  });

  test("fails where nothing ran", async () => {
    await inFolder(right, [entry("any name", "square")], async (dir) => {
      const jobs = jobsOf(openFolder(dir));
      expect(exitCode(await runJobs(jobs, { skips: {} }))).toBe(0);
      expect(exitCode(await runJobs(jobs, { skips: { square: "a reason of some length" } }))).toBe(1);
      expect(exitCode([])).toBe(1);
      for (const together of [NaN, 0, 1.5]) {
        await expect(runJobs(jobs, { skips: {}, together })).rejects.toThrow("--together expects a whole number from 1");
      }
    });
  });
  const deno = denoExecutable();
  testUnless(deno === null ? "there is no deno executable" : null)("refuses arguments that it does not know", async () => {
    await inFolder(right, [entry("any name", "square")], (dir) => {
      const run = (...more: string[]) =>
        spawnSync(deno!, ["run", "--no-check", "--allow-read", "--allow-env", join(root, "tests/golden/run.ts"), "--dir", dir, "--backend", "reference", ...more], {
          cwd: root,
          encoding: "utf8",
        });
      const outcome = (...more: string[]) => {
        const { status, stdout, stderr } = run(...more);
        return [status, `${stdout}${stderr}`] as const;
      };
      const [fine, said] = outcome();
      expect([fine, said.trim().split("\n").at(-1)]).toEqual([0, "1 passed, 0 failed, 0 skipped"]);
      for (
        const [args, sentence] of [
          [["--together", "x"], "--together expects a whole number from 1, got NaN"],
          [["--sample"], "Unknown option '--sample'"],
          [["square"], "Unexpected argument 'square'"],
          [["--only", "cube"], "is of the operation or class cube"],
        ] as const
      ) {
        const [status, text] = outcome(...args);
        expect(status).toBe(2);
        expect(text).toContain(sentence);
      }
      return Promise.resolve();
    });
  });

  test("compares as the tolerance says: NaN is NaN, an infinity itself, -0 is 0", () => {
    const exact = { rtol: 0, atol: 0 };
    expect(compare([NaN, Infinity, -0], [NaN, Infinity, 0], exact)).toBeNull();
    expect(compare([1.1], [1], { rtol: 0.1, atol: 1e-6 })).toBeNull();
    expect(compare([Infinity], [-Infinity], { rtol: 1, atol: 1 })?.wrong).toBe(1);
    expect(compare([1, NaN], [1, 2], { rtol: 1, atol: 1 })?.index).toBe(1);
    expect(compare([5, 1.2, 3], [5, 1, 2.9], { rtol: 0, atol: 0.01 })).toEqual({
      index: 1,
      got: 1.2,
      want: 1,
      allowed: 0.01,
      wrong: 2,
      total: 3,
    });
  });
});

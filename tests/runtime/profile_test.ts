/** That profiles are traces as Chrome and Perfetto read them, and hold what ran. */
import { afterAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { observer } from "../../core/observer.ts";
import { type ChromeTrace, item, jit, matmul, profile, run, setBackend, sum, type Tensor, zeros } from "../../mod.ts";
import { chromeTrace } from "../../runtime/profile.ts";
import { onDevices } from "../support/backends.ts";
import { inDeno, projectPath } from "../support/skips.ts";

const folder = mkdtempSync(join(tmpdir(), "pullback-profile-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the format asks of every entry. */
const expectFormat = ({ traceEvents, displayTimeUnit }: ChromeTrace): void => {
  expect(displayTimeUnit).toBe("ms");
  const named = new Set(traceEvents.filter((e) => e.ph === "M").map((e) => e.tid));
  for (const e of traceEvents) {
    expect(e.name.length).toBeGreaterThan(0);
    expect(Number.isInteger(e.pid) && Number.isInteger(e.tid)).toBe(true);
    if (e.ph === "M") {
      expect(e.name).toBe("thread_name");
      expect(typeof e.args?.name).toBe("string");
      continue;
    }
    expect(e.ph).toBe("X");
    expect(named.has(e.tid)).toBe(true);
    expect(Number.isFinite(e.ts) && Number.isFinite(e.dur) && e.dur! >= 0).toBe(true);
  }
  const times = traceEvents.flatMap((e) => e.ts ?? []);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
};

onDevices("a profile holds tracing, compiling, and the kernels inside their run", async (device) => {
  const f = jit((x: Tensor<[number, number], "f32">) => sum(matmul(x, x)), { name: "f" });
  const { result, trace } = await profile(() => item(f(zeros([64, 64]))));
  expect(result).toBe(0);
  expectFormat(JSON.parse(JSON.stringify(trace)));
  const of = (cat: string) => trace.traceEvents.filter((e) => e.cat === cat);
  expect(of("trace").map((e) => e.name)).toEqual(["trace jit(f)"]);
  expect(of("compile").map((e) => e.name)).toEqual(["compile jit(f)"]);
  expect(of("pass").map((e) => e.name)).toEqual(["expand", "simplify", "fuse"]);
  const kernels = of("kernel"), [ran] = of("run");
  expect(kernels.length).toBeGreaterThanOrEqual(2);
  expect(kernels[0]!.args?.flops).toBe(2 * 64 ** 3);
  expect(kernels[0]!.args?.bytes).toBe(2 * 4 * 64 ** 2);
  if (device === "wasm") {
    for (const k of kernels) {
      expect(k.ts!).toBeGreaterThanOrEqual(ran!.ts!);
      expect(k.ts! + k.dur!).toBeLessThanOrEqual(ran!.ts! + ran!.dur!);
    }
  } else expect(new Set(kernels.map((k) => k.tid))).toEqual(new Set([1]));
});

describe("profile", () => {
  test("stops at the end, and after a failure", async () => {
    await run(setBackend("wasm"));
    const before = observer();
    await profile(() => 1);
    expect(observer()).toBe(before);
    await expect(profile(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(observer()).toBe(before);
  });

  test("threads that help have rows of their own", () => {
    const kernel = { tag: "kernel", name: "k", backend: "wasm", start: 1, ms: 2, bytes: 8, flops: 0 } as const;
    const { traceEvents } = chromeTrace([{ ...kernel, threads: [{ thread: 1, start: 1.5, ms: 1 }] }]);
    expect(traceEvents.map((e) => [e.ph, e.tid, e.ph === "M" ? e.args?.name : e.ts])).toEqual([
      ["M", 0, "program"],
      ["M", 2, "worker 1"],
      ["X", 0, 1000],
      ["X", 2, 1500],
    ]);
    expect(traceEvents[2]!.args).toEqual({ bytes: 8, flops: 0, "GB/s": 4e-6, "GFLOP/s": 0 });
  });

  test("the command runs a script with its arguments and leaves a trace, even when the script fails", () => {
    const script = join(folder, "script.ts"), out = join(folder, "trace.json");
    writeFileSync(
      script,
      `import process from "node:process";
import { item, mul, scalar } from "${pathToFileURL(projectPath("mod.ts")).href}";
console.log(process.argv.slice(2).join(), await item(mul(scalar(6), 7)));
if (process.argv.includes("--fail")) throw new Error("on purpose");
`,
    );
    const start = (...args: readonly string[]) => {
      const words = inDeno ? ["run", "-A", "--no-check"] : ["run"];
      const env = { ...process.env, PULLBACK_BACKEND: "wasm", NO_COLOR: "1" };
      return spawnSync(process.execPath, [...words, projectPath("bench/profile.ts"), ...args], {
        encoding: "utf8",
        env,
      });
    };
    for (const [more, status] of [[["--x", "1"], 0], [["--fail"], 1]] as const) {
      const done = start("--out", out, script, ...more);
      expect(done.status, done.stderr).toBe(status);
      expect(done.stdout.trim()).toBe(`${more.join()} 42`);
      const trace = JSON.parse(readFileSync(out, "utf8")) as ChromeTrace;
      expectFormat(trace);
      expect(trace.traceEvents.filter((e) => e.cat === "kernel").length).toBeGreaterThan(0);
      rmSync(out);
    }
    const usage = start();
    expect(usage.status).toBe(2);
    expect(usage.stderr).toContain("usage: deno task profile");
  });
});

/** What the bench is made of: statistics, what processes exchange, tables, models for ONNX, memory of plans, and a run. */
import { afterAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { arenaOf } from "../../bench/questions/memory.ts";
import { filled, integers, normal, oneHot, uniform } from "../../bench/support/inputs.ts";
import type { Results } from "../../bench/support/measure.ts";
import { onnxModel } from "../../bench/support/onnx.ts";
import { pack, placeOf, unpack } from "../../bench/support/protocol.ts";
import { errorOf, mean, median, quantile, spreadOf } from "../../bench/support/statistics.ts";
import { readingsTable, table } from "../../bench/support/table.ts";
import type { Kernel, Plan } from "../../compiler/kernel.ts";
import { inDeno, projectPath, testUnless } from "../support/skips.ts";

describe("statistics", () => {
  test("quantiles lie between neighbours linearly", () => {
    expect([0, 0.25, 0.5, 1].map((q) => quantile([4, 1, 3, 2], q))).toEqual([1, 1.75, 2.5, 4]);
    expect(median([5])).toBe(5);
    expect(median([])).toBeNaN();
    expect(mean([1, 2, 6])).toBe(3);
    expect(spreadOf([1, 2, 3, 4, 5])).toEqual({ low: 2, middle: 3, high: 4 });
  });
  test("an error is a part of the largest magnitude, and infinite where a number is missing or none", () => {
    expect(errorOf([1, 2, 4.5], [1, 2, 5])).toBeCloseTo(0.1, 12);
    expect(errorOf([0, 0], [0, 0])).toBe(0);
    expect(errorOf([NaN, 1], [1, 1])).toBe(Infinity);
    expect(errorOf([1], [1, 1])).toBe(Infinity);
  });
});

describe("inputs", () => {
  test("are the same for the same seed, and spread as they say", () => {
    const x = normal([200, 50], 3, 2).data, deviation = Math.sqrt(mean([...x].map((v) => v * v)));
    expect(normal([200, 50], 3, 2).data).toEqual(x);
    expect(normal([200, 50], 4, 2).data).not.toEqual(x);
    expect(Math.abs(deviation - 2)).toBeLessThan(0.1);
    expect(Math.abs(mean([...x]))).toBeLessThan(0.1);
    const u = [...uniform([1000], 1, -1, 3).data];
    expect(Math.min(...u)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...u)).toBeLessThan(3);
    expect(new Set(integers([100], 1, 4).data)).toEqual(new Set([0, 1, 2, 3]));
    const rows = oneHot(20, 5, 1);
    expect(mean([...rows.data])).toBeCloseTo(0.2, 6);
    expect(filled([], 7).data).toEqual(Float32Array.of(7));
  });
  test("come back as they were packed", () => {
    const all = [normal([3, 2], 1), integers([4], 2, 9), filled([0], 1)];
    expect(unpack(pack(all.map((i) => i.data)), all.map(placeOf))).toEqual(all.map((i) => i.data));
  });
});

test("a model has its nodes, attributes, constants and ports where ONNX looks for them", () => {
  const inputs = [filled([2, 3], 0.5), filled([4, 2], 1)];
  const bytes = onnxModel(inputs, 1, (g, w, x) => [g.op("MatMul", [x, w], { axis: 1, epsilon: 0.25, perm: [1, 0] })]);
  /** The fields of a message: numbers, or bytes to be read further. */
  const fields = (m: Uint8Array): (readonly [number, number | Uint8Array])[] => {
    const out: (readonly [number, number | Uint8Array])[] = [];
    let at = 0;
    const varint = (): number => {
      let n = 0, scale = 1;
      for (;; scale *= 128) {
        const b = m[at++]!;
        n += (b & 127) * scale;
        if (b < 128) return n;
      }
    };
    while (at < m.length) {
      const key = varint(), kind = key & 7;
      if (kind === 0) out.push([key >> 3, varint()]);
      else if (kind === 5) {
        out.push([key >> 3, new DataView(m.buffer, m.byteOffset + at, 4).getFloat32(0, true)]), at += 4;
      } else {
        const length = varint();
        out.push([key >> 3, m.subarray(at, at += length)]);
      }
    }
    return out;
  };
  const all = (m: unknown, field: number) => fields(m as Uint8Array).filter(([f]) => f === field).map(([, v]) => v);
  const text = (v: unknown) => new TextDecoder().decode(v as Uint8Array);
  expect(all(bytes, 1)).toEqual([8]);
  expect(all(all(bytes, 8)[0], 2)).toEqual([17]);
  const graph = all(bytes, 7)[0], [node] = all(graph, 1), [constant] = all(graph, 5);
  expect(all(node, 1).map(text)).toEqual(["x1", "x0"]);
  expect(text(all(node, 4)[0])).toBe("MatMul");
  const attributes = all(node, 5).map((a) => [text(all(a, 1)[0]), all(a, 20)[0]]);
  expect(attributes).toEqual([["axis", 2], ["epsilon", 1], ["perm", 7]]);
  expect(all(all(node, 5)[0], 3)).toEqual([1]);
  expect(all(all(node, 5)[1], 2)).toEqual([0.25]);
  expect(all(all(node, 5)[2], 8)).toEqual([1, 0]);
  expect([all(constant, 1), all(constant, 2), text(all(constant, 8)[0])]).toEqual([[2, 3], [1], "x0"]);
  const raw = (all(constant, 9)[0] as Uint8Array).slice();
  expect(new Float32Array(raw.buffer)).toEqual(new Float32Array(6).fill(0.5));
  expect(all(graph, 11).map((p) => text(all(p, 1)[0]))).toEqual(["x1"]);
  expect(all(graph, 12).map((p) => text(all(p, 1)[0]))).toEqual(all(node, 2).map(text));
});

test("the arena of a plan, and what is live at once", () => {
  const kernel = (...access: ("read" | "write")[]): Kernel => ({
    name: "k",
    buffers: access.map((a) => ({ dtype: "f32", length: 100, access: a })),
    grid: [],
    stores: [],
    contraction: null,
  });
  const slot = (n: number) => ({ tag: "slot", slot: n }) as const, input = { tag: "input", index: 0 } as const;
  const plan: Plan = {
    inputs: [{ dtype: "f32", length: 100 }],
    outputs: [{ dtype: "f32", length: 100 }],
    slots: [400, 400, 1000],
    steps: [
      { kernel: kernel("read", "write"), places: [input, slot(0)] },
      { kernel: kernel("read", "write"), places: [slot(0), slot(1)] },
      { kernel: kernel("read", "write"), places: [slot(1), slot(0)] },
      { kernel: kernel("read", "write"), places: [slot(0), { tag: "output", index: 0 }] },
    ],
  };
  expect(arenaOf(plan)).toEqual({ arena: 1800, live: 800 });
});

test("tables are aligned and say who was left out", () => {
  const spread = { low: 1, middle: 2, high: 3 };
  const row = {
    case: "c",
    title: "t",
    backend: "wasm",
    threads: 1,
    ours: spread,
    flops: 4e6,
    error: 0,
    pairs: 5,
    queued: 1,
  };
  const results: Results = {
    rows: [
      { ...row, backend: "wasm", kernels: 3, submits: 0, peer: "p", theirs: spread, ratio: spread, cpuRatio: spread },
      { ...row, backend: "webgpu", kernels: 3, submits: 1 },
    ],
    refusals: [{ case: "c", contestant: "q", why: "wrong\nsecond" }],
  };
  const lines = table(results).split("\n");
  expect(new Set(lines.slice(0, 4).map((l) => l.length)).size).toBe(1);
  expect(lines[2]!.split("|").map((c) => c.trim()).slice(1, -1)).toEqual(
    ["c", "wasm, 1 thread", "2.00", "2.00 GFLOP/s", "3", "", "p", "2.00", "2.00", "1.00–3.00", "2.00", "5"],
  );
  expect(lines[3]).toContain("| webgpu ");
  expect(lines.at(-1)).toBe("- c: q not timed: wrong second");
  const reading = { question: "q", what: "w", value: 12.34, unit: "ms" };
  expect(readingsTable([reading]).split("\n")[2]).toBe("| q        | w    |  12.3 | ms   |");
});

const folder = mkdtempSync(join(tmpdir(), "pullback-bench-test-"));
afterAll(() => rmSync(folder, { recursive: true }));
testUnless(inDeno ? null : "the bench runs in Deno")("the command measures a case and writes what it found", () => {
  const out = join(folder, "out.json"), options = ["--tiny", "--case", "softmax", "--backend", "wasm", "--pairs", "2"];
  const start = (...args: readonly string[]) =>
    spawnSync(process.execPath, ["run", "-A", "--no-check", projectPath("bench/run.ts"), ...args], {
      encoding: "utf8",
    });
  const done = start(...options, "--ms", "1", "--threads", "1", "--json", out);
  expect(done.status, done.stderr).toBe(0);
  const { rows, refusals } = JSON.parse(readFileSync(out, "utf8")) as Results;
  expect(refusals).toEqual([]);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ case: "softmax", backend: "wasm", threads: 1, pairs: 2 });
  expect(rows[0]!.error).toBeLessThan(1e-5);
  expect(rows[0]!.kernels).toBeGreaterThan(0);
  expect(done.stdout).toContain("| softmax ");
  expect(start("--case", "nothing of the kind").stderr).toContain("no case is called like nothing of the kind");
  expect(start("--help").stdout).toContain("--case TEXT");
  const unknown = start("--cases", "softmax");
  expect([unknown.status, unknown.stderr]).toEqual([2, "Unknown option '--cases': --help says what there is\n"]);
});

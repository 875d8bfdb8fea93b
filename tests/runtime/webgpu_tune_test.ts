/** Tuned variants: which are tried, which are taken, and the file they are kept in. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { candidates } from "../../compiler/wgsl/candidates.ts";
import { leastTarget, type Target } from "../../compiler/wgsl/target.ts";
import { describe as described, joined, tableOf, type TunedTable, tunedVariant } from "../../compiler/wgsl/tuned.ts";
import { chooseVariant, type Variant } from "../../compiler/wgsl/variant.ts";
import { observe, observer } from "../../core/observer.ts";
import { createExecutable } from "../../runtime/webgpu/executable.ts";
import { createSpellings } from "../../runtime/webgpu/spellings.ts";
import { tuneKernel } from "../../runtime/webgpu/tune.ts";
import { readTuned, tunedPath, writeTuned } from "../../runtime/webgpu/tuned_file.ts";
import { matmul } from "../compiler/wgsl_contractions.ts";
import { interpretKernel, openMachine, planOf, restAfter, runKernel } from "../support/gpu.ts";
import { noWebGpu, testUnless } from "../support/skips.ts";

const reason = await noWebGpu();
const gpuTest = testUnless(reason);
const machine = reason === null ? await openMachine() : null;
restAfter();

const hardware: Target = { ...leastTarget, adapter: "gpu", workgroupBytes: 32768 };
const registers = (rows: number, columns: number, more: object = {}): Variant => ({
  tag: "registers",
  tile: { rows, columns, unroll: 1, lanes: 1, turned: false, ...more },
  parts: 1,
});
const tiles = (down: number, parts: number): Variant => ({
  tag: "tiles",
  tile: { down, across: 8, rows: 4, columns: 4, depth: 16 },
  parts,
});
const entry = (n: number, variant: Variant) => ({ ...described(matmul(1, n, n, n))!, variant });

describe("tuned variants", () => {
  test("the variant chosen without measuring is tried first, the others once and only where they are possible", () => {
    for (const target of [leastTarget, hardware]) {
      const k = matmul(1, 96, 96, 256), tried = candidates(k, target);
      expect(tried[0]).toEqual(chooseVariant(k, target));
      expect(new Set(tried.map((v) => JSON.stringify(v))).size).toBe(tried.length);
      expect(tried.length).toBeGreaterThan(8);
      expect(new Set(tried.map((v) => v.tag))).toEqual(
        new Set(target === hardware ? ["tiles", "pointwise"] : ["registers"]),
      );
    }
    const small = candidates(matmul(1, 96, 96, 256), { ...hardware, maxInvocations: 64 });
    for (const v of small) if (v.tag === "tiles") expect(v.tile.down * v.tile.across).toBeLessThanOrEqual(64);
  });

  test("a kernel takes the variant of its own extents, or of the nearest where tiles need not fit exactly", () => {
    const table = [entry(64, tiles(8, 1)), entry(512, tiles(4, 2))];
    const of = (n: number) => tunedVariant(table, matmul(1, n, n, n), hardware);
    expect(of(64)).toEqual(tiles(8, 1));
    expect(of(72)).toEqual(tiles(8, 1));
    expect(of(480)).toEqual(tiles(4, 2));
    expect(of(200)).toBeNull();
    const exact = [entry(64, registers(4, 8))];
    expect(tunedVariant(exact, matmul(1, 64, 64, 64), leastTarget)).toEqual(registers(4, 8));
    expect(tunedVariant(exact, matmul(1, 65, 64, 64), leastTarget)).toBeNull();
  });

  test("what a device cannot do, or what is stored otherwise, is not taken", () => {
    const k = matmul(1, 64, 64, 64);
    expect(tunedVariant([entry(64, registers(4, 4, { lanes: 8 }))], k, leastTarget)).toBeNull();
    expect(tunedVariant([entry(64, registers(4, 4, { unroll: 5 }))], k, leastTarget)).toBeNull();
    expect(tunedVariant([entry(64, tiles(64, 1))], k, hardware)).toBeNull();
    expect(tunedVariant([entry(64, tiles(8, 1))], matmul(1, 64, 64, 64, { transposed: "a" }), hardware)).toBeNull();
    expect(tunedVariant([entry(64, { tag: "cooperative", lanes: 64 })], k, hardware)).toBeNull();
  });

  test("a table is read only if every entry is one", () => {
    const table = [entry(64, tiles(8, 1)), entry(32, registers(4, 4)), entry(16, { tag: "pointwise" })];
    expect(tableOf(JSON.parse(JSON.stringify(table)))).toEqual(table);
    const wrong: readonly unknown[] = [
      null,
      {},
      [1],
      [{ form: "f", extents: [1] }],
      [{ form: "f", extents: ["1"], variant: { tag: "pointwise" } }],
      [{ form: "f", extents: [1], variant: { tag: "other" } }],
      [{ form: "f", extents: [1], variant: { tag: "tiles", parts: 0, tile: {} } }],
      [{
        form: "f",
        extents: [1],
        variant: { ...registers(4, 4), tile: { rows: 4, columns: 4, unroll: 1, lanes: 1 } },
      }],
    ];
    for (const json of wrong) expect(tableOf(json)).toBeNull();
  });

  test("what is measured again takes the place of what was there", () => {
    const table = joined([entry(64, tiles(8, 1)), entry(32, tiles(8, 1))], [entry(64, tiles(4, 2))]);
    expect(table).toHaveLength(2);
    expect(tunedVariant(table, matmul(1, 64, 64, 64), hardware)).toEqual(tiles(4, 2));
  });
});

describe("the file of an adapter", () => {
  const folder = mkdtempSync(join(tmpdir(), "pullback-tuned-")), known = process.env.PULLBACK_CACHE;
  process.env.PULLBACK_CACHE = folder;
  afterAll(() => {
    if (known === undefined) delete process.env.PULLBACK_CACHE;
    else process.env.PULLBACK_CACHE = known;
    rmSync(folder, { recursive: true });
  });

  test("keeps what was written, and lies in the cache folder under the adapter's name", () => {
    expect(readTuned("Some Card, (v2)")).toEqual([]);
    const path = writeTuned("Some Card, (v2)", [entry(64, tiles(8, 1))]);
    expect(path).toBe(`${folder}/tuned/some-card-v2.json`);
    expect(readTuned("Some Card, (v2)")).toEqual([entry(64, tiles(8, 1))]);
    writeTuned("Some Card, (v2)", [entry(32, tiles(4, 1))]);
    expect(readTuned("Some Card, (v2)")).toHaveLength(2);
    expect(readFileSync(path, "utf8").trim().split("\n")).toHaveLength(4);
    expect(readTuned("Another card")).toEqual([]);
  });

  test("is left aside, and said so, when it cannot be understood", () => {
    const path = writeTuned("broken", []), before = observer(), said: string[] = [];
    writeFileSync(path, "{");
    observe({ ...before, level: 1, take: (e) => e.tag === "remark" && said.push(e.text) });
    try {
      expect(readTuned("broken")).toEqual([]);
    } finally {
      observe(before);
    }
    expect(said).toEqual([`${tunedPath("broken")} is no table of variants: tune again`]);
  });
});

describe("tuning on a device", () => {
  gpuTest("finds a variant that computes the same, and executables take it", async () => {
    const k = matmul(1, 24, 20, 32), trial = (await tuneKernel(machine!, k))!;
    expect(trial.tried).toBeGreaterThan(4);
    expect(trial.after).toBeLessThanOrEqual(trial.before);
    expect(trial.entry.extents).toEqual([1, 24, 20, 32]);
    const inputs = k.buffers.filter((b) => b.access === "read").map((b, s) =>
      Float32Array.from({ length: b.length }, (_, i) => (i * 7 + s) % 5 - 2)
    );
    const want = interpretKernel(k, inputs);
    expect(await runKernel(machine!, k, inputs, trial.entry.variant)).toEqual(want);

    const wish: Variant = { tag: "pointwise" }, names: string[] = [], before = observer();
    const speaking = (table: TunedTable) => ({
      ...machine!,
      stopwatch: null,
      spellings: createSpellings(machine!.target, table),
    });
    observe({ ...before, level: 2, take: (e) => e.tag === "kernel" && names.push(e.name) });
    try {
      const given = inputs.map((data) => machine!.values.upload(data, { shape: [data.length], dtype: "f32" }));
      for (const table of [[{ ...trial.entry, variant: wish }], []]) {
        createExecutable(planOf(k), speaking(table)).run(given, new Set()).forEach((b) => b.dispose());
      }
    } finally {
      observe(before);
    }
    expect(names[0]).toBe(k.name);
    expect(names[1]).not.toBe(k.name);
  });

  gpuTest("kernels without a choice are left alone", async () => {
    const k = { ...matmul(1, 4, 4, 4), contraction: null, stores: [] };
    expect(await tuneKernel(machine!, k)).toBeNull();
  });
});

/**
 * PyTorch's numbers on every back end: all cases of `../shared/golden`. On WebGPU, where an adapter without hardware takes
 * long to compile, a sample: of every operation the first case, the last, and two between.
 */
import { beforeAll, describe, expect, test } from "bun:test";
import type { BackendName } from "../../mod.ts";
import { noWebGpu, shared, testUnless } from "../support/skips.ts";
import { useBackend } from "./backends.ts";
import type { Job, Result } from "./job.ts";
import { jobsOf } from "./jobs.ts";
import { openFolder } from "./layout.ts";
import { runJobs, type Skips } from "./runner.ts";
import skips from "./skips.json" with { type: "json" };

const dir = shared("golden"), jobs = dir === null ? [] : jobsOf(openFolder(dir));
const absent = dir === null ? "../shared/golden is absent" : null;
/** At most so many jobs of every operation, spread over its cases. */
const sample = (all: readonly Job[], most: number): readonly Job[] =>
  [...Map.groupBy(all, (j) => j.op).values()].flatMap((js) =>
    js.length <= most ? js : Array.from({ length: most }, (_, i) => js[Math.round(i * (js.length - 1) / (most - 1))]!)
  );
const on = (name: BackendName, reason: string | null, chosen: readonly Job[]): void =>
  describe(`the numbers of PyTorch on ${name}`, () => {
    const results: Result[] = [];
    beforeAll(async () => {
      if (reason === null) await useBackend(name);
    });
    for (const [kind, js] of Map.groupBy(chosen, (j) => j.class)) {
      testUnless(reason)(`${kind}: ${js.length} cases`, async () => {
        const found = await runJobs(js, { skips: skips as Skips });
        results.push(...found);
        expect(
          found.flatMap((r) => r.verdict === "failed" && !r.unknown ? r.lines.map((l) => `${r.job.name}: ${l}`) : []),
        ).toEqual([]);
      });
    }
    testUnless(reason)("the table knows every operation", () => {
      expect(results.length).toBe(chosen.length);
      expect([...new Set(results.flatMap((r) => r.unknown ? r.lines : []))]).toEqual([]);
    });
  });

on("reference", absent, jobs);
on("wasm", absent, jobs);
on("webgpu", absent ?? await noWebGpu(), sample(jobs, 4));

test("a skip names its reason", () => {
  expect(Object.values(skips as Skips).filter((reason) => reason.length < 20)).toEqual([]);
});

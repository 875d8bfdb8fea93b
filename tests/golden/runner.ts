/** Runs jobs on the back end in use, many at a time: their values are computed as one program and read in one trip. */
import type { Data } from "../../core/dtype.ts";
import { showShape } from "../../core/shape/dim.ts";
import { extents, type Tensor } from "../../core/tensor.ts";
import { dataOf } from "../../ops/create.ts";
import { compare, showMiss } from "./compare.ts";
import { type Expectation, type Job, type Result, Unknown } from "./job.ts";

/** Operations left out, each with its reason. */
export type Skips = Readonly<Record<string, string>>;
export interface RunOptions {
  readonly skips: Skips;
  /** Cases that share one program; 16 unless given. */
  readonly together?: number;
  readonly onResult?: (r: Result) => void;
}

interface Started {
  readonly job: Job;
  readonly expectations: readonly Expectation[];
  /** Why the case could not start. */
  readonly error: unknown;
}
const isTensor = (x: Expectation["got"]): x is Tensor => !Array.isArray(x);
const text = (e: unknown): string =>
  (e instanceof Error ? e.message || e.name : String(e)).split("\n").slice(0, 3).join(" | ");

const failure = (job: Job, e: unknown): Result => ({
  job,
  verdict: "failed",
  unknown: e instanceof Unknown,
  lines: [text(e)],
});
const start = async (job: Job): Promise<Started> => {
  try {
    return { job, expectations: await job.start(), error: null };
  } catch (e) {
    return { job, expectations: [], error: e };
  }
};
const tensorsOf = (started: readonly Started[]): readonly Tensor[] =>
  started.flatMap((s) => s.expectations.map((e) => e.got).filter(isTensor));

/** Why a value is wrong, or null. `data` is what was read of it. */
const judge = (e: Expectation, data: Data | null): string | null => {
  if (isTensor(e.got)) {
    const shape = extents(e.got);
    if (showShape(shape) !== showShape(e.want.shape)) {
      return `${e.label}: got shape ${showShape(shape)}, want ${showShape(e.want.shape)}`;
    }
    if (e.want.dtype !== undefined && e.got.dtype !== e.want.dtype) {
      return `${e.label}: got dtype ${e.got.dtype}, want ${e.want.dtype}`;
    }
  }
  const got: ArrayLike<number> = isTensor(e.got) ? numbers(e.got, data!) : e.got;
  if (got.length !== e.want.data.length) return `${e.label}: got ${got.length} numbers, want ${e.want.data.length}`;
  const miss = compare(got, e.want.data, e);
  return miss === null ? null : showMiss(e.label, e.want.shape, miss);
};
const numbers = (t: Tensor, data: Data): ArrayLike<number> =>
  t.dtype === "f16" ? new Float16Array(data.buffer as ArrayBuffer, data.byteOffset, data.length) : data;

const finish = (s: Started, data: readonly Data[]): Result => {
  if (s.error !== null) return failure(s.job, s.error);
  let next = 0;
  const lines = s.expectations.flatMap((e) => judge(e, isTensor(e.got) ? data[next++]! : null) ?? []);
  return { job: s.job, verdict: lines.length === 0 ? "passed" : "failed", unknown: false, lines };
};
/** Runs one job by itself. */
const alone = async (job: Job): Promise<Result> => {
  const s = await start(job);
  try {
    return finish(s, await dataOf(tensorsOf([s])));
  } catch (e) {
    return failure(job, e);
  }
};
/** Runs jobs together; where that fails, each by itself. */
const batch = async (jobs: readonly Job[]): Promise<readonly Result[]> => {
  const started: Started[] = [];
  for (const job of jobs) started.push(await start(job));
  let data: readonly Data[];
  try {
    data = await dataOf(tensorsOf(started));
  } catch {
    const results: Result[] = [];
    for (const job of jobs) results.push(await alone(job));
    return results;
  }
  let next = 0;
  return started.map((s) => finish(s, data.slice(next, next += tensorsOf([s]).length)));
};

/** Runs all jobs in order. Throws `RangeError` where `together` is no whole number from 1. */
export const runJobs = async (
  jobs: readonly Job[],
  { skips, together = 16, onResult }: RunOptions,
): Promise<readonly Result[]> => {
  if (!Number.isInteger(together) || together < 1) {
    throw new RangeError(`--together expects a whole number from 1, got ${together}`);
  }
  const results: Result[] = [], note = (r: Result) => (results.push(r), onResult?.(r));
  const active = jobs.filter((job) => {
    const reason = skips[job.op];
    if (reason !== undefined) note({ job, verdict: "skipped", unknown: false, lines: [reason] });
    return reason === undefined;
  });
  for (let i = 0; i < active.length; i += together) (await batch(active.slice(i, i + together))).forEach(note);
  return results;
};

/** What the process says at its end: 0 only where something ran, and nothing failed. */
export const exitCode = (results: readonly Result[]): 0 | 1 =>
  results.some((r) => r.verdict === "passed") && !results.some((r) => r.verdict === "failed") ? 0 : 1;

/** A table of results per class, and the last line. */
export const summary = (results: readonly Result[]): string => {
  const verdicts = ["passed", "failed", "skipped"] as const, classes = [...new Set(results.map((r) => r.job.class))];
  const count = (of: readonly Result[]) => verdicts.map((v) => of.filter((r) => r.verdict === v).length);
  const width = Math.max(5, ...classes.map((c) => c.length));
  const row = (head: string, cells: readonly (string | number)[]) =>
    `${head.padEnd(width)}${cells.map((c) => String(c).padStart(9)).join("")}`;
  const [passed, failed, skipped] = count(results);
  return [
    row("class", verdicts),
    ...classes.map((c) => row(c, count(results.filter((r) => r.job.class === c)))),
    `${passed} passed, ${failed} failed, ${skipped} skipped`,
  ].join("\n");
};

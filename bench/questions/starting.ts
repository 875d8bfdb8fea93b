import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { median } from "../support/statistics.ts";
import type { Question, Reading } from "./question.ts";

const root = new URL("../../", import.meta.url);
const importing = (module: string): string => `import * as m from "${new URL(module, root).href}"; void m;\n`;
const empty = "export {};\n";

/** Runs a command; milliseconds, or null where it cannot be run. */
const timed = (command: string, args: readonly string[]): number | null => {
  const began = performance.now(), done = spawnSync(command, args, { cwd: fileURLToPath(root), encoding: "utf8" });
  if (done.error !== undefined) return null;
  if (done.status !== 0) throw new Error(`${command} ${args.join(" ")} failed: ${done.stderr}`);
  return performance.now() - began;
};
/**
 * Median milliseconds of a command on each of some programs, in turn, `times` times. A program is written anew every time, with a
 * comment that was never there: what a cache has of it is of no use.
 */
const compare = (
  question: string,
  command: string,
  args: readonly string[],
  programs: Readonly<Record<string, string>>,
  times: number,
): readonly Reading[] => {
  const folder = mkdtempSync(join(tmpdir(), "pullback-bench-"));
  try {
    const taken = new Map(Object.keys(programs).map((what) => [what, [] as number[]]));
    for (let i = 0; i < times; i++) {
      for (const [what, source] of Object.entries(programs)) {
        const path = join(folder, `program_${i}.ts`);
        writeFileSync(path, `// ${crypto.randomUUID()}\n${source}`);
        const ms = timed(command, [...args, path]);
        if (ms === null) return [];
        taken.get(what)!.push(ms);
      }
    }
    return [...taken].map(([what, ms]) => ({ question, what, value: median(ms), unit: "ms" }));
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** What a script waits for before its first line. */
export const importTime: Question = {
  name: "import-time",
  title: "starting a script that imports the library, and one that imports nothing",
  answer: () => {
    const programs = (runtime: string) => ({
      [`${runtime}: nothing`]: empty,
      [`${runtime}: mod.ts`]: importing("mod.ts"),
      [`${runtime}: models/mod.ts, the zoo`]: importing("models/mod.ts"),
    });
    return Promise.resolve([
      ...compare("import-time", process.execPath, ["run", "--no-check"], programs("Deno"), 11),
      ...compare("import-time", "bun", ["run"], programs("Bun"), 11),
    ]);
  },
};
/** What the editor and `deno check` wait for. */
export const checkTime: Question = {
  name: "check-time",
  title: "checking the types of a script that imports the zoo, the library, and nothing",
  answer: () =>
    Promise.resolve(
      compare("check-time", process.execPath, [
        "check",
        "--quiet",
        "--config",
        fileURLToPath(new URL("deno.json", root)),
      ], {
        "nothing": empty,
        "mod.ts": importing("mod.ts"),
        "models/mod.ts, the zoo": importing("models/mod.ts"),
      }, 3),
    ),
};

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
 * comment that was never there: what a cache has of it is of no use. Where it is `edited` it keeps its name, and was run before:
 * what a cache has of the files that it imports is of use.
 */
const compare = (
  question: string,
  command: string,
  args: readonly string[],
  programs: Readonly<Record<string, string>>,
  times: number,
  edited = false,
): readonly Reading[] => {
  const folder = mkdtempSync(join(tmpdir(), "pullback-bench-"));
  try {
    const taken = new Map(Object.keys(programs).map((what) => [what, [] as number[]]));
    for (let i = edited ? -1 : 0; i < times; i++) {
      for (const [k, [what, source]] of Object.entries(programs).entries()) {
        const path = join(folder, edited ? `edited_${k}.ts` : `program_${i}_${k}.ts`);
        writeFileSync(path, `// ${crypto.randomUUID()}\n${source}`);
        const ms = timed(command, [...args, path]);
        if (ms === null) return [];
        if (i >= 0) taken.get(what)!.push(ms);
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
/** A program that makes every model of the zoo, and looks at its types: that of the tests, from anywhere. */
const everyModel = (): string => {
  const at = new URL("tests/types/zoo_compile.ts", root);
  return readFileSync(at, "utf8").replaceAll(/(?<=from )"(\.[^"]+)"/g, (_, to: string) => `"${new URL(to, at).href}"`);
};
/** What `deno check` and, after an edit, the editor wait for. */
export const checkTime: Question = {
  name: "check-time",
  title: "checking the types of a script that makes every model, that imports the zoo, the library, and nothing",
  answer: () => {
    const args = ["check", "--quiet", "--config", fileURLToPath(new URL("deno.json", root))];
    const programs = (when: string) => ({
      [`${when}: nothing`]: empty,
      [`${when}: mod.ts`]: importing("mod.ts"),
      [`${when}: models/mod.ts, the zoo`]: importing("models/mod.ts"),
      [`${when}: every model of the zoo`]: everyModel(),
    });
    return Promise.resolve([
      ...compare("check-time", process.execPath, args, programs("first"), 3),
      ...compare("check-time", process.execPath, args, programs("after an edit"), 5, true),
    ]);
  },
};

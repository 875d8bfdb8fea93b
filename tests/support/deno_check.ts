/** Runs `deno check` on programs written for a test, from Deno or Bun, and reads its diagnostics. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";

export interface Diagnostic {
  /** Name of the program, as given. */
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** The project root. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

const works = (command: string): boolean => spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;
let found: string | null | undefined;
/** The deno executable, or null where there is none. */
export const denoExecutable = (): string | null =>
  found ??= process.versions["deno"] !== undefined ? process.execPath : works("deno") ? "deno" : null;

/** Relative imports of a program that stands in `folder`, made absolute. */
const absolute = (source: string, folder: string): string =>
  source.replace(
    /(from |import\()"(\.{1,2}\/[^"]+)"/g,
    (_, keyword: string, path: string) => `${keyword}"${pathToFileURL(resolve(folder, path)).href}"`,
  );

/** Checks programs (name to source; names are paths under the project root, relative imports start there) in one process. */
export const denoCheck = (programs: Readonly<Record<string, string>>): readonly Diagnostic[] => {
  const deno = denoExecutable();
  if (deno === null) throw new Error("denoCheck: there is no deno executable");
  const folder = mkdtempSync(join(tmpdir(), "pullback-types-"));
  try {
    const names = Object.keys(programs);
    const paths = names.map((name, i) => {
      const path = join(folder, `program_${i}.ts`);
      writeFileSync(path, absolute(programs[name]!, dirname(join(root, name))));
      return path;
    });
    const run = spawnSync(deno, ["check", "--quiet", "--config", join(root, "deno.json"), ...paths], {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1" },
      maxBuffer: 1 << 28,
    });
    const diagnostics = run.stderr.split(/\n\n(?=TS\d+ \[ERROR\])/).flatMap((block): Diagnostic[] => {
      const at = block.match(/ at file:\/\/\S*program_(\d+)\.ts:(\d+):\d+/);
      return at === null ? [] : [{ file: names[Number(at[1])]!, line: Number(at[2]), text: block }];
    });
    if (run.status !== 0 && diagnostics.length === 0) throw new Error(`deno check failed:\n${run.stderr}`);
    return diagnostics;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

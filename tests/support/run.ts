/**
 * The test command: checks the types, runs every test in Deno and at the same time in Bun, and closes with
 * `N passed, N failed`. What Bun prints comes in parts, between the lines of Deno.
 *
 *     deno task test [deno|bun] [files or folders]
 *
 * Bun is the one on PATH, else the one that npx fetches; on a machine with neither its half is left out, and said so.
 */
import { type Report, reportOf, skipLines, withoutColor } from "./report.ts";

const bunVersion = "1.4.5";
/** A runtime that prints nothing for so long hangs: it is ended and counts as failed. */
const patience = 20 * 60_000;
const root = new URL("../../", import.meta.url);

interface Done {
  readonly code: number;
  readonly signal: string | null;
  readonly text: string;
}

/** Runs a command in the project's root; what it prints is kept, and copied too unless `quiet`. Null where there is no such command. */
const stream = async (command: readonly string[], quiet = false): Promise<Done | null> => {
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(command[0] ?? "", {
      args: command.slice(1),
      cwd: root,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      ...(Deno.stdout.isTerminal() ? {} : { env: { NO_COLOR: "1" } }),
    }).spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  let text = "";
  const onSilence = () => {
    console.error(`no output for ${patience / 60_000} minutes: ending ${command.join(" ")}`);
    child.kill("SIGKILL");
  };
  let timer = setTimeout(onSilence, patience);
  const copy = async (from: ReadableStream<Uint8Array>, to: typeof Deno.stdout): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of from) {
      clearTimeout(timer);
      timer = setTimeout(onSilence, patience);
      text += decoder.decode(chunk, { stream: true });
      if (!quiet) { for (let at = 0; at < chunk.length;) at += await to.write(chunk.subarray(at)); }
    }
  };
  const [status] = await Promise.all([child.status, copy(child.stdout, Deno.stdout), copy(child.stderr, Deno.stderr)]);
  clearTimeout(timer);
  return { code: status.code, signal: status.signal, text };
};

const readIfThere = (path: string): string | null => {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return null;
  }
};

/** Runs tests of one runtime and reads what they came to. `junit` is where the command writes its JUnit file. */
const part = async (name: string, command: readonly string[], junit: string, quiet: boolean): Promise<Report> => {
  const done = await stream(command, quiet);
  if (quiet) console.log(`\n== ${name}\n${done?.text ?? ""}`);
  if (done === null) return { ...together([]), failed: 1, troubles: [`${name}: cannot start ${command[0]}`] };
  return reportOf(name, { ...done, junit: readIfThere(junit) });
};

/** The permissions that `deno test -P` would take from deno.json, as flags. */
const permissions = (): readonly string[] => {
  const config = JSON.parse(Deno.readTextFileSync(new URL("deno.json", root)).replace(/^\s*\/\/.*$/gm, ""));
  return Object.entries(config.test.permissions as Record<string, true | readonly string[]>)
    .map(([name, value]) => value === true ? `--allow-${name}` : `--allow-${name}=${value.join(",")}`);
};

const typeCheck = async (): Promise<Report> => {
  console.log("== type check");
  const done = await stream([Deno.execPath(), "check", "."]);
  const passed = done?.code === 0;
  return {
    ...together([]),
    passed: Number(passed),
    failed: Number(!passed),
    troubles: passed ? [] : ["deno check failed"],
  };
};

/** How to start Bun here, or why it cannot be. */
const findBun = async (): Promise<readonly string[] | string> => {
  if ((await stream(["bun", "--version"], true))?.code === 0) return ["bun"];
  const fetched = await stream(["npx", "--yes", `bun@${bunVersion}`, "--version"], true);
  if (fetched?.code === 0) return ["npx", "--yes", `bun@${bunVersion}`];
  return fetched === null ? "neither bun nor npx is on PATH" : `npx could not fetch bun@${bunVersion}`;
};

/** The packages the tests import, as pinned in import_map.json: `fast-check@4.3.0`. */
const packages = (): readonly string[] => {
  const map: { imports: Record<string, string> } = JSON.parse(Deno.readTextFileSync(new URL("import_map.json", root)));
  const names = Object.values(map.imports).flatMap((to) => /^npm:\/?((?:@[^/]+\/)?[^/@]+@[^/]+)/.exec(to)?.[1] ?? []);
  return [...new Set(names)];
};

const installed = (pin: string): boolean => {
  const at = pin.lastIndexOf("@");
  const found = readIfThere(new URL(`node_modules/${pin.slice(0, at)}/package.json`, root).pathname);
  return found !== null && JSON.parse(found).version === pin.slice(at + 1);
};

/** A report of several. */
const together = (reports: readonly Report[]): Report => ({
  passed: reports.reduce((sum, r) => sum + r.passed, 0),
  failed: reports.reduce((sum, r) => sum + r.failed, 0),
  skipped: reports.flatMap((r) => r.skipped),
  troubles: reports.flatMap((r) => r.troubles),
  failures: reports.flatMap((r) => r.failures),
});

const isTest = (name: string): boolean => name.endsWith("_test.ts");
const holdsTests = (folder: string): boolean =>
  [...Deno.readDirSync(new URL(`${folder}/`, root))].some((e) =>
    e.isDirectory ? holdsTests(`${folder}/${e.name}`) : isTest(e.name)
  );
/** What lies in tests/, in parts: each folder, and the files beside them. */
const parts = (): readonly (readonly string[])[] => {
  const entries = [...Deno.readDirSync(new URL("tests/", root))].sort((a, b) => a.name < b.name ? -1 : 1);
  const folders = entries.filter((e) => e.isDirectory && holdsTests(`tests/${e.name}`)).map((e) => [`tests/${e.name}`]);
  const files = entries.filter((e) => e.isFile && isTest(e.name)).map((e) => `tests/${e.name}`);
  return files.length > 0 ? [...folders, files] : folders;
};

/** A process for each part: one that holds everything ever compiled spends its time collecting garbage. */
const bunHalf = async (folder: string, given: readonly string[]): Promise<Report> => {
  const bun = await findBun();
  if (typeof bun === "string") {
    console.log(`\n== Bun: left out: ${bun}`);
    return together([]);
  }
  const version = withoutColor((await stream([...bun, "--version"], true))?.text ?? "").trim();
  if (!packages().every(installed)) {
    const added = await stream([...bun, "add", "--no-save", ...packages()]);
    if (added?.code !== 0) return { ...together([]), failed: 1, troubles: ["Bun: could not install packages"] };
  }
  const reports: Report[] = [];
  for (const [i, paths] of (given.length > 0 ? [given] : parts()).entries()) {
    const junit = `${folder}/bun${i}.xml`, files = paths.map((p) => `./${p.replace(/^\.\//, "")}`);
    const command = [...bun, "test", "--timeout=600000", "--reporter=junit", `--reporter-outfile=${junit}`, ...files];
    reports.push(await part(`Bun ${version}: ${paths.join(" ")}`, command, junit, true));
  }
  return together(reports);
};

const denoHalf = async (folder: string, given: readonly string[]): Promise<Report> => {
  const name = `Deno ${Deno.version.deno}`, junit = `${folder}/deno.xml`;
  const flags = ["--no-check", "--no-prompt", ...permissions(), `--junit-path=${junit}`];
  const paths = given.length > 0 ? given : ["tests/"];
  console.log(`\n== ${name}`);
  return await part(name, [Deno.execPath(), "test", ...flags, ...paths], junit, false);
};

const main = async (args: readonly string[]): Promise<number> => {
  const only = args[0] === "deno" || args[0] === "bun" ? args[0] : null;
  const given = only === null ? args : args.slice(1);
  const folder = Deno.makeTempDirSync({ prefix: "pullback-test-" });
  const reports: (readonly [string, Report])[] = [];
  try {
    if (given.length === 0) reports.push(["types", await typeCheck()]);
    const halves = [["Deno", "deno", denoHalf], ["Bun", "bun", bunHalf]] as const;
    const chosen = halves.filter(([, key]) => only === null || only === key);
    reports.push(
      ...await Promise.all(chosen.map(async ([name, , half]) => [name, await half(folder, given)] as const)),
    );
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
  console.log();
  for (const [name, report] of reports) {
    for (
      const text of [...skipLines(report.skipped).map((s) => `${name}: ${s}`), ...report.failures, ...report.troubles]
    ) {
      console.log(text);
    }
  }
  const passed = reports.reduce((sum, [, r]) => sum + r.passed, 0);
  const failed = reports.reduce((sum, [, r]) => sum + r.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
};

if (import.meta.main) {
  const code = await main(Deno.args).catch((error) => {
    console.error(error);
    console.log("0 passed, 1 failed");
    return 1;
  });
  Deno.exit(code);
}

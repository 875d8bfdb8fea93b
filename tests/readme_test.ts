/** README.md and docs/: every program in them runs, prints what is said, or is refused with the sentence that is shown. */
import { afterAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import * as datasets from "../datasets/mod.ts";
import * as models from "../models/mod.ts";
import * as pullback from "../mod.ts";
import * as training from "../training/mod.ts";
import { copyLibrary, outside } from "./packaging/package.ts";
import { denoCheck, denoExecutable, type Diagnostic } from "./support/deno_check.ts";
import { inDeno, projectPath, testUnless } from "./support/skips.ts";

/** Milliseconds for a test that starts the type checker, or a runtime, on a slow machine. */
const patience = 300_000;

interface Program {
  /** Line of its first line in the page. */
  readonly line: number;
  readonly source: string;
  /** The text block that follows directly, if one does. */
  readonly shown: string | null;
}

/** The `ts` blocks of a page. */
const programsOf = (page: string): readonly Program[] => {
  const text = readFileSync(projectPath(page), "utf8");
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```\n(?:\n```text\n([\s\S]*?)^```\n)?/gm)].map((found) => ({
    line: text.slice(0, found.index).split("\n").length + 1,
    source: found[1]!,
    shown: found[2] ?? null,
  }));
};
/** The sentences that stand above lines which must not compile, by the line below them. */
const refused = (source: string): ReadonlyMap<number, string> =>
  new Map(
    source.split("\n").flatMap((line, i) => {
      const sentence = /^\/\/ error: (.*)$/.exec(line)?.[1];
      return sentence === undefined ? [] : [[i + 2, sentence] as const];
    }),
  );
/** What a program is said to print, without regard to white space. */
const promised = ({ source, shown }: Program): readonly string[] => {
  const comments = [...source.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map((found) => found[1]!);
  return `${comments.join(" ")} ${shown ?? ""}`.split(/\s+/).filter((word) => word !== "");
};

/** The modules beside `mod.ts` whose names have a row of their own. */
const rooms = { datasets, models, training };

const folder = outside();
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a program that imports the library from `root`, without any permission. */
const start = (source: string, root: string) => {
  const path = join(folder, `program_${crypto.randomUUID()}.ts`);
  const absolute = (_: string, module: string) => `from "${pathToFileURL(join(root, module)).href}"`;
  writeFileSync(path, source.replace(/from "\.{1,2}\/((?:\w+\/)*mod\.ts)"/g, absolute));
  const words = inDeno ? ["run", "--no-prompt", "--no-check"] : ["run"];
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PULLBACK_")));
  const done = spawnSync(process.execPath, [...words, path], { encoding: "utf8", env: { ...env, NO_COLOR: "1" } });
  return { words: done.stdout.split(/\s+/).filter((word) => word !== ""), status: done.status, errors: done.stderr };
};

const programs = programsOf("README.md");
const right = programs.filter(({ source }) => refused(source).size === 0);
const testChecked = testUnless(denoExecutable() === null ? "there is no deno executable to check types with" : null);

describe("README.md", () => {
  test.each(right.map((p) => [p.line, p] as const))("the program at line %d prints what is said", (_, program) => {
    const done = start(program.source, projectPath(""));
    expect(done.status, done.errors).toBe(0);
    expect(done.words).toEqual(promised(program));
  }, patience);

  // All in one process: starting the type checker is what takes time.
  const sources = Object.fromEntries(programs.map(({ line, source }) => [`readme_${line}.ts`, source]));
  let known: readonly Diagnostic[] | undefined;
  const diagnostics = (): readonly Diagnostic[] =>
    known ??= denoCheck({ ...sources, "wrong.ts": programs[0]!.source.replace("kernel: 3", "kernel: 9") });

  testChecked("what is said to compile does, what is said to be refused is, with that sentence", () => {
    const got = diagnostics().filter(({ file }) => file !== "wrong.ts").map(({ file, line, text }) => {
      const sentence = refused(sources[file]!).get(line);
      return sentence !== undefined && text.includes(`"${sentence}"`) ? sentence : `${file}:${line}: ${text}`;
    });
    expect(got.toSorted()).toEqual(programs.flatMap(({ source }) => [...refused(source).values()]).toSorted());
    expect(got.length).toBeGreaterThanOrEqual(3);
  }, patience);

  testChecked("the error of the first screen is what deno check prints", () => {
    const text = readFileSync(projectPath("README.md"), "utf8");
    const shown = /^```text\n(TS\d+[\s\S]*?)^```/m.exec(text)?.[1];
    const [first, ...others] = diagnostics().filter(({ file }) => file === "wrong.ts");
    expect(first?.text.replace(/\n +at file:[\s\S]*$/, "\n")).toBe(shown);
    expect(others).toEqual([]);
  }, patience);

  test("the first program has 15 lines or less", () => {
    expect(programs[0]!.source.trim().split("\n").length).toBeLessThanOrEqual(15);
  });

  test("every name in the table of names is exported", () => {
    const section = readFileSync(projectPath("README.md"), "utf8").split(/^## Names$/m)[1]!.split(/^## /m)[0]!;
    const rows = section.split("\n").filter((line) => line.startsWith("| "));
    const reach = (from: object, path: string) =>
      path.split(".").reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], from);
    const missing = rows.flatMap((row) => {
      const from = Object.entries(rooms).find(([room]) => row.includes(`\`${room}/mod.ts\``))?.[1] ?? pullback;
      const names = [...row.matchAll(/`([\w.]+)`/g)].map((found) => found[1]!).filter((name) => !/\.ts$/.test(name));
      return names.filter((name) => reach(from, name) === undefined);
    });
    expect(missing).toEqual([]);
    expect(rows.length).toBeGreaterThan(15);
    // And the other way: what is exported has its place there.
    const listed = (of: readonly string[]) => new Set(of.join().match(/(?<=`)[\w.]+(?=`)/g));
    const isRoom = (row: string, room = "\\w+") => new RegExp(`^\\| \`${room}/mod\\.ts\``).test(row);
    const spaces = { nn: pullback.nn, "nn.init": pullback.nn.init, optim: pullback.optim, random: pullback.random };
    const own = Object.keys(pullback).filter((name) => !(name in spaces));
    const below = Object.entries(spaces).flatMap(([space, names]) =>
      Object.keys(names).filter((name) => !(`${space}.${name}` in spaces)).map((name) => `${space}.${name}`)
    );
    const known = listed(rows.filter((row) => !isRoom(row)));
    expect([...own, ...below].filter((name) => !known.has(name))).toEqual([]);
    for (const [room, names] of Object.entries(rooms)) {
      const inRoom = listed(rows.filter((row) => isRoom(row, room)));
      expect(Object.keys(names).filter((name) => !inRoom.has(name))).toEqual([]);
    }
  });

  test("its lessons are the tasks there are, each once, in this page and in that on training", () => {
    const { tasks } = JSON.parse(readFileSync(projectPath("deno.json"), "utf8").replace(/^\s*\/\/.*$/gm, ""));
    const lessons = Object.keys(tasks).filter((task) => task.startsWith("learn:")).toSorted();
    for (const page of ["README.md", "docs/training.md"]) {
      const rows = readFileSync(projectPath(page), "utf8").match(/^\| `deno task learn:\w+` +\|.*\n(?=\||\n|$)/gm) ??
        [];
      expect(rows.map((row) => /learn:\w+/.exec(row)![0]).toSorted()).toEqual(lessons);
    }
  });

  test("its commands and its links lead somewhere", () => {
    const text = readFileSync(projectPath("README.md"), "utf8");
    const config = JSON.parse(readFileSync(projectPath("deno.json"), "utf8").replace(/^\s*\/\/.*$/gm, ""));
    const tasks = new Set([...text.matchAll(/deno(?:@[\d.]+)? task ([\w:]*\w)/g)].map((found) => found[1]!));
    expect([...tasks].filter((task) => !(task in config.tasks))).toEqual([]);
    const lessons = Object.keys(config.tasks).filter((task) => task.startsWith("learn:"));
    expect([...tasks].toSorted()).toEqual(
      ["bench", "ok", "profile", "test", "train", "tune", "zoo", ...lessons].toSorted(),
    );
    const links = [...text.matchAll(/\]\((?!https:)([^)]+)\)/g)].map((found) => found[1]!);
    expect(links.filter((link) => !existsSync(projectPath(link)))).toEqual([]);
  });
});

describe.each(["docs/performance.md", "docs/training.md"])("%s", (page) => {
  const programs = programsOf(page);
  test.each(programs.map((p) => [p.line, p] as const))("the program at line %d prints what is said", (_, program) => {
    const done = start(program.source, projectPath(""));
    expect(done.status, done.errors).toBe(0);
    expect(done.words).toEqual(promised(program));
    expect(done.words.length).toBeGreaterThan(0);
  }, patience);

  testChecked("its programs compile", () => {
    const sources = programs.map((p) => [page.replace(".md", `_${p.line}.ts`), p.source]);
    expect(denoCheck(Object.fromEntries(sources))).toEqual([]);
  }, patience);
});

describe("docs/adding_an_op.md", () => {
  test("followed word by word in a copy of the tree, gives operations whose laws hold", () => {
    const copy = join(folder, "copy");
    mkdirSync(copy);
    copyLibrary(copy);
    for (const path of ["tests/core", "tests/support"]) {
      cpSync(projectPath(path), join(copy, path), { recursive: true });
    }
    for (const file of ["deno.json", "import_map.json", "bunfig.toml"]) {
      copyFileSync(projectPath(file), join(copy, file));
    }
    const use = programsOf("docs/adding_an_op.md").filter(({ source }) => {
      const [, append, path] = /^\/\/ (append to )?(ops\/\w+\.ts)\n/.exec(source) ?? [];
      if (path === undefined) return true;
      if (append === undefined) expect(existsSync(join(copy, path))).toBe(false);
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      appendFileSync(join(copy, path), source);
      return false;
    });
    expect(use).toHaveLength(1);
    writeFileSync(join(copy, "use.ts"), use[0]!.source.replace("../mod.ts", "./mod.ts"));

    const done = start(use[0]!.source, copy);
    expect(done.status, done.errors).toBe(0);
    expect(done.words).toEqual(promised(use[0]!));

    const run = (program: string, args: readonly string[]) =>
      spawnSync(program, args, { cwd: copy, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });
    const laws = inDeno
      ? run(process.execPath, ["test", "--no-check", "-A", "--filter", "logCosh", "tests/core/laws_test.ts"])
      : run(process.execPath, ["test", "-t", "logCosh", "./tests/core/laws_test.ts"]);
    const report = laws.stdout + laws.stderr;
    expect(laws.status, report).toBe(0);
    expect(Number(/(\d+) pass/.exec(report)?.[1])).toBe(6);
    if (denoExecutable() === null) return;
    const checked = run(denoExecutable()!, ["check", "--quiet", "use.ts"]);
    expect(checked.stderr).toBe("");
  }, patience);
});

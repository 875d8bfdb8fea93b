/** The examples in the docstrings of nn/: every public function and layer has one, it compiles, and prints what is said. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import * as nn from "../../nn/mod.ts";
import { denoCheck, denoExecutable } from "../support/deno_check.ts";
import { exportsOf } from "../support/exports.ts";
import { readTree } from "../support/imports.ts";
import { projectPath, testUnless } from "../support/skips.ts";

interface Example {
  /** Its file and the name below it. */
  readonly of: string;
  readonly source: string;
  /** What it is said to print. */
  readonly prints: string;
}

const tree = readTree(["nn"]);
const documented = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport (?:const|function|class|interface|type) (\w+)/g;
const examples: readonly Example[] = [...tree].flatMap(([file, text]) =>
  [...text.matchAll(documented)].flatMap(([, comment, name]) =>
    [...comment!.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block]) => {
      const source = block!.replace(/^ \* ?/gm, "");
      const said = [...source.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map((found) => found[1]!);
      return { of: `${file} ${name}`, source, prints: said.join(" ") };
    })
  )
);

const folder = mkdtempSync(join(tmpdir(), "pullback-examples-"));
afterAll(() => rmSync(folder, { recursive: true }));
const words = (text: string) => text.split(/\s+/).filter((word) => word !== "").join(" ");

describe("the docstrings of nn/", () => {
  test("have an example for every public value", () => {
    const shown = new Set(examples.map(({ of }) => of));
    const places = exportsOf("nn/mod.ts", (file) => tree.get(file));
    const bare = [...places].filter(([outside, { file, name }]) => {
      const reached = outside.split(".").reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], nn);
      return reached !== undefined && file.startsWith("nn/") && !shown.has(`${file} ${name}`);
    });
    expect(bare.map(([outside]) => outside)).toEqual([]);
  });

  test("have examples that print what is said", async () => {
    const root = pathToFileURL(projectPath("mod.ts")).href, wrong: string[] = [];
    for (const [i, { of, source, prints }] of examples.entries()) {
      const path = join(folder, `example_${i}.ts`);
      const start = "const console = { log: (...xs: unknown[]) => printed.push(xs) };\n";
      const code = source.replaceAll('"@pullback/pullback"', JSON.stringify(root));
      writeFileSync(path, `export const printed: unknown[][] = [];\n${start}${code}`);
      const { printed } = await import(pathToFileURL(path).href) as { printed: readonly (readonly unknown[])[] };
      const shown = printed.map((xs) => xs.map((x) => typeof x === "string" ? x : inspect(x)).join(" ")).join(" ");
      if (words(shown) !== words(prints)) wrong.push(`${of}: ${words(shown)}, not ${words(prints)}`);
    }
    expect(wrong).toEqual([]);
    expect(examples.length).toBeGreaterThan(100);
  }, 60_000);

  testUnless(denoExecutable() === null ? "there is no deno executable to check types with" : null)(
    "have examples that compile",
    () => {
      // One program: what takes time is to check the library anew for each of many.
      const names = new Set(
        examples.flatMap(({ source }) => source.match(/(?<=^import \{ ).*(?= \} from)/gm) ?? [])
          .values().flatMap((list) => list.split(", ")),
      );
      const bodies = examples.map(({ of, source }, i) =>
        `/* ${of} */ export const example${i} = async () => {\n${source.replace(/^import .*$/gm, "")}};\n`
      );
      const program = `import { ${[...names].join(", ")} } from "./mod.ts";\n${bodies.join("")}`;
      const lines = program.split("\n");
      const found = denoCheck({ "examples.ts": program }).map(({ line, text }) => `${lines[line - 1]}: ${text}`);
      expect(found).toEqual([]);
    },
    300_000,
  );
});

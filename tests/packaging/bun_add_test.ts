/** The same package in Bun, put into another project by `bun add file:`. */
import { afterAll, beforeAll, describe, expect } from "bun:test";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { inDeno, testUnless } from "../support/skips.ts";
import { command, copyLibrary, forwardScript, logitsIn, outside, wrongScript, wrongSentence } from "./package.ts";

const testInBun = testUnless(inDeno ? "bun add is a matter of Bun" : null);

describe("the library by bun add", () => {
  let folder = "";
  let project = "";
  const run = (file: string) => command(project, process.execPath, ["run", file]);
  let added: { readonly code: number; readonly text: string };

  beforeAll(async () => {
    if (inDeno) return;
    folder = outside();
    project = join(folder, "project");
    const library = join(folder, "library");
    for (const path of [library, project]) mkdirSync(path);
    copyLibrary(library);
    writeFileSync(join(project, "package.json"), '{ "name": "user", "type": "module" }');
    writeFileSync(join(project, "forward.ts"), forwardScript("pullback"));
    writeFileSync(join(project, "wrong.ts"), wrongScript("pullback"));
    const entries = ["ops", "nn", "models", "datasets", "training"].map((e) =>
      `export * as ${e} from "pullback/${e}";`
    );
    writeFileSync(join(project, "entries.ts"), `${entries.join("\n")}\nconsole.log("all there");`);
    const add = () => command(project, process.execPath, ["add", `file:${library}`]);
    added = await add();
    // It asks the registry for the optional package of types, and a registry may stumble.
    for (let again = 0; again < 3 && added.code !== 0; again++) added = await add();
  });
  afterAll(() => {
    if (folder !== "") rmSync(folder, { recursive: true });
  });

  testInBun("is added", () => expect(added.code, added.text).toBe(0));

  testInBun("runs a forward pass", async () => {
    const done = await run("forward.ts");
    const logits = logitsIn(done.text);
    expect(done.code).toBe(0);
    expect(logits.map((row) => row.length)).toEqual([10, 10]);
    expect(logits.flat().every(Number.isFinite)).toBe(true);
    expect(new Set(logits.flat()).size).toBeGreaterThan(10);
  });

  testInBun("has every entry point", async () => {
    const done = await run("entries.ts");
    expect(done.text).toBe("all there\n");
    expect(done.code).toBe(0);
  });

  testInBun("throws our sentence on a wrong shape", async () => {
    const done = await run("wrong.ts");
    expect(done.code).not.toBe(0);
    expect(done.text).toContain(wrongSentence);
  });
});

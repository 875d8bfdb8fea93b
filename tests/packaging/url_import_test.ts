/** A script outside the tree imports the library by URL, from a server on this machine, with leave to import from it alone. */
import { afterAll, beforeAll, describe, expect } from "bun:test";
import { readFile } from "node:fs/promises";
import { rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, normalize } from "node:path";
import process from "node:process";
import { inDeno, testUnless } from "../support/skips.ts";
import { command, copyLibrary, forwardScript, logitsIn, outside, wrongScript, wrongSentence } from "./package.ts";

const testInDeno = testUnless(inDeno ? null : "Bun has no imports by URL");

describe("the library by URL", () => {
  let library = "";
  let folder = "";
  const server = createServer((request, response) => {
    readFile(join(library, normalize(new URL(request.url ?? "/", "http://host").pathname))).then(
      (body) => response.writeHead(200, { "content-type": "application/typescript" }).end(body),
      () => response.writeHead(404).end(),
    );
  });
  let host = "";
  const deno = (verb: string, file: string, flags: readonly string[] = [`--allow-import=${host}`]) =>
    command(folder, process.execPath, [verb, "--no-config", "--no-lock", `--reload=http://${host}`, ...flags, file]);

  beforeAll(async () => {
    if (!inDeno) return;
    [library, folder] = [outside(), outside()];
    copyLibrary(library);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    writeFileSync(join(folder, "forward.ts"), forwardScript(`http://${host}/mod.ts`));
    writeFileSync(join(folder, "wrong.ts"), wrongScript(`http://${host}/mod.ts`));
    const entries = ["ops", "nn", "models", "datasets", "training"].map((e) =>
      `export * as ${e} from "http://${host}/${e}/mod.ts";`
    );
    writeFileSync(join(folder, "entries.ts"), entries.join("\n"));
  });
  afterAll(async () => {
    if (!inDeno) return;
    await new Promise((resolve) => server.close(resolve));
    const cache: string = JSON.parse((await command(folder, process.execPath, ["info", "--json"])).text).modulesCache;
    rmSync(join(cache, "http", host.replace(":", "_PORT")), { recursive: true, force: true });
    for (const path of [library, folder]) rmSync(path, { recursive: true });
  });

  testInDeno("runs a forward pass with leave to import from its server alone", async () => {
    const done = await command(folder, process.execPath, [
      "run",
      "--no-prompt",
      "--no-config",
      "--no-lock",
      `--reload=http://${host}`,
      `--allow-import=${host}`,
      "forward.ts",
    ]);
    const logits = logitsIn(done.text);
    expect(done.code).toBe(0);
    expect(logits.map((row) => row.length)).toEqual([10, 10]);
    expect(logits.flat().every(Number.isFinite)).toBe(true);
    expect(new Set(logits.flat()).size).toBeGreaterThan(10);
  });

  testInDeno("type-checks, with every entry point", async () => {
    const done = await deno("check", "forward.ts");
    expect(done.text.replace(/^.*(Download|Check) .*\n/gm, "")).toBe("");
    expect(done.code).toBe(0);
    const entries = await deno("check", "entries.ts");
    expect(entries.code, entries.text).toBe(0);
  });

  testInDeno("is refused where its server is not allowed", async () => {
    const done = await deno("run", "forward.ts", ["--no-prompt", "--allow-import=127.0.0.1:1"]);
    expect(done.code).not.toBe(0);
    expect(done.text).toContain(`Requires import access to "${host}"`);
  });

  testInDeno("makes a wrong shape a compile error with our sentence", async () => {
    const done = await deno("check", "wrong.ts");
    expect(done.code).not.toBe(0);
    expect(done.text).toContain(`"${wrongSentence}"`);
    expect(done.text.match(/TS\d+ \[ERROR\]/g)).toEqual(["TS2345 [ERROR]"]);
  });

  testInDeno("throws the same sentence where the program is run unchecked", async () => {
    const done = await deno("run", "wrong.ts", ["--no-prompt", `--allow-import=${host}`]);
    expect(done.code).not.toBe(0);
    expect(done.text).toContain(`ShapeError: ${wrongSentence}`);
  });
});

/** Golden text files: `tests/golden/<name>` holds what a text must be, and `deno task golden:update` rewrites them. */
import { expect } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import process from "node:process";
import { projectPath } from "./skips.ts";

/** Expects `text` to be, up to one last line end, what `tests/golden/<name>` holds. `expectGolden("lenet.program", show(p))` */
export const expectGolden = (name: string, text: string): void => {
  const path = projectPath(`tests/golden/${name}`);
  const whole = text.endsWith("\n") ? text : `${text}\n`;
  if (process.env["PULLBACK_GOLDEN"] === "rewrite") {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, whole);
  }
  if (!existsSync(path)) {
    throw new Error(`tests/golden/${name} is missing: write it with deno task golden:update and review it`);
  }
  expect(whole.split("\n")).toEqual(readFileSync(path, "utf8").split("\n"));
};

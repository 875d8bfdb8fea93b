/** A lesson as users start it, and what it left behind. */
import { afterAll, expect } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Done, jsonOf, start } from "./task.ts";
import { wellFormed } from "./support.ts";

/** Where the lessons of a file of tests write; removed after them. */
export const folder: string = realpathSync(mkdtempSync(join(tmpdir(), "pullback-lessons-")));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a lesson, which writes into a folder called `as`; gives its result and what it left behind. */
export const lesson = async (name: string, args: readonly string[], as = name) => {
  const out = join(folder, as);
  const done: Done = await start(`learn:${name}`, folder, [...args, "--json", "--out", out]);
  const result = jsonOf(done) as Readonly<Record<string, number>> & { readonly losses?: readonly number[] };
  const picture = readFileSync(join(out, `${name}.svg`), "utf8");
  expect(wellFormed(picture)).toBe(true);
  expect(picture).not.toMatch(/NaN|Infinity|undefined/);
  return { done, result, picture, out, files: readdirSync(out).toSorted() };
};

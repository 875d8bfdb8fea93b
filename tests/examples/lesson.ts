/** A lesson as users start it, and what it left behind. */
import { expect } from "bun:test";
import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../support/temporary.ts";
import { type Done, jsonOf, start } from "./task.ts";
import { wellFormed } from "./support.ts";

/** What a lesson came to. */
interface Learned {
  readonly done: Done;
  readonly result: Readonly<Record<string, number>> & { readonly losses?: readonly number[] };
  readonly picture: string;
  readonly out: string;
  readonly files: readonly string[];
}
/** For a file of tests: the folder in which its lessons write, removed after them, and what runs one of them there. */
export const lessons = () => {
  const folder = realpathSync(temporaryFolder());
  /** Runs a lesson, which writes into a folder called `as`; gives its result and what it left behind. */
  const lesson = async (name: string, args: readonly string[], as = name): Promise<Learned> => {
    const out = join(folder, as);
    const done: Done = await start(`learn:${name}`, folder, [...args, "--json", "--out", out]);
    const result = jsonOf(done) as Learned["result"];
    const picture = readFileSync(join(out, `${name}.svg`), "utf8");
    expect(wellFormed(picture)).toBe(true);
    expect(picture).not.toMatch(/NaN|Infinity|undefined/);
    return { done, result, picture, out, files: readdirSync(out).toSorted() };
  };
  return { folder, lesson };
};

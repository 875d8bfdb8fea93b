/** Folders that vanish after the tests. */
import { afterAll } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const made: string[] = [];
// After each file in Deno. In Bun the files of a run share this module, which bun_setup.ts loads first: after all of them.
afterAll(() => made.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A new empty folder, removed after the tests. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "pullback-"));
  made.push(folder);
  return folder;
};

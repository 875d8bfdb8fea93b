/**
 * Verifies programs of which some lines must not compile. Such a line stands under a comment
 * `// @ts-expect-error SENTENCE`: the compiler must complain on that line, with exactly that sentence as a string literal
 * type, or, after `// @ts-expect-error TS: TEXT`, with a message of its own that contains the text. Nothing else may be
 * complained of. All programs are checked in one process.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { denoCheck, root } from "../support/deno_check.ts";

/** What should have been said, or should not. */
export interface Verdict {
  readonly expectations: number;
  readonly sentences: readonly string[];
  readonly problems: readonly string[];
}

const directive = /^\s*\/\/ @ts-expect-error (.+)$/;
const says = (text: string, expected: string): boolean =>
  expected.startsWith("TS: ") ? text.includes(expected.slice(4)) : text.includes(`"${expected}"`);

/** Checks files under `tests/types`. */
export const checkErrors = (files: readonly string[]): Verdict => {
  const sources = files.map((file) => [file, readFileSync(join(root, file), "utf8")] as const);
  const expected = new Map<string, string>();
  for (const [file, source] of sources) {
    source.split("\n").forEach((line, i) => {
      const text = line.match(directive)?.[1];
      if (text !== undefined) expected.set(`${file}:${i + 2}`, text);
    });
  }
  const disabled = sources.map(([file, source]) => [file, source.replaceAll("@ts-expect-error", "@expected")]);
  const diagnostics = denoCheck(Object.fromEntries(disabled));
  const got = new Map(diagnostics.map((d) => [`${d.file}:${d.line}`, d.text]));
  const missing = [...expected].flatMap(([at, text]) => {
    const message = got.get(at);
    if (message === undefined) return [`${at} compiles, expected: ${text}`];
    return says(message, text) ? [] : [`${at}\n  expected ${text}\n  got      ${message}`];
  });
  const surplus = [...got].flatMap(([at, text]) => expected.has(at) ? [] : [`${at} does not compile: ${text}`]);
  return { expectations: expected.size, sentences: [...expected.values()], problems: [...missing, ...surplus] };
};

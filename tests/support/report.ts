/** What a finished test run of one runtime amounts to: pure reading of its JUnit file, its closing lines and its exit. */

/** How a child process ended, and what it left. */
export interface Ended {
  readonly code: number;
  readonly signal: string | null;
  /** Everything it printed. */
  readonly text: string;
  /** Its JUnit file, or null when it wrote none. */
  readonly junit: string | null;
}

export interface Report {
  readonly passed: number;
  readonly failed: number;
  /** The names of the skipped tests, each with its reason. */
  readonly skipped: readonly string[];
  /** One sentence for each failure that is not a failed test. */
  readonly troubles: readonly string[];
  /** Each failed test with what it said, to be repeated at the end where nobody has to look for it. */
  readonly failures: readonly string[];
}

type Outcome = "passed" | "failed" | "skipped";
type Case = readonly [name: string, outcome: Outcome, said?: string];

const unescape = (text: string): string =>
  text.replace(/&(lt|gt|quot|apos|amp|#(\d+));/g, (_, name: string, code?: string) => {
    if (code !== undefined) return String.fromCodePoint(Number(code));
    return ({ lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" } as Record<string, string>)[name] ?? "";
  });

const testcase = /<testcase((?:\s+[\w:-]+="[^"]*")*)\s*(?:\/>|>([\s\S]*?)<\/testcase>)/g;

const fromJunit = (xml: string): readonly Case[] =>
  [...xml.matchAll(testcase)].map(([, attributes = "", body = ""]) => {
    const name = unescape(/\sname="([^"]*)"/.exec(attributes)?.[1] ?? "");
    const fault = /<(failure|error)\b([^>]*?)(?:\/>|>([\s\S]*?)<\/\1>)/.exec(body);
    if (fault !== null) return [name, "failed", unescape(fault[3] || fault[2] || "").trim()];
    return [name, body.includes("<skipped") ? "skipped" : "passed"];
  });

/** Both runtimes print a line per test: `name ... ok (2ms)` and `(pass) name [2ms]`. */
const fromLines = (lines: readonly string[]): readonly Case[] =>
  lines.flatMap((line): readonly Case[] => {
    const [, denoName, denoWord] = /^(.*) \.\.\. (ok|FAILED|ignored)(?: \(.*\))?$/.exec(line) ?? [];
    const [, bunWord, bunName] = /^\((pass|fail|skip)\) (.*?)(?: \[[^\]]*ms\])?$/.exec(line) ?? [];
    const word = denoWord ?? bunWord;
    const outcomes: Record<string, Outcome> = { ok: "passed", pass: "passed", FAILED: "failed", fail: "failed" };
    return word === undefined ? [] : [[denoName ?? bunName ?? "", outcomes[word] ?? "skipped"]];
  });

/** The failures a runtime counted itself; they include files that did not load and errors outside every test. */
const counted = (lines: readonly string[]): number => {
  const numbers = lines.flatMap((line) => {
    const found = /^(?:ok|FAILED) \| \d+ passed.* \| (\d+) failed/.exec(line) ?? /^ *(\d+) fail$/.exec(line);
    return found ? [Number(found[1])] : [];
  });
  return numbers.at(-1) ?? 0;
};

export const withoutColor = (text: string): string =>
  // deno-lint-ignore no-control-regex -- the escape character opens a colour sequence
  text.replace(/\x1b\[[0-9;]*m/g, "");

/** The first lines of a long text, each indented. */
const shortened = (text: string, most = 30): string => {
  const lines = text.split(/\r?\n/).map((line) => `    ${line.slice(0, 300)}`.trimEnd());
  return [...lines.slice(0, most), ...(lines.length > most ? [`    … ${lines.length - most} more lines`] : [])].join(
    "\n",
  );
};

/** The report of one run. A run that ends badly, runs nothing, or skips without a reason has failed, whatever it printed. */
export const reportOf = (name: string, ended: Ended): Report => {
  const lines = withoutColor(ended.text).split(/\r?\n/);
  const cases = ended.junit === null ? fromLines(lines) : fromJunit(ended.junit);
  const count = (outcome: Outcome): number => cases.filter((c) => c[1] === outcome).length;
  const skipped = cases.filter((c) => c[1] === "skipped").map((c) => c[0]);
  const failedTests = Math.max(count("failed"), counted(lines));
  const silent = skipped.filter((s) => !/\[skipped: .+\]/.test(s));
  const troubles = silent.map((s) => `${name}: skipped without a reason: ${s}`);
  if (ended.signal !== null) troubles.push(`${name}: ended by ${ended.signal} before its tests were done`);
  else if (ended.code !== 0 && failedTests === 0) troubles.push(`${name}: ended with code ${ended.code}`);
  else if (cases.length === 0 && failedTests === 0) troubles.push(`${name}: ran no test`);
  const failures = cases.filter((c) => c[1] === "failed").map(([test, , said = ""]) =>
    `${name}: failed: ${test}\n${shortened(said)}`.trimEnd()
  );
  return { passed: count("passed"), failed: failedTests + troubles.length, skipped, troubles, failures };
};

/** The skipped tests by reason, one line each. */
export const skipLines = (skipped: readonly string[]): readonly string[] => {
  const counts = new Map<string, number>();
  for (const name of skipped) {
    const reason = /\[skipped: (.+)\]/.exec(name)?.[1] ?? "no reason given";
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].map(([reason, n]) => `${n} skipped: ${reason}`);
};

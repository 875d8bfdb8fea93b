/** What the test command makes of a runtime's ending: nothing that went wrong may read as a pass. */
import { describe, expect, test } from "bun:test";
import { type Ended, reportOf, skipLines, withoutColor } from "./report.ts";

const ended = (part: Partial<Ended>): Ended => ({ code: 0, signal: null, text: "", junit: null, ...part });

const junit = (...cases: readonly string[]): string =>
  `<?xml version="1.0"?>\n<testsuites tests="9"><testsuite name="a">\n${cases.join("\n")}\n</testsuite></testsuites>`;
const passing = (name: string) => `<testcase name="${name}" classname="" time="0.1" line="2" />`;
const failing = (name: string) =>
  `<testcase name="${name}" time="0.1"><failure message="a &lt; b">no</failure></testcase>`;
const skipping = (name: string) => `<testcase name="${name}" time="0">\n  <skipped />\n</testcase>`;

describe("a JUnit file", () => {
  test("is counted by outcome", () => {
    const report = reportOf("Bun", ended({ code: 1, junit: junit(passing("a"), passing("b"), failing("c")) }));
    expect(report).toEqual({ passed: 2, failed: 1, skipped: [], troubles: [], failures: ["Bun: failed: c\n    no"] });
  });
  test("says what failed, without its escapes, and not all of what is long", () => {
    const long = Array.from({ length: 40 }, (_, i) => `line ${i}`).join("\n");
    const text = junit(
      `<testcase name="a &gt; b"><failure type="E" message="m">1 &lt; 2&#10;at ${long}</failure></testcase>`,
    );
    const [said = ""] = reportOf("Deno", ended({ code: 1, junit: text })).failures;
    expect(said.split("\n").slice(0, 3)).toEqual(["Deno: failed: a > b", "    1 < 2", "    at line 0"]);
    expect(said.split("\n").at(-1)).toBe("    … 11 more lines");
    const bare = reportOf(
      "Bun",
      ended({ code: 1, junit: junit('<testcase name="c"><failure type="AssertionError" /></testcase>') }),
    );
    expect([bare.failed, bare.failures]).toEqual([1, ['Bun: failed: c\n    type="AssertionError"']]);
  });
  test("in Deno's form, with closing tags, is counted too", () => {
    const text = junit('<testcase name="a &gt; b" line="9" col="8">\n        </testcase>', passing("c"));
    expect(reportOf("Deno", ended({ junit: text })).passed).toBe(2);
  });
  test("gives the names of skipped tests as they were written", () => {
    const report = reportOf(
      "Deno",
      ended({ junit: junit(passing("a"), skipping("x &lt; &quot;y&quot; [skipped: no gpu]")) }),
    );
    expect(report.skipped).toEqual(['x < "y" [skipped: no gpu]']);
    expect(report.failed).toBe(0);
  });
  test("that skips without a reason is a failure", () => {
    const report = reportOf("Deno", ended({ junit: junit(passing("a"), skipping("x")) }));
    expect(report.failed).toBe(1);
    expect(report.troubles).toEqual(["Deno: skipped without a reason: x"]);
  });
});

describe("a run", () => {
  test("without any test is a failure", () => {
    expect(reportOf("Deno", ended({ junit: junit() }))).toEqual({
      passed: 0,
      failed: 1,
      skipped: [],
      troubles: ["Deno: ran no test"],
      failures: [],
    });
  });
  test("that ends badly after its tests passed is a failure", () => {
    const killed = reportOf("Deno", ended({ code: 134, signal: "SIGABRT", junit: junit(passing("a")) }));
    expect([killed.passed, killed.failed]).toEqual([1, 1]);
    expect(killed.troubles[0]).toContain("SIGABRT");
    const left = reportOf("Bun", ended({ code: 3, junit: junit(passing("a")) }));
    expect([left.passed, left.failed, left.troubles[0]]).toEqual([1, 1, "Bun: ended with code 3"]);
  });
  test("that dies before its report is counted by the lines it printed", () => {
    const deno = "running 3 tests from ./a_test.ts\na > b ... ok (1ms)\nc ...\nc ... FAILED (2ms)\nd ...";
    const report = reportOf("Deno", ended({ code: 134, signal: "SIGABRT", text: deno }));
    expect([report.passed, report.failed]).toEqual([1, 2]);
    const bun = "(pass) a [0.1ms]\n(skip) b [skipped: no gpu]\n(pass) c\n";
    const other = reportOf("Bun", ended({ code: 139, signal: "SIGSEGV", text: bun }));
    expect([other.passed, other.failed, other.skipped]).toEqual([2, 1, ["b [skipped: no gpu]"]]);
  });
  test("counts failures outside every test by the runtime's own closing line", () => {
    const deno = "\n\x1b[31mFAILED\x1b[0m | 4 passed | 2 failed (9ms)\n";
    expect(reportOf("Deno", ended({ code: 1, text: deno, junit: junit(passing("a")) })).failed).toBe(2);
    expect(reportOf("Bun", ended({ code: 1, text: " 1 pass\n 3 fail\n 1 error\n", junit: junit(passing("a")) })).failed)
      .toBe(3);
  });
});

describe("the closing lines", () => {
  test("group skipped tests by reason", () => {
    expect(skipLines(["a [skipped: no gpu]", "b [skipped: no data]", "c [skipped: no gpu]"])).toEqual([
      "2 skipped: no gpu",
      "1 skipped: no data",
    ]);
  });
  test("are read through colours", () => expect(withoutColor("\x1b[0m\x1b[32mok\x1b[0m | 1")).toBe("ok | 1"));
});

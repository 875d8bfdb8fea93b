import { describe, expect, test } from "bun:test";
import { choice, flag, helpText, parseOptions, real, text, whole } from "../../examples/support/options.ts";

const table = {
  dataset: choice(["auto", "mnist", "digits"], "which pictures to learn"),
  data: text(null, "folder with the files", "DIR"),
  epochs: whole(3, "passes over the examples", { min: 1 }),
  limit: whole(null, "use only so many examples", { min: 1 }),
  lr: real(0.1, "first learning rate", { above: 0, max: 10 }),
  json: flag("print one JSON object last"),
};
const parse = (...args: readonly string[]) => parseOptions("train", "Learns digits.", table, args);
const mistake = (...args: readonly string[]) => {
  const parsed = parse(...args);
  return parsed._tag === "Mistake" ? parsed.message : `${parsed._tag}: no mistake`;
};

describe("parseOptions", () => {
  test("gives the defaults when nothing is said", () => {
    expect(parse()).toEqual({
      _tag: "Values",
      values: { dataset: "auto", data: null, epochs: 3, limit: null, lr: 0.1, json: false },
    });
  });

  test("reads values behind a space and behind =", () => {
    const args = ["--dataset", "mnist", "--data=../x y", "--epochs", "7", "--lr=2.5e-2", "--json", "--limit=12800"];
    expect(parse(...args)).toEqual({
      _tag: "Values",
      values: { dataset: "mnist", data: "../x y", epochs: 7, limit: 12800, lr: 0.025, json: true },
    });
  });

  test("knows the types of the values", () => {
    const parsed = parse("--epochs", "2");
    if (parsed._tag !== "Values") throw new Error(parsed._tag);
    const typed: {
      readonly dataset: "auto" | "mnist" | "digits";
      readonly data: string | null;
      readonly epochs: number;
      readonly json: boolean;
    } = parsed.values;
    // @ts-expect-error there is no such word
    const wrong = parsed.values.dataset === "cifar";
    expect([typed.epochs, wrong]).toEqual([2, false]);
  });

  test.each([
    [["--epoch", "3"], "--epoch is no option: did you mean --epochs?"],
    [["--jsno"], "--jsno is no option: did you mean --json?"],
    [["--banana"], "--banana is no option: --help lists the options"],
    [["--toString"], "--toString is no option: --help lists the options"],
    [["-x"], "-x is no option: did you mean --lr?"],
    [["--no-json"], "--no-json is no option: --help lists the options"],
    [["mnist"], '"mnist" belongs to no option: --help lists them'],
    [["--", "mnist"], '"mnist" belongs to no option: --help lists them'],
    [["--dataset", "cifar"], '--dataset expects one of auto, mnist, digits, got "cifar"'],
    [["--epochs", "three"], '--epochs expects a whole number, at least 1, got "three"'],
    [["--epochs", "1.5"], '--epochs expects a whole number, at least 1, got "1.5"'],
    [["--epochs", "0"], '--epochs expects a whole number, at least 1, got "0"'],
    [["--epochs", "9e99"], '--epochs expects a whole number, at least 1, got "9e99"'],
    [["--epochs="], '--epochs expects a whole number, at least 1, got ""'],
    [["--lr", "-0.1"], '--lr expects a number, above 0 and at most 10, got "-0.1"'],
    [["--lr", "NaN"], '--lr expects a number, above 0 and at most 10, got "NaN"'],
    [["--lr", "Infinity"], '--lr expects a number, above 0 and at most 10, got "Infinity"'],
    [["--data="], '--data expects a text that is not empty, got ""'],
    [["--data"], "--data needs a value: --data DIR"],
    [["--data", "--json"], "--data needs a value: --data DIR"],
    [["--json=yes"], '--json takes no value, got "yes"'],
    [["--epochs", "1", "--epochs", "2"], "--epochs is given twice"],
  ])("refuses %j", (args, message) => {
    expect(mistake(...args)).toBe(message);
  });

  test("takes a value that begins with dashes behind =", () => {
    expect(parse("--data=--json")).toMatchObject({ values: { data: "--json", json: false } });
  });

  test.each([["--help"], ["-h"]])("gives the help for %s, whatever follows it", (asked) => {
    const parsed = parse("--epochs", "2", asked, "--nonsense");
    expect(parsed).toEqual({ _tag: "Help", text: helpText("train", "Learns digits.", table) });
  });
});

test("helpText has a line for every option", () => {
  expect(helpText("train", "Learns digits.", table)).toBe(`Learns digits.

Usage: train [options]

  --dataset auto|mnist|digits  which pictures to learn (default auto)
  --data DIR                   folder with the files
  --epochs N                   passes over the examples (default 3)
  --limit N                    use only so many examples
  --lr X                       first learning rate (default 0.1)
  --json                       print one JSON object last
  -h, --help                   show this text`);
});

/** Command line options of the examples: a table says what there is, and gives the help, the checks and the types. */
import { parseArgs } from "node:util";

/** One option: how its text is read, and how the help shows it. */
export interface Option<T> {
  /** What stands for the value in the help; null for a flag, which takes none. */
  readonly placeholder: string | null;
  readonly help: string;
  readonly fallback: T;
  /** The value, or what was expected instead. */
  readonly read: (text: string) => { readonly value: T } | { readonly expected: string };
}

export type Options = Readonly<Record<string, Option<unknown>>>;
export type Values<O extends Options> = { readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never };

/** What came of a command line. */
export type Parsed<V> =
  | { readonly _tag: "Values"; readonly values: V }
  | { readonly _tag: "Help"; readonly text: string }
  | { readonly _tag: "Mistake"; readonly message: string };

/** Bounds of a number; `above` and `below` are not allowed themselves. */
export interface Range {
  readonly min?: number;
  readonly max?: number;
  readonly above?: number;
  readonly below?: number;
}

const rangeText = ({ min, max, above, below }: Range): string => {
  const parts = [
    above === undefined ? "" : `above ${above}`,
    min === undefined ? "" : `at least ${min}`,
    below === undefined ? "" : `below ${below}`,
    max === undefined ? "" : `at most ${max}`,
  ].filter((part) => part !== "");
  return parts.length === 0 ? "" : `, ${parts.join(" and ")}`;
};

const inRange = (v: number, { min = -Infinity, max = Infinity, above = -Infinity, below = Infinity }: Range): boolean =>
  v >= min && v <= max && v > above && v < below;

const number = <D extends number | null>(kind: string, placeholder: string, accepts: (v: number) => boolean) =>
(
  fallback: D,
  help: string,
  range: Range = {},
): Option<number | D> => ({
  placeholder,
  help,
  fallback,
  read: (text) => {
    const value = text.trim() === "" ? NaN : Number(text);
    return accepts(value) && inRange(value, range) ? { value } : { expected: `${kind}${rangeText(range)}` };
  },
});

/** A number, `null` where there is no default. */
export const real: <D extends number | null>(fallback: D, help: string, range?: Range) => Option<number | D> = number(
  "a number",
  "X",
  Number.isFinite,
);
/** A whole number, `null` where there is no default. */
export const whole: <D extends number | null>(fallback: D, help: string, range?: Range) => Option<number | D> = number(
  "a whole number",
  "N",
  Number.isSafeInteger,
);

/** Any text but none, `null` where there is no default. */
export const text = <D extends string | null>(fallback: D, help: string, placeholder = "TEXT"): Option<string | D> => ({
  placeholder,
  help,
  fallback,
  read: (value) => value === "" ? { expected: "a text that is not empty" } : { value },
});

/** One of some words; the first is the default. */
export const choice = <const C extends readonly [string, ...string[]]>(words: C, help: string): Option<C[number]> => ({
  placeholder: words.join("|"),
  help,
  fallback: words[0],
  read: (value) => words.includes(value) ? { value } : { expected: `one of ${words.join(", ")}` },
});

/** On when it is named. */
export const flag = (help: string): Option<boolean> => ({
  placeholder: null,
  help,
  fallback: false,
  read: () => ({ value: true }),
});

/** How many letters must be changed to make `b` of `a`. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
};

const hint = (name: string, known: readonly string[]): string => {
  const [best] = known.toSorted((a, b) => distance(name, a) - distance(name, b));
  return best !== undefined && distance(name, best) <= 2 ? `: did you mean --${best}?` : ": --help lists the options";
};

/** The help: what the program does, how it is called, one line for every option. */
export const helpText = (program: string, summary: string, options: Options): string => {
  const rows = Object.entries(options).map(([name, { placeholder, help, fallback }]) => {
    const shown = fallback === null || fallback === false ? "" : ` (default ${fallback})`;
    return [`--${name}${placeholder === null ? "" : ` ${placeholder}`}`, `${help}${shown}`] as const;
  });
  const all = [...rows, ["-h, --help", "show this text"] as const];
  const width = Math.max(...all.map(([left]) => left.length));
  const lines = all.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
  return [summary, "", `Usage: ${program} [options]`, "", ...lines].join("\n");
};

/**
 * Reads a command line by a table of options. An unknown option, a missing or wrong value, an option given twice and a
 * word that belongs to no option are mistakes, each told in one sentence.
 *
 * @example
 * ```ts
 * const table = { epochs: whole(3, "passes over the data", { min: 1 }), json: flag("print JSON") };
 * const parsed = parseOptions("train", "Learns.", table, ["--epochs", "5"]);
 * if (parsed._tag === "Values") console.log(parsed.values.epochs); // 5
 * ```
 */
export const parseOptions = <const O extends Options>(
  program: string,
  summary: string,
  options: O,
  args: readonly string[],
): Parsed<Values<O>> => {
  const mistake = (message: string): Parsed<Values<O>> => ({ _tag: "Mistake", message });
  const known = Object.keys(options);
  const types = Object.fromEntries(
    Object.entries(options).map(([name, { placeholder }]) =>
      [name, { type: placeholder === null ? "boolean" : "string" }] as const
    ),
  );
  const { tokens } = parseArgs({
    args: [...args],
    options: { ...types, help: { type: "boolean", short: "h" } },
    strict: false,
    tokens: true,
  });
  const given = new Map<string, unknown>();
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") return mistake(`"${token.value}" belongs to no option: --help lists them`);
    const { name, rawName, value } = token;
    if (name === "help") return { _tag: "Help", text: helpText(program, summary, options) };
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (option === undefined) return mistake(`${rawName} is no option${hint(name, [...known, "help"])}`);
    if (given.has(name)) return mistake(`--${name} is given twice`);
    if (option.placeholder === null && value !== undefined) return mistake(`--${name} takes no value, got "${value}"`);
    if (option.placeholder !== null && (value === undefined || (!token.inlineValue && value.startsWith("--")))) {
      return mistake(`--${name} needs a value: --${name} ${option.placeholder}`);
    }
    const read = option.read(value ?? "");
    if ("expected" in read) return mistake(`--${name} expects ${read.expected}, got "${value}"`);
    given.set(name, read.value);
  }
  const values = known.map((name) => [name, given.has(name) ? given.get(name) : options[name]!.fallback] as const);
  return { _tag: "Values", values: Object.fromEntries(values) as Values<O> };
};

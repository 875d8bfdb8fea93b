/**
 * Writes the digit tables of `core/digits.ts`: `deno run --allow-write=core tests/support/gen_digits.ts`.
 * They are interfaces with an index signature, so that an inferred digit indexes them without a cast.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const digits = range(0, 10), factors = range(2, 10);

type Entry = (x: number, y: number, z: number) => number;
/** One table: key "xyz" to a digit. `y` may depend on `x`. */
const table = (
  doc: string,
  name: string,
  xs: number[],
  entry: Entry,
  ys = (_: number) => digits,
  zs = digits,
): string =>
  [
    `/** ${doc} */`,
    `export interface ${name} {`,
    "  [key: string]: string;",
    ...xs.flatMap((x) => ys(x).map((y) => "  " + zs.map((z) => `"${x}${y}${z}": "${entry(x, y, z)}";`).join(" "))),
    "}",
  ].join("\n");

/** The text of `core/digits.ts`. */
export const digitTables = (): string => {
  const add: Entry = (c, a, b) => a + b + c, subtract: Entry = (c, a, b) => a - b - c;
  const multiply: Entry = (m, a, c) => a * m + c, divide: Entry = (_, r, d) => 10 * r + d;
  const remainders = (s: number) => range(0, s), carries = range(0, 9);
  const tables = [
    table('"cab": digit of a + b + c', "AddDigit", [0, 1], (c, a, b) => add(c, a, b) % 10),
    table('"cab": carry of a + b + c', "AddCarry", [0, 1], (c, a, b) => Math.floor(add(c, a, b) / 10)),
    table('"cab": digit of a - b - c', "SubDigit", [0, 1], (c, a, b) => (subtract(c, a, b) + 20) % 10),
    table('"cab": borrow of a - b - c', "SubBorrow", [0, 1], (c, a, b) => subtract(c, a, b) < 0 ? 1 : 0),
    table('"mac": digit of m * a + c', "MulDigit", factors, (m, a, c) => multiply(m, a, c) % 10, undefined, carries),
    table(
      '"mac": carry of m * a + c',
      "MulCarry",
      factors,
      (m, a, c) => Math.floor(multiply(m, a, c) / 10),
      undefined,
      carries,
    ),
    table(
      '"srd": quotient of (10 r + d) / s',
      "DivQuotient",
      factors,
      (s, r, d) => Math.floor(divide(s, r, d) / s),
      remainders,
    ),
    table('"srd": remainder of (10 r + d) / s', "DivRemainder", factors, (s, r, d) => divide(s, r, d) % s, remainders),
  ];
  return [
    "// deno-fmt-ignore-file",
    "// Written by tests/support/gen_digits.ts; longer than other files because it is tables.",
    "// Sums, products and quotients of decimal digits, for the arithmetic in arith.ts.",
    ...tables,
    "",
  ].join("\n");
};

if (import.meta.main) {
  writeFileSync(fileURLToPath(new URL("../../core/digits.ts", import.meta.url)), digitTables());
}

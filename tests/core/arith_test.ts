import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { times } from "../../core/arith.ts";
import { testUnless } from "../support/skips.ts";
import { denoCheck, denoExecutable, root } from "../support/deno_check.ts";
import { digitTables } from "../support/gen_digits.ts";

let state = 42;
const below = (n: number): number => {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  return Math.floor(state / 2 ** 32 * n);
};
const edges = [0, 1, 9, 10, 11, 99, 100, 999, 1000, 65535, 9999999, 10 ** 8];
const operand = (): number => below(4) === 0 ? edges[below(edges.length)]! : below(10 ** (1 + below(8)));

testUnless(denoExecutable() === null ? "there is no deno executable" : null)(
  "type-level arithmetic agrees with JavaScript on random operands",
  () => {
    const lines = Array.from({ length: 300 }, (_, i) => {
      const a = operand(), b = operand(), product = a * b;
      const facts = [
        [`Add<${a}, ${b}>`, a + b],
        [`Sub<${a}, ${b}>`, a >= b ? a - b : "never"],
        [`Lt<${a}, ${b}>`, a < b],
        [`DivMod<${a}, ${b}>`, b === 0 ? "never" : `[${Math.floor(a / b)}, ${a % b}]`],
        ...(product <= Number.MAX_SAFE_INTEGER ? [[`Mul<${a}, ${b}>`, product]] : []),
      ];
      return facts.map(([type, value], j) => `export const c${i}_${j}: Eq<${type}, ${value}> = true;`).join("\n");
    });
    const program = `
import type { Add, DivMod, Lt, Mul, Sub } from "../../core/arith.ts";
type Eq<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : A;
export const dynamic: Eq<[Add<number, 3>, Mul<2, number>, Sub<number, 1>, Lt<1, number>, DivMod<number, 2>],
  [number, number, number, boolean, [number, number]]> = true;
${lines.join("\n")}`;
    expect(denoCheck({ "tests/core/generated.ts": program }).map((d) => d.text)).toEqual([]);
  },
  300_000,
);

test("the digit tables are what their generator writes", () => {
  expect(readFileSync(join(root, "core/digits.ts"), "utf8")).toBe(digitTables());
});

test("times multiplies the value as its type says", () => {
  const wide: 256 = times(4, 64);
  expect(wide).toBe(256);
});

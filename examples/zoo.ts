/**
 * The models of the zoo, one line each, or compared with reference tables.
 *
 *     deno task zoo                 name, input, output, parameters, multiply-adds
 *     deno task zoo --check DIR     compares with torchvision.json, classic.json and classic_layers.json in DIR
 */
import process from "node:process";
import { describe, get, list } from "../models/mod.ts";
import { text, type Values } from "./support/options.ts";
import { script } from "./support/script.ts";
import { checkZoo } from "./support/zoo_check.ts";

const options = { check: text(null, "folder with the reference tables", "DIR") };
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const grouped = (n: number): string => `${n}`.replace(/\B(?=(\d{3})+$)/g, ",");

const table = (): void => {
  const head = ["name", "input", "output", "parameters", "multiply-adds"];
  const rows = list().map((name) => {
    const { input, output, parameters, multiplyAdds } = describe(get(name));
    return [name, `[${input.join(", ")}]`, `[${output.join(", ")}]`, grouped(parameters), grouped(multiplyAdds)];
  });
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((cells) => cells[i]!.length)));
  for (const cells of [head, ...rows]) {
    print(cells.map((c, i) => i < 3 ? c.padEnd(widths[i]!) : c.padStart(widths[i]!)).join("  "));
  }
};
const check = async (folder: string): Promise<number> => {
  const { lines, passed, failed } = await checkZoo(folder);
  for (const line of lines) print(line);
  print(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
};
const main = async ({ check: folder }: Values<typeof options>): Promise<number> => {
  if (folder !== null) return await check(folder);
  table();
  return 0;
};

if (import.meta.main) await script("deno task zoo", "The models of the zoo.", options, main);

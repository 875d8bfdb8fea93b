/** What a module exports, and which of it lacks a docstring: simple reading of the source, without a type checker. */
import { resolveImport } from "./imports.ts";

/** Where an exported name is declared. */
interface Place {
  readonly file: string;
  readonly name: string;
}

type Read = (file: string) => string | undefined;

const kinds = "(?:declare\\s+)?(?:abstract\\s+)?(?:async\\s+)?(?:const|let|function\\*?|class|interface|type|enum)";
const declared = new RegExp(`^export\\s+${kinds}\\s+([\\w$]+)`, "gm");
const list = /^export\s+(?:type\s+)?\{([^}]*)\}(?:\s*from\s*["']([^"']+)["'])?/gm;
const star = /^export\s+(?:type\s+)?\*(?:\s+as\s+(\w+))?\s*from\s*["']([^"']+)["']/gm;

/** `a, type b as c` gives [["a", "a"], ["b", "c"]]: the name inside and the name outside. */
const pairs = (names: string): readonly (readonly [string, string])[] =>
  names.split(",").map((n) => n.trim().replace(/^type\s+/, "")).filter((n) => n !== "").map((item) => {
    const [inside = "", outside = inside] = item.split(/\s+as\s+/);
    return [inside, outside];
  });

/** The exports of a module with the places of their declarations; those of `export * as ns` are named `ns.name`. */
export const exportsOf = (file: string, read: Read): ReadonlyMap<string, Place> => {
  const source = read(file) ?? "";
  const found = new Map<string, Place>();
  for (const [, name = ""] of source.matchAll(declared)) found.set(name, { file, name });
  for (const [, names = "", specifier] of source.matchAll(list)) {
    const target = specifier === undefined ? null : resolveImport(file, specifier);
    if (specifier !== undefined && target === null) continue;
    const inner = target === null ? null : exportsOf(target, read);
    for (const [inside, outside] of pairs(names)) {
      found.set(outside, inner?.get(inside) ?? { file: target ?? file, name: inside });
    }
  }
  for (const [, space, specifier = ""] of source.matchAll(star)) {
    const target = resolveImport(file, specifier);
    if (target === null) continue;
    for (const [name, place] of exportsOf(target, read)) found.set(space ? `${space}.${name}` : name, place);
  }
  return found;
};

/** Whether the first declaration of a name has a docstring right above it. */
export const isDocumented = ({ file, name }: Place, read: Read): boolean => {
  const source = read(file) ?? "";
  const at = new RegExp(`^(?:export\\s+)?${kinds}\\s+${name.replace("$", "\\$")}\\b`, "m").exec(source)?.index;
  if (at === undefined) return false;
  const above = source.slice(0, at).replace(/(\n\/\/[^\n]*)+\n$/, "").trimEnd();
  return above.endsWith("*/") && above.startsWith("/**", above.lastIndexOf("/*"));
};

/** Reading the import lines of the tree: what `tests/house_test.ts` judges. */
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { projectPath } from "./skips.ts";

/** One import or re-export of a file. */
export interface Import {
  /** As written: `../core/aval.ts`, `node:fs`, `npm:fp-ts@2.16.11/lib/Either.js`. */
  readonly specifier: string;
  /** Gone at run time: `import type`, or nothing but `type` names. */
  readonly typeOnly: boolean;
}

const onlyTypes = (names: string): boolean => {
  const inside = /^\{([\s\S]*)\}$/.exec(names.trim())?.[1];
  const items = inside?.split(",").map((n) => n.trim()).filter((n) => n !== "") ?? [];
  return items.length > 0 && items.every((n) => n.startsWith("type "));
};

/** The source without its comments. Quoted text is kept, so that `"https://..."` is not taken for one. */
export const withoutComments = (source: string): string =>
  source.replace(
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (whole: string, text?: string) => text ?? whole.replace(/[^\n]/g, " "),
  );

/** The source without comments and without what is quoted. */
export const codeOnly = (source: string): string =>
  withoutComments(source).replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, '""');

const named =
  /^(?:import|export)\s+(type\s+)?([\w$]+(?:\s*,\s*\{[^}]*\})?|\{[^}]*\}|\*(?:\s+as\s+\w+)?)\s*from\s*["']([^"']+)["']/gm;
const bare = /^import\s*["']([^"']+)["']/gm;
const dynamic = /\bimport\(\s*["']([^"']+)["']/g;

/** The imports of one file, static and dynamic. A type written `import("...").T` counts as one at run time. */
export const importsOf = (source: string): readonly Import[] => {
  const code = withoutComments(source);
  const atRunTime = [...code.matchAll(bare), ...code.matchAll(dynamic)];
  return [
    ...[...code.matchAll(named)].map(([, type, names = "", specifier = ""]) => ({
      specifier,
      typeOnly: type !== undefined || onlyTypes(names),
    })),
    ...atRunTime.map(([, specifier = ""]) => ({ specifier, typeOnly: false })),
  ];
};

/** The project's path that a relative specifier means: `ops/sin.ts` with `../core/aval.ts` gives `core/aval.ts`. */
export const resolveImport = (file: string, specifier: string): string | null =>
  specifier.startsWith(".") ? posix.join(posix.dirname(file), specifier) : null;

const walk = (folder: string): readonly string[] =>
  readdirSync(projectPath(folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return walk(path);
    return path.endsWith(".ts") ? [path] : [];
  });

/** Every TypeScript file of the project's rooms and of its top, with its text, by path from the root. */
export const readTree = (rooms: readonly string[]): ReadonlyMap<string, string> => {
  const top = readdirSync(projectPath(".")).filter((name) => name.endsWith(".ts"));
  const there = new Set(readdirSync(projectPath(".")));
  const files = [...top, ...rooms.filter((room) => there.has(room)).flatMap((room) => walk(`${room}/`))];
  return new Map(files.sort().map((file) => [file, readFileSync(join(projectPath("."), file), "utf8")]));
};

/** A way from a file through its imports back to itself, or null. `edges` gives the files each file imports. */
export const findCycle = (edges: ReadonlyMap<string, readonly string[]>): readonly string[] | null => {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): readonly string[] | null => {
    const at = path.indexOf(file);
    if (at >= 0) return [...path.slice(at), file];
    if (done.has(file)) return null;
    for (const next of edges.get(file) ?? []) {
      const found = visit(next, [...path, file]);
      if (found) return found;
    }
    done.add(file);
    return null;
  };
  for (const file of edges.keys()) {
    const found = visit(file, []);
    if (found) return found;
  }
  return null;
};

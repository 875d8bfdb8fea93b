/** The rules of the house: who may import whom, no way back, no long files, no world outside its rooms, no bare packages. */
import { describe, expect, test } from "bun:test";
import { exportsOf, isDocumented } from "./support/exports.ts";
import { codeOnly, findCycle, importsOf, readTree, resolveImport } from "./support/imports.ts";

/** What users import, as deno.json and package.json list it. */
const entries = ["mod.ts", "ops/mod.ts", "nn/mod.ts", "models/mod.ts", "datasets/mod.ts", "training/mod.ts"];

/**
 * Each room, and what its files may import: a room (`core/`) or a single file. In this order the data flows; examples know
 * the public entry points only.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  "core/": ["core/"],
  "ops/": ["core/", "ops/"],
  // Derivatives add and move; loops, branches and checkpoints slice, join, choose and fence off.
  "transforms/": [
    "core/",
    "transforms/",
    ...["arithmetic", "structure", "slice", "comparison", "source", "cast", "barrier"].map((f) => `ops/${f}.ts`),
  ],
  "compiler/": ["core/", "compiler/"],
  "runtime/": ["core/", "compiler/", "runtime/"],
  "nn/": ["core/", "ops/", "transforms/", "nn/"],
  "models/": ["core/", "ops/", "transforms/", "nn/", "datasets/", "models/"],
  "datasets/": ["core/", "datasets/"],
  "training/": ["core/", "ops/", "transforms/", "nn/", "datasets/", "training/"],
  "mod.ts": ["core/", "ops/", "transforms/", "runtime/", "nn/", "models/", "datasets/"],
  "examples/": ["examples/", ...entries],
};
/** The rooms that users import: they must run wherever a URL or a package is all there is. */
const library = [
  "core/",
  "ops/",
  "transforms/",
  "compiler/",
  "runtime/",
  "nn/",
  "models/",
  "datasets/",
  "training/",
  "mod.ts",
];
/** The rooms that may touch the world: a file, a clock, a device, the network. */
const worldly = ["runtime/", "datasets/", "training/"];
/** Where both of them ask the host what it lets a program do. */
const asking = ["core/environment.ts"];
const free = ["bench/", "tests/"];

const wall = 400;
const long = 250;
const generated = ["core/digits.ts"];

const tree = readTree([...Object.keys(mayImport), ...free].filter((r) => r.endsWith("/")).map((r) => r.slice(0, -1)));
const roomOf = (file: string): string => file.includes("/") ? `${file.split("/")[0]}/` : file;
const inRooms = (rooms: readonly string[]) => [...tree].filter(([file]) => rooms.includes(roomOf(file)));

/** Why `file` may not import `specifier`, or null when it may. */
const objection = (file: string, specifier: string, typeOnly: boolean): string | null => {
  const room = roomOf(file);
  const target = resolveImport(file, specifier);
  if (target === null) {
    if (!library.includes(room)) return null;
    if (specifier.startsWith("node:")) {
      return worldly.includes(room) ? null : "only runtime, datasets and training touch the world";
    }
    return typeOnly && specifier.startsWith("npm:fp-ts@")
      ? null
      : "the library imports fp-ts, as types, and nothing else";
  }
  if (target.startsWith("..")) return "this is outside the project";
  const allowed = mayImport[room];
  if (allowed === undefined || allowed.some((a) => a === target || (a.endsWith("/") && target.startsWith(a)))) {
    return null;
  }
  return `${room} may import only ${allowed.join(", ")}`;
};

describe("the house", () => {
  test("has every room", () => {
    const rooms = new Set([...tree.keys()].map(roomOf));
    expect(Object.keys(mayImport).filter((room) => !rooms.has(room))).toEqual([]);
  });

  test.each([...Object.keys(mayImport), ...free])("%s imports only what it may", (room) => {
    const wrong = inRooms([room]).flatMap(([file, source]) =>
      importsOf(source).flatMap(({ specifier, typeOnly }) => {
        const why = objection(file, specifier, typeOnly);
        return why === null ? [] : [`${file}: "${specifier}": ${why}`];
      })
    );
    expect(wrong).toEqual([]);
  });

  test("has no file that imports itself through others", () => {
    const edges = new Map([...tree].map(([file, source]) => [
      file,
      importsOf(source).flatMap(({ specifier }) => resolveImport(file, specifier) ?? []),
    ]));
    expect(findCycle(edges)?.join(" -> ") ?? "no cycle").toBe("no cycle");
  });

  test(`has no file over ${wall} lines, and none over ${long} that does not say why`, () => {
    const wrong = [...tree].filter(([file]) => !generated.includes(file)).flatMap(([file, source]) => {
      const lines = source.trimEnd().split("\n");
      const excused = lines.slice(0, 30).some((line) => line.includes("Long because"));
      const limit = excused ? wall : long;
      return lines.length <= limit ? [] : [`${file}: ${lines.length} lines, at most ${limit}`];
    });
    expect(wrong).toEqual([]);
  });

  test("touches the world only in runtime, datasets and training", () => {
    const world =
      /\b(Deno\.|process\.|console\.|performance\.now|Date\.now|new Date\(|Math\.random|navigator\.|fetch\()/;
    const wrong = inRooms(library.filter((room) => !worldly.includes(room))).flatMap(([file, source]) => {
      if (asking.includes(file)) return [];
      const found = world.exec(codeOnly(source))?.[1];
      return found === undefined ? [] : [`${file}: ${found}`];
    });
    expect(wrong).toEqual([]);
  });

  test.each(entries)("documents every name that %s exports", (entry) => {
    const read = (file: string) => tree.get(file);
    const places = exportsOf(entry, read);
    const bare = [...places].filter(([, place]) => !isDocumented(place, read));
    expect(places.size).toBeGreaterThan(0);
    expect(bare.map(([name, { file }]) => `${name} (${file})`)).toEqual([]);
  });

  test("names its files in snake_case", () => {
    const wrong = [...tree.keys()].filter((file) => !/^([a-z0-9_]+\/)*[a-z0-9_]+(\.kernel)?\.ts$/.test(file));
    expect(wrong).toEqual([]);
  });
});

describe("the reading of import lines", () => {
  const source = [
    '/* import { no } from "./comment.ts"; */',
    'import { a } from "./a.ts";',
    'import type { B } from "./b.ts";',
    'import { type C, type D } from "./c.ts";',
    'import { type E, f } from "./e.ts"; // import { no } from "./comment.ts";',
    'import g, { h } from "./g.ts";',
    'import * as i from "./i.ts";',
    'import "./j.ts";',
    "import {\n  k,\n} from './k.ts';",
    'export * from "./l.ts";',
    'export * as m from "./m.ts";',
    'export { n, type O } from "./n.ts";',
    'export type { P } from "./p.ts";',
    `const url = "https://example.org/"; const later = () => ${"import"}("./q.ts");`,
  ].join("\n");
  test("finds every form, and tells types from values", () => {
    const found = importsOf(source).map((i) => `${i.typeOnly ? "type " : ""}${i.specifier.slice(2, -3)}`);
    expect(found.join(", ")).toBe("a, type b, type c, e, g, i, k, l, m, n, type p, j, q");
  });
  test("refuses what the table refuses", () => {
    expect(objection("core/a.ts", "../ops/b.ts", true)).toContain("core/ may import only core/");
    expect(objection("compiler/a.ts", "../ops/b.ts", false)).toContain("compiler/ may import only");
    expect(objection("transforms/a.ts", "../ops/softmax.ts", false)).toContain("transforms/ may import only");
    expect(objection("examples/a.ts", "../core/b.ts", false)).toContain("examples/ may import only");
    expect(objection("nn/a.ts", "../../shared/b.ts", false)).toContain("outside the project");
    expect(objection("nn/a.ts", "npm:fp-ts@2.16.11/lib/Either.js", false)).toContain("as types");
    expect(objection("nn/a.ts", "fp-ts/Either", true)).toContain("as types");
    expect(objection("core/a.ts", "node:fs", false)).toContain("touch the world");
    expect(objection("datasets/a.ts", "node:fs", false)).toBeNull();
    expect(objection("nn/a.ts", "npm:fp-ts@2.16.11/lib/Either.js", true)).toBeNull();
    expect(objection("tests/a.ts", "fast-check", false)).toBeNull();
    expect(objection("nn/a.ts", "../ops/b.ts", false)).toBeNull();
  });
  test("finds a cycle and names its files", () => {
    expect(findCycle(new Map([["a", ["b", "c"]], ["b", ["c"]], ["c", []]]))).toBeNull();
    expect(findCycle(new Map([["a", ["b"]], ["b", ["c"]], ["c", ["b"]]]))).toEqual(["b", "c", "b"]);
  });
});

describe("the reading of exports", () => {
  const files = new Map([
    ["mod.ts", 'export { a, b as c } from "./x.ts";\nexport * from "./y.ts";\nexport * as z from "./y.ts";\n'],
    ["x.ts", "/** Yes. */\nexport const a = 1;\n// No.\nexport const b = 2;\n"],
    ["y.ts", "/** Yes. */\ninterface D {}\n/* No. */\nexport function e() {}\nexport type { D };\n"],
  ]);
  const read = (file: string) => files.get(file);
  test("follows re-exports to the declarations and looks above them", () => {
    const found = [...exportsOf("mod.ts", read)].map(([name, at]) => `${name} ${at.file} ${isDocumented(at, read)}`);
    expect(found).toEqual([
      "a x.ts true",
      "c x.ts false",
      "e y.ts false",
      "D y.ts true",
      "z.e y.ts false",
      "z.D y.ts true",
    ]);
  });
});

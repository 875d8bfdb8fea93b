/** The table of tuned variants of an adapter, kept in the cache folder. */
import { joined, tableOf, type TunedTable } from "../../compiler/wgsl/tuned.ts";
import { cacheFolder } from "../../core/cache_folder.ts";
import { permitted } from "../../core/environment.ts";
import { note } from "../../core/observer.ts";

interface Files {
  existsSync(path: string): boolean;
  readFileSync(path: string, encoding: "utf8"): string;
  writeFileSync(path: string, text: string): void;
  mkdirSync(path: string, options: { recursive: true }): void;
}
/** The file system, where there is one. */
const files = (): Files | null =>
  (globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }).process?.getBuiltinModule?.(
    "node:fs",
  ) as Files ?? null;

/** Where the table of an adapter of this description is, or undefined where nothing can be kept. */
export const tunedPath = (description: string): string | undefined => {
  const folder = cacheFolder(), name = description.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
  return folder === undefined ? undefined : `${folder}/tuned/${name || "adapter"}.json`;
};
/** The table in a file; empty where there is none, where it must not be read, or where it cannot be understood. */
export const readTuned = (description: string): TunedTable => {
  const path = tunedPath(description), fs = files();
  if (path === undefined || fs === null || !permitted({ name: "read", path }) || !fs.existsSync(path)) return [];
  const table = parsed(fs, path);
  note(1, () => ({
    tag: "remark",
    text: table === null
      ? `${path} is no table of variants: tune again`
      : `${table.length} tuned variants from ${path}`,
  }));
  return table ?? [];
};
const parsed = (fs: Files, path: string): TunedTable | null => {
  try {
    return tableOf(JSON.parse(fs.readFileSync(path, "utf8")));
  } catch {
    return null;
  }
};
/** Adds what was measured to the file of an adapter; its path. */
export const writeTuned = (description: string, more: TunedTable): string => {
  const path = tunedPath(description), fs = files();
  if (path === undefined || fs === null) throw new Error("There is no folder to keep the table in: set PULLBACK_CACHE");
  const known = fs.existsSync(path) ? parsed(fs, path) ?? [] : [];
  fs.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  const lines = joined(known, more).map((e) => JSON.stringify(e));
  fs.writeFileSync(path, `[\n${lines.join(",\n")}\n]\n`);
  return path;
};

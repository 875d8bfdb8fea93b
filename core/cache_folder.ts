import { environment, platform } from "./environment.ts";

/**
 * The folder in which files are kept that can be had again, or undefined where there is none: `PULLBACK_CACHE`, else `pullback` in
 * the platform's cache folder (`XDG_CACHE_HOME` or `~/.cache`; `~/Library/Caches`; `LOCALAPPDATA`).
 */
export const cacheFolder = (
  variable: (name: string) => string | undefined = environment,
  system: string | undefined = platform(),
): string | undefined => {
  const chosen = variable("PULLBACK_CACHE");
  if (chosen !== undefined) return chosen;
  const inside = (folder: string | undefined, ...rest: readonly string[]): string | undefined =>
    folder === undefined ? undefined : [folder, ...rest, "pullback"].join("/");
  if (system === "win32") return inside(variable("LOCALAPPDATA"));
  if (system === "darwin") return inside(variable("HOME"), "Library", "Caches");
  const xdg = variable("XDG_CACHE_HOME");
  // The XDG base directory specification: a relative path is to be ignored.
  return xdg?.startsWith("/") ? inside(xdg) : inside(variable("HOME"), ".cache");
};

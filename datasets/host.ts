/** Where the host keeps downloaded files. */
import { environment } from "../core/environment.ts";

export { environment, inDeno, permitted } from "../core/environment.ts";

interface ProcessHost {
  readonly platform?: string;
}
const host = globalThis as unknown as { readonly process?: ProcessHost };

/**
 * The folder in which downloaded files are kept, or undefined where there is none: `PULLBACK_CACHE`, else `pullback` in
 * the platform's cache folder (`XDG_CACHE_HOME` or `~/.cache`; `~/Library/Caches`; `LOCALAPPDATA`).
 */
export const cacheFolder = (
  variable: (name: string) => string | undefined = environment,
  platform: string | undefined = host.process?.platform,
): string | undefined => {
  const chosen = variable("PULLBACK_CACHE");
  if (chosen !== undefined) return chosen;
  const inside = (folder: string | undefined, ...rest: readonly string[]): string | undefined =>
    folder === undefined ? undefined : [folder, ...rest, "pullback"].join("/");
  if (platform === "win32") return inside(variable("LOCALAPPDATA"));
  if (platform === "darwin") return inside(variable("HOME"), "Library", "Caches");
  const xdg = variable("XDG_CACHE_HOME");
  // The XDG base directory specification: a relative path is to be ignored.
  return xdg?.startsWith("/") ? inside(xdg) : inside(variable("HOME"), ".cache");
};

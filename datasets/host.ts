/**
 * What the host lets a program do, asked before it is done: a library never makes a runtime prompt. Deno is asked through
 * its permission query; Bun, Node and browsers have no such query, so there everything is tried.
 */
type Query =
  | { readonly name: "env"; readonly variable: string }
  | { readonly name: "read" | "write"; readonly path: string }
  | { readonly name: "net"; readonly host: string };

interface DenoHost {
  readonly permissions: { querySync(query: Query): { readonly state: string } };
}
interface ProcessHost {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly platform?: string;
}

const host = globalThis as unknown as { readonly Deno?: DenoHost; readonly process?: ProcessHost };

/** Whether the code runs in Deno, where redirects and files are a matter of permission. */
export const inDeno = (): boolean => host.Deno !== undefined;

/** Whether `query` may be done now without a prompt. */
export const permitted = (query: Query): boolean =>
  host.Deno === undefined || host.Deno.permissions.querySync(query).state === "granted";

/** An environment variable, or undefined where it is unset, empty or not for us to read. */
export const environment = (variable: string): string | undefined => {
  if (!permitted({ name: "env", variable })) return undefined;
  const value = host.process?.env?.[variable];
  return value === "" ? undefined : value;
};

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

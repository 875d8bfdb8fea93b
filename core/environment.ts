/**
 * What the host lets a program do, asked before it is done: a library never makes a runtime prompt. Deno is asked through
 * its permission query; Bun, Node and browsers have no such query, so there everything is tried.
 */
export type Query =
  | { readonly name: "env"; readonly variable: string }
  | { readonly name: "read" | "write"; readonly path: string }
  | { readonly name: "net"; readonly host: string };

interface DenoHost {
  readonly permissions: { querySync(query: Query): { readonly state: string } };
}
interface ProcessHost {
  readonly platform?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}
const host = globalThis as unknown as { readonly Deno?: DenoHost; readonly process?: ProcessHost };

/** Whether the code runs in Deno, where redirects and files are a matter of permission. */
export const inDeno = (): boolean => host.Deno !== undefined;

/** Whether `query` may be done now without a prompt. */
export const permitted = (query: Query): boolean =>
  host.Deno === undefined || host.Deno.permissions.querySync(query).state === "granted";

/** The operating system as Node calls it: `linux`, `darwin`, `win32`; undefined in a browser. */
export const platform = (): string | undefined => host.process?.platform;

/** An environment variable, or undefined where it is unset, empty or not for us to read. */
export const environment = (variable: string): string | undefined => {
  if (!permitted({ name: "env", variable })) return undefined;
  const value = host.process?.env?.[variable];
  return value === "" ? undefined : value;
};

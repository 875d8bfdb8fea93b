/** How many threads to work with. */

interface Permissions {
  readonly permissions: { querySync(d: { name: "env"; variable: string }): { state: string } };
}

/** An environment variable, where it may be read without asking. */
const variable = (name: string): string | undefined => {
  const { Deno: deno, process } = globalThis as {
    readonly Deno?: Permissions;
    readonly process?: { readonly env?: Record<string, string | undefined> };
  };
  if (deno !== undefined && deno.permissions.querySync({ name: "env", variable: name }).state !== "granted") return undefined;
  return process?.env?.[name];
};

const most = 64;

/**
 * Threads in all: what was asked for, else `PULLBACK_THREADS`, else one for each core; from 1 to 64. RangeError when the
 * number asked for is not a positive integer.
 */
export const threadCount = (asked?: number): number => {
  const text = asked === undefined ? variable("PULLBACK_THREADS") : undefined;
  const wanted = asked ?? (text === undefined || text === "" ? undefined : Number(text));
  if (wanted !== undefined && !(Number.isInteger(wanted) && wanted >= 1)) {
    throw new RangeError(`${text === undefined ? "threads" : "PULLBACK_THREADS"}: expected a positive integer, got ${text ?? wanted}`);
  }
  const cores = (globalThis.navigator as { hardwareConcurrency?: number } | undefined)?.hardwareConcurrency ?? 1;
  return Math.min(wanted ?? cores, most);
};

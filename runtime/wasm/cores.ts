import { environment } from "../../core/environment.ts";

const most = 64;

/**
 * Threads in all: what was asked for, else `PULLBACK_THREADS`, else one for each core; from 1 to 64. RangeError when the
 * number asked for is not a positive integer.
 */
export const threadCount = (asked?: number): number => {
  const text = asked === undefined ? environment("PULLBACK_THREADS") : undefined;
  const wanted = asked ?? (text === undefined ? undefined : Number(text));
  if (wanted !== undefined && !(Number.isInteger(wanted) && wanted >= 1)) {
    const name = asked === undefined ? "PULLBACK_THREADS" : "threads";
    throw new RangeError(`${name}: expected a positive integer, got ${text ?? wanted}`);
  }
  const cores = (globalThis.navigator as { hardwareConcurrency?: number } | undefined)?.hardwareConcurrency ?? 1;
  return Math.min(wanted ?? cores, most);
};

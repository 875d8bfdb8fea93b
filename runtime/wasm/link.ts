import { doubles } from "../../core/math.ts";
import type { Phase } from "./worker.ts";

/**
 * Makes the functions of a module callable, in the order of its exports. It is also part of the source of the workers, so
 * it uses nothing but its arguments and the platform: those functions of f64 that JavaScript has, or that are one line.
 */
export const link = (
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  more: Readonly<Record<string, (...x: number[]) => number>> = {},
): readonly Phase[] => {
  // IEEE 754: 1^y = 1 and (-1)^±Infinity = 1, where JavaScript says NaN.
  const pow = (x: number, y: number): number => x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : Math.pow(x, y);
  const math = Object.assign(Object.create(Math), {
    pow,
    exp2: (x: number): number => pow(2, x),
    rsqrt: (x: number): number => 1 / Math.sqrt(x),
    rem: (x: number, y: number): number => x % y,
    ...more,
  });
  const { exports } = new WebAssembly.Instance(module, { env: { memory }, math });
  return WebAssembly.Module.exports(module).filter((e) => e.kind === "function").map((e) => exports[e.name] as Phase);
};

const long = ["erf", "erfc", "erfinv", "lgamma", "digamma"] as const;
/** The functions that need more than a line: only the calling thread has them. */
export const longFunctions: Readonly<Record<typeof long[number], (x: number) => number>> = Object.fromEntries(
  long.map((name) => [name, doubles[name]]),
) as Record<typeof long[number], (x: number) => number>;

/** Whether workers can link a module that imports these functions. */
export const workersHave = (functions: readonly string[]): boolean => functions.every((f) => !(f in longFunctions));

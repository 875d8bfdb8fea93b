/** What the matchers of `expect` look at: each a function from the value and its arguments to a verdict. */
import { type Asymmetric, contains, firstDifference, isAsymmetric, isClose } from "./equals.ts";
import { callsOf } from "./mock.ts";

/** Thrown when an expectation does not hold. */
export class ExpectationError extends Error {
  override readonly name = "ExpectationError";
}

type Class = abstract new (...args: never[]) => unknown;
export type Thrown = string | RegExp | Class | Error | Asymmetric;

/** What a matcher found: `pass` before negation, and one sentence for each way to be wrong. */
export interface Verdict {
  readonly pass: boolean;
  readonly wanted: string;
  readonly note?: string;
}

/** A value as a failure shows it. */
export const show = (value: unknown): string => {
  if (isAsymmetric(value)) return value.text;
  return Deno.inspect(value, { depth: 6, iterableLimit: 40, strAbbreviateSize: 2000, sorted: true });
};

export const verdict = (pass: boolean, wanted: string, note?: string): Verdict => ({
  pass,
  wanted,
  ...(note === undefined ? {} : { note }),
});

const equal = (got: unknown, want: unknown, strict: boolean): Verdict => {
  const at = firstDifference(got, want, strict);
  return verdict(at === null, show(want), at ? `first difference at value${at}` : undefined);
};

const number = (value: unknown): number | bigint => {
  if (typeof value === "number" || typeof value === "bigint") return value;
  throw new ExpectationError(`expected a number to compare, got ${show(value)}`);
};

const has = (collection: unknown, test: (item: unknown) => boolean): boolean =>
  Symbol.iterator in Object(collection) && [...collection as Iterable<unknown>].some(test);

const reach = (value: unknown, path: string | readonly (string | number)[]): { found: boolean; value: unknown } => {
  const keys = typeof path === "string" ? path.replace(/\[(\d+)\]/g, ".$1").split(".") : path;
  let here = value;
  for (const key of keys) {
    if (here === null || here === undefined || !(key in Object(here))) return { found: false, value: undefined };
    here = (here as Record<string | number, unknown>)[key];
  }
  return { found: true, value: here };
};

const fits = (error: unknown, wanted: Thrown | undefined): boolean => {
  if (wanted === undefined) return true;
  if (isAsymmetric(wanted)) return wanted.asymmetricMatch(error);
  if (typeof wanted === "function") return error instanceof wanted;
  const message = error instanceof Error ? error.message : String((error as Error | null)?.message ?? error);
  if (typeof wanted === "string") return message.includes(wanted);
  return wanted instanceof RegExp ? wanted.test(message) : message === wanted.message;
};

/** `toThrow`. `settled` marks the reason of a rejection, which is there already. */
export const throwing = (subject: unknown, settled: boolean, wanted?: Thrown): Verdict => {
  const text = wanted === undefined
    ? "to throw"
    : `to throw ${typeof wanted === "function" ? wanted.name : show(wanted)}`;
  if (settled) return verdict(fits(subject, wanted), text, `threw ${show(subject)}`);
  if (typeof subject !== "function") throw new ExpectationError(`toThrow: expected a function, got ${show(subject)}`);
  try {
    const result: unknown = subject();
    if (result instanceof Promise) {
      return result.catch(() => {}), verdict(false, text, "it gave a promise: use rejects");
    }
  } catch (error) {
    return verdict(fits(error, wanted), text, `threw ${show(error)}`);
  }
  return verdict(false, text, "nothing was thrown");
};

const calls = (value: unknown): readonly (readonly unknown[])[] => {
  const found = callsOf(value);
  if (found === null) throw new ExpectationError(`expected a mock function, got ${show(value)}`);
  return found;
};

/** Every matcher but those of `toThrow`. */
export const matchers = {
  toBe: (v: unknown, want: unknown) => verdict(Object.is(v, want), show(want)),
  toEqual: (v: unknown, want: unknown) => equal(v, want, false),
  toStrictEqual: (v: unknown, want: unknown) => equal(v, want, true),
  toMatchObject: (v: unknown, want: object) => verdict(contains(v, want), show(want)),
  toBeOneOf: (v: unknown, all: Iterable<unknown>) =>
    verdict(has(all, (w) => firstDifference(v, w, false) === null), `one of ${show([...all])}`),
  toBeCloseTo: (v: unknown, want: number, digits = 2) =>
    verdict(isClose(Number(number(v)), want, digits), `${want} within ${10 ** -digits / 2}`),
  toBeLessThan: (v: unknown, want: number | bigint) => verdict(number(v) < want, `less than ${want}`),
  toBeLessThanOrEqual: (v: unknown, want: number | bigint) => verdict(number(v) <= want, `at most ${want}`),
  toBeGreaterThan: (v: unknown, want: number | bigint) => verdict(number(v) > want, `more than ${want}`),
  toBeGreaterThanOrEqual: (v: unknown, want: number | bigint) => verdict(number(v) >= want, `at least ${want}`),
  toBeWithin: (v: unknown, low: number, high: number) =>
    verdict(number(v) >= low && number(v) < high, `in [${low}, ${high})`),
  toBeNaN: (v: unknown) => verdict(Number.isNaN(v), "NaN"),
  toBeFinite: (v: unknown) => verdict(Number.isFinite(v), "a finite number"),
  toBeInteger: (v: unknown) => verdict(Number.isInteger(v), "an integer"),
  toBeDefined: (v: unknown) => verdict(v !== undefined, "a value other than undefined"),
  toBeUndefined: (v: unknown) => verdict(v === undefined, "undefined"),
  toBeNull: (v: unknown) => verdict(v === null, "null"),
  toBeTruthy: (v: unknown) => verdict(Boolean(v), "a truthy value"),
  toBeFalsy: (v: unknown) => verdict(!v, "a falsy value"),
  toBeTrue: (v: unknown) => verdict(v === true, "true"),
  toBeFalse: (v: unknown) => verdict(v === false, "false"),
  toBeInstanceOf: (v: unknown, type: Class) => verdict(v instanceof type, `an instance of ${type.name}`),
  toBeTypeOf: (v: unknown, type: string) => verdict(`${typeof v}` === type, `of type ${type}`),
  toBeArray: (v: unknown) => verdict(Array.isArray(v), "an array"),
  toBeFunction: (v: unknown) => verdict(typeof v === "function", "a function"),
  toContain: (v: unknown, want: unknown) =>
    verdict(typeof v === "string" ? v.includes(String(want)) : has(v, (x) => x === want), `holding ${show(want)}`),
  toContainEqual: (v: unknown, want: unknown) =>
    verdict(has(v, (x) => firstDifference(x, want, false) === null), `holding ${show(want)}`),
  toContainKey: (v: unknown, key: string) => verdict(Object.hasOwn(Object(v), key), `with the key ${key}`),
  toHaveLength: (v: unknown, want: number) =>
    verdict((v as ArrayLike<unknown> | null)?.length === want, `of length ${want}`),
  toHaveProperty: (v: unknown, path: string | readonly (string | number)[], ...want: readonly unknown[]) => {
    const at = reach(v, path);
    return verdict(
      at.found && (want.length === 0 || firstDifference(at.value, want[0], false) === null),
      `with ${path}`,
    );
  },
  toBeEmpty: (v: unknown) => {
    const size = (v as { length?: number })?.length ?? (v as { size?: number })?.size ?? Object.keys(Object(v)).length;
    return verdict(size === 0, "empty");
  },
  toMatch: (v: unknown, want: string | RegExp) =>
    verdict(
      typeof want === "string" ? String(v).includes(want) : String(v).search(want) >= 0,
      `text with ${show(want)}`,
    ),
  toStartWith: (v: unknown, want: string) => verdict(String(v).startsWith(want), `text starting with ${show(want)}`),
  toEndWith: (v: unknown, want: string) => verdict(String(v).endsWith(want), `text ending with ${show(want)}`),
  toSatisfy: (v: unknown, test: (value: never) => boolean) => verdict(test(v as never), `satisfying ${test}`),
  toHaveBeenCalled: (v: unknown) => verdict(calls(v).length > 0, "a mock that was called"),
  toHaveBeenCalledTimes: (v: unknown, n: number) =>
    verdict(calls(v).length === n, `a mock called ${n} times`, `called ${calls(v).length} times`),
  toHaveBeenCalledWith: (v: unknown, ...args: readonly unknown[]) =>
    verdict(has(calls(v), (c) => firstDifference(c, args, false) === null), `a mock called with ${show(args)}`),
  toHaveBeenLastCalledWith: (v: unknown, ...args: readonly unknown[]) =>
    verdict(firstDifference(calls(v).at(-1), args, false) === null, `a mock called last with ${show(args)}`),
};

/** Deep equality as `bun:test` means it, answering with the place of the first difference instead of `false`. */

/** A value that decides for itself what it equals: `expect.any(Number)`, `expect.closeTo(1)`, ... */
export interface Asymmetric {
  readonly asymmetricMatch: (received: unknown) => boolean;
  readonly text: string;
}

export const isAsymmetric = (value: unknown): value is Asymmetric =>
  typeof value === "object" && value !== null && "asymmetricMatch" in value;

const tagOf = (value: object): string => Object.prototype.toString.call(value);

const isTypedArray = (value: object): value is Float32Array =>
  ArrayBuffer.isView(value) && !(value instanceof DataView);

const keysOf = (value: object): (string | symbol)[] => [
  ...Object.keys(value),
  ...Object.getOwnPropertySymbols(value).filter((s) => Object.prototype.propertyIsEnumerable.call(value, s)),
];

/** `.weight[3]`: how a key is written after its owner. */
const step = (key: string | symbol): string =>
  typeof key === "symbol" ? `[${String(key)}]` : /^\d+$/.test(key) ? `[${key}]` : `.${key}`;

/**
 * The place of the first difference, as a path below the value (`""` is the value itself), or null when they are equal.
 * Loose (`toEqual`) ignores properties that are undefined and the classes of objects; strict (`toStrictEqual`) does not.
 */
export const firstDifference = (received: unknown, expected: unknown, strict: boolean): string | null => {
  const open: [unknown, unknown][] = [];
  const visit = (a: unknown, b: unknown, path: string): string | null => {
    if (isAsymmetric(b)) return b.asymmetricMatch(a) ? null : path;
    if (isAsymmetric(a)) return a.asymmetricMatch(b) ? null : path;
    if (Object.is(a, b)) return null;
    if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return path;
    if (tagOf(a) !== tagOf(b)) return path;
    if (strict && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return path;
    if (open.some(([x, y]) => x === a && y === b)) return null;
    open.push([a, b]);
    const found = inside(a, b, path);
    open.pop();
    return found;
  };
  const inside = (a: object, b: object, path: string): string | null => {
    if (isTypedArray(a) && isTypedArray(b)) {
      if (a.length !== b.length) return `${path}.length`;
      const at = a.findIndex((x, i) => !Object.is(x, b[i]));
      return at < 0 ? null : `${path}[${at}]`;
    }
    if (a instanceof ArrayBuffer && b instanceof ArrayBuffer) {
      return visit(new Uint8Array(a), new Uint8Array(b), path);
    }
    if (a instanceof Date && b instanceof Date) return Object.is(a.getTime(), b.getTime()) ? null : path;
    if (a instanceof RegExp && b instanceof RegExp) return String(a) === String(b) ? null : path;
    if (a instanceof Error && b instanceof Error) {
      if (a.name !== b.name || a.message !== b.message) return `${path}.message`;
    }
    if (isBoxed(a) && isBoxed(b) && !Object.is(a.valueOf(), b.valueOf())) return path;
    if (a instanceof Map && b instanceof Map) {
      if (a.size !== b.size) return `${path}.size`;
      for (const [key, value] of a) {
        if (!b.has(key)) return `${path}.get(${String(key)})`;
        const found = visit(value, b.get(key), `${path}.get(${String(key)})`);
        if (found !== null) return found;
      }
      return null;
    }
    if (a instanceof Set && b instanceof Set) {
      if (a.size !== b.size) return `${path}.size`;
      const others = [...b];
      for (const value of a) if (!others.some((o) => visit(value, o, "") === null)) return `${path}.values()`;
      return null;
    }
    if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length) return `${path}.length`;
    return properties(a, b, path);
  };
  const properties = (a: object, b: object, path: string): string | null => {
    const left = a as Record<string | symbol, unknown>;
    const right = b as Record<string | symbol, unknown>;
    const listed = Array.isArray(a) && !strict; // the further properties of an array, as those of a match, do not count
    for (const key of new Set([...keysOf(a), ...keysOf(b)])) {
      if (listed && !/^\d+$/.test(String(key))) continue;
      if (strict && Object.hasOwn(a, key) !== Object.hasOwn(b, key)) return path + step(key);
      const found = visit(left[key], right[key], path + step(key));
      if (found !== null) return found;
    }
    return null;
  };
  return visit(received, expected, "");
};

const isBoxed = (value: object): boolean =>
  value instanceof Number || value instanceof String || value instanceof Boolean || value instanceof BigInt;

/** Whether `received` has at least what `expected` has, as `toMatchObject` means it. */
export const contains = (received: unknown, expected: unknown): boolean => {
  if (isAsymmetric(expected) || typeof expected !== "object" || expected === null) {
    return firstDifference(received, expected, false) === null;
  }
  if (typeof received !== "object" || received === null || tagOf(received) !== tagOf(expected)) return false;
  if (Array.isArray(expected)) {
    const list = received as readonly unknown[];
    return list.length === expected.length && expected.every((e, i) => contains(list[i], e));
  }
  if (tagOf(expected) !== "[object Object]") return firstDifference(received, expected, false) === null;
  const record = received as Record<string | symbol, unknown>;
  return keysOf(expected).every((key) =>
    key in record && contains(record[key], (expected as Record<string | symbol, unknown>)[key])
  );
};

const asymmetric = (text: string, asymmetricMatch: (received: unknown) => boolean): Asymmetric => ({
  asymmetricMatch,
  text,
});

type Class = abstract new (...args: never[]) => unknown;

const primitives = new Map<unknown, string>([
  [Number, "number"],
  [String, "string"],
  [Boolean, "boolean"],
  [BigInt, "bigint"],
  [Symbol, "symbol"],
  [Function, "function"],
]);

const isA = (value: unknown, type: Class): boolean => value instanceof type || typeof value === primitives.get(type);

/** The members of `expect` that stand for a set of values. */
export const asymmetrics = {
  any: (type: Class): Asymmetric => asymmetric(`any(${type.name})`, (v) => isA(v, type)),
  anything: (): Asymmetric => asymmetric("anything", (v) => v !== null && v !== undefined),
  objectContaining: (part: object): Asymmetric =>
    asymmetric("objectContaining", (v) => typeof v === "object" && v !== null && contains({ ...v }, part)),
  arrayContaining: (part: readonly unknown[]): Asymmetric =>
    asymmetric(
      "arrayContaining",
      (v) => Array.isArray(v) && part.every((p) => v.some((x) => firstDifference(x, p, false) === null)),
    ),
  stringContaining: (part: string): Asymmetric =>
    asymmetric(`stringContaining(${part})`, (v) => typeof v === "string" && v.includes(part)),
  stringMatching: (pattern: RegExp | string): Asymmetric =>
    asymmetric(`stringMatching(${pattern})`, (v) => typeof v === "string" && new RegExp(pattern).test(v)),
  closeTo: (wanted: number, digits = 2): Asymmetric =>
    asymmetric(`closeTo(${wanted})`, (v) => typeof v === "number" && isClose(v, wanted, digits)),
};

/** `|a - b| < 10^-digits / 2`; infinities are close to themselves. */
export const isClose = (a: number, b: number, digits: number): boolean =>
  a === b || Math.abs(a - b) < 10 ** -digits / 2;

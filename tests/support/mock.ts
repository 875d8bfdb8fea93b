/** Functions that remember how they were called: `mock`, `spyOn`. */

// deno-lint-ignore no-explicit-any -- a mock stands for a function of any arguments
type Fn = (...args: any[]) => any;

interface Result {
  readonly type: "return" | "throw";
  readonly value: unknown;
}

/** What a mock remembers. */
export interface Memory<A extends readonly unknown[]> {
  calls: A[];
  results: Result[];
}

/** A function with a memory; the setters return it, so they chain. */
export interface Mock<F extends Fn> {
  (...args: Parameters<F>): ReturnType<F>;
  readonly mock: Memory<Parameters<F>>;
  mockImplementation(fn: F): this;
  mockImplementationOnce(fn: F): this;
  mockReturnValue(value: ReturnType<F>): this;
  mockReturnValueOnce(value: ReturnType<F>): this;
  mockResolvedValue(value: Awaited<ReturnType<F>>): this;
  mockRejectedValue(reason: unknown): this;
  mockClear(): this;
  mockReset(): this;
  mockRestore(): void;
}

const build = <F extends Fn>(initial: F, restore: () => void): Mock<F> => {
  const memory: Memory<Parameters<F>> = { calls: [], results: [] };
  let current: F = initial;
  let once: F[] = [];
  const call = function (this: unknown, ...args: Parameters<F>): ReturnType<F> {
    memory.calls.push(args);
    try {
      const value = (once.shift() ?? current).apply(this, args) as ReturnType<F>;
      memory.results.push({ type: "return", value });
      return value;
    } catch (error) {
      memory.results.push({ type: "throw", value: error });
      throw error;
    }
  };
  const self = call as unknown as Mock<F>;
  return Object.assign(self, {
    mock: memory,
    mockImplementation: (fn: F) => (current = fn, self),
    mockImplementationOnce: (fn: F) => (once.push(fn), self),
    mockReturnValue: (value: ReturnType<F>) => (current = (() => value) as F, self),
    mockReturnValueOnce: (value: ReturnType<F>) => (once.push((() => value) as F), self),
    mockResolvedValue: (value: unknown) => (current = (() => Promise.resolve(value)) as F, self),
    mockRejectedValue: (reason: unknown) => (current = (() => Promise.reject(reason)) as F, self),
    mockClear: () => (memory.calls = [], memory.results = [], self),
    mockReset: () => (current = (() => undefined) as F, once = [], memory.calls = [], memory.results = [], self),
    mockRestore: restore,
  });
};

/** A function that remembers its calls in `.mock.calls` and `.mock.results`; without `fn` it returns undefined. */
export const mock = <F extends Fn>(fn?: F): Mock<F> => build(fn ?? ((() => undefined) as F), () => {});

/** Replaces a method of `owner` by a mock that still calls it; `mockRestore` puts the method back. */
export const spyOn = <T extends object, K extends keyof T>(owner: T, key: K): Mock<T[K] & Fn> => {
  const original = owner[key] as T[K] & Fn;
  const spy = build(original, () => void (owner[key] = original));
  owner[key] = spy as unknown as T[K];
  return spy;
};

/** The calls of a mock, or null when `value` is not one. */
export const callsOf = (value: unknown): readonly (readonly unknown[])[] | null =>
  typeof value === "function" && "mock" in value ? (value as Mock<Fn>).mock.calls : null;

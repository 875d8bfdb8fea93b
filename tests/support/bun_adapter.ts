/**
 * The part of `bun:test` that the tests here use, over `Deno.test`: `deno.json` maps "bun:test" to this file, Bun has its
 * own. Stricter than the original where that finds more: a test that asserts nothing, or that leaves an expectation on a
 * promise unawaited, fails.
 */
import { expect, tally } from "./expect.ts";
import { mock, spyOn } from "./mock.ts";

export { expect, mock, spyOn };

type Body<A extends readonly unknown[] = []> = (...args: A) => unknown;
type Hook = () => unknown;
type Mode = "run" | "skip" | "only";

/** A `describe`, or the file itself: its hooks, and how many of its tests are still to run. */
interface Group {
  readonly name: string;
  readonly parent: Group | null;
  readonly mode: Mode;
  readonly hooks: { readonly [K in "beforeAll" | "afterAll" | "beforeEach" | "afterEach"]: Hook[] };
  left: number;
  failedSetup: { readonly error: unknown } | null;
}

const group = (name: string, parent: Group | null, mode: Mode): Group => ({
  name,
  parent,
  mode,
  hooks: { beforeAll: [], afterAll: [], beforeEach: [], afterEach: [] },
  left: 0,
  failedSetup: null,
});

const file = group("", null, "run");
let current = file;
/** The groups whose `beforeAll` has run and whose `afterAll` has not, outermost first. */
let open: Group[] = [];
let defaultTimeout = 0;

const line = (g: Group): readonly Group[] => g.parent ? [...line(g.parent), g] : [g];

const runAll = async (hooks: readonly Hook[]): Promise<void> => {
  for (const hook of hooks) await hook();
};

const close = async (g: Group): Promise<void> => {
  open = open.filter((o) => o !== g);
  await runAll(g.hooks.afterAll);
};

/** Closes the groups that `path` has left, opens those it enters. */
const enter = async (path: readonly Group[]): Promise<void> => {
  for (const g of [...open].reverse()) if (!path.includes(g)) await close(g);
  for (const g of path) {
    if (!open.includes(g)) {
      open.push(g);
      await runAll(g.hooks.beforeAll).catch((error) => g.failedSetup = { error });
    }
    if (g.failedSetup) throw g.failedSetup.error;
  }
};

const within = async (milliseconds: number, work: () => unknown): Promise<void> => {
  if (milliseconds <= 0) return void await work();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`timed out after ${milliseconds} ms`)), milliseconds);
  });
  await Promise.race([work(), late]).finally(() => clearTimeout(timer));
};

const checkTally = (): void => {
  const { asserted, planned, pending } = tally;
  if (pending.size > 0) throw new Error(`an expectation on a promise was not awaited: ${[...pending].join(", ")}`);
  if (planned !== null && planned !== asserted) throw new Error(`planned ${planned} assertions, made ${asserted}`);
  if (asserted === 0) throw new Error("this test asserts nothing");
};

const attempt = async (path: readonly Group[], body: Body, timeout: number): Promise<void> => {
  Object.assign(tally, { asserted: 0, planned: null, pending: new Set() });
  const failures: unknown[] = [];
  const noting = (work: () => unknown) => Promise.resolve().then(work).catch((error) => failures.push(error));
  await noting(async () => {
    for (const g of path) await runAll(g.hooks.beforeEach);
    await within(timeout, body);
    checkTally();
  });
  for (const g of [...path].reverse()) await noting(() => runAll(g.hooks.afterEach));
  if (failures.length > 1) throw new AggregateError(failures, "the test and its afterEach failed");
  if (failures.length === 1) throw failures[0];
};

const register = (name: string, mode: Mode, body: Body, timeout = defaultTimeout): void => {
  const path = line(current);
  const modes = [mode, ...path.map((g) => g.mode)];
  const ignore = modes.includes("skip");
  if (!ignore) path.forEach((g) => g.left++);
  Deno.test({
    name: [...path.slice(1).map((g) => g.name), name].join(" > "),
    ignore,
    only: modes.includes("only"),
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async () => {
      try {
        await enter(path);
        await attempt(path, body, timeout);
      } finally {
        path.forEach((g) => g.left--);
        for (const g of [...path].reverse()) if (g.left === 0 && g !== file) await close(g);
      }
    },
  });
};

const declare = (name: string, mode: Mode, body: Hook): void => {
  const outer = current;
  current = group(name, outer, mode);
  try {
    if (body() instanceof Promise) throw new TypeError(`describe: the body of "${name}" must not be async`);
  } finally {
    current = outer;
  }
};

/** `%s %d %i %f %j %o %p %#` and `$key`, filled from one row of a table. */
const title = (template: string, row: readonly unknown[], index: number): string => {
  let next = 0;
  const text = template.replace(/%([sdifjop#%])/g, (_, kind: string) => {
    if (kind === "%") return "%";
    if (kind === "#") return String(index);
    const value = row[next++];
    if (kind === "j") return JSON.stringify(value);
    if (kind === "i") return String(Math.trunc(Number(value)));
    return kind === "o" || kind === "p" ? Deno.inspect(value) : typeof value === "string" ? value : String(value);
  });
  const first = row[0];
  if (typeof first !== "object" || first === null) return text;
  return text.replace(/\$([A-Za-z_]\w*)/g, (whole, key: string) => key in first ? show(first, key) : whole);
};

const show = (record: object, key: string): string => {
  const value = (record as Record<string, unknown>)[key];
  return typeof value === "string" ? value : Deno.inspect(value);
};

/** `each(table)(name, body)`: rows that are arrays are spread over the body's arguments. */
interface Each {
  <const T extends readonly unknown[]>(
    table: readonly T[],
  ): (name: string, body: Body<[...T]>, timeout?: Limit) => void;
  <T>(table: readonly T[]): (name: string, body: Body<[T]>, timeout?: Limit) => void;
}

type Limit = number | { readonly timeout?: number };

const eachOf = (one: (name: string, body: Body, timeout?: Limit) => void): Each =>
  ((table: readonly unknown[]) => (name: string, body: (...args: readonly unknown[]) => unknown, timeout?: Limit) =>
    table.forEach((entry, index) => {
      const row = Array.isArray(entry) ? entry : [entry];
      one(title(name, row, index), () => body(...row), timeout);
    })) as Each;

/** One way to declare a test or a group, with its table form. */
interface Declare {
  (name: string, body: Body, timeout?: Limit): void;
  readonly each: Each;
}

interface DeclareAll extends Declare {
  readonly skip: Declare;
  readonly only: Declare;
  readonly todo: (name: string, body?: Body) => void;
  readonly if: (condition: boolean) => Declare;
  readonly skipIf: (condition: boolean) => Declare;
}

const all = (add: (mode: Mode) => (name: string, body: Body, timeout?: Limit) => void): DeclareAll => {
  const of = (mode: Mode): Declare => Object.assign(add(mode), { each: eachOf(add(mode)) });
  return Object.assign(of("run"), {
    skip: of("skip"),
    only: of("only"),
    todo: (name: string) => add("skip")(`${name} [skipped: to do]`, () => {}),
    if: (condition: boolean) => of(condition ? "run" : "skip"),
    skipIf: (condition: boolean) => of(condition ? "skip" : "run"),
  });
};

const milliseconds = (limit?: Limit): number | undefined => typeof limit === "object" ? limit.timeout : limit;

/** Declares a test. `test("adds", () => expect(1 + 1).toBe(2))` */
export const test: DeclareAll = all((mode) => (name, body, timeout) => {
  if (body.length > 0) throw new TypeError(`test: "${name}" takes an argument; return a promise instead of using done`);
  register(name, mode, body, milliseconds(timeout));
});
export const it = test;

/** Declares a group of tests; groups nest. */
export const describe: DeclareAll = all((mode) => (name, body) => declare(name, mode, body));

const hook = (kind: keyof Group["hooks"]) => (body: Hook, _timeout?: Limit): void => {
  current.hooks[kind].push(body);
};
export const beforeAll = hook("beforeAll");
export const afterAll = hook("afterAll");
export const beforeEach = hook("beforeEach");
export const afterEach = hook("afterEach");

/** The limit of every test declared after this call, in milliseconds; 0 for none. */
export const setDefaultTimeout = (limit: number): void => void (defaultTimeout = limit);

// A process that ends with a live GPU device aborts now and then after its last test: give the driver a moment.
let deviceSeen = false;
const adapter = (globalThis as { GPUAdapter?: { prototype: GPUAdapter } }).GPUAdapter?.prototype;
if (adapter) {
  const original = adapter.requestDevice;
  adapter.requestDevice = function (this: GPUAdapter, ...args: Parameters<GPUAdapter["requestDevice"]>) {
    deviceSeen = true;
    return original.apply(this, args);
  };
}

Deno.test.afterAll(async () => {
  for (const g of [...open].reverse()) await close(g);
  if (deviceSeen) await new Promise((resolve) => setTimeout(resolve, 150));
});

/**
 * `expect` as `bun:test` has it, for Deno: the matchers that the tests here use, each throwing an `ExpectationError`.
 * Every use is counted, so that the adapter can fail a test that asserts nothing or leaves a promise unawaited.
 */
import { asymmetrics } from "./equals.ts";
import { ExpectationError, matchers, show, throwing, type Thrown, type Verdict, verdict } from "./matchers.ts";

/** What the running test has expected so far. */
export const tally = { asserted: 0, planned: null as number | null, pending: new Set<string>() };

type Table = typeof matchers;
type Args<K extends keyof Table> = Table[K] extends (value: unknown, ...args: infer A) => Verdict ? A : never;
type Methods<R> = { readonly [K in keyof Table]: (...args: Args<K>) => R } & {
  readonly toThrow: (wanted?: Thrown) => R;
  readonly toThrowError: (wanted?: Thrown) => R;
  /** Fails: always. Says why a line should not have been reached. */
  readonly fail: (reason?: string) => R;
};

/** The matchers on a value, `not` their negation. */
export type Matchers<R> = Methods<R> & { readonly not: Matchers<R> };

/** The matchers on a value, and on what a promise comes to. */
export interface Expectation extends Methods<void> {
  readonly not: Matchers<void>;
  readonly resolves: Matchers<Promise<void>>;
  readonly rejects: Matchers<Promise<void>>;
}

interface Case {
  readonly settled: boolean;
  readonly negated: boolean;
  readonly message: string | undefined;
}

const judge = (name: string, value: unknown, args: readonly unknown[], at: Case): void => {
  const found = name === "toThrow" || name === "toThrowError"
    ? throwing(value, at.settled, args[0] as Thrown | undefined)
    : name === "fail"
    ? verdict(false, String(args[0] ?? "not to be reached"))
    : (matchers[name as keyof Table] as (value: unknown, ...args: readonly unknown[]) => Verdict)(value, ...args);
  if (found.pass !== at.negated) return;
  const lines = [
    `${at.message ? `${at.message}: ` : ""}expect(...)${at.negated ? ".not" : ""}.${name}`,
    `  expected${at.negated ? " not" : ""}: ${found.wanted}`,
    `  received: ${show(value)}`,
  ];
  throw new ExpectationError([...lines, ...(found.note && !at.negated ? [`  ${found.note}`] : [])].join("\n"));
};

const names = [...Object.keys(matchers), "toThrow", "toThrowError", "fail"];

/** A class with every matcher as a method, so that an expectation costs one small object. */
const withMatchers = (run: (subject: Subject, name: string, args: readonly unknown[]) => unknown) => {
  class Subject {
    constructor(readonly value: unknown, readonly at: Case) {}
    get not(): Subject {
      return new Subject(this.value, { ...this.at, negated: !this.at.negated });
    }
  }
  for (const name of names) {
    const method = function (this: Subject, ...args: readonly unknown[]): unknown {
      try {
        return run(this, name, args);
      } catch (error) {
        if (error instanceof ExpectationError) Error.captureStackTrace(error, method);
        throw error;
      }
    };
    Object.defineProperty(Subject.prototype, name, { value: method });
  }
  return Subject;
};

interface Subject {
  readonly value: unknown;
  readonly at: Case;
}

const settle = async (value: unknown, wanted: "resolves" | "rejects"): Promise<unknown> => {
  if (!(value instanceof Promise)) throw new ExpectationError(`${wanted}: expected a promise, got ${show(value)}`);
  const result = await value.then((v) => ({ way: "resolves", value: v }), (e) => ({ way: "rejects", value: e }));
  if (result.way === wanted) return result.value;
  throw new ExpectationError(`expected a promise that ${wanted}, but it ${result.way} with ${show(result.value)}`);
};

const later = (wanted: "resolves" | "rejects") =>
  withMatchers(async ({ value, at }, name, args) => {
    const label = `${wanted}.${name} #${++tally.asserted}`;
    tally.pending.add(label);
    try {
      judge(name, await settle(value, wanted), args, { ...at, settled: wanted === "rejects" });
    } finally {
      tally.pending.delete(label);
    }
  });

const Now = withMatchers(({ value, at }, name, args) => {
  tally.asserted++;
  judge(name, value, args, at);
});
const Resolves = later("resolves");
const Rejects = later("rejects");

class Expected extends Now {
  get resolves(): object {
    return new Resolves(this.value, this.at);
  }
  get rejects(): object {
    return new Rejects(this.value, this.at);
  }
}

/** An expectation about `value`; `message` opens the failure's text. `expect(x).toBe(3)`. */
export const expect = Object.assign(
  <T>(value?: T, message?: string): Expectation =>
    new Expected(value, { settled: false, negated: false, message }) as unknown as Expectation,
  asymmetrics,
  {
    /** The running test must make exactly `n` assertions. */
    assertions: (n: number): void => void (tally.planned = n),
    /** The running test must make an assertion; here every test must. */
    hasAssertions: (): void => {},
    /** Fails: this line should not have been reached. */
    unreachable: (reason = "this line should not have been reached"): never => {
      tally.asserted++;
      throw new ExpectationError(String(reason));
    },
  },
);

/** The promises of `bun:test` that the tests rely on, held on both runtimes: by Bun's own and by the adapter for Deno. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, mock, spyOn, test } from "bun:test";

/** The message of the error that `body` must throw. */
const failure = (body: () => unknown): string => {
  try {
    body();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("the expectation held, but must not");
};

const rejection = (body: () => Promise<unknown>): Promise<string> =>
  body().then(() => Promise.reject(new Error("the expectation held, but must not")), (error: Error) => error.message);

class Pair {
  constructor(readonly a: number, readonly b: number) {}
}
const raise = (error: unknown) => () => {
  throw error;
};

/** [what, holds, does not hold] */
const table: readonly (readonly [string, () => unknown, () => unknown])[] = [
  ["toBe", () => expect(NaN).toBe(NaN), () => expect({}).toBe({})],
  ["toBe tells -0 from 0", () => expect(-0).toBe(-0), () => expect(0).toBe(-0)],
  ["not", () => expect(1).not.toBe(2), () => expect(1).not.toBe(1)],
  [
    "toEqual of records",
    () => expect({ a: [1, { b: 2 }] }).toEqual({ a: [1, { b: 2 }] }),
    () => expect({ a: 1 }).toEqual({ a: 2 }),
  ],
  [
    "toEqual ignores undefined",
    () => expect<unknown>({ a: 1, b: undefined }).toEqual({ a: 1 }),
    () => expect<unknown>({ a: 1, b: null }).toEqual({ a: 1 }),
  ],
  [
    "toEqual ignores classes",
    () => expect<unknown>(new Pair(1, 2)).toEqual({ a: 1, b: 2 }),
    () => expect<unknown>(new Pair(1, 2)).toEqual({ a: 1 }),
  ],
  [
    "toEqual of missing and surplus keys",
    () => expect<unknown>({}).toEqual({}),
    () => expect<unknown>({}).toEqual({ a: 1 }),
  ],
  ["toEqual of array lengths", () => expect([1, 2]).toEqual([1, 2]), () => expect([1, 2]).toEqual([1, 2, 3])],
  [
    "toEqual of typed arrays",
    () => expect(Float32Array.of(1, 2)).toEqual(Float32Array.of(1, 2)),
    () => expect(Float32Array.of(1, 2)).toEqual(Float32Array.of(1, 3)),
  ],
  [
    "toEqual of typed array kinds",
    () => expect(Int32Array.of(1)).toEqual(Int32Array.of(1)),
    () => expect<unknown>(Float32Array.of(1)).toEqual([1]),
  ],
  [
    "toEqual of typed array lengths",
    () => expect(Int32Array.of()).toEqual(Int32Array.of()),
    () => expect(Int32Array.of(1)).toEqual(Int32Array.of(1, 2)),
  ],
  [
    "toEqual of maps",
    () => expect(new Map([[1, [2]]])).toEqual(new Map([[1, [2]]])),
    () => expect(new Map([[1, [2]]])).toEqual(new Map([[1, [3]]])),
  ],
  [
    "toEqual of sets",
    () => expect(new Set([[1]])).toEqual(new Set([[1]])),
    () => expect(new Set([1])).toEqual(new Set([2])),
  ],
  [
    "toEqual of errors",
    () => expect(new Error("a")).toEqual(new Error("a")),
    () => expect(new Error("a")).toEqual(new Error("b")),
  ],
  ["toEqual of dates", () => expect(new Date(1)).toEqual(new Date(1)), () => expect(new Date(1)).toEqual(new Date(2))],
  [
    "toEqual with any",
    () => expect<unknown>({ a: 1 }).toEqual({ a: expect.any(Number) }),
    () => expect<unknown>({ a: "1" }).toEqual({ a: expect.any(Number) }),
  ],
  [
    "toStrictEqual",
    () => expect(new Pair(1, 2)).toStrictEqual(new Pair(1, 2)),
    () => expect<unknown>(new Pair(1, 2)).toStrictEqual({ a: 1, b: 2 }),
  ],
  [
    "toStrictEqual sees undefined",
    () => expect({ a: undefined }).toStrictEqual({ a: undefined }),
    () => expect<unknown>({ a: undefined }).toStrictEqual({}),
  ],
  [
    "toMatchObject",
    () => expect({ a: 1, b: { c: 2, d: 3 } }).toMatchObject({ b: { c: 2 } }),
    () => expect({ a: 1, b: { c: 2 } }).toMatchObject({ b: { c: 3 } }),
  ],
  ["toThrow", () => expect(raise(new Error("a"))).toThrow(), () => expect(() => 1).toThrow()],
  [
    "toThrow text",
    () => expect(raise(new Error("a b"))).toThrow("b"),
    () => expect(raise(new Error("a"))).toThrow("c"),
  ],
  [
    "toThrow pattern",
    () => expect(raise(new Error("a7"))).toThrow(/a\d/),
    () => expect(raise(new Error("a"))).toThrow(/a\d/),
  ],
  [
    "toThrow class",
    () => expect(raise(new TypeError("a"))).toThrow(TypeError),
    () => expect(raise(new TypeError("a"))).toThrow(RangeError),
  ],
  [
    "toThrow error",
    () => expect(raise(new Error("a"))).toThrow(new Error("a")),
    () => expect(raise(new Error("ab"))).toThrow(new Error("a")),
  ],
  ["not.toThrow", () => expect(() => 1).not.toThrow(), () => expect(raise(new Error("a"))).not.toThrow()],
  ["toBeCloseTo", () => expect(1.0001).toBeCloseTo(1, 3), () => expect(1.001).toBeCloseTo(1, 3)],
  ["toBeLessThan", () => expect(1).toBeLessThan(2), () => expect(2).toBeLessThan(2)],
  ["toBeLessThan of NaN", () => expect(-Infinity).toBeLessThan(0), () => expect(NaN).toBeLessThan(1)],
  ["toBeLessThanOrEqual", () => expect(2).toBeLessThanOrEqual(2), () => expect(3).toBeLessThanOrEqual(2)],
  ["toBeGreaterThan", () => expect(3).toBeGreaterThan(2), () => expect(2).toBeGreaterThan(2)],
  ["toBeGreaterThanOrEqual", () => expect(2).toBeGreaterThanOrEqual(2), () => expect(1).toBeGreaterThanOrEqual(2)],
  ["toContain", () => expect([1, 2]).toContain(2), () => expect([1, 2]).toContain(3)],
  ["toContain in text", () => expect("abc").toContain("bc"), () => expect("abc").toContain("x")],
  [
    "toContainEqual",
    () => expect([{ a: 1 }]).toContainEqual({ a: 1 }),
    () => expect([{ a: 1 }]).toContainEqual({ a: 2 }),
  ],
  ["toMatch", () => expect("abc").toMatch(/b./), () => expect("abc").toMatch("x")],
  ["toHaveLength", () => expect([1, 2]).toHaveLength(2), () => expect("abc").toHaveLength(2)],
  [
    "toHaveProperty",
    () => expect({ a: { b: [1] } }).toHaveProperty("a.b[0]", 1),
    () => expect({ a: 1 }).toHaveProperty("b"),
  ],
  ["toBeInstanceOf", () => expect(new TypeError()).toBeInstanceOf(Error), () => expect({}).toBeInstanceOf(Error)],
  ["toBeDefined", () => expect(null).toBeDefined(), () => expect(undefined).toBeDefined()],
  ["toBeUndefined", () => expect(undefined).toBeUndefined(), () => expect(null).toBeUndefined()],
  ["toBeNull", () => expect(null).toBeNull(), () => expect(undefined).toBeNull()],
  ["toBeNaN", () => expect(NaN).toBeNaN(), () => expect(1).toBeNaN()],
  ["toBeTruthy", () => expect(1).toBeTruthy(), () => expect(0).toBeTruthy()],
  ["toBeFalsy", () => expect("").toBeFalsy(), () => expect("0").toBeFalsy()],
  ["unreachable", () => expect(1).toBe(1), () => expect.unreachable("here")],
];

describe("an expectation", () => {
  test.each(table)("%s holds where it should and throws where it should not", (_name, holds, fails) => {
    expect(holds).not.toThrow();
    expect(failure(fails)).not.toBe("the expectation held, but must not");
  });

  test("on a promise looks at what it comes to", async () => {
    await expect(Promise.resolve([1])).resolves.toEqual([1]);
    await expect(Promise.reject(new RangeError("far"))).rejects.toThrow(RangeError);
    await expect(Promise.reject(new Error("far"))).rejects.toThrow("far");
    await expect(Promise.reject(new Error("far"))).rejects.toBeInstanceOf(Error);
  });

  test("on a promise fails when it comes to something else", async () => {
    const held = "the expectation held, but must not";
    expect(await rejection(async () => await expect(Promise.resolve(1)).resolves.toBe(2))).not.toBe(held);
    expect(await rejection(async () => await expect(Promise.resolve(1)).rejects.toThrow())).not.toBe(held);
    expect(await rejection(async () => await expect(Promise.reject(new Error("a"))).resolves.toBe(1))).not.toBe(held);
    expect(await rejection(async () => await expect(Promise.reject(new Error("a"))).rejects.toThrow("b"))).not.toBe(
      held,
    );
  });
});

describe("hooks", () => {
  const log: string[] = [];
  const note = (word: string) => () => void log.push(word);
  beforeAll(note("all"));
  beforeEach(note("each"));
  afterEach(note("after"));
  afterEach(note("after too"));
  test("run around a test", () => expect(log).toEqual(["all", "each"]));
  describe("of an inner group", () => {
    beforeAll(note("inner all"));
    afterAll(note("inner end"));
    beforeEach(note("inner each"));
    afterEach(note("inner after"));
    test("run inside those of the outer one", () =>
      expect(log.slice(2)).toEqual(["after", "after too", "inner all", "each", "inner each"]));
  });
  test("close a group before what follows it", () =>
    expect(log.slice(7)).toEqual(["inner after", "after", "after too", "inner end", "each"]));
});

describe("a table", () => {
  const seen: unknown[] = [];
  test.each([[1, "a"], [2, "b"]])("spreads row %d", (n, s) => {
    seen.push([n, s]);
    expect(seen).toHaveLength(n as number);
  });
  test.each([{ a: 3 }, { a: 4 }])("gives one object", (row) => {
    seen.push(row);
    expect(seen.at(-1)).toEqual(row);
  });
  test("was walked in order", () => expect<unknown>(seen).toEqual([[1, "a"], [2, "b"], { a: 3 }, { a: 4 }]));
});

describe("conditions", () => {
  const ran: string[] = [];
  test.if(true)("if true runs", () => expect(ran.push("if")).toBe(1));
  test.skipIf(false)("skipIf false runs", () => expect(ran.push("skipIf")).toBe(2));
  test("the two conditional tests ran", () => expect(ran).toEqual(["if", "skipIf"]));
});

describe("mocks", () => {
  test("remember their calls and results", () => {
    const add = mock((a: number, b: number) => a + b);
    expect(add(1, 2)).toBe(3);
    add.mockReturnValueOnce(9);
    expect([add(3, 4), add(5, 6)]).toEqual([9, 11]);
    expect(add.mock.calls).toEqual([[1, 2], [3, 4], [5, 6]]);
    expect(add).toHaveBeenCalledTimes(3);
    expect(add).toHaveBeenCalledWith(3, 4);
    expect(failure(() => expect(add).toHaveBeenCalledWith(4, 3))).not.toBe("the expectation held, but must not");
  });

  test("spy on a method and give it back", () => {
    const owner = { twice: (n: number) => 2 * n };
    const original = owner.twice;
    const spy = spyOn(owner, "twice");
    expect(owner.twice(4)).toBe(8);
    expect(spy).toHaveBeenCalledTimes(1);
    spy.mockRestore();
    expect(owner.twice).toBe(original);
  });
});

import { describe, expect, test } from "bun:test";
import * as E from "fp-ts/Either";
import { pipe } from "fp-ts/function";
import * as TE from "fp-ts/TaskEither";
import { isLeft, isRight, left, right, run, type TaskEither, tryTask, unwrap } from "../../core/either.ts";
import { type MissingFile, type PullbackError, reasonOf, UnhandledFailure } from "../../core/failure.ts";

const missing: MissingFile = { _tag: "MissingFile", path: "x", message: "There is no file x: check the path" };

describe("left and right", () => {
  test("are the values that fp-ts makes", () => {
    expect(left(missing)).toEqual(E.left(missing));
    expect(right(3)).toEqual(E.right(3));
    expect([isLeft(E.left(1)), isLeft(E.right(1)), isRight(E.left(1)), isRight(E.right(1))]).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  test("go through fp-ts's functions", async () => {
    const three: TaskEither<PullbackError, number> = tryTask(() => 3, () => missing);
    const none: TaskEither<PullbackError, number> = () => Promise.resolve(left(missing));
    const told = (task: TaskEither<PullbackError, number>) =>
      pipe(task, TE.map((n) => n + 1), TE.match((e) => e._tag, (n) => `got ${n}`))();
    expect(await told(three)).toBe("got 4");
    expect(await told(none)).toBe("MissingFile");
    expect(await run(pipe(none, TE.orElse(() => three)))).toBe(3);
  });
});

describe("run and unwrap", () => {
  test("give the value of a success", async () => {
    expect(unwrap(right(3))).toBe(3);
    expect(await run(TE.right(3))).toBe(3);
  });

  test("throw an error with the sentence, the failure and its cause", async () => {
    const cause = new Error("disk on fire");
    const failure: PullbackError = { _tag: "FileFailed", path: "x", action: "read", message: "Cannot read x", cause };
    expect(() => unwrap(left(failure))).toThrow("FileFailed: Cannot read x");
    const thrown = await run(TE.left(failure)).catch((e: unknown) => e);
    expect(thrown).toBeInstanceOf(UnhandledFailure);
    expect((thrown as UnhandledFailure).failure).toBe(failure);
    expect((thrown as UnhandledFailure).cause).toBe(cause);
  });
});

describe("tryTask", () => {
  test("makes failures of what is thrown and of rejections", async () => {
    const told = (thrown: unknown): PullbackError => ({ ...missing, message: reasonOf(thrown) });
    const throws = tryTask(() => {
      throw new Error("at once");
    }, told);
    const rejects = tryTask(() => Promise.reject("later"), told);
    expect(await throws()).toEqual(left({ ...missing, message: "at once" }));
    expect(await rejects()).toEqual(left({ ...missing, message: "later" }));
  });

  test("does nothing until it is started, and begins anew every time", async () => {
    let started = 0;
    const task = tryTask(() => ++started, () => missing);
    expect(started).toBe(0);
    expect([await task(), await task()]).toEqual([right(1), right(2)]);
  });
});

test("reasonOf gives the sentence of anything, with its cause", () => {
  expect(reasonOf(new Error("a", { cause: new Error("b") }))).toBe("a: b");
  expect(reasonOf(new Error("a"))).toBe("a");
  expect(reasonOf("text")).toBe("text");
});

/**
 * Values that may be failures, in the form of fp-ts. The library takes only the *types* from fp-ts and builds the values
 * itself, so that it runs where no package can be resolved; fp-ts's own functions work on these values.
 */
import type { Either, Left, Right } from "npm:fp-ts@2.16.11/lib/Either.js";
import type { Task } from "npm:fp-ts@2.16.11/lib/Task.js";
import type { TaskEither } from "npm:fp-ts@2.16.11/lib/TaskEither.js";
import { type PullbackError, UnhandledFailure } from "./failure.ts";

export type { Either, Left, Right, Task, TaskEither };

/** A failure. */
export const left = <E>(failure: E): Either<E, never> => ({ _tag: "Left", left: failure });
/** A success. */
export const right = <A>(value: A): Either<never, A> => ({ _tag: "Right", right: value });

export const isLeft = <E, A>(e: Either<E, A>): e is Left<E> => e._tag === "Left";
export const isRight = <E, A>(e: Either<E, A>): e is Right<A> => e._tag === "Right";

/** The value of a success; a failure is thrown as `UnhandledFailure`, an `Error` with its sentence. */
export const unwrap = <A>(e: Either<PullbackError, A>): A => {
  if (e._tag === "Right") return e.right;
  throw new UnhandledFailure(e.left);
};

/**
 * Starts a task and gives its value; a failure is thrown as `UnhandledFailure`, an `Error` with its sentence.
 *
 * @example
 * ```ts
 * import { mnist, run } from "@pullback/pullback/datasets";
 * const { train, test } = await run(mnist());
 * ```
 */
export const run = async <A>(task: TaskEither<PullbackError, A>): Promise<A> => unwrap(await task());

/** `body` as a task: what it throws or rejects with becomes the failure that `onThrow` makes of it. */
export const tryTask =
  <A>(body: () => A | PromiseLike<A>, onThrow: (thrown: unknown) => PullbackError): TaskEither<PullbackError, A> =>
  async () => {
    try {
      return right(await body());
    } catch (thrown) {
      return left(onThrow(thrown));
    }
  };

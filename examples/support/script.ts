/** What every example does around its work: the exit status, one sentence for what goes wrong, Ctrl-C. */
import process from "node:process";
import { UnhandledFailure } from "../../datasets/mod.ts";

/** Something the user should know, in one sentence; the example ends with status 1. */
export class Trouble extends Error {
  override readonly name = "Trouble";
}

/**
 * Runs an example on the words of its command line. It gives its exit status: 0 done, 2 for a command line that cannot be
 * read. A failure of the world ends it with its sentence and status 1.
 */
export const script = async (body: (args: readonly string[]) => Promise<number>): Promise<void> => {
  try {
    process.exitCode = await body(process.argv.slice(2));
  } catch (thrown) {
    const expected = thrown instanceof UnhandledFailure ? thrown.failure.message
      : thrown instanceof Trouble ? thrown.message
      : null;
    if (expected === null) throw thrown;
    process.stderr.write(`${expected}\n`);
    process.exitCode = 1;
  }
};

/** The status of a program that Ctrl-C ended. */
export const interruptedStatus = 130;

/** Whether Ctrl-C came since then. A second one ends the program at once. */
export interface Interrupt extends Disposable {
  readonly came: boolean;
}
/** Takes note of Ctrl-C, for as long as it is in use, so that work can be ended in order. */
export const interrupt = (): Interrupt => {
  let came = false;
  const listen = () => {
    came = true;
    process.off("SIGINT", listen);
  };
  process.on("SIGINT", listen);
  return {
    get came() {
      return came;
    },
    [Symbol.dispose]: () => void process.off("SIGINT", listen),
  };
};

/** Lets the events that wait have their turn: signals, timers, other work. */
export const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

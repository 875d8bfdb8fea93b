/** What every example does around its work: the exit status, and one sentence for what goes wrong. */
import process from "node:process";
import { UnhandledFailure } from "../../datasets/mod.ts";
import { type Options, parseOptions, type Values } from "./options.ts";

/** Something the user should know, in one sentence; the example ends with status 1. */
export class Trouble extends Error {
  override readonly name = "Trouble";
}

/**
 * Runs an example on its command line. `main` gives the exit status; a command line that cannot be read ends with status 2,
 * a failure of the world with status 1, both with one sentence.
 */
export const script = async <const O extends Options>(
  program: string,
  summary: string,
  options: O,
  main: (values: Values<O>) => Promise<number>,
): Promise<void> => {
  const parsed = parseOptions(program, summary, options, process.argv.slice(2));
  const end = (output: { write(text: string): unknown }, text: string, status: number): void => {
    output.write(`${text}\n`);
    process.exitCode = status;
  };
  if (parsed._tag === "Help") return end(process.stdout, parsed.text, 0);
  if (parsed._tag === "Mistake") return end(process.stderr, parsed.message, 2);
  try {
    process.exitCode = await main(parsed.values);
  } catch (thrown) {
    if (thrown instanceof UnhandledFailure) return end(process.stderr, thrown.failure.message, 1);
    if (thrown instanceof Trouble) return end(process.stderr, thrown.message, 1);
    throw thrown;
  }
};

/** The status of a program that Ctrl-C ended. */
export const interruptedStatus = 130;

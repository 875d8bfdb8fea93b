/** What a command is given: `--help` says how it is used, and an option that there is not is one line and exit status 2. */
import process from "node:process";
import { parseArgs, type ParseArgsConfig } from "node:util";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** Ends with a sentence. */
export const fail = (message: string): never => {
  console.error(message);
  process.exit(2);
};

/** The values of the options. `usage` is what `--help` prints. */
export const flagsOf = <const O extends Options>(usage: string, options: O, args = process.argv.slice(2)) => {
  if (args.includes("--help")) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    return fail(`${(error as Error).message.split(". ")[0]}: --help says what there is`);
  }
};

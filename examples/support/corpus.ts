/** Texts to learn to write, of which the end is held back, and what a table of pairs of characters knows of them. */
import { names, run, shuffled, tinyshakespeare, type TransferEvent } from "../../datasets/mod.ts";
import { Trouble } from "./script.ts";

/** What was asked for. */
export interface CorpusOptions {
  readonly dataset: "shakespeare" | "names";
  /** Folder with the file. */
  readonly data: string | null;
  /** So many characters in all, at most. */
  readonly limit: number | null;
  /** Decides the order of the names. */
  readonly seed: number;
}
/** A text in two parts. */
export interface Corpus {
  readonly train: string;
  /** The last tenth, from the beginning of a line on. */
  readonly test: string;
}

/** The names that differ, in random order, one on each line: as published the frequent ones come first, some of them twice. */
const lines = (all: readonly string[], seed: number): string => {
  const different = [...new Set(all)];
  return Array.from(shuffled(different.length, seed, 0), (i) => `${different[i]!}\n`).join("");
};

/**
 * The text that was asked for, of a folder, the cache or the network.
 *
 * Throws `UnhandledFailure` where it cannot be had, `Trouble` where too little of it is asked for to hold any of it back.
 */
export const corpus = async (
  { dataset, data, limit, seed }: CorpusOptions,
  progress: (event: TransferEvent) => void,
): Promise<Corpus> => {
  const from = { ...data === null ? {} : { dir: data }, progress };
  const whole = dataset === "names" ? lines(await run(names(from)), seed) : await run(tinyshakespeare(from));
  const text = limit === null ? whole : whole.slice(0, limit);
  const cut = text.indexOf("\n", Math.floor(0.9 * text.length)) + 1;
  if (cut === 0 || cut === text.length) {
    throw new Trouble(`${text.length} characters are too few: try a higher --limit`);
  }
  return { train: text.slice(0, cut), test: text.slice(cut) };
};

/**
 * Nats for each character of `test` where all that is known is which character came before, and how often which followed which
 * in `train`; pairs that never occurred count as if they had once. (Shannon 1948)
 */
export const pairNats = (train: ArrayLike<number>, test: ArrayLike<number>, vocabulary: number): number => {
  const pairs = new Float64Array(vocabulary * vocabulary).fill(1),
    firsts = new Float64Array(vocabulary).fill(vocabulary);
  for (let i = 1; i < train.length; i++) {
    pairs[train[i - 1]! * vocabulary + train[i]!]!++;
    firsts[train[i - 1]!]!++;
  }
  let sum = 0;
  for (let i = 1; i < test.length; i++) {
    sum += Math.log(firsts[test[i - 1]!]! / pairs[test[i - 1]! * vocabulary + test[i]!]!);
  }
  return sum / (test.length - 1);
};

/** Which pictures an example learns: MNIST from a folder, the cache or the network, else digits the library draws. */
import { digits, type ImageSet, mnist, run, take, type TransferEvent } from "../../datasets/mod.ts";
import type { Output } from "../../training/mod.ts";
import { Trouble } from "./script.ts";
import { transferLines } from "./transfer.ts";

/** What was asked for. */
export interface PictureOptions {
  readonly dataset: "auto" | "mnist" | "digits";
  /** Folder with the four files of MNIST. */
  readonly data: string | null;
  /** So many examples to learn from, at most. */
  readonly limit: number | null;
}

/** Of every pixel of the examples to learn from, 0..1. */
export interface Pictures extends ImageSet<28, 28> {
  readonly mean: number;
  readonly deviation: number;
}

const limited = (set: ImageSet<28, 28>, limit: number | null): ImageSet<28, 28> =>
  limit === null ? set : { ...set, train: take(limit, set.train) };

/** A picture does not depend on how many are drawn, so only those are drawn that are wanted. */
const drawn = (limit: number | null): Pictures => ({
  ...digits(limit === null ? {} : { train: Math.min(limit, 12_000) }),
  mean: 0.1225,
  deviation: 0.2543,
});
const published = (set: ImageSet<28, 28>, limit: number | null): Pictures => ({
  ...limited(set, limit),
  mean: 0.1307,
  deviation: 0.3081,
});

/**
 * The pictures that were asked for. `auto` reads the folder, where one was asked for; else it tries the cache and the network, and
 * says in one line why it gives the library's own digits instead.
 *
 * Throws `UnhandledFailure` where MNIST was asked for, by name or with a folder, and cannot be had, `Trouble` where a folder was
 * asked for that nothing is read from.
 */
export const pictures = async ({ dataset, data, limit }: PictureOptions, output: Output): Promise<Pictures> => {
  const show = transferLines(output);
  if (dataset === "digits") {
    if (data === null) return drawn(limit);
    throw new Trouble(`--dataset digits draws its pictures and reads nothing from ${data}: leave out one of the two`);
  }
  const folder = data === null ? {} : { dir: data };
  if (dataset === "mnist" || data !== null) return published(await run(mnist({ ...folder, progress: show })), limit);
  // What a mirror did is part of the one line below.
  const progress = (event: TransferEvent) => event._tag === "MirrorFailed" ? undefined : show(event);
  const found = await mnist({ progress, patience: 5000 })();
  if (found._tag === "Right") return published(found.right, limit);
  output.write(`No MNIST here, so the digits that the library draws are learned instead. ${found.left.message}.\n`);
  return drawn(limit);
};

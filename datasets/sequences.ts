/** Short sequences of tokens of different lengths, each by itself, for a model that learns to say what comes next. */
import { optionsOf } from "../core/options.ts";
import { inOrder, shuffled } from "./batches.ts";
import { checked, type TokenBatch, type WindowOptions } from "./windows.ts";

/** The target of a place after the end, where nothing is to be said: for the `ignore` of a loss. */
export const padding = -1;

/** Rows of which some places are padding. */
export interface SequenceBatch<L extends number = number> extends TokenBatch<L> {
  /** Places that are not. */
  readonly counted: number;
}

/** How sequences are put into batches. */
export interface SequenceOptions<L extends number = number> extends WindowOptions<L> {
  /** The token before the first of every sequence and after its last. */
  readonly mark: number;
  /** Random order, another one in each epoch; the order they have unless given. */
  readonly shuffle?: { readonly seed: number; readonly epoch?: number };
}

/**
 * One pass over sequences, each in a row of its own, all batches of the same size. A row begins with the mark and has it as target
 * of the sequence's last token; after that its targets are -1, which a loss is told to ignore.
 *
 * `i32[t] of every sequence -> {i32[n,length], i32[n,length]}`
 *
 * Throws `RangeError` when length or size is no whole number of at least 1, or when a sequence has more than `length - 1` tokens,
 * `TypeError` for an option that there is not.
 *
 * @example
 * ```ts
 * import { sequences } from "@pullback/pullback/datasets";
 * const [batch] = sequences([[1, 2], [3]], { length: 4, size: 2, mark: 0 });
 * console.log(batch!.inputs.join(), batch!.targets.join()); // 0,1,2,0,0,3,0,0 1,2,0,-1,3,0,-1,-1
 * ```
 */
export const sequences = <const L extends number>(
  all: readonly ArrayLike<number>[],
  options: SequenceOptions<L>,
): Iterable<SequenceBatch<L>> => {
  const names = { length: true, size: true, mark: true, shuffle: true } as const;
  const { length, size, mark, shuffle } = optionsOf<SequenceOptions<L>>("sequences", options, names);
  checked("sequences", { length, size });
  const long = all.findIndex((s) => s.length >= length);
  if (long >= 0) {
    throw new RangeError(
      `sequences: sequence ${long} has ${all[long]!.length} tokens, at most ${length - 1} go into rows of ${length}`,
    );
  }
  const order = shuffle === undefined ? inOrder(all.length) : shuffled(all.length, shuffle.seed, shuffle.epoch);
  return {
    *[Symbol.iterator]() {
      for (let first = 0; first + size <= all.length; first += size) {
        const inputs = new Int32Array(size * length).fill(mark), targets = new Int32Array(size * length).fill(padding);
        let counted = 0;
        for (let row = 0; row < size; row++) {
          const tokens = all[order[first + row]!]!, at = row * length;
          inputs.set(tokens, at + 1);
          targets.set(tokens, at);
          targets[at + tokens.length] = mark;
          counted += tokens.length + 1;
        }
        yield { inputs, targets, shape: [size, length], counted };
      }
    },
  };
};

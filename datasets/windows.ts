/** Pieces of a long sequence of tokens, for a model that learns to say what comes next. */
import { optionsOf } from "../core/options.ts";
import { shuffled } from "./batches.ts";
import { foldIn, keyOf, stream } from "./threefry.ts";

/** Inputs and, one place further on, what is to be said after each: both `i32[n,length]`. */
export interface TokenBatch<L extends number = number> {
  /** Tokens. */
  readonly inputs: Int32Array<ArrayBuffer>;
  /** The token after each of them. */
  readonly targets: Int32Array<ArrayBuffer>;
  /** Shape of both. */
  readonly shape: readonly [number, L];
}

/** How windows are put into batches. */
export interface WindowOptions<L extends number = number> {
  /** Tokens of a window. */
  readonly length: L;
  /** Windows of a batch. */
  readonly size: number;
}

/** Refuses what is no size. */
export const checked = (what: string, { length, size }: WindowOptions): void => {
  for (const [name, value] of Object.entries({ length, size })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`${what}: ${name} must be a whole number of at least 1, got ${value}`);
    }
  }
};

const cut = <L extends number>(tokens: ArrayLike<number>, starts: readonly number[], length: L): TokenBatch<L> => {
  const inputs = new Int32Array(starts.length * length), targets = new Int32Array(starts.length * length);
  for (const [row, start] of starts.entries()) {
    for (let i = 0; i < length; i++) {
      inputs[row * length + i] = tokens[start + i]!;
      targets[row * length + i] = tokens[start + i + 1]!;
    }
  }
  return { inputs, targets, shape: [starts.length, length] };
};

/** How many batches `windows` gives of `count` tokens. */
export const windowCount = (count: number, { length, size }: WindowOptions): number =>
  Math.max(0, Math.floor(Math.floor((count - length) / length) / size));

/**
 * One pass over the tokens in windows that do not overlap, in random order, all batches of the same size. Each epoch begins
 * at another place within the first window, so that windows are cut elsewhere.
 *
 * `i32[count] -> {i32[n,length], i32[n,length]}`
 *
 * Throws `RangeError` when length, size, seed or epoch is no whole number in range.
 *
 * @example
 * ```ts
 * import { windows } from "@pullback/pullback/datasets";
 * const [first] = windows([0, 1, 2, 3, 4, 5, 6], { length: 2, size: 1, shuffle: { seed: 0 } });
 * console.log(first!.targets[0]! - first!.inputs[0]!); // 1
 * ```
 */
export const windows = <const L extends number>(
  tokens: ArrayLike<number>,
  options: WindowOptions<L> & { readonly shuffle: { readonly seed: number; readonly epoch?: number } },
): Iterable<TokenBatch<L>> => {
  optionsOf("windows", options, { length: true, size: true, shuffle: true });
  checked("windows", options);
  const { length, size, shuffle: { seed, epoch = 0 } } = options;
  const count = windowCount(tokens.length, options);
  const order = shuffled(count * size, seed, epoch);
  const first = stream(foldIn(foldIn(keyOf(seed), 6), epoch)).below(length);
  return {
    *[Symbol.iterator]() {
      for (let i = 0; i < count; i++) {
        const starts = Array.from(order.subarray(i * size, (i + 1) * size), (k) => first + k * length);
        yield cut(tokens, starts, length);
      }
    },
  };
};

/**
 * The tokens in `size` strands that are read side by side: row `i` of a batch goes on where row `i` of the batch before ended, so
 * that a recurrent network can keep its state from batch to batch (truncated backpropagation through time).
 *
 * `i32[count] -> {i32[size,length], i32[size,length]}`
 *
 * Throws `RangeError` when length or size is no whole number of at least 1.
 */
export const strands = <const L extends number>(
  tokens: ArrayLike<number>,
  options: WindowOptions<L>,
): Iterable<TokenBatch<L>> => {
  optionsOf<WindowOptions<L>>("strands", options, { length: true, size: true });
  checked("strands", options);
  const { length, size } = options;
  const strand = Math.floor((tokens.length - 1) / size);
  return {
    *[Symbol.iterator]() {
      for (let at = 0; at + length <= strand; at += length) {
        yield cut(tokens, Array.from({ length: size }, (_, row) => row * strand + at), length);
      }
    },
  };
};

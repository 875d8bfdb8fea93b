/** Examples in the order and the form in which training wants them. */
import { optionsOf } from "../core/options.ts";
import type { Examples } from "./image_set.ts";
import { foldIn, keyOf, stream } from "./threefry.ts";

/** 0, 1, 2 and so on. */
export const inOrder = (count: number): Uint32Array<ArrayBuffer> => {
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  return order;
};

/**
 * A random order of 0, ..., count - 1: the shuffle of Fisher and Yates, every order equally likely.
 *
 * `seed` and `epoch` decide it, on every machine alike. Throws `RangeError` when one of them is not a whole number of at
 * least 0.
 */
export const shuffled = (count: number, seed: number, epoch = 0): Uint32Array<ArrayBuffer> => {
  if (!Number.isInteger(count) || count < 0) {
    throw new RangeError(`shuffled: count must be a whole number of at least 0, got ${count}`);
  }
  if (!Number.isInteger(epoch) || epoch < 0) {
    throw new RangeError(`shuffled: epoch must be a whole number of at least 0, got ${epoch}`);
  }
  const random = stream(foldIn(keyOf(seed), epoch));
  const order = inOrder(count);
  for (let i = count - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
};

/** Some examples as a model takes them: `images` is `f32[n,c,h,w]`, `labels` is `i32[n]`. */
export interface Batch<H extends number = number, W extends number = number, C extends number = 1> {
  /** Normalized pixels. */
  readonly images: Float32Array<ArrayBuffer>;
  /** Indices into the classes. */
  readonly labels: Int32Array<ArrayBuffer>;
  /** Shape of `images`. */
  readonly shape: readonly [number, C, H, W];
  /** Which examples these are. */
  readonly indices: Uint32Array<ArrayBuffer>;
}

/** How examples are put into batches. */
export interface BatchOptions {
  /** Examples in a batch. */
  readonly size: number;
  /** Order of the examples: of `shuffled(count, seed, epoch)`; left out, the order they come in. */
  readonly shuffle?: { readonly seed: number; readonly epoch?: number };
  /** Leave out a last batch that is smaller than the others. Default false. */
  readonly dropLast?: boolean;
  /** Pixels become `(value / 255 - mean) / deviation`; several numbers are one for each channel. Default 0. */
  readonly mean?: number | readonly number[];
  /** See `mean`. Default 1. */
  readonly deviation?: number | readonly number[];
}

/** One number for each channel. */
const perChannel = (name: string, value: number | readonly number[], channels: number): readonly number[] => {
  const all = typeof value === "number" ? new Array<number>(channels).fill(value) : value;
  if (all.length === channels) return all;
  throw new RangeError(`batches: ${name} has ${all.length} numbers, the pictures have ${channels} channels`);
};

/** The value of each byte, for each channel. */
const levelsOf = (channels: number, { mean = 0, deviation = 1 }: BatchOptions): readonly Float32Array[] => {
  const [means, deviations] = [perChannel("mean", mean, channels), perChannel("deviation", deviation, channels)];
  for (const d of deviations) {
    if (!(d > 0 && d < Infinity)) throw new RangeError(`batches: deviation must be positive and finite, got ${d}`);
  }
  for (const m of means) if (!Number.isFinite(m)) throw new RangeError(`batches: mean must be finite, got ${m}`);
  return means.map((m, c) => Float32Array.from({ length: 256 }, (_, v) => (v / 255 - m) / deviations[c]!));
};

const names = { size: true, shuffle: true, dropLast: true, mean: true, deviation: true } as const;
/** How many batches `batches(from, options)` gives. */
export const batchCount = (count: number, options: Pick<BatchOptions, "size" | "dropLast">): number =>
  options.dropLast === true ? Math.floor(count / options.size) : Math.ceil(count / options.size);

/** The examples at `indices`, as a batch. */
const gather = <H extends number, W extends number, C extends number>(
  from: Examples<H, W, C>,
  indices: Uint32Array<ArrayBuffer>,
  levels: readonly Float32Array[],
): Batch<H, W, C> => {
  const { channels, height, width } = from, area = height * width;
  const images = new Float32Array(indices.length * channels * area);
  const labels = new Int32Array(indices.length);
  for (const [row, index] of indices.entries()) {
    for (let c = 0; c < channels; c++) {
      const [to, at, level] = [(row * channels + c) * area, (index * channels + c) * area, levels[c]!];
      for (let i = 0; i < area; i++) images[to + i] = level[from.images[at + i]!]!;
    }
    labels[row] = from.labels[index]!;
  }
  return { images, labels, shape: [indices.length, channels, height, width], indices };
};

/**
 * One pass over the examples in batches, made when they are asked for.
 *
 * `{u8[count,c,h,w], u8[count]} -> {f32[n,c,h,w], i32[n]}, n <= size`
 *
 * Throws `RangeError` when the size, the seed, the epoch, the mean or the deviation is out of range.
 *
 * @example
 * ```ts
 * import { batches, digits } from "@pullback/pullback/datasets";
 * const { train } = digits({ train: 300, test: 0 });
 * for (const { shape } of batches(train, { size: 128, shuffle: { seed: 0 } })) console.log(shape[0]); // 128 128 44
 * ```
 */
export const batches = <H extends number, W extends number, C extends number>(
  from: Examples<H, W, C>,
  options: BatchOptions,
): Iterable<Batch<H, W, C>> => {
  const { size, shuffle } = optionsOf("batches", options, names);
  if (shuffle !== undefined) optionsOf("batches: shuffle", shuffle, { seed: true, epoch: true });
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`batches: size must be a whole number of at least 1, got ${size}`);
  }
  const order = shuffle === undefined ? inOrder(from.count) : shuffled(from.count, shuffle.seed, shuffle.epoch);
  const levels = levelsOf(from.channels, options);
  const count = batchCount(from.count, options);
  return {
    *[Symbol.iterator]() {
      for (let i = 0; i < count; i++) yield gather(from, order.slice(i * size, (i + 1) * size), levels);
    },
  };
};

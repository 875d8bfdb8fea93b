/** Labelled grey pictures in memory, as bytes: what every image data set of this room gives. */

/**
 * Pictures with their labels. Pixel `(i, y, x)` is `images[(i * height + y) * width + x]`, 0 background, 255 ink;
 * `labels[i]` is an index into the classes.
 */
export interface Examples<H extends number = number, W extends number = number> {
  /** All pixels. */
  readonly images: Uint8Array;
  /** One for each picture. */
  readonly labels: Uint8Array;
  /** How many pictures. */
  readonly count: number;
  /** Rows of a picture. */
  readonly height: H;
  /** Pixels of a row. */
  readonly width: W;
}

/** A data set: examples to learn from, others to be judged by. */
export interface ImageSet<H extends number = number, W extends number = number> {
  /** What messages call it. */
  readonly name: string;
  /** To learn from. */
  readonly train: Examples<H, W>;
  /** To be judged by. */
  readonly test: Examples<H, W>;
  /** What the labels stand for. */
  readonly classes: readonly string[];
}

/**
 * The first `count` examples (all of them where there are fewer), as a view.
 *
 * Throws `RangeError` when `count` is not a whole number of at least 0.
 */
export const take = <H extends number, W extends number>(count: number, from: Examples<H, W>): Examples<H, W> => {
  if (!Number.isInteger(count) || count < 0) {
    throw new RangeError(`take: count must be a whole number of at least 0, got ${count}`);
  }
  const kept = Math.min(count, from.count);
  return {
    ...from,
    images: from.images.subarray(0, kept * from.height * from.width),
    labels: from.labels.subarray(0, kept),
    count: kept,
  };
};

/** Labelled pictures in memory, as bytes: what every data set of classified pictures gives. */

/**
 * Pictures with their labels, channels first: value `(i, c, y, x)` is
 * `images[((i * channels + c) * height + y) * width + x]`. `labels[i]` is an index into the classes.
 */
export interface Examples<H extends number = number, W extends number = number, C extends number = 1> {
  /** All values. Of grey pictures 0 is background, 255 ink; of colours there are a red, a green and a blue plane. */
  readonly images: Uint8Array;
  /** One for each picture. */
  readonly labels: Uint8Array;
  /** How many pictures. */
  readonly count: number;
  /** Planes of a picture: 1 for grey, 3 for red, green and blue. */
  readonly channels: C;
  /** Rows of a picture. */
  readonly height: H;
  /** Pixels of a row. */
  readonly width: W;
}

/** A data set: examples to learn from, others to be judged by. */
export interface ImageSet<H extends number = number, W extends number = number, C extends number = 1> {
  /** What messages call it. */
  readonly name: string;
  /** To learn from. */
  readonly train: Examples<H, W, C>;
  /** To be judged by. */
  readonly test: Examples<H, W, C>;
  /** What the labels stand for. */
  readonly classes: readonly string[];
}

/**
 * The first `count` examples (all of them where there are fewer), as a view.
 *
 * Throws `RangeError` when `count` is not a whole number of at least 0.
 */
export const take = <H extends number, W extends number, C extends number>(
  count: number,
  from: Examples<H, W, C>,
): Examples<H, W, C> => {
  if (!Number.isInteger(count) || count < 0) {
    throw new RangeError(`take: count must be a whole number of at least 0, got ${count}`);
  }
  const kept = Math.min(count, from.count);
  return {
    ...from,
    images: from.images.subarray(0, kept * from.channels * from.height * from.width),
    labels: from.labels.subarray(0, kept),
    count: kept,
  };
};

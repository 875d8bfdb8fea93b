/** Pictures in memory with a class for every pixel: what every data set of segmentation gives. */

/**
 * Pictures with their masks. Value `(i, c, y, x)` is `images[((i * channels + c) * height + y) * width + x]`, the class of
 * pixel `(i, y, x)` is `masks[(i * height + y) * width + x]`.
 */
export interface MaskedExamples<H extends number = number, W extends number = number, C extends number = 1> {
  /** All values of the pictures. */
  readonly images: Uint8Array;
  /** An index into the classes for every pixel. */
  readonly masks: Uint8Array;
  /** How many pictures. */
  readonly count: number;
  /** Planes of a picture: 1 for grey, 3 for red, green and blue. */
  readonly channels: C;
  /** Rows of a picture. */
  readonly height: H;
  /** Pixels of a row. */
  readonly width: W;
}

/** A data set of segmentation: examples to learn from, others to be judged by. */
export interface MaskSet<H extends number = number, W extends number = number, C extends number = 1> {
  /** What messages call it. */
  readonly name: string;
  /** To learn from. */
  readonly train: MaskedExamples<H, W, C>;
  /** To be judged by. */
  readonly test: MaskedExamples<H, W, C>;
  /** What the values of a mask stand for. */
  readonly classes: readonly string[];
}

/**
 * The examples from index `from` up to index `to`, as a view.
 *
 * Throws `RangeError` unless `0 <= from <= to <= count`.
 */
export const maskedRange = <H extends number, W extends number, C extends number>(
  examples: MaskedExamples<H, W, C>,
  from: number,
  to: number,
): MaskedExamples<H, W, C> => {
  const { images, masks, count, channels, height, width } = examples;
  if (!(Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from <= to && to <= count)) {
    throw new RangeError(`maskedRange: [${from}, ${to}) is no range of ${count} examples`);
  }
  const area = height * width;
  return {
    ...examples,
    images: images.subarray(from * channels * area, to * channels * area),
    masks: masks.subarray(from * area, to * area),
    count: to - from,
  };
};

/** Pictures and their masks in the form in which training wants them. */
import { batches, type BatchOptions } from "./batches.ts";
import type { MaskedExamples } from "./mask_set.ts";

/** Some examples as a model takes them: `images` is `f32[n,c,h,w]`, `masks` is `i32[n,h,w]`. */
export interface MaskedBatch<H extends number = number, W extends number = number, C extends number = 1> {
  /** Normalized pixels. */
  readonly images: Float32Array<ArrayBuffer>;
  /** Indices into the classes. */
  readonly masks: Int32Array<ArrayBuffer>;
  /** Shape of `images`. */
  readonly shape: readonly [number, C, H, W];
  /** Shape of `masks`. */
  readonly maskShape: readonly [number, H, W];
  /** Which examples these are. */
  readonly indices: Uint32Array<ArrayBuffer>;
}

/**
 * One pass over the examples in batches, made when they are asked for; options are those of `batches`.
 *
 * `{u8[count,c,h,w], u8[count,h,w]} -> {f32[n,c,h,w], i32[n,h,w]}, n <= size`
 *
 * Throws `RangeError` as `batches` does.
 */
export const maskedBatches = <H extends number, W extends number, C extends number>(
  from: MaskedExamples<H, W, C>,
  options: BatchOptions,
): Iterable<MaskedBatch<H, W, C>> => {
  const { height, width, masks } = from, area = height * width;
  const pictures = batches({ ...from, labels: new Uint8Array(from.count) }, options);
  return {
    *[Symbol.iterator]() {
      for (const { images, shape, indices } of pictures) {
        const kept = new Int32Array(indices.length * area);
        indices.forEach((index, row) => kept.set(masks.subarray(index * area, (index + 1) * area), row * area));
        yield { images, masks: kept, shape, maskShape: [indices.length, height, width], indices };
      }
    },
  };
};

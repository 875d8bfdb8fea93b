/** Mean and deviation of pictures, with which `batches` normalizes them. */
import type { Examples } from "./image_set.ts";
import type { MaskedExamples } from "./mask_set.ts";

/** One number for each channel. */
export interface ChannelStatistics {
  /** Of all values of the channel, each divided by 255. */
  readonly mean: readonly number[];
  /** Square root of the mean squared distance from the mean. */
  readonly deviation: readonly number[];
}

type Pictures = Pick<Examples<number, number, number> | MaskedExamples<number, number, number>, "images" | "count"> & {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
};

/**
 * Mean and deviation of each channel. Exact: bytes are counted, not added up in floats.
 *
 * `u8[count,c,h,w] -> c numbers`
 *
 * @example
 * ```ts
 * import { batches, cifar10, pixelStatistics, run } from "@pullback/pullback/datasets";
 * const { train } = await run(cifar10({ dir: "data" }));
 * const normalized = batches(train, { size: 128, ...pixelStatistics(train) });
 * ```
 */
export const pixelStatistics = ({ images, count, channels, height, width }: Pictures): ChannelStatistics => {
  const area = height * width;
  const moments = Array.from({ length: channels }, (_, c) => {
    const counts = new Float64Array(256);
    for (let i = 0; i < count; i++) {
      const at = (i * channels + c) * area;
      for (let k = 0; k < area; k++) counts[images[at + k]!]!++;
    }
    const mean = counts.reduce((sum, n, v) => sum + n * v, 0) / (count * area);
    const spread = counts.reduce((sum, n, v) => sum + n * (v - mean) ** 2, 0) / (count * area);
    return { mean: mean / 255, deviation: Math.sqrt(spread) / 255 };
  });
  return { mean: moments.map((m) => m.mean), deviation: moments.map((m) => m.deviation) };
};

/** Batches whose pictures were moved. */
import type { Batch } from "./batches.ts";
import type { MaskedBatch } from "./masked_batches.ts";
import { move, type Movement, type MoveOptions } from "./movement.ts";

/** A batch with its pictures moved; what is between pixels is weighed by distance unless `options` say otherwise. */
export const moveBatch = <C extends number, H extends number, W extends number>(
  batch: Batch<number, number, C>,
  movement: Movement<H, W>,
  options: MoveOptions = {},
): Batch<H, W, C> => ({
  ...batch,
  images: move(movement, batch.images, batch.shape[1], { between: "linear", ...options }),
  shape: [batch.shape[0], batch.shape[1], ...movement.to],
});

/**
 * A batch with pictures and masks moved alike. A mask takes the nearest pixel; where the picture is not mirrored, what comes from
 * outside has class 0 in it.
 */
export const moveMaskedBatch = <C extends number, H extends number, W extends number>(
  batch: MaskedBatch<number, number, C>,
  movement: Movement<H, W>,
  options: MoveOptions = {},
): MaskedBatch<H, W, C> => ({
  ...batch,
  images: move(movement, batch.images, batch.shape[1], { between: "linear", ...options }),
  masks: move(movement, batch.masks, 1, { outside: options.outside === "mirror" ? "mirror" : 0 }),
  shape: [batch.shape[0], batch.shape[1], ...movement.to],
  maskShape: [batch.shape[0], ...movement.to],
});

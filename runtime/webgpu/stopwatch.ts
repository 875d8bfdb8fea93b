/** Timing what a device does, with timestamp queries: one pass for each dispatch, and the times read back later. */

/** So many dispatches of one run are timed: a query set has 4096 places. */
const MOST = 2048;

/** The passes of one run and, when the device has done them, when each began and how long it took, in milliseconds. */
export interface Timing {
  readonly passes: (index: number) => GPUComputePassDescriptor;
  /** To be called when the passes are encoded. */
  readonly resolve: (encoder: GPUCommandEncoder) => void;
  /** To be called when they are submitted. */
  readonly times: () => Promise<readonly { readonly start: number; readonly ms: number }[]>;
}
export type Stopwatch = (dispatches: number) => Timing;

/** `device` has the feature `timestamp-query`. */
export const createStopwatch = (device: GPUDevice): Stopwatch => {
  // The device counts from a moment of its own. No run begins before it was submitted: that bounds the moment from below.
  let origin = -Infinity;
  return (dispatches) => {
    const timed = Math.min(dispatches, MOST), bytes = Math.max(1, timed) * 16;
    const querySet = device.createQuerySet({ type: "timestamp", count: Math.max(2, 2 * timed) });
    const { QUERY_RESOLVE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
    const found = device.createBuffer({ size: bytes, usage: QUERY_RESOLVE | COPY_SRC });
    const staging = device.createBuffer({ size: bytes, usage: MAP_READ | COPY_DST });
    return {
      passes: (index) =>
        index >= timed ? {} : {
          timestampWrites: { querySet, beginningOfPassWriteIndex: 2 * index, endOfPassWriteIndex: 2 * index + 1 },
        },
      resolve: (encoder) => {
        if (timed === 0) return;
        encoder.resolveQuerySet(querySet, 0, 2 * timed, found, 0);
        encoder.copyBufferToBuffer(found, 0, staging, 0, 16 * timed);
      },
      times: async () => {
        const submitted = performance.now();
        try {
          await staging.mapAsync(GPUMapMode.READ);
          const ms = Array.from(new BigUint64Array(staging.getMappedRange()), (ns) => Number(ns) / 1e6);
          origin = Math.max(origin, submitted - ms[0]!);
          return Array.from({ length: timed }, (_, i) => ({
            start: ms[2 * i]! + origin,
            ms: Math.max(0, ms[2 * i + 1]! - ms[2 * i]!),
          }));
        } finally {
          for (const x of [querySet, found, staging]) x.destroy();
        }
      },
    };
  };
};
